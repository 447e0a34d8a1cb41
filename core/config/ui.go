package config

import (
	"maps"
	"strconv"
	"time"
)

// Defaults of the look: what a shell does where superapp.yaml says nothing.
const (
	DefaultAnimationTime  = 320 * time.Millisecond
	DefaultCapsuleTop     = 6
	DefaultCapsuleSide    = 7
	DefaultCapsuleWidth   = 87
	DefaultCapsuleHeight  = 32
	DefaultCapsuleRadius  = 16
	DefaultCapsuleBorder  = 0.5
	DefaultCapsuleIcon    = 22
	DefaultNavigation     = 44
	DefaultTitleSize      = 17
	DefaultMarkOpacity    = 0.1
	DefaultMarkSize       = 14
	DefaultMarkAngle      = -24
	DefaultMarkGap        = 120
	DefaultRecentPrograms = 8
)

// UI is how the shells look and what they offer: the `ui` of superapp.yaml.
type UI struct {
	// Languages are those that the shell may speak; the first is used where the browser wants none of them. Empty: all it knows.
	Languages []string `yaml:"languages" json:"languages,omitempty"`
	// Texts are words of the shell by language and by their key in ShellTexts: those of another language, or its own otherwise.
	// What is missing in another language is English.
	Texts map[string]map[string]string `yaml:"texts" json:"texts,omitempty"`
	// Mode is ModeAuto, ModeLight or ModeDark.
	Mode string `yaml:"mode" json:"mode"`
	// Frame is FrameAuto, FramePhone or FrameFull.
	Frame string `yaml:"frame" json:"frame"`
	// Start is the mini-program that a browser shows first in place of the launcher.
	Start      string     `yaml:"start" json:"start,omitempty"`
	Launcher   LauncherUI `yaml:"launcher" json:"launcher"`
	Opening    Screen     `yaml:"opening" json:"opening"`
	Loading    Screen     `yaml:"loading" json:"loading"`
	Failure    Screen     `yaml:"failure" json:"failure"`
	Animation  Animation  `yaml:"animation" json:"animation"`
	Capsule    Capsule    `yaml:"capsule" json:"capsule"`
	Menu       Menu       `yaml:"menu" json:"menu"`
	Navigation Navigation `yaml:"navigation" json:"navigation"`
	Watermark  Watermark  `yaml:"watermark" json:"watermark"`
	Privacy    Privacy    `yaml:"privacy" json:"privacy"`
	Float      Float      `yaml:"float" json:"float"`
}

// LauncherUI is the first screen.
type LauncherUI struct {
	Layout     string     `yaml:"layout" json:"layout"` // LayoutGrid or LayoutList
	Columns    int        `yaml:"columns" json:"columns,omitempty"`
	Search     bool       `yaml:"search" json:"search"`
	Scan       bool       `yaml:"scan" json:"scan"`
	Recent     int        `yaml:"recent" json:"recent"` // how many of the last ones are shown; 0: none
	Favourites bool       `yaml:"favourites" json:"favourites"`
	Background string     `yaml:"background" json:"background,omitempty"` // a picture
	Groups     []AppGroup `yaml:"groups" json:"groups,omitempty"`
}

// AppGroup is a part of the launcher. Mini-programs of no group come last.
type AppGroup struct {
	Title map[string]string `yaml:"title" json:"title"`
	Apps  []string          `yaml:"apps" json:"apps"`
}

// Screen is what is seen while there is nothing else: the super-app opens, a mini-program loads or has failed.
type Screen struct {
	Show       bool              `yaml:"show" json:"show"`
	Title      map[string]string `yaml:"title" json:"title,omitempty"`
	Text       map[string]string `yaml:"text" json:"text,omitempty"`
	Picture    string            `yaml:"picture" json:"picture,omitempty"`
	Background string            `yaml:"background" json:"background,omitempty"`
	Colour     string            `yaml:"colour" json:"colour,omitempty"`
	// Indicator is IndicatorBar, IndicatorSpinner or IndicatorNone; of a screen that waits.
	Indicator string `yaml:"indicator" json:"indicator,omitempty"`
	// Duration is how long the opening screen stays.
	Duration time.Duration `yaml:"duration" json:"duration,omitempty"`
	// Retry offers another try, Details shows what went wrong; of the failure screen.
	Retry   bool `yaml:"retry" json:"retry"`
	Details bool `yaml:"details" json:"details"`
	// Dark is what is different where the shell is dark; what is empty is as in the light.
	Dark ScreenColour `yaml:"dark" json:"dark"`
}

