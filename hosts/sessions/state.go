package sessions

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"unicode/utf8"
)

// Bounds of what is kept for a user.
const (
	MaxApps  = 64
	MaxPages = 10
	maxFile  = 1 << 20
	maxText  = 8 << 10 // a path, or a query's key or value
	maxQuery = 64      // keys
	maxExit  = 16 << 10
	// MaxViews is of how many scroll-views of a page it is kept how far they were scrolled.
	MaxViews  = 20
	maxViewID = 200
	version   = 1
)

// Spot is a page and how far it was scrolled.
type Spot struct {
	Path   string            `json:"path"`
	Query  map[string]string `json:"query,omitempty"`
	Scroll float64           `json:"scroll,omitempty"`
	// Exit is what the page wants to find again when it opens anew, and Expires until when, in milliseconds since the epoch.
	Exit    json.RawMessage `json:"exit,omitempty"`
	Expires int64           `json:"expires,omitempty"`
	// Latest: the user closed the mini-program on this page, which is opened again all the same, above the entry page.
	Latest bool `json:"latest,omitempty"`
	// Views are how far its scroll-views were scrolled, by their ids.
	Views map[string]Offset `json:"views,omitempty"`
}

// Offset is how far a scroll-view was scrolled.
type Offset struct {
	Left float64 `json:"left,omitempty"`
	Top  float64 `json:"top,omitempty"`
}

// Set notes where a scroll-view of the page is; one that is too many, or whose id is too long, is not noted.
func (p *Spot) Set(id string, at Offset) {
	_, known := p.Views[id]
	if id == "" || len(id) > maxViewID || !utf8.ValidString(id) || !far(at.Left) || !far(at.Top) || !known && len(p.Views) >= MaxViews {
		return
	}
	views := maps.Clone(p.Views) // a copy of the page may be being written
	if views == nil {
		views = map[string]Offset{}
	}
	views[id] = at
	p.Views = views
}

// far tells whether a scroll-view can be scrolled that far; from right to left it is below 0.
func far(n float64) bool { return n > -1<<30 && n < 1<<30 }

// App is a mini-program that is open.
type App struct {
	ID    string `json:"id"`
	Pages []Spot `json:"pages"` // bottom first
	// Left: the user closed it. It begins anew, with what its pages find again.
	Left bool `json:"left,omitempty"`
	// Window says that it has a window of its own, where a host has those: it comes back with the host.
	Window bool `json:"window,omitempty"`
	// Opener is the mini-program that opened this one and that it goes back to.
	Opener string `json:"opener,omitempty"`
}

// State is what a user has open.
type State struct {
	Apps  []App  `json:"apps"`            // the one used last comes last
	Front string `json:"front,omitempty"` // which one the user looks at; "": none
	// Tries counts how often Front was brought back without having come up.
	Tries int `json:"tries,omitempty"`
}

// App finds a mini-program's state; nil if it is not open.
func (s *State) App(id string) *App {
	for i := range s.Apps {
		if s.Apps[i].ID == id {
			return &s.Apps[i]
		}
	}
	return nil
}

// Without is a copy of the state without a mini-program.
func (s *State) Without(id string) State {
	out := State{Front: s.Front, Tries: s.Tries}
	for _, a := range s.Apps {
		if a.ID != id {
			out.Apps = append(out.Apps, a)
		}
	}
	if out.Front == id {
		out.Front, out.Tries = "", 0
	}
	return out
}

// file is a state as it is written.
type file struct {
	Version int             `json:"version"`
	SHA256  string          `json:"sha256"` // of State's bytes
	State   json.RawMessage `json:"state"`
}

// encode writes a state. What goes past the bounds is left out.
func encode(s State) ([]byte, error) {
	s.Apps = trim(s.Apps)
	if s.App(s.Front) == nil {
		s.Front, s.Tries = "", 0
	}
	body, err := json.Marshal(s)
	if err != nil {
		return nil, err
	}
	return json.Marshal(file{Version: version, SHA256: digest(body), State: body})
}

func digest(body []byte) string {
	sum := sha256.Sum256(body)
	return hex.EncodeToString(sum[:])
}

