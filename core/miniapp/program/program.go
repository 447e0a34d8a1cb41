// Package program is a compiled mini-program as the runtime reads it: configuration, page and component definitions,
// scripts, styles and assets, out of a bundle (.dgm) or straight from a development build in memory.
//
// It is a leaf: it must not know the compiler that wrote it nor the realm and renderer that run it. A Program is
// read-only once loaded and may be shared by any number of running instances.
package program

// FormatVersion of the files below that the compiler writes.
const FormatVersion = 1

// File names inside a bundle. Everything else at the top keeps the project's own paths.
const (
	// ManifestFile is the W3C MiniApp manifest.
	ManifestFile = "manifest.json"
	// AppFile is the compiled app.json: App as JSON.
	AppFile = "_dougong/app.json"
	// ComponentDir holds one JSON file per page and component: Component, at ComponentDir/<path>.json.
	ComponentDir = "_dougong/components"
	// TemplateDir holds template.File as JSON, at TemplateDir/<path>.json, <path> with its .wxml ending.
	TemplateDir = "_dougong/templates"
	// StyleDir holds Style as JSON, at StyleDir/<path>.json, <path> without ending: "app", "pages/index/index".
	StyleDir = "_dougong/styles"
	// ScriptDir holds CommonJS modules, at ScriptDir/<path>.js, each with its source map at <path>.js.map.
	ScriptDir = "_dougong/scripts"
	// WXSDir holds compiled template scripts, at WXSDir/<path>.js, <path> with its .wxs ending. They are CommonJS: bodies of
	// a function of require, module, exports, getRegExp and getDate; lines and columns are the author's.
	WXSDir = "_dougong/wxs"
)

// H5Dir holds the pages of the web of an H5 app, in its bundle.
const H5Dir = "h5"

// DialectAlipay is App.Dialect of a project written for Alipay: its component model, its events, my instead of wx.
const DialectAlipay = "alipay"

// App is the merged and checked app.json.
type App struct {
	Format      int          `json:"format"`
	ID          string       `json:"id"` // project.config.json appid, or derived from the folder's name
	Name        string       `json:"name"`
	Version     string       `json:"version"`
	Dialect     string       `json:"dialect,omitempty"` // "" is WeChat's; DialectAlipay
	Pages       []string     `json:"pages"`             // all of them, subpackages included; the first is the entry
	Window      Window       `json:"window"`
	TabBar      *TabBar      `json:"tabBar,omitempty"`
	SubPackages []SubPackage `json:"subPackages,omitempty"`
	// Preload maps pages to the packages that are fetched once the page is shown (preloadRule).
	Preload map[string]Preload `json:"preload,omitempty"`
	// Plugins are the mini-program plugins that app.json names.
	Plugins []Plugin `json:"plugins,omitempty"`
	// Ext is the ext of ext.json, for wx.getExtConfig.
	Ext map[string]any `json:"ext,omitempty"`
	// Workers is the folder of worker scripts; "" if there is none.
	Workers string `json:"workers,omitempty"`
	// Using maps tags to component paths for every page and component (app.json usingComponents).
	Using map[string]string `json:"using,omitempty"`
	// Scripts lists every CommonJS module of the bundle by path without the .js ending, in source order.
	Scripts []string `json:"scripts"`
	// TemplateScripts lists every WXS module by path with its ending.
	TemplateScripts []string `json:"templateScripts,omitempty"`
	// NetworkTimeout is in milliseconds by kind: request, connectSocket, uploadFile, downloadFile.
	NetworkTimeout map[string]int `json:"networkTimeout,omitempty"`
	// ExtAPIs are the vendors' APIs that the mini-program declares in FinClipConf.js.
	ExtAPIs []ExtAPI `json:"extApis,omitempty"`
	// Permission maps scopes to what the mini-program says it needs them for.
	Permission map[string]string `json:"permission,omitempty"`
	// Config is app.json as written, for keys that the runtime does not interpret.
	Config map[string]any `json:"config,omitempty"`
	// Broken maps files that did not compile to the first thing wrong with them; opening a page that uses one reports it.
	Broken map[string]Diagnostic `json:"broken,omitempty"`
	// BrokenApp names the entries of Broken that every page needs: app.js and what it requires, app.wxss.
	BrokenApp []string `json:"brokenApp,omitempty"`
	// DarkMode says that the program has a dark theme. One without is light whatever the system is.
	DarkMode bool `json:"darkMode,omitempty"`
	// Style is the version of the built-in components' look: StyleV2, anything else is the first.
	Style string `json:"style,omitempty"`
}