// ScreenColour is how a Screen is drawn in the dark.
type ScreenColour struct {
	Picture    string `yaml:"picture" json:"picture,omitempty"`
	Background string `yaml:"background" json:"background,omitempty"`
	Colour     string `yaml:"colour" json:"colour,omitempty"`
}

// Animation is how a mini-program comes and goes. Where the user's system asks for less motion there is none.
type Animation struct {
	Open     string        `yaml:"open" json:"open"` // AnimationSlide, AnimationZoom, AnimationFade or AnimationNone
	Close    string        `yaml:"close" json:"close"`
	Duration time.Duration `yaml:"duration" json:"duration"`
}

// Capsule is the pair of buttons over a mini-program. Lengths are CSS pixels.
type Capsule struct {
	Position    string        `yaml:"position" json:"position"` // PositionRight or PositionLeft
	Top         float64       `yaml:"top" json:"top"`           // below the status bar
	Side        float64       `yaml:"side" json:"side"`
	Width       float64       `yaml:"width" json:"width"`
	Height      float64       `yaml:"height" json:"height"`
	Radius      float64       `yaml:"radius" json:"radius"`
	BorderWidth float64       `yaml:"border_width" json:"borderWidth"`
	IconSize    float64       `yaml:"icon_size" json:"iconSize"`
	MoreSize    float64       `yaml:"more_size" json:"moreSize,omitempty"` // 0: IconSize
	CloseSize   float64       `yaml:"close_size" json:"closeSize,omitempty"`
	HomeSize    float64       `yaml:"home_size" json:"homeSize,omitempty"`
	MoreMargin  float64       `yaml:"more_margin" json:"moreMargin,omitempty"` // before the icon; 0: in the middle of its part
	CloseMargin float64       `yaml:"close_margin" json:"closeMargin,omitempty"`
	HomeMargin  float64       `yaml:"home_margin" json:"homeMargin,omitempty"`
	Divider     bool          `yaml:"divider" json:"divider"`
	Show        []string      `yaml:"show" json:"show"` // of CapsuleMore, CapsuleClose and CapsuleHome, in order
	MoreIcon    string        `yaml:"more_icon" json:"moreIcon,omitempty"`
	CloseIcon   string        `yaml:"close_icon" json:"closeIcon,omitempty"`
	HomeIcon    string        `yaml:"home_icon" json:"homeIcon,omitempty"`
	Light       CapsuleColour `yaml:"light" json:"light"` // over light pages
	Dark        CapsuleColour `yaml:"dark" json:"dark"`   // over dark ones
}

// CapsuleColour is how a capsule is drawn over a page; what is empty is the shell's own. MoreIcon and its like replace
// the capsule's for this kind of page.
type CapsuleColour struct {
	Icon       string `yaml:"icon" json:"icon,omitempty"`
	Background string `yaml:"background" json:"background,omitempty"`
	Border     string `yaml:"border" json:"border,omitempty"`
	Divider    string `yaml:"divider" json:"divider,omitempty"`
	MoreIcon   string `yaml:"more_icon" json:"moreIcon,omitempty"`
	CloseIcon  string `yaml:"close_icon" json:"closeIcon,omitempty"`
	HomeIcon   string `yaml:"home_icon" json:"homeIcon,omitempty"`
}

// Menu is what the capsule's first button opens.
type Menu struct {
	// Order names entries that come first, built-in ones and Items; the others follow.
	Order []string `yaml:"order" json:"order,omitempty"`
	Hide  []string `yaml:"hide" json:"hide,omitempty"`
	// Feedback is the address behind the entry of this name; without it there is none.
	Feedback string     `yaml:"feedback" json:"feedback,omitempty"`
	Items    []MenuItem `yaml:"items" json:"items,omitempty"`
}

