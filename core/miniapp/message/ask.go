package message

import "encoding/json"

// Kinds of Ask. Behind each stands the Go type of its arguments and of its answer; "–" means no answer is sent and the
// Ask has ID 0. A shell that cannot do what is asked answers with Error ("not supported"), which becomes "…:fail not
// supported".
const (
	AskToast       = "toast"       // Toast → –
	AskHideToast   = "hideToast"   // nothing → –
	AskLoading     = "loading"     // Toast → –
	AskHideLoading = "hideLoading" // nothing → –
	AskModal       = "modal"       // Modal → ModalResult
	AskActionSheet = "actionSheet" // ActionSheet → ActionSheetResult; Error "cancel" if the user cancels

	AskQuery     = "query"     // Query → []QueryResult
	AskObserve   = "observe"   // Observe → Intersection, as often as a threshold is crossed, until unobserve
	AskUnobserve = "unobserve" // Unobserve → –
	AskScrollTo  = "scrollTo"  // ScrollTo → nothing

	AskStartPullDown = "startPullDownRefresh" // nothing → –; the client then sends the page event pulldownrefresh
	AskStopPullDown  = "stopPullDownRefresh"  // nothing → –

	AskPreviewImage = "previewImage"  // PreviewImage → nothing
	AskPreviewMedia = "previewMedia"  // PreviewMedia → nothing
	AskSetClipboard = "setClipboard"  // Clipboard → nothing
	AskGetClipboard = "getClipboard"  // nothing → Clipboard
	AskPhoneCall    = "phoneCall"     // PhoneCall → nothing
	AskNetworkType  = "networkType"   // nothing → NetworkType
	AskVibrate      = "vibrate"       // Vibrate → nothing
	AskShareMenu    = "shareMenu"     // ShareMenu → –
	AskShare        = "share"         // Share → –; what the page wants to share after the user chose to
	AskHideKeyboard = "hideKeyboard"  // nothing → –
	AskSelectedText = "selectedText"  // nothing → TextRange; Error if no field has the focus
	AskUserAgent    = "userAgent"     // nothing → UserAgent
	AskLoadFont     = "loadFontFace"  // FontFace → FontLoaded; Error if it cannot be loaded
	AskExit         = "exit"          // nothing → –
	AskEditImage    = "editImage"     // EditImage → MediaFile; Error "cancel" if the user cancels
	AskCompress     = "compressVideo" // CompressVideo → MediaFile
	AskRestart      = "restart"       // Restart → –; the mini-program is started anew
	AskApplyUpdate  = "applyUpdate"   // nothing → –; the mini-program is started anew, in the version that is ready
)

// Page events: what a client reports of a page as a whole, as a view.ClientEvent whose Node is 0.
const (
	PageScroll          = "pagescroll"      // detail {scrollTop}
	PageViewScroll      = "viewscroll"      // a scroll-view came to rest; detail {id, left, top}. The host notes it down, the mini-program does not hear it
	PageReachBottom     = "reachbottom"     // no detail
	PagePullDownRefresh = "pulldownrefresh" // no detail
	PageShare           = "share"           // the user chose to forward; detail {from: "menu"} or {from: "button", node}
	PageShareTimeline   = "sharetimeline"   // the user chose to show it to everybody; no detail
	PageTheme           = "theme"           // detail {theme: "light" | "dark"}
	PageNavigationBar   = "navigationbar"   // <navigation-bar> says: title, loading, frontColor, backgroundColor, as far as given
	PageNavigator       = "navigator"       // a <navigator> to another mini-program was tapped: node, appId, path, extraData
	PageContainer       = "container"       // a <page-container> opened or closed; detail {open, node}
	PageWebView         = "webview"         // the page in a <web-view> posted data, or is left; detail {node, data} or {node, leave: true}
)

// EditImage is the arguments of AskEditImage: the user cuts a picture out of Src, and turns it unless CropOnly.
type EditImage struct {
	Src      string `json:"src"`
	CropOnly bool   `json:"cropOnly,omitempty"`
	// Scale is the proportion of the result, "16:9"; empty: any.
	Scale string `json:"scale,omitempty"`
}

