// Package message is the serialisable conversation between a mini-program's actor and its kernel. The actor runs in the
// host's process (isolation: shared) or in a child of the same binary (isolation: process); both transports carry these
// values and nothing else, so everything here marshals to JSON (attachments travel beside it, as pdk.Payload does).
//
// It is a leaf: data only.
package message

import (
	"encoding/json"

	"github.com/dougong-dev/dougong/core/miniapp/program"
	"github.com/dougong-dev/dougong/core/miniapp/view"
	"github.com/dougong-dev/dougong/pdk/go"
)

// ToActor is a message to the actor; exactly one field is set.
type ToActor struct {
	Open   *Open             `json:"open,omitempty"`
	Event  *view.ClientEvent `json:"event,omitempty"`
	Reply  *Reply            `json:"reply,omitempty"`  // answer to an asynchronous Call
	Task   *TaskEvent        `json:"task,omitempty"`   // event of a running task or capability
	Answer *Answer           `json:"answer,omitempty"` // of the shell or client to an Ask
	Route  *Route            `json:"route,omitempty"`  // the user pressed back, a tab, home
	Show   *Launch           `json:"show,omitempty"`   // to the foreground again
	Hide   bool              `json:"hide,omitempty"`   // to the background
	Resize *Resize           `json:"resize,omitempty"`
	Custom *Custom           `json:"custom,omitempty"` // an event of the host app's own
	Script *view.ScriptCall  `json:"script,omitempty"` // a template script in the client calls
	Update string            `json:"update,omitempty"` // UpdateReady or UpdateFailed: a version other than the one that runs
	Resume bool              `json:"resume,omitempty"` // a client (re)connected: send everything again
	Close  bool              `json:"close,omitempty"`
	Audit  bool              `json:"audit,omitempty"` // for tools: report events that no method handles, as errors with IDHandlerMissing
	// Package tells how far a Fetch is.
	Package *Package `json:"package,omitempty"`
}

// IDHandlerMissing is the id of an Error that says that an event is bound to a method which its component does not have.
const IDHandlerMissing = "handler-missing"

// What became of a new version while the mini-program runs, for wx.getUpdateManager.
const (
	UpdateReady  = "ready"  // AskApplyUpdate goes over to it; opening anew does too
	UpdateFailed = "failed" // it could not be used and was taken back
)

// FromActor is a message from the actor; exactly one field is set.
type FromActor struct {
	Stack  *Stack      `json:"stack,omitempty"`
	Patch  *view.Patch `json:"patch,omitempty"`
	Call   *Call       `json:"call,omitempty"`
	Ask    *Ask        `json:"ask,omitempty"`
	Log    *Log        `json:"log,omitempty"`
	Error  *Error      `json:"error,omitempty"`
	Ready  *Ready      `json:"ready,omitempty"` // a page has run onReady
	Idle   *Idle       `json:"idle,omitempty"`
	Closed *Closed     `json:"closed,omitempty"`
	Exit   *Exit       `json:"exit,omitempty"` // what pages want to find again
	// Fetch asks the kernel for a subpackage; Package messages answer it.
	Fetch *Fetch `json:"fetch,omitempty"`
}

// Launch says how the mini-program is entered.
type Launch struct {
	Path     string            `json:"path"` // without leading slash; "" is the entry page
	Query    map[string]string `json:"query,omitempty"`
	Scene    int               `json:"scene"` // WeChat scene value, 1001 by default
	Referrer json.RawMessage   `json:"referrer,omitempty"`
	Embedded bool              `json:"embedded,omitempty"` // opened over the mini-program that opens it, which stays
	// Pages brings back a page stack, bottom first, with the page on top last: each is opened anew by its query. Path and
	// Query are then those of the page on top. What is no page any more is left out.
	Pages []Spot `json:"pages,omitempty"`
	// Exits are what pages left behind when the mini-program ended before: a page that opens gets the first of its path.
	Exits []ExitState `json:"exits,omitempty"`
}

// Exit tells what the open pages leave behind; each message takes the place of the one before.
type Exit struct {
	Pages []ExitState `json:"pages"` // those that leave something
}

// ExitState is what a page returned from onSaveExitState.
type ExitState struct {
	Page    int             `json:"page,omitempty"` // its number in this session
	Path    string          `json:"path"`
	Data    json.RawMessage `json:"data"`
	Expires int64           `json:"expires"` // milliseconds since the epoch
}

// Spot is where a user was: a page and how far it was scrolled. An empty path is the entry page.
type Spot struct {
	Path   string            `json:"path"`
	Query  map[string]string `json:"query,omitempty"`
	Scroll float64           `json:"scroll,omitempty"`
	Views  map[string]Offset `json:"views,omitempty"` // of its scroll-views, by id
}

// Offset is how far a scroll-view was scrolled.
type Offset struct {
	Left float64 `json:"left,omitempty"`
	Top  float64 `json:"top,omitempty"`
}

