package desktop

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"sync"
	"time"

	"github.com/dougong-dev/dougong/core/miniapp/message"
	"github.com/dougong-dev/dougong/core/miniapp/webpolicy"
	"github.com/dougong-dev/dougong/hosts/crash"
	"github.com/dougong-dev/dougong/hosts/desktop/link"
	"github.com/dougong-dev/dougong/hosts/desktop/window"
	"github.com/dougong-dev/dougong/hosts/web"
)

// Bounds of what is done for a window whose process ends unexpectedly.
const (
	maxLosses  = 3
	lossWindow = time.Minute
)

// closing is how long windows have to close before they are killed.
const closing = 2 * time.Second

// errLost says that the last window was lost too often.
var errLost = errors.New("the window's process ended again and again; see the crash reports")

// deepLinkScene is WeChat's scene value of an entry from another app.
const deepLinkScene = 1069

func launchOf(l link.Link) message.Launch { return message.Launch{Path: l.Page, Scene: deepLinkScene} }

// name is a window: of a user and a mini-program, or of the launcher if both are empty. There is one launcher.
type name struct{ user, app string }

// handle is an open window.
type handle struct {
	name    name
	process *window.Process
	launch  message.Launch // it was opened with
	begun   time.Time
	engine  string
	stay    window.Stay
	// asked counts the orders to come to the front that it has not answered, and again is how the last of them enters.
	asked int
	again message.Launch
}

// pending is a file dialog that is open.
type pending struct {
	window *handle
	answer chan []string
}

// windows are the processes that show the host's pages.
type windows struct {
	config Config
	memory *memory

	// Told, without mu, that the windows of a user are others, and that all are about to be closed.
	changed func(user string)
	hold    func()

	mu      sync.Mutex
	lost    map[name]bool // lost too often to be shown again
	address *url.URL      // that logs in; nil before the host listens
	open    map[name]*handle
	losses  map[name][]time.Time
	picks   map[uint64]pending
	lastID  uint64
	ending  bool
	err     error
	empty   chan struct{} // closed when the last window is gone
	over    sync.Once
	running sync.WaitGroup
}

func newWindows(config Config) *windows {
	return &windows{
		config: config, memory: remember(config.Data), open: map[name]*handle{}, losses: map[name][]time.Time{},
		picks: map[uint64]pending{}, lost: map[name]bool{}, empty: make(chan struct{}), changed: func(string) {}, hold: func() {},
	}
}