// CompressVideo is the arguments of AskCompress.
type CompressVideo struct {
	Src        string  `json:"src"`
	Bitrate    float64 `json:"bitrate"`    // kbit/s
	FPS        float64 `json:"fps"`        // pictures a second
	Resolution float64 `json:"resolution"` // of the width and height, above 0 and at most 1
}

// MediaFile is what a client made: the content of a file in base64.
type MediaFile struct {
	Type   string `json:"type"` // MIME
	Data   string `json:"data"`
	Width  int    `json:"width"`
	Height int    `json:"height"`
}

// Restart is the arguments of AskRestart: the page to begin with.
type Restart struct {
	Path  string            `json:"path"`
	Query map[string]string `json:"query,omitempty"`
}

// Toast is the arguments of AskToast and AskLoading.
type Toast struct {
	Title    string `json:"title"`
	Icon     string `json:"icon,omitempty"`  // "success" (default), "error", "loading", "none"
	Image    string `json:"image,omitempty"` // bundle path or URL; wins over Icon
	Duration int    `json:"duration,omitempty"`
	Mask     bool   `json:"mask,omitempty"`
}

// Modal is the arguments of AskModal.
type Modal struct {
	Title           string `json:"title,omitempty"`
	Content         string `json:"content,omitempty"`
	ShowCancel      bool   `json:"showCancel"`
	CancelText      string `json:"cancelText"`
	CancelColor     string `json:"cancelColor"`
	ConfirmText     string `json:"confirmText"`
	ConfirmColor    string `json:"confirmColor"`
	Editable        bool   `json:"editable,omitempty"`
	PlaceholderText string `json:"placeholderText,omitempty"`
}

// ModalResult answers AskModal.
type ModalResult struct {
	Confirm bool   `json:"confirm"`
	Cancel  bool   `json:"cancel"`
	Content string `json:"content,omitempty"` // of an editable modal
}

// ActionSheet is the arguments of AskActionSheet.
type ActionSheet struct {
	AlertText string   `json:"alertText,omitempty"`
	ItemList  []string `json:"itemList"`
	ItemColor string   `json:"itemColor"`
}

// ActionSheetResult answers AskActionSheet.
type ActionSheetResult struct {
	TapIndex int `json:"tapIndex"`
}

// Query asks for the geometry of nodes.
type Query struct {
	Requests []QueryRequest `json:"requests"`
}

// QueryRequest is one request of a selector query; the selector is resolved already. No node means the viewport.
type QueryRequest struct {
	Viewport      bool     `json:"viewport,omitempty"`
	Nodes         []int    `json:"nodes"`
	Rect          bool     `json:"rect,omitempty"`
	Size          bool     `json:"size,omitempty"`
	ScrollOffset  bool     `json:"scrollOffset,omitempty"`
	Properties    []string `json:"properties,omitempty"`
	ComputedStyle []string `json:"computedStyle,omitempty"`
}

// QueryResult answers one QueryRequest: one entry per node, in order; the viewport gives one.
type QueryResult []NodeInfo

// NodeInfo is what a client knows of a node: left, top, right, bottom, width, height, scrollLeft, scrollTop, scrollWidth,
// scrollHeight as asked for, and every property and computed style by its name. Nil if the node is gone.
type NodeInfo map[string]any

// Observe starts an intersection observer. Its Ask's ID is answered once per crossing, and once at the start if the
// ratio differs from InitialRatio.
type Observe struct {
	Nodes []int `json:"nodes"`
	// Relative is the nodes whose boxes, shrunk by Margins (top, right, bottom, left), form the reference area; empty
	// means the viewport.
	Relative     []RelativeArea `json:"relative,omitempty"`
	Thresholds   []float64      `json:"thresholds"`
	InitialRatio float64        `json:"initialRatio"`
	// Media is what the screen must be like instead: minWidth, maxWidth, width, minHeight, maxHeight, height in CSS pixels,
	// orientation. It is answered with {matches} at once and whenever that changes.
	Media json.RawMessage `json:"media,omitempty"`
}