// StyleV2 is the second look of the built-in components, which every template of the developer tools asks for.
const StyleV2 = "v2"

// Plugin is an entry of app.json's plugins: code of somebody else's, in a folder of its own.
type Plugin struct {
	Name     string `json:"name"` // what the mini-program calls it: plugin://<name>/…
	Provider string `json:"provider"`
	Version  string `json:"version,omitempty"`
	// Root is the folder of its files in the bundle; "" if it is not in the bundle.
	Root string `json:"root,omitempty"`
	// Pages maps the names of its pages to their paths in the bundle, Components those of its public components.
	Pages      map[string]string `json:"pages,omitempty"`
	Components map[string]string `json:"components,omitempty"`
	// Main is the script that requirePlugin gives, Export the mini-program's that requireMiniProgram gives to the plugin.
	Main   string `json:"main,omitempty"`
	Export string `json:"export,omitempty"`
}

// ExtAPI is an entry of FinClip's extApi list: the mini-program calls ft.<name>.
type ExtAPI struct {
	Name string `json:"name"`
	Sync bool   `json:"sync,omitempty"` // it returns its result and throws, instead of calling back
}

// Window is the window section, of app.json or of one page (page.json overrides field by field; nil = not set).
type Window struct {
	NavigationBarBackgroundColor *string `json:"navigationBarBackgroundColor,omitempty"`
	NavigationBarTextStyle       *string `json:"navigationBarTextStyle,omitempty"`
	NavigationBarTitleText       *string `json:"navigationBarTitleText,omitempty"`
	NavigationStyle              *string `json:"navigationStyle,omitempty"`
	HomeButton                   *bool   `json:"homeButton,omitempty"`
	BackgroundColor              *string `json:"backgroundColor,omitempty"`
	BackgroundTextStyle          *string `json:"backgroundTextStyle,omitempty"`
	BackgroundColorTop           *string `json:"backgroundColorTop,omitempty"`
	BackgroundColorBottom        *string `json:"backgroundColorBottom,omitempty"`
	EnablePullDownRefresh        *bool   `json:"enablePullDownRefresh,omitempty"`
	OnReachBottomDistance        *int    `json:"onReachBottomDistance,omitempty"` // CSS pixels, default 50
	DisableScroll                *bool   `json:"disableScroll,omitempty"`
	PageOrientation              *string `json:"pageOrientation,omitempty"`
	// RestartStrategy "homePageAndLatestPage": who left from this page finds it again above the entry page.
	RestartStrategy *string `json:"restartStrategy,omitempty"`
	// Dark is what the dark theme says otherwise: fields that theme.json gives.
	Dark *WindowColors `json:"dark,omitempty"`
}

// WindowColors are the fields of a Window that a theme may set.
type WindowColors struct {
	NavigationBarBackgroundColor *string `json:"navigationBarBackgroundColor,omitempty"`
	NavigationBarTextStyle       *string `json:"navigationBarTextStyle,omitempty"`
	BackgroundColor              *string `json:"backgroundColor,omitempty"`
	BackgroundTextStyle          *string `json:"backgroundTextStyle,omitempty"`
	BackgroundColorTop           *string `json:"backgroundColorTop,omitempty"`
	BackgroundColorBottom        *string `json:"backgroundColorBottom,omitempty"`
}

// Colors are the window's fields that a theme may set.
func (w Window) Colors() WindowColors {
	return WindowColors{
		NavigationBarBackgroundColor: w.NavigationBarBackgroundColor, NavigationBarTextStyle: w.NavigationBarTextStyle,
		BackgroundColor: w.BackgroundColor, BackgroundTextStyle: w.BackgroundTextStyle,
		BackgroundColorTop: w.BackgroundColorTop, BackgroundColorBottom: w.BackgroundColorBottom,
	}
}

// TabBarColors are the fields of a TabBar that a theme may set; of the tabs, the icons.
type TabBarColors struct {
	Color           string    `json:"color,omitempty"`
	SelectedColor   string    `json:"selectedColor,omitempty"`
	BackgroundColor string    `json:"backgroundColor,omitempty"`
	BorderStyle     string    `json:"borderStyle,omitempty"`
	List            []TabItem `json:"list"`
}