// trim leaves out what a reader would refuse: a page that was opened by more than is kept, and those above it.
func trim(apps []App) []App {
	apps = apps[max(0, len(apps)-MaxApps):]
	out := make([]App, 0, len(apps))
	for _, a := range apps {
		pages := a.Pages[max(0, len(a.Pages)-MaxPages):]
		for i, p := range pages {
			if p.check() != nil {
				pages = pages[:i]
				break
			}
		}
		if a.ID != "" && len(a.ID) <= maxText {
			if len(a.Opener) > maxText {
				a.Opener = ""
			}
			a.Pages = pages
			out = append(out, a)
		}
	}
	return out
}

// Parse reads a state that a host wrote. The error says what is wrong, and where.
func Parse(data []byte) (State, error) {
	if len(data) > maxFile {
		return State{}, fmt.Errorf("%d bytes, expected at most %d", len(data), maxFile)
	}
	var f file
	if err := strictly(data, &f); err != nil {
		return State{}, err
	}
	if f.Version != version {
		return State{}, fmt.Errorf("version %d, expected %d: another version of the host wrote it", f.Version, version)
	}
	if got := digest(f.State); got != f.SHA256 {
		return State{}, fmt.Errorf("the digest of its content is %s, expected %.64q: it was cut off or changed", got, f.SHA256)
	}
	var s State
	if err := strictly(f.State, &s); err != nil {
		return State{}, err
	}
	return s, s.check()
}

// strictly reads one JSON value without fields that are not known.
func strictly(data []byte, into any) error {
	d := json.NewDecoder(bytes.NewReader(data))
	d.DisallowUnknownFields()
	if err := d.Decode(into); err != nil {
		return fmt.Errorf("not a saved state: %w (at byte %d)", err, d.InputOffset())
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return fmt.Errorf("more than one value: at byte %d", d.InputOffset())
	}
	return nil
}

func (s *State) check() error {
	if len(s.Apps) > MaxApps {
		return fmt.Errorf("%d mini-programs, expected at most %d", len(s.Apps), MaxApps)
	}
	seen := map[string]bool{}
	for i, a := range s.Apps {
		if a.ID == "" || len(a.ID) > maxText || seen[a.ID] {
			return fmt.Errorf("apps[%d].id is %.80q, expected one that is not empty and not there before", i, a.ID)
		}
		seen[a.ID] = true
		if len(a.Opener) > maxText {
			return fmt.Errorf("apps[%d].opener is %.80q, expected at most %d bytes", i, a.Opener, maxText)
		}
		if len(a.Pages) > MaxPages {
			return fmt.Errorf("apps[%d] has %d pages, expected at most %d", i, len(a.Pages), MaxPages)
		}
		for j, p := range a.Pages {
			if err := p.check(); err != nil {
				return fmt.Errorf("apps[%d].pages[%d]: %w", i, j, err)
			}
		}
	}
	if s.Front != "" && !seen[s.Front] {
		return fmt.Errorf("front is %.80q, which is not open", s.Front)
	}
	if s.Tries < 0 {
		return fmt.Errorf("tries is %d, expected 0 or more", s.Tries)
	}
	return nil
}

func (p *Spot) check() error {
	if p.Path == "" || !text(p.Path) {
		return fmt.Errorf("path is %.80q, expected one of at most %d bytes", p.Path, maxText)
	}
	if len(p.Query) > maxQuery {
		return fmt.Errorf("%d parameters, expected at most %d", len(p.Query), maxQuery)
	}
	size := 0
	for key, v := range p.Query {
		size += len(key) + len(v)
		if !text(key) || !text(v) || size > maxText {
			return fmt.Errorf("the query is larger than %d bytes", maxText)
		}
	}
	if len(p.Exit) > maxExit || p.Expires < 0 {
		return fmt.Errorf("%d bytes of exit state until %d, expected at most %d", len(p.Exit), p.Expires, maxExit)
	}
	if !(p.Scroll >= 0 && p.Scroll < 1<<30) {
		return fmt.Errorf("scroll is %v, expected 0 or more", p.Scroll)
	}
	if len(p.Views) > MaxViews {
		return fmt.Errorf("%d scroll-views, expected at most %d", len(p.Views), MaxViews)
	}
	for id, at := range p.Views {
		if id == "" || len(id) > maxViewID || !far(at.Left) || !far(at.Top) {
			return fmt.Errorf("the scroll-view %.80q is at %v, expected an id of at most %d bytes and numbers below 2^30", id, at, maxViewID)
		}
	}
	return nil
}

func text(s string) bool { return len(s) <= maxText && utf8.ValidString(s) }