// Open starts the mini-program. It is the first message.
type Open struct {
	Launch Launch          `json:"launch"`
	User   string          `json:"user"`
	System json.RawMessage `json:"system"` // what wx.getSystemInfoSync returns, from the host
	APIs   []API           `json:"apis"`   // capability methods injected as wx.* / ft.*
	// Env is the mini-program's: EnvDevelop, EnvTrial or EnvRelease; "" is EnvRelease.
	Env string `json:"env,omitempty"`
	// Idle asks the actor for Idle messages.
	Idle bool `json:"idle,omitempty"`
	// ClientScripts says that the client runs template scripts: view.PageOptions.
	ClientScripts bool `json:"clientScripts,omitempty"`
	// Absent are the roots of the subpackages that have to be fetched before they can be read.
	Absent []string `json:"absent,omitempty"`
}

// What wx.getAccountInfoSync says that a mini-program is, in WeChat's words.
const (
	EnvDevelop = "develop" // its author's folder
	EnvTrial   = "trial"
	EnvRelease = "release"
)

// Fetch asks for a subpackage by its root.
type Fetch struct {
	Root string `json:"root"`
}

// Package is how far a Fetch is. The last one is Ready, or has an Error.
type Package struct {
	Root  string `json:"root"`
	Done  int64  `json:"done"` // bytes
	Total int64  `json:"total"`
	Ready bool   `json:"ready,omitempty"`
	Error string `json:"error,omitempty"`
}

// API is an injected name.
type API struct {
	Name       string `json:"name"` // "wx.getStorage"
	Capability string `json:"capability"`
	Method     string `json:"method"`
	// Mode is a contract.Mode; or "on" or "off": the name subscribes to, unsubscribes from, the capability's event that
	// Method names. Such events come as a TaskEvent with Task 0.
	Mode string `json:"mode"`
	// Args names the parameters that a call of the sync form gives by position; empty: one object.
	Args []string `json:"args,omitempty"`
	// Returns is the result's field that the sync form returns bare; empty: the whole result.
	Returns string `json:"returns,omitempty"`
	// Missing is what the sync form returns instead of failing with pdk.CodeNotFound; empty: it throws.
	Missing json.RawMessage `json:"missing,omitempty"`
	// Task handle: method names, and subscribe names ("onProgressUpdate") by event.
	TaskMethods []string          `json:"taskMethods,omitempty"`
	TaskEvents  map[string]string `json:"taskEvents,omitempty"`
	TaskUntil   string            `json:"taskUntil,omitempty"`
	// TaskSync: the call that starts the task, and its methods, are answered before the mini-program goes on. TaskForms say
	// what methods take by position and return.
	TaskSync  bool                `json:"taskSync,omitempty"`
	TaskForms map[string]TaskForm `json:"taskForms,omitempty"`
	// Vendor: the name is of a vendor's own contract, so that wx.invokeNativePlugin reaches it too.
	Vendor bool `json:"vendor,omitempty"`
	// Details are what wx.canIUse knows beyond the name: "object.url", "object.method.GET", "success.data".
	Details []string `json:"details,omitempty"`
}

// TaskForm is how a method of a task with TaskSync is called: as Args and Returns of an API.
type TaskForm struct {
	Args    []string `json:"args,omitempty"`
	Returns string   `json:"returns,omitempty"`
}

// Call is a capability call by the mini-program. Sync calls are answered by the transport before the actor goes on;
// others by a Reply with the same ID.
type Call struct {
	ID         uint64      `json:"id"`
	Capability string      `json:"capability"`
	Method     string      `json:"method"`
	Page       string      `json:"page"`
	Sync       bool        `json:"sync,omitempty"`
	Task       uint64      `json:"task,omitempty"`    // the task a task method belongs to; for a task start equal to ID
	Until      string      `json:"until,omitempty"`   // of a task start: the event that ends the task; empty: the Reply does
	Timeout    int         `json:"timeout,omitempty"` // milliseconds until the answer must be there; 0: no deadline
	Payload    pdk.Payload `json:"payload"`
}

// Reply answers a Call.
type Reply struct {
	ID      uint64      `json:"id"`
	Payload pdk.Payload `json:"payload"`
	Error   *pdk.Error  `json:"error,omitempty"`
}

// TaskEvent is an event of a task that a Call started or, if Task is 0, of a capability.
type TaskEvent struct {
	Task uint64 `json:"task"`
	// Capability is set if Task is 0.
	Capability string `json:"capability,omitempty"`

	Name    string      `json:"name"`
	Payload pdk.Payload `json:"payload"`
	Final   bool        `json:"final,omitempty"`
}

// Ask requests something of whoever shows the mini-program: UI (toast, modal, actionSheet, loading …), geometry
// (query, intersection observers) or navigation out of the mini-program. ID 0 wants no answer.
type Ask struct {
	ID   uint64          `json:"id"`
	Page int             `json:"page"`
	Kind string          `json:"kind"` // an Ask constant
	Args json.RawMessage `json:"args,omitempty"`
}

