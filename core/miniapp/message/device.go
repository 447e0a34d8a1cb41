package message

import (
	"encoding/json"
	"strings"
)

// Kinds of Ask for other mini-programs and for the device, in the form of the kinds above. A shell that has no such part
// answers "not supported", a user who closes the dialog "cancel".
const (
	AskOpenMiniProgram = "openMiniProgram" // OpenMiniProgram → nothing
	AskBackMiniProgram = "backMiniProgram" // BackMiniProgram → nothing

	AskScan           = "scanCode"         // Scan → ScanResult
	AskChooseLocation = "chooseLocation"   // ChooseLocation → Place
	AskOpenLocation   = "openLocation"     // Place → nothing
	AskChooseAddress  = "chooseAddress"    // nothing → Address
	AskChooseContact  = "chooseContact"    // nothing → ChosenContact
	AskAddContact     = "addPhoneContact"  // Contact → nothing
	AskSendSMS        = "sendSms"          // SMS → nothing
	AskAddCalendar    = "addPhoneCalendar" // Appointment → nothing
	AskKeepScreenOn   = "keepScreenOn"     // KeepScreenOn → nothing
	AskBattery        = "battery"          // nothing → Battery
	AskGetBrightness  = "getBrightness"    // nothing → Brightness
	AskSetBrightness  = "setBrightness"    // Brightness → nothing

	AskSetEnableDebug = "setEnableDebug" // EnableDebug → nothing
	AskDebugCall      = "debugCall"      // DebugCall → –

	// AskWatch begins reports of a part of the device: Watch → null once it has begun, then a report whenever there is
	// something to tell, until AskUnwatch. An error ends it.
	AskWatch   = "watch"
	AskUnwatch = "unwatch" // Unwatch → –
)

// Sources of a Watch. Behind each stands what a report has.
const (
	WatchNetwork       = "networkStatus"     // isConnected, networkType
	WatchAccelerometer = "accelerometer"     // x, y, z in g
	WatchCompass       = "compass"           // direction in degrees, accuracy
	WatchGyroscope     = "gyroscope"         // x, y, z in radians a second
	WatchMotion        = "deviceMotion"      // alpha, beta, gamma in degrees
	WatchCapture       = "userCaptureScreen" // nothing
	WatchKeyboard      = "keyboardHeight"    // height in CSS pixels
	WatchMemory        = "memoryWarning"     // level: 5, 10 or 15
)

// SMS is the arguments of AskSendSMS.
type SMS struct {
	PhoneNumber string `json:"phoneNumber"`
	Content     string `json:"content,omitempty"`
}

// Appointment is the arguments of AskAddCalendar. Times are seconds since the epoch.
type Appointment struct {
	Title       string  `json:"title"`
	Start       float64 `json:"start"`
	End         float64 `json:"end"`
	AllDay      bool    `json:"allDay,omitempty"`
	Description string  `json:"description,omitempty"`
	Location    string  `json:"location,omitempty"`
	// Alarm is how many seconds before the start the user is reminded; below 0 not at all.
	Alarm float64 `json:"alarm"`
	// Repeat is "day", "week", "month" or "year"; empty: once.
	Repeat    string  `json:"repeat,omitempty"`
	RepeatEnd float64 `json:"repeatEnd,omitempty"`
}

// WeChat's scene values of a launch by another mini-program.
const (
	SceneFromMiniProgram = 1037 // opened by it
	SceneBack            = 1038 // came back to
	SceneFromApp         = 1069 // opened by the program around it
)

// OpenMiniProgram is the arguments of AskOpenMiniProgram.
type OpenMiniProgram struct {
	AppID     string          `json:"appId"`
	Path      string          `json:"path,omitempty"` // with its query; "" is the entry page
	ExtraData json.RawMessage `json:"extraData,omitempty"`
	Embedded  bool            `json:"embedded,omitempty"`
	// ShortLink stands in place of AppID and Path: ShortLinkName.
	ShortLink string `json:"shortLink,omitempty"`
}

// maxShortLink bounds a short link, in bytes.
const maxShortLink = 1024