// Colors are the bar's fields that a theme may set.
func (t TabBar) Colors() TabBarColors {
	return TabBarColors{Color: t.Color, SelectedColor: t.SelectedColor, BackgroundColor: t.BackgroundColor, BorderStyle: t.BorderStyle, List: t.List}
}

// TabBar is app.json's tabBar.
type TabBar struct {
	Color           string    `json:"color,omitempty"`
	SelectedColor   string    `json:"selectedColor,omitempty"`
	BackgroundColor string    `json:"backgroundColor,omitempty"`
	BorderStyle     string    `json:"borderStyle,omitempty"` // "black" or "white"
	Position        string    `json:"position,omitempty"`    // "bottom" or "top"
	Custom          bool      `json:"custom,omitempty"`
	List            []TabItem `json:"list"`
	// Dark is the bar in the dark theme, whole; nil if it is the same.
	Dark *TabBarColors `json:"dark,omitempty"`
}

// TabItem is one tab. Icon paths are bundle paths.
type TabItem struct {
	PagePath         string `json:"pagePath"`
	Text             string `json:"text"`
	IconPath         string `json:"iconPath,omitempty"`
	SelectedIconPath string `json:"selectedIconPath,omitempty"`
}

// SubPackage is one entry of app.json's subPackages. Pages are full paths.
type SubPackage struct {
	Root        string   `json:"root"`
	Name        string   `json:"name,omitempty"`
	Pages       []string `json:"pages"`
	Independent bool     `json:"independent,omitempty"`
	// Entry is the script that runs before anything else of the package; "" if it names none.
	Entry string `json:"entry,omitempty"`
	// File is where the package's files are packed, with their size and digest; "" if they lie among the others.
	File   string `json:"file,omitempty"`
	Size   int64  `json:"size,omitempty"`
	SHA256 string `json:"sha256,omitempty"` // lower-case hex
}

// Preload is one entry of app.json's preloadRule.
type Preload struct {
	Packages []string `json:"packages"` // roots
	// Metered lets the packages be fetched where traffic costs something ("network": "all").
	Metered bool `json:"metered,omitempty"`
}

// Component is the compiled json of a page or component.
type Component struct {
	Path string `json:"path"` // without ending: "pages/index/index", "miniprogram_npm/@vant/weapp/button/index"
	Page bool   `json:"page"` // listed in app.json pages
	// Using maps tags to component paths: own usingComponents over the app's.
	Using map[string]string `json:"using,omitempty"`
	// Placeholders and Generics are componentPlaceholder and componentGenerics (name → default component path or "").
	Placeholders map[string]string `json:"placeholders,omitempty"`
	Generics     map[string]string `json:"generics,omitempty"`
	// StyleIsolation of the json file; options in the script override it.
	StyleIsolation string `json:"styleIsolation,omitempty"`
	Window         Window `json:"window"`
	Template       string `json:"template"`        // key under TemplateDir; "" if it has none
	Style          string `json:"style,omitempty"` // key under StyleDir; "" if it has none
	Script         string `json:"script"`          // key under ScriptDir; "" if it has none
	// Broken names the entries of App.Broken that this page or component itself needs: its own files and what they
	// include, import and require. Those of the components it uses are theirs; Program.Check gathers them.
	Broken []string `json:"broken,omitempty"`
}

// Style is one compiled WXSS file with its imports inlined.
//
// Class names of a component's style are prefixed "<ScopeID>--", page and app styles are left as they are; the renderer
// rewrites class attributes to match. The tag selector "page" is "dg-page", a built-in tag x is "dg-x", ":host" is
// ".<ScopeID>--host", and n rpx is n/7.5 vw.
type Style struct {
	Path    string `json:"path"`
	ScopeID string `json:"scope,omitempty"`
	CSS     string `json:"css"`
	// Fonts are the @font-face rules: they only work at document level, so they are kept apart.
	Fonts []string `json:"fonts,omitempty"`
}

// Diagnostic is what is wrong with a source file, and how to mend it.
type Diagnostic struct {
	ID       string `json:"id"`       // stable: "wxml-unclosed-tag"
	Severity string `json:"severity"` // "error" or "warning"
	Message  string `json:"message"`
	File     string `json:"file"`
	Line     int    `json:"line"`   // from 1; 0 if unknown
	Column   int    `json:"column"` // from 1; 0 if unknown
	Hint     string `json:"hint,omitempty"`
	Frame    string `json:"frame,omitempty"` // the place in its source: numbered lines, and a mark below the last
}