// MenuItem is an entry of the super-app's own. One of URL, App and Event says what it does.
type MenuItem struct {
	ID    string            `yaml:"id" json:"id"`
	Title map[string]string `yaml:"title" json:"title"`
	Icon  string            `yaml:"icon" json:"icon,omitempty"`
	URL   string            `yaml:"url" json:"url,omitempty"`     // opened in a new window
	App   string            `yaml:"app" json:"app,omitempty"`     // a mini-program
	Page  string            `yaml:"page" json:"page,omitempty"`   // of App
	Event string            `yaml:"event" json:"event,omitempty"` // that the open mini-program hears
	// Only names the mini-programs in whose menu it is; empty: in all of them.
	Only []string `yaml:"only" json:"only,omitempty"`
}

// Navigation is the bar at the top of pages.
type Navigation struct {
	Height      int    `yaml:"height" json:"height"`
	TitleAlign  string `yaml:"title_align" json:"titleAlign"` // AlignCentre or AlignStart
	TitleSize   int    `yaml:"title_size" json:"titleSize"`
	TitleWeight int    `yaml:"title_weight" json:"titleWeight"`
	Back        bool   `yaml:"back" json:"back"`
	Home        bool   `yaml:"home" json:"home"`
	// BackIcon and HomeIcon are pictures in place of the drawn ones.
	BackIcon string           `yaml:"back_icon" json:"backIcon,omitempty"`
	HomeIcon string           `yaml:"home_icon" json:"homeIcon,omitempty"`
	Light    NavigationColour `yaml:"light" json:"light"` // where a page's navigationBarTextStyle is black
	Dark     NavigationColour `yaml:"dark" json:"dark"`   // where it is white
}

// NavigationColour is how a bar is drawn; what is empty is as the page says.
type NavigationColour struct {
	Title  string `yaml:"title" json:"title,omitempty"`
	Icon   string `yaml:"icon" json:"icon,omitempty"`     // of the back and home buttons
	Button string `yaml:"button" json:"button,omitempty"` // what is behind them
	Border string `yaml:"border" json:"border,omitempty"` // around them
}

// Watermark is printed over everything that a mini-program shows.
type Watermark struct {
	// Text may have {user}, {app}, {name} (the super-app's), {date} and {time}; "" prints none.
	Text    string  `yaml:"text" json:"text,omitempty"`
	Colour  string  `yaml:"colour" json:"colour,omitempty"`
	Dark    string  `yaml:"dark" json:"dark,omitempty"` // its colour where the shell, or the mini-program in front, is dark; "": Colour
	Opacity float64 `yaml:"opacity" json:"opacity"`
	Size    int     `yaml:"size" json:"size"`
	Angle   int     `yaml:"angle" json:"angle"`
	Gap     int     `yaml:"gap" json:"gap"`
}

// Privacy is what a user agrees to before anything opens. A higher Version asks again.
type Privacy struct {
	Version int               `yaml:"version" json:"version,omitempty"` // 0: nothing is asked
	Title   map[string]string `yaml:"title" json:"title,omitempty"`
	Text    map[string]string `yaml:"text" json:"text,omitempty"`
	URL     string            `yaml:"url" json:"url,omitempty"` // of the whole policy
	Agree   map[string]string `yaml:"agree" json:"agree,omitempty"`
	Refuse  map[string]string `yaml:"refuse" json:"refuse,omitempty"`
}

// Float is the bubble of a mini-program that was put aside.
type Float struct {
	Show bool `yaml:"show" json:"show"`
	// Bottom is its place above the screen's edge, Side which edge it keeps to: PositionLeft or PositionRight.
	Bottom int    `yaml:"bottom" json:"bottom"`
	Side   string `yaml:"side" json:"side"`
}

