package embed

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"net/http"
	"os"
	"slices"
	"sync"

	"github.com/dougong-dev/dougong/core"
	"github.com/dougong-dev/dougong/core/capability"
	"github.com/dougong-dev/dougong/hosts/pressure"
	"github.com/dougong-dev/dougong/hosts/superapp"
	"github.com/dougong-dev/dougong/hosts/web"
	"github.com/dougong-dev/dougong/pdk/go"
)

// ErrClosed says that the host, or the mini-program, has been closed.
var ErrClosed = errors.New("embed: it is closed")

// Host is an embedded super-app. Its methods are safe for concurrent use.
type Host struct {
	options Options
	scratch string // folder that goes with the host
	super   *superapp.App
	events  *queue
	life    context.Context //nolint:containedctx // the host's own life: mini-programs outlive the context that opened them
	end     context.CancelFunc

	mu      sync.Mutex
	number  uint64
	open    map[uint64]*App
	closed  bool
	screen  *web.Server // nil until somebody wants to see the super-app
	servers []*http.Server
	work    sync.WaitGroup // what serves, and what is being started; added to under mu while not closed
}

// Open starts the plugins of what is embedded and builds its mini-programs; none is opened yet. ctx bounds the start.
func Open(ctx context.Context, o Options) (host *Host, err error) {
	if err := ctx.Err(); err != nil {
		return nil, fmt.Errorf("embed: open: %w", err)
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	scratch, err := o.scratch()
	if err != nil {
		return nil, err
	}
	h := &Host{options: o, scratch: scratch, open: map[uint64]*App{}}
	defer func() {
		if err != nil {
			err = errors.Join(err, os.RemoveAll(scratch))
		}
	}()
	cfg, err := h.configure(o)
	if err != nil {
		return nil, err
	}
	inside, err := h.provide(cfg, o.Capabilities)
	if err != nil {
		return nil, err
	}
	h.events = newQueue(o.Events)
	kernel := core.Options{Inside: inside, Observers: []capability.Observer{observer{h.events}}, CacheDir: o.cache(cfg)}
	if o.Language != nil {
		kernel.Language = func(_, user string) string { return o.Language(user) }
	}
	h.super, err = superapp.Open(ctx, cfg, superapp.Options{Logger: o.Logger, Kernel: kernel})
	if err != nil {
		h.events.close()
		return nil, err
	}
	h.life, h.end = context.WithCancel(context.Background())
	if o.Ask != nil {
		h.super.SetShell(asker{o.Ask})
	}
	if !o.OwnMemory {
		h.work.Go(func() { pressure.Watch(h.life, pressure.Options{}, h.MemoryWarning) })
	}
	return h, nil
}

// Close closes every open mini-program, stops the plugins, and returns when nothing runs any more and every event was told.
// Closing twice does nothing.
func (h *Host) Close() error {
	h.mu.Lock()
	if h.closed {
		h.mu.Unlock()
		return nil
	}
	h.closed = true
	servers, screen := h.servers, h.screen
	h.mu.Unlock()
	var errs []error
	for _, s := range servers {
		errs = append(errs, s.Close())
	}
	if screen != nil {
		screen.Close()
	}
	for _, a := range h.Apps() {
		a.Close()
	}
	h.end()
	h.work.Wait()
	errs = append(errs, h.super.Close())
	h.events.close()
	return errors.Join(append(errs, os.RemoveAll(h.scratch))...)
}

// MiniProgram is one of those that can be opened.
type MiniProgram struct {
	ID      string `json:"id"`
	Name    string `json:"name"`
	Version string `json:"version,omitempty"`
}

// MiniPrograms lists the mini-programs that can be opened.
func (h *Host) MiniPrograms() []MiniProgram {
	var out []MiniProgram
	for _, a := range h.super.Apps() {
		out = append(out, MiniProgram{ID: a.ID, Name: a.Name, Version: a.Version})
	}
	return out
}

// Apps are the mini-programs that are open, in the order in which they were opened; those in browsers too.
func (h *Host) Apps() []*App {
	h.mu.Lock()
	defer h.mu.Unlock()
	out := make([]*App, 0, len(h.open))
	for _, number := range slices.Sorted(maps.Keys(h.open)) {
		out = append(out, h.open[number])
	}
	return out
}

// App is an open mini-program by its number, or nil: the one that an event is about.
func (h *Host) App(number uint64) *App {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.open[number]
}

// begin notes that something is being started, which Close waits for; done ends that.
func (h *Host) begin() (done func(), err error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.closed {
		return nil, ErrClosed
	}
	h.work.Add(1)
	return h.work.Done, nil
}

// newApp makes the App of a mini-program that is about to be opened.
func (h *Host) newApp(id, user string) *App {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.number++
	return &App{host: h, id: id, user: user, number: h.number, ready: map[int]bool{}, done: make(chan struct{})}
}

// add lists an App that has begun, unless it has ended already.
func (h *Host) add(a *App) {
	h.mu.Lock()
	defer h.mu.Unlock()
	select {
	case <-a.done:
	default:
		h.open[a.number] = a
	}
}

func (h *Host) remove(a *App) {
	h.mu.Lock()
	defer h.mu.Unlock()
	delete(h.open, a.number)
	close(a.done)
}

// known refuses a mini-program that there is none of, before anything is begun.
func (h *Host) known(id string) error {
	var ids []string
	for _, a := range h.super.Apps() {
		if a.ID == id {
			return nil
		}
		ids = append(ids, a.ID)
	}
	return pdk.Errorf(pdk.CodeNotFound, "notFound", "there is no mini-program %q; these are here: %q", id, ids)
}
