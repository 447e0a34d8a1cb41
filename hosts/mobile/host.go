package mobile

import (
	"context"
	"encoding/json"
	"errors"
	"sync"
	"time"

	"github.com/dougong-dev/dougong/hosts/embed"
)

// StartTimeout is how many seconds opening the host, or a mini-program, may take.
const StartTimeout = 60

// Listener hears what happens, one event after the other, on a thread of its own. It must not close the host.
type Listener interface {
	// Hear is told an event: the JSON of embed.Event, such as {"kind":"page","app":"com.example.order","number":1,"page":"pages/menu/menu",…}.
	Hear(event string)
}

// Asker puts a question to the user.
type Asker interface {
	// Ask waits for the number of the button that the user has pressed, -1 for none. question is the JSON of
	// embed.Question. It is called on a thread of its own, never on that of the screen.
	Ask(question string) int
}

// Host is an embedded super-app. What is set has to be set before Open. Its methods may be called from any thread; none that
// waits (Open, Start, Close and those of App that say so) belongs on the thread of the screen.
type Host struct {
	mu      sync.Mutex
	options embed.Options
	open    *embed.Host
	address string
}

// NewHost makes a host that keeps everything in a folder: context.getFilesDir() on Android, Application Support on iOS.
func NewHost(data string) *Host {
	return &Host{options: embed.Options{Data: data, Shared: true, OwnMemory: true}}
}

// SetConfig has the host read a superapp.yaml.
func (h *Host) SetConfig(path string) { h.set(func(o *embed.Options) { o.Config = path }) }

// AddMiniProgram adds a project's folder or a .dgm bundle.
func (h *Host) AddMiniProgram(path string) {
	h.set(func(o *embed.Options) { o.MiniPrograms = append(o.MiniPrograms, path) })
}

// SetListener says who hears what happens; nil: nobody.
func (h *Host) SetListener(l Listener) {
	h.set(func(o *embed.Options) {
		if o.Events = nil; l == nil {
			return
		}
		o.Events = func(e embed.Event) {
			text, err := json.Marshal(e)
			if err == nil { // an event always marshals
				l.Hear(string(text))
			}
		}
	})
}

// SetAsker says who asks the user; nil: the web view that shows the super-app.
func (h *Host) SetAsker(a Asker) {
	h.set(func(o *embed.Options) {
		if o.Ask = nil; a == nil {
			return
		}
		o.Ask = func(ctx context.Context, q embed.Question) (int, error) {
			text, err := json.Marshal(q)
			if err != nil {
				return -1, err
			}
			answer := make(chan int, 1)
			go func() { answer <- a.Ask(string(text)) }()
			select {
			case button := <-answer:
				return button, nil
			case <-ctx.Done(): // the app's dialog stays until it is answered, and the answer is dropped
				return -1, ctx.Err()
			}
		}
	})
}

func (h *Host) set(f func(*embed.Options)) {
	h.mu.Lock()
	defer h.mu.Unlock()
	f(&h.options)
}

// Open starts the plugins and builds the mini-programs. It waits.
func (h *Host) Open() error {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.open != nil {
		return errors.New("the host is open already")
	}
	ctx, cancel := context.WithTimeout(context.Background(), StartTimeout*time.Second)
	defer cancel()
	open, err := embed.Open(ctx, h.options)
	h.open = open
	return err
}

// opened is the open host.
func (h *Host) opened() (*embed.Host, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.open == nil {
		return nil, errors.New("the host is not open: call Open first")
	}
	return h.open, nil
}

// Address is where a web view shows the super-app: an address of this phone alone, whose token logs the web view in.
func (h *Host) Address() (string, error) {
	open, err := h.opened()
	if err != nil {
		return "", err
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.address == "" {
		h.address, err = open.Listen("127.0.0.1:0")
	}
	return h.address, err
}

// MemoryWarning says that memory runs short: 5 moderately, 10 badly, 15 critically. Call it in Android's onTrimMemory and in
// iOS's didReceiveMemoryWarning.
func (h *Host) MemoryWarning(level int) error {
	open, err := h.opened()
	if err != nil {
		return err
	}
	open.MemoryWarning(level)
	return nil
}

// MiniPrograms lists what can be opened, as JSON: [{"id": …, "name": …, "version": …}].
func (h *Host) MiniPrograms() (string, error) {
	open, err := h.opened()
	if err != nil {
		return "", err
	}
	text, err := json.Marshal(open.MiniPrograms())
	return string(text), err
}

// Close closes what is open and waits until it is gone. The host can be opened again.
func (h *Host) Close() error {
	h.mu.Lock()
	open := h.open
	h.open, h.address = nil, ""
	h.mu.Unlock()
	if open == nil {
		return nil
	}
	return open.Close()
}