// begin says where the host listens.
func (w *windows) begin(address string) {
	u, err := url.Parse(address)
	if err != nil {
		panic(err) // the web host made it
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.address = u
}

// Show implements web.Windows; no mini-program is the launcher.
func (w *windows) Show(user string, l web.LaunchApp) {
	n := name{user, l.App}
	if l.App == "" {
		n = name{}
	}
	defer w.changed(user)
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.ending || w.address == nil {
		return
	}
	delete(w.lost, n)
	launch := l.Launch
	if l.Session != "" {
		launch = message.Launch{} // it has been told
	}
	if h := w.open[n]; h != nil {
		h.asked++
		h.again = launch
		w.running.Go(func() { _ = h.process.Present() }) // one that is closing does not answer: see gone
		return
	}
	w.start(n, launch, false)
}

// start opens a window. The caller holds mu.
func (w *windows) start(n name, launch message.Launch, crashed bool) {
	order := w.order(n, launch, crashed)
	h := &handle{name: n, launch: launch, begun: time.Now(), stay: order.Stay}
	process, err := window.Start(order, func(e window.Event) { w.event(h, e) })
	if err != nil {
		w.config.Web.Log.Error("open a window", "error", err)
		w.err = err
		w.checkEmpty()
		return
	}
	h.process = process
	w.open[n] = h
}

// order is what a window is to show.
func (w *windows) order(n name, launch message.Launch, crashed bool) window.Open {
	brand := w.config.Web.Backend.Brand()
	size := w.memory.size(n.app, window.Size{Width: w.config.Width, Height: w.config.Height})
	o := window.Open{
		Title: w.config.Title, Class: w.config.Class, Width: size.Width, Height: size.Height, Icon: brand.Logo, Crashed: crashed,
		Data: webDataOf(w.config.Data, n),
	}
	apps := w.config.Web.Backend.Apps()
	o.Stay = stays(apps, n, w.config.OneWindow)
	for _, a := range apps {
		if a.ID == n.app {
			o.Title, o.Class = a.Name, classOf(w.config.Class, a.ID)
			if len(a.Icon) > 0 {
				o.Icon = a.Icon
			}
		}
	}
	o.URL = addressOf(*w.address, n, launch)
	return o
}

// stays tells whether a window's pages go nowhere but to the host and to hosts that its mini-programs may have in frames. One
// that shows pages of the web in a <web-view> cannot: what frames those have is theirs to say.
func stays(apps []web.App, n name, all bool) window.Stay {
	var hosts []string
	for _, a := range apps {
		if !all && a.ID != n.app {
			continue
		}
		if len(a.WebViews) > 0 {
			return window.Stay{}
		}
		hosts = append(hosts, a.CSP[webpolicy.Frame]...)
	}
	return window.Stay{Stays: true, Hosts: hosts}
}

// updated tells the windows that are open where their pages may go with the versions that there are now.
func (w *windows) updated() {
	w.mu.Lock()
	defer w.mu.Unlock()
	for h, stay := range w.otherwise(w.config.Web.Backend.Apps()) {
		h.stay = stay
		w.running.Go(func() { _ = h.process.Stay(stay) }) // one that is closing needs none
	}
}

// otherwise are the open windows whose pages may go elsewhere than they were told. The caller holds mu.
func (w *windows) otherwise(apps []web.App) map[*handle]window.Stay {
	out := map[*handle]window.Stay{}
	for n, h := range w.open {
		if stay := stays(apps, n, w.config.OneWindow); !stay.Equal(h.stay) {
			out[h] = stay
		}
	}
	return out
}

// classOf is a mini-program's own class: task bars show windows of one class as one, under one icon.
func classOf(host, app string) string { return host + "." + app }

// addressOf is the address of a window's page: the login, and which mini-program it shows with which page.
func addressOf(u url.URL, n name, launch message.Launch) string {
	if n.app == "" {
		return u.String()
	}
	query := u.Query()
	query.Set("user", n.user)
	u.RawQuery = query.Encode()
	hash := "#/window/" + url.PathEscape(n.app)
	if launch.Path != "" {
		hash += "?" + url.Values{"path": {launch.Path}}.Encode()
	}
	return u.String() + hash
}

// Open implements web.Windows. A window that was lost is open all the same: its user has not closed it.
func (w *windows) Open(user string) (out []string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	add := func(n name) {
		if n.user == user && n.app != "" {
			out = append(out, n.app)
		}
	}
	for n := range w.open {
		add(n)
	}
	for n := range w.lost {
		add(n)
	}
	slices.Sort(out)
	return out
}

// Close implements web.Windows.
func (w *windows) Close(user, app string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if h := w.open[name{user, app}]; h != nil {
		w.running.Go(func() { _ = h.process.Close() })
	}
}

// event handles what a window says.
func (w *windows) event(h *handle, e window.Event) {
	switch {
	case e.Engine != "":
		w.mu.Lock()
		h.engine = e.Engine
		w.mu.Unlock()
	case e.Size != nil:
		w.memory.keep(h.name.app, *e.Size)
	case e.Terminated != "":
		w.report(h, crash.KindWebView, e.Terminated)
	case e.Picked != nil:
		w.picked(*e.Picked)
	case e.Refused != "":
		w.config.Web.Log.Warn("a page wanted to leave its window, or to save a file, and was refused", "app", h.name.app, "to", e.Refused)
	case e.Presented:
		w.mu.Lock()
		h.asked--
		w.mu.Unlock()
	case e.Closed:
		w.gone(h, false)
	case e.Lost != "":
		w.mu.Lock()
		ending := w.ending
		w.mu.Unlock()
		if !ending {
			w.report(h, crash.KindWindow, e.Lost)
		}
		w.gone(h, true)
	}
}

// report keeps what ended unexpectedly. Neither user nor mini-program are in it.
func (w *windows) report(h *handle, what, reason string) {
	w.config.Web.Log.Error("a window's process ended", "what", what, "reason", reason)
	if w.config.Crashes == nil {
		return
	}
	showed := crash.ShowedLauncher
	if h.name.app != "" {
		showed = crash.ShowedMiniProgram
	}
	w.mu.Lock()
	r := crash.Window(what, showed, reason, h.engine, time.Since(h.begun))
	w.mu.Unlock()
	if err := w.config.Crashes.Add(r); err != nil {
		w.config.Web.Log.Error("keep a crash report", "error", err)
	}
}

// gone forgets a window. One that was lost is shown again with the page that says so, unless that happens too often. One that
// was asked to come to the front while it closed is opened anew.
func (w *windows) gone(h *handle, lost bool) {
	defer w.changed(h.name.user)
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.open[h.name] == h {
		delete(w.open, h.name)
	}
	for id, p := range w.picks {
		if p.window == h { // nobody answers any more
			close(p.answer)
			delete(w.picks, id)
		}
	}
	switch {
	case w.ending:
	case lost && w.often(h.name):
		w.err, w.lost[h.name] = errLost, true
	case lost:
		w.start(h.name, message.Launch{}, true)
	case h.asked > 0:
		w.start(h.name, h.again, false)
	}
	w.checkEmpty()
}

// often counts a loss and tells whether there were too many. The caller holds mu.
func (w *windows) often(n name) bool {
	recent := slices.DeleteFunc(w.losses[n], func(t time.Time) bool { return time.Since(t) > lossWindow })
	w.losses[n] = append(recent, time.Now())
	return len(w.losses[n]) > maxLosses
}

// checkEmpty ends the host with its last window. The caller holds mu.
func (w *windows) checkEmpty() {
	if len(w.open) == 0 {
		w.over.Do(func() { close(w.empty) })
	}
}

// wait waits until there is no window, or closes them all when ctx ends.
func (w *windows) wait(ctx context.Context) error {
	select {
	case <-w.empty:
	case <-ctx.Done():
		w.hold()
	}
	w.mu.Lock()
	w.ending = true
	var left []*handle
	for _, h := range w.open {
		left = append(left, h)
	}
	err := w.err
	w.mu.Unlock()
	grace, cancel := context.WithTimeout(context.Background(), closing)
	defer cancel()
	for _, h := range left {
		_ = h.process.Close()
		if h.process.Wait(grace) != nil {
			_ = h.process.Kill()
		}
	}
	w.running.Wait()
	if len(left) > 0 {
		return nil
	}
	if err != nil {
		return fmt.Errorf("desktop: %w", err)
	}
	return nil
}

var _ web.Windows = (*windows)(nil)