// Answer answers an Ask. Error is empty on success; a canceled dialog is a success that says so.
type Answer struct {
	ID     uint64          `json:"id"`
	Result json.RawMessage `json:"result,omitempty"`
	Error  string          `json:"error,omitempty"`
}

// Custom is an event of the host app, for ft.onCustomEvent and ft.addCustomEventListener.
type Custom struct {
	Event string          `json:"event"`
	Data  json.RawMessage `json:"data,omitempty"`
}

// Route is the user's own navigation through the shell.
type Route struct {
	// Kind is "back", "home" or "switchTab" by the shell; "navigate", "redirect", "switchTab" or "reLaunch" by a
	// <navigator>, whose url is Path.
	Kind string `json:"kind"`
	Path string `json:"path,omitempty"`
	// Delta is how many pages "back" goes, default 1.
	Delta int `json:"delta,omitempty"`
}

// Size is the window's size in CSS pixels, with that of the status bar which the shell draws over it.
type Size struct {
	Width     int `json:"width"`
	Height    int `json:"height"`
	StatusBar int `json:"statusBar"`
}

// Resize is a window of another size.
type Resize struct {
	Size
	// System is what the host says of the system now, as in Open; what it leaves out is as before.
	System json.RawMessage `json:"system,omitempty"`
}

// Stack is the page stack after a navigation, bottom first, with all that the shell shows around a page.
type Stack struct {
	Pages []Page `json:"pages"`
	// Kept lists the pages that live on without being in the stack (the other tabs); their trees get patches and must
	// be kept. A page that is neither in Pages nor here is gone.
	Kept     []int           `json:"kept,omitempty"`
	Action   string          `json:"action"` // "launch", "push", "pop", "replace", "tab", "relaunch", "update"
	TabBar   *program.TabBar `json:"tabBar,omitempty"`
	TabState *TabState       `json:"tabState,omitempty"`
	// Dark says that the mini-program has a dark theme: the client reports PageTheme, and built-in components follow the theme.
	Dark bool `json:"dark,omitempty"`
	// Style is the look of the built-in components, program.App's.
	Style string `json:"style,omitempty"`
}

// TabState is what the mini-program set on its tab bar at run time. TabBar has texts, icons and colours merged already.
type TabState struct {
	Hidden bool `json:"hidden,omitempty"`
	// Badges and RedDots go by index into TabBar.List.
	Badges  map[int]string `json:"badges,omitempty"`
	RedDots map[int]bool   `json:"redDots,omitempty"`
}

// Page is one page of the stack.
type Page struct {
	ID   int    `json:"id"`
	Path string `json:"path"`
	// Query is what the page was opened with.
	Query  map[string]string `json:"query,omitempty"`
	Window program.Window    `json:"window"` // app, page and run-time settings merged
	Tab    bool              `json:"tab,omitempty"`
	// Loading is true while the navigation bar shows its spinner.
	Loading bool `json:"loading,omitempty"`
	// Scrolls and Reaches say that the page handles onPageScroll and onReachBottom, so that a client need not report
	// what nobody listens to. Refreshes: pulling down refreshes. Shares: the menu may offer to forward the page.
	Scrolls   bool `json:"scrolls,omitempty"`
	Reaches   bool `json:"reaches,omitempty"`
	Refreshes bool `json:"refreshes,omitempty"`
	Shares    bool `json:"shares,omitempty"`
	// Timeline: the menu may offer to show the page to everybody.
	Timeline bool `json:"timeline,omitempty"`
}

// Log is a console call.
type Log struct {
	Level   string `json:"level"`
	Message string `json:"message"`
	File    string `json:"file,omitempty"`
	Line    int    `json:"line,omitempty"`
	Column  int    `json:"column,omitempty"`
}

// Error is a failure in the mini-program or in running it.
type Error struct {
	ID      string `json:"id"`     // stable: "script-throw", "page-missing", "turn-timeout" …
	Origin  string `json:"origin"` // app, engine, unsupported or network
	Message string `json:"message"`
	Page    string `json:"page,omitempty"`
	File    string `json:"file,omitempty"` // source file, through source maps
	Line    int    `json:"line,omitempty"`
	Column  int    `json:"column,omitempty"`
	Hint    string `json:"hint,omitempty"`
	Stack   string `json:"stack,omitempty"`
	Frame   string `json:"frame,omitempty"` // the place in its source, if that is at hand
}

// Ready says that a page has run onLoad, onShow and onReady.
type Ready struct {
	Page  int    `json:"page"`
	Path  string `json:"path"`
	Nodes int    `json:"nodes"`
}

// Idle says that the actor has nothing left to do: no message waits, no call or ask is under way (observers and open
// tasks apart). It is sent if Open asked for it, each time the actor comes to rest.
type Idle struct {
	// Next is in how many milliseconds the next timer is due; -1 if there is none.
	Next int `json:"next"`
	// Seen is how many messages from outside (not answers to calls) the actor has handled; Open is the first.
	Seen int `json:"seen"`
}

// Closed is the actor's last message. Error is set if it did not end by itself.
type Closed struct {
	Error *Error `json:"error,omitempty"`
}