// DefaultUI is the look of a super-app that says nothing of its own.
func DefaultUI() UI {
	return UI{
		Mode: ModeAuto, Frame: FrameAuto,
		Launcher:  LauncherUI{Layout: LayoutGrid, Search: true, Scan: true, Recent: DefaultRecentPrograms, Favourites: true},
		Loading:   Screen{Show: true, Indicator: IndicatorBar},
		Failure:   Screen{Show: true, Retry: true, Details: true},
		Opening:   Screen{Duration: 1200 * time.Millisecond, Indicator: IndicatorNone},
		Animation: Animation{Open: AnimationSlide, Close: AnimationSlide, Duration: DefaultAnimationTime},
		Capsule: Capsule{
			Position: PositionRight, Top: DefaultCapsuleTop, Side: DefaultCapsuleSide, Width: DefaultCapsuleWidth, Height: DefaultCapsuleHeight,
			Radius: DefaultCapsuleRadius, BorderWidth: DefaultCapsuleBorder, IconSize: DefaultCapsuleIcon, Divider: true,
			Show: []string{CapsuleMore, CapsuleClose},
		},
		Navigation: Navigation{Height: DefaultNavigation, TitleAlign: AlignCentre, TitleSize: DefaultTitleSize, TitleWeight: 600, Back: true, Home: true},
		Watermark:  Watermark{Opacity: DefaultMarkOpacity, Size: DefaultMarkSize, Angle: DefaultMarkAngle, Gap: DefaultMarkGap},
		Float:      Float{Show: true, Bottom: 120, Side: PositionRight},
	}
}

// Picture is a file that the look names: Name is its place, such as "ui.capsule.more_icon".
type Picture struct {
	Name string
	Keys []string // from the top of superapp.yaml; the index of an entry of a list is a number
	File *string  // the path as it is written; "" if there is none
}

// Pictures lists every file that the branding and the look name, the logo aside.
func (c *Config) Pictures() []Picture {
	u := &c.UI
	list := []Picture{
		{"font", []string{"branding", "font_file"}, &c.Branding.FontFile},
		{"launcher", []string{"ui", "launcher", "background"}, &u.Launcher.Background},
		{"opening", []string{"ui", "opening", "picture"}, &u.Opening.Picture},
		{"loading", []string{"ui", "loading", "picture"}, &u.Loading.Picture},
		{"failure", []string{"ui", "failure", "picture"}, &u.Failure.Picture},
		{"opening-dark", []string{"ui", "opening", "dark", "picture"}, &u.Opening.Dark.Picture},
		{"loading-dark", []string{"ui", "loading", "dark", "picture"}, &u.Loading.Dark.Picture},
		{"failure-dark", []string{"ui", "failure", "dark", "picture"}, &u.Failure.Dark.Picture},
		{"navigation-back", []string{"ui", "navigation", "back_icon"}, &u.Navigation.BackIcon},
		{"navigation-home", []string{"ui", "navigation", "home_icon"}, &u.Navigation.HomeIcon},
	}
	icons := func(prefix string, keys []string, more, shut, home *string) {
		for _, i := range []struct {
			key  string
			file *string
		}{{"more_icon", more}, {"close_icon", shut}, {"home_icon", home}} {
			list = append(list, Picture{prefix + i.key, append(append([]string{"ui", "capsule"}, keys...), i.key), i.file})
		}
	}
	icons("capsule-", nil, &u.Capsule.MoreIcon, &u.Capsule.CloseIcon, &u.Capsule.HomeIcon)
	icons("capsule-light-", []string{"light"}, &u.Capsule.Light.MoreIcon, &u.Capsule.Light.CloseIcon, &u.Capsule.Light.HomeIcon)
	icons("capsule-dark-", []string{"dark"}, &u.Capsule.Dark.MoreIcon, &u.Capsule.Dark.CloseIcon, &u.Capsule.Dark.HomeIcon)
	for i := range u.Menu.Items {
		n := strconv.Itoa(i)
		list = append(list, Picture{"menu-" + n, []string{"ui", "menu", "items", n, "icon"}, &u.Menu.Items[i].Icon})
	}
	return list
}

// Look is a copy of what Pictures points into: its branding and look may be changed.
func (c *Config) Look() *Config {
	out := &Config{Name: c.Name, Branding: c.Branding, UI: c.UI, Dir: c.Dir, File: c.File}
	out.UI.Menu.Items = append([]MenuItem(nil), c.UI.Menu.Items...)
	out.Branding.Title = maps.Clone(c.Branding.Title)
	return out
}
