package conformance

import (
	"context"
	"sync"

	"github.com/dougong-dev/dougong/core"
	"github.com/dougong-dev/dougong/core/capability"
)

// inbox keeps events until they are looked at.
type inbox struct {
	mu     sync.Mutex
	number uint64 // of the task
	list   []capability.Event
	news   chan struct{}
}

func newInbox() *inbox { return &inbox{news: make(chan struct{})} }

// put is the call's Events.
func (b *inbox) put(e capability.Event) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.list = append(b.list, e)
	close(b.news)
	b.news = make(chan struct{})
}

// next takes the first event out; ok is false if none came while ctx lasted.
func (b *inbox) next(ctx context.Context) (e capability.Event, ok bool) {
	for {
		b.mu.Lock()
		news := b.news
		if len(b.list) > 0 {
			e, b.list = b.list[0], b.list[1:]
			b.mu.Unlock()
			return e, true
		}
		b.mu.Unlock()
		select {
		case <-news:
		case <-ctx.Done():
			return e, false
		}
	}
}

type identity struct{ app, user string }

// subscriptions are to the events of capabilities, by who gets them.
type subscriptions struct {
	mu    sync.Mutex
	boxes map[identity]*inbox
}

func newSubscriptions() *subscriptions { return &subscriptions{boxes: map[identity]*inbox{}} }

// of gives the inbox of an app and user, subscribing at the first time.
func (s *subscriptions) of(k *core.Kernel, app, user string) *inbox {
	s.mu.Lock()
	defer s.mu.Unlock()
	who := identity{app, user}
	if s.boxes[who] == nil {
		s.boxes[who] = newInbox()
		k.Subscribe(app, user, s.boxes[who].put) // for as long as the kernel lives
	}
	return s.boxes[who]
}

// buttons are what the users press: the first one, if nothing else is said.
type buttons struct {
	mu sync.Mutex
	by map[identity]int
}

func (b *buttons) set(app, user string, button int) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.by == nil {
		b.by = map[identity]int{}
	}
	b.by[identity{app, user}] = button
}

func (b *buttons) get(app, user string) int {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.by[identity{app, user}]
}