// ShortLinkName is the name of the mini-program that one of WeChat's short links leads to: "#小程序://NAME/KEY". Which page of
// it the key stands for only WeChat knows. It is "" for what is no short link.
func ShortLinkName(link string) string {
	rest, ok := strings.CutPrefix(link, "#小程序://")
	name, key, keyed := strings.Cut(rest, "/")
	if !ok || len(link) > maxShortLink || keyed && (key == "" || strings.Contains(key, "/")) {
		return ""
	}
	return strings.TrimSpace(name)
}

// BackMiniProgram is the arguments of AskBackMiniProgram.
type BackMiniProgram struct {
	ExtraData json.RawMessage `json:"extraData,omitempty"`
}

// Referrer is what a Launch by another mini-program says of it.
type Referrer struct {
	AppID     string          `json:"appId"`
	ExtraData json.RawMessage `json:"extraData,omitempty"`
}

// LaunchFrom is a launch of path by another mini-program.
func LaunchFrom(app, path string, scene int, extra json.RawMessage) Launch {
	referrer, err := json.Marshal(Referrer{app, extra})
	if err != nil { // extra is no JSON; it came from outside
		referrer, _ = json.Marshal(Referrer{AppID: app}) // a string always marshals
	}
	return Launch{Path: path, Scene: scene, Referrer: referrer}
}

// Scan is the arguments of AskScan.
type Scan struct {
	OnlyFromCamera bool     `json:"onlyFromCamera,omitempty"`
	ScanType       []string `json:"scanType,omitempty"` // "barCode", "qrCode", "datamatrix", "pdf417"
}

// ScanResult answers AskScan.
type ScanResult struct {
	Result   string `json:"result"`
	ScanType string `json:"scanType"` // "QR_CODE", "EAN_13" …
	CharSet  string `json:"charSet"`
	Path     string `json:"path,omitempty"` // of a code of this mini-program
	RawData  string `json:"rawData"`        // base64
}

// ChooseLocation is the arguments of AskChooseLocation: where to look first, if known.
type ChooseLocation struct {
	Latitude  *float64 `json:"latitude,omitempty"`
	Longitude *float64 `json:"longitude,omitempty"`
	Poi       bool     `json:"poi,omitempty"` // wx.choosePoi: a city will do
}

// Place is a point with a name.
type Place struct {
	Name      string  `json:"name"`
	Address   string  `json:"address"`
	Latitude  float64 `json:"latitude"`
	Longitude float64 `json:"longitude"`
	Scale     int     `json:"scale,omitempty"`
}

// Address answers AskChooseAddress.
type Address struct {
	UserName     string `json:"userName"`
	PostalCode   string `json:"postalCode"`
	ProvinceName string `json:"provinceName"`
	CityName     string `json:"cityName"`
	CountyName   string `json:"countyName"`
	DetailInfo   string `json:"detailInfo"`
	NationalCode string `json:"nationalCode"`
	TelNumber    string `json:"telNumber"`
}

// Contact is the arguments of AskAddContact; the fields are WeChat's, those that are not empty.
type Contact map[string]string

// ChosenContact answers AskChooseContact.
type ChosenContact struct {
	DisplayName     string   `json:"displayName"`
	PhoneNumber     string   `json:"phoneNumber"` // the one that the user chose
	PhoneNumberList []string `json:"phoneNumberList"`
}

// KeepScreenOn is the arguments of AskKeepScreenOn.
type KeepScreenOn struct {
	KeepScreenOn bool `json:"keepScreenOn"`
}

// Battery answers AskBattery; Level is 1 to 100.
type Battery struct {
	Level      int  `json:"level"`
	IsCharging bool `json:"isCharging"`
}

// Brightness is 0 to 1, or -1 for what the system chooses.
type Brightness struct {
	Value float64 `json:"value"`
}

// EnableDebug is the arguments of AskSetEnableDebug.
type EnableDebug struct {
	EnableDebug bool `json:"enableDebug"`
}

// DebugCall tells of a call that a mini-program made, while its user debugs it.
type DebugCall struct {
	Outcome string  `json:"outcome"` // errMsg: "request:ok", "request:fail timeout"
	Time    float64 `json:"time"`    // from the call to its end, in milliseconds
}

// Watch is the arguments of AskWatch.
type Watch struct {
	Source   string `json:"source"`
	Interval string `json:"interval,omitempty"` // "game", "ui" or "normal": 20, 60 or 200 ms
}

// Unwatch ends a Watch, named by the ID of its Ask.
type Unwatch struct {
	Watch uint64 `json:"watch"`
}
