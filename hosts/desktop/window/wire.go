// Package window is one window of the desktop host in a process of its own: the system's web view, which shows one page of the
// web host and nothing else. The host starts its own program again for it and speaks to it in lines of JSON.
//
//	window.Main() // first in main: returns unless this process is a window
//	w, err := window.Start(ctx, window.Open{URL: url, Title: "Shop"}, func(e window.Event) { … })
//
// A process for each window, because the web view library has one main loop that ends with the first window that is closed,
// wants the main thread, and takes the whole program with it when the system's library fails. The package must not know
// mini-programs.
package window

import (
	"encoding/json"
	"slices"
)

// MaxLine bounds a message between host and window, in bytes: an icon is the largest.
const MaxLine = 4 << 20

// Open is the first thing that a window is told.
type Open struct {
	// URL is the page; it is passed over the pipe because it holds the token.
	URL   string `json:"url"`
	Title string `json:"title"`
	// Class groups windows on the desktop: those of one class are one entry of a task bar.
	Class  string `json:"class,omitempty"`
	Width  int    `json:"width"`
	Height int    `json:"height"`
	// Icon is a picture's bytes; may be nil.
	Icon []byte `json:"icon,omitempty"`
	// Data is the folder of what the page keeps and of its cache, for this window's page alone; "": nothing outlives the window.
	Data string `json:"data,omitempty"`
	Stay
	// Crashed has the window begin with the page that says so and offers to load URL again.
	Crashed bool `json:"crashed,omitempty"`
}

// Stay says where pages may go; another one may come while the window is open.
type Stay struct {
	// Stays has the window's page and its frames go nowhere but to the origin of URL and to Hosts, whatever a page tries, and
	// saves nothing that a page of another origin gives.
	Stays bool `json:"stays,omitempty"`
	// Hosts are such as map.example, *.map.example:8443 or http://10.0.0.5:*; https unless they say otherwise.
	Hosts []string `json:"hosts,omitempty"`
}

// Equal tells whether pages may go to the same places.
func (s Stay) Equal(other Stay) bool {
	return s.Stays == other.Stays && slices.Equal(s.Hosts, other.Hosts)
}

// Pick has the user pick files in the system's own dialog.
type Pick struct {
	ID    uint64 `json:"id"`
	Title string `json:"title"`
	Count int    `json:"count,omitempty"`
	// Patterns are such as *.pdf; none: any file.
	Patterns []string `json:"patterns,omitempty"`
	// Save asks where to save a file that is to be called Name, in place of picking one that is there.
	Save bool   `json:"save,omitempty"`
	Name string `json:"name,omitempty"`
}

// Picked answers a Pick. No file means that the user canceled.
type Picked struct {
	ID    uint64   `json:"id"`
	Files []string `json:"files"`
}

// Order is what the host tells a window; exactly one field is set.
type Order struct {
	Open    *Open `json:"open,omitempty"`
	Present bool  `json:"present,omitempty"`
	Close   bool  `json:"close,omitempty"`
	Pick    *Pick `json:"pick,omitempty"`
	// Stay takes the place of that in Open.
	Stay *Stay `json:"stay,omitempty"`
	// Unpick closes the dialog of the Pick with this ID: nobody waits for its answer any more.
	Unpick uint64 `json:"unpick,omitempty"`
	// Run evaluates a script in the page. It is for measuring the bridge alone.
	Run string `json:"run,omitempty"`
}

// Size of a window, in CSS pixels.
type Size struct {
	Width  int `json:"width"`
	Height int `json:"height"`
}

// Event is what a window tells the host; exactly one field is set.
type Event struct {
	// Engine is said once, when the window is there: the web view's name and version.
	Engine string `json:"engine,omitempty"`
	// Size is said when the user has given the window another size.
	Size *Size `json:"size,omitempty"`
	// Terminated says why the page's process ended; the window shows a page that says so.
	Terminated string  `json:"terminated,omitempty"`
	Picked     *Picked `json:"picked,omitempty"`
	// Refused is where a page of a window that stays wanted to go, or what it wanted to save: scheme and host alone.
	Refused string `json:"refused,omitempty"`
	// Presented answers each order to present. A window that is closing says nothing: it has not come to the front.
	Presented bool `json:"presented,omitempty"`
	// Closed is the last: the user, or the host, closed the window.
	Closed bool `json:"closed,omitempty"`
	// Lost is the last in place of Closed: the process ended without a word. It is made by the host's side.
	Lost string `json:"-"`
}

// decode reads a line of the other side.
func decode[T any](line []byte) (out T, err error) {
	err = json.Unmarshal(line, &out)
	return out, err
}