// RelativeArea is one reference box; Node 0 is the viewport. Margins are added to the box's edges.
type RelativeArea struct {
	Node    int        `json:"node"`
	Margins [4]float64 `json:"margins"` // top, right, bottom, left
}

// Intersection is one report of an observer.
type Intersection struct {
	Node               int     `json:"node"`
	IntersectionRatio  float64 `json:"intersectionRatio"`
	IntersectionRect   Rect    `json:"intersectionRect"`
	BoundingClientRect Rect    `json:"boundingClientRect"`
	RelativeRect       Rect    `json:"relativeRect"`
	Time               float64 `json:"time"`
}

// Rect is a box in CSS pixels.
type Rect struct {
	Left   float64 `json:"left"`
	Top    float64 `json:"top"`
	Right  float64 `json:"right"`
	Bottom float64 `json:"bottom"`
	Width  float64 `json:"width"`
	Height float64 `json:"height"`
}

// Unobserve ends an observer: Observer is the ID of its Ask.
type Unobserve struct {
	Observer uint64 `json:"observer"`
}

// ScrollTo is the arguments of AskScrollTo: to ScrollTop, or to Node if it is not 0.
type ScrollTo struct {
	ScrollTop float64 `json:"scrollTop"`
	Node      int     `json:"node,omitempty"`
	OffsetTop float64 `json:"offsetTop,omitempty"`
	Duration  int     `json:"duration"` // milliseconds, 300 by default
	// Patient waits until the page is long enough, or the user scrolls it.
	Patient bool `json:"patient,omitempty"`
	// View is the id of the scroll-view that is scrolled in place of the page, to Left and ScrollTop; with Patient only.
	View string  `json:"view,omitempty"`
	Left float64 `json:"left,omitempty"`
}

// PreviewImage is the arguments of AskPreviewImage.
type PreviewImage struct {
	URLs    []string `json:"urls"`
	Current int      `json:"current"`
}

// PreviewMedia is the arguments of AskPreviewMedia.
type PreviewMedia struct {
	Sources []MediaSource `json:"sources"`
	Current int           `json:"current"`
}

// MediaSource is a picture or a video that is shown.
type MediaSource struct {
	URL    string `json:"url"`
	Type   string `json:"type"` // "image" or "video"
	Poster string `json:"poster,omitempty"`
}

// Clipboard is the text put on or read from the clipboard.
type Clipboard struct {
	Data string `json:"data"`
}

// PhoneCall is the arguments of AskPhoneCall.
type PhoneCall struct {
	PhoneNumber string `json:"phoneNumber"`
}

// NetworkType answers AskNetworkType: "wifi", "4g", "none", "unknown" …
type NetworkType struct {
	NetworkType string `json:"networkType"`
}

// TextRange answers AskSelectedText: what is selected in the field that has the focus.
type TextRange struct {
	Start int `json:"start"`
	End   int `json:"end"`
}

// UserAgent answers AskUserAgent.
type UserAgent struct {
	UserAgent string `json:"userAgent"`
}

// FontFace is the arguments of AskLoadFont; Source is a CSS url(…) list.
type FontFace struct {
	Family  string `json:"family"`
	Source  string `json:"source"`
	Style   string `json:"style,omitempty"`
	Weight  string `json:"weight,omitempty"`
	Variant string `json:"variant,omitempty"`
}

// FontLoaded answers AskLoadFont; Status is "loaded".
type FontLoaded struct {
	Status string `json:"status"`
}

// Vibrate is the arguments of AskVibrate; Type is "heavy", "medium" or "light".
type Vibrate struct {
	Long bool   `json:"long,omitempty"`
	Type string `json:"type,omitempty"`
}

// ShareMenu says whether the capsule's menu offers to forward the page.
type ShareMenu struct {
	Shown bool `json:"shown"`
}

// Share is what onShareAppMessage returned.
type Share struct {
	Title    string `json:"title"`
	Path     string `json:"path"`
	ImageURL string `json:"imageUrl,omitempty"`
	// Timeline: for everybody, of onShareTimeline.
	Timeline bool `json:"timeline,omitempty"`
}
