package isolate

import (
	"sync"

	"github.com/dougong-dev/dougong/core/miniapp"
	"github.com/dougong-dev/dougong/core/miniapp/message"
)

// tookEvery is how many messages are taken before the host is told, if more are waiting. It is well below window.
const tookEvery = 16

// item is what waits in a child: a message, or the question whether the actor still comes round.
type item struct {
	m    message.ToActor
	ping bool
}

// inbox is the child's queue. The host bounds it: it sends no more than window messages ahead.
type inbox struct {
	took func(n int)
	pong func()
	wake chan struct{}

	mu    sync.Mutex
	items []item
	count int // taken and not told
}

func newInbox(took func(int), pong func()) *inbox {
	return &inbox{took: took, pong: pong, wake: make(chan struct{}, 1)}
}

func (b *inbox) put(i item) {
	b.mu.Lock()
	b.items = append(b.items, i)
	b.mu.Unlock()
	select {
	case b.wake <- struct{}{}:
	default:
	}
}

// Wake implements miniapp.Inbox.
func (b *inbox) Wake() <-chan struct{} { return b.wake }

// Take implements miniapp.Inbox.
func (b *inbox) Take() (message.ToActor, bool) {
	for {
		i, ok, told := b.next()
		if told > 0 {
			b.took(told)
		}
		if !ok || !i.ping {
			return i.m, ok
		}
		b.pong()
	}
}

// next takes an item; told is how many messages the host has to hear of.
func (b *inbox) next() (i item, ok bool, told int) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if len(b.items) == 0 {
		told, b.count = b.count, 0
		return item{}, false, told
	}
	i = b.items[0]
	b.items[0] = item{}
	b.items = b.items[1:]
	if len(b.items) == 0 {
		b.items = nil
	}
	if !i.ping {
		b.count++
	}
	if b.count >= tookEvery {
		told, b.count = b.count, 0
	}
	return i, true, told
}

var _ miniapp.Inbox = (*inbox)(nil)
