package miniapp

import (
	"errors"
	"sync"

	"github.com/dougong-dev/dougong/core/miniapp/message"
)

// DefaultMailbox is how many messages may wait for an actor.
const DefaultMailbox = 4096

// Errors of Post.
var (
	// ErrBusy says that the actor does not keep up; the message was dropped.
	ErrBusy = errors.New("the mini-program is busy: too many messages are waiting")
	// ErrClosed says that the session has ended.
	ErrClosed = errors.New("the mini-program is closed")
)

// mailbox is the ordered queue of an actor. Messages from outside are refused when it is full; answers to what the actor
// itself asked for are not, for their number is limited by what may be under way.
type mailbox struct {
	mu     sync.Mutex
	items  []message.ToActor
	limit  int
	closed bool
	wake   chan struct{} // holds a token while there may be something to take
}

func newMailbox(limit int) *mailbox {
	if limit <= 0 {
		limit = DefaultMailbox
	}
	return &mailbox{limit: limit, wake: make(chan struct{}, 1)}
}

func (m *mailbox) put(msg message.ToActor) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.closed {
		return ErrClosed
	}
	if len(m.items) >= m.limit && !awaited(msg) {
		return ErrBusy
	}
	m.items = append(m.items, msg)
	m.ring()
	return nil
}

// awaited tells messages that the actor cannot do without.
func awaited(msg message.ToActor) bool {
	return msg.Reply != nil || msg.Answer != nil || msg.Close || (msg.Task != nil && msg.Task.Final) ||
		(msg.Package != nil && (msg.Package.Ready || msg.Package.Error != ""))
}

func (m *mailbox) ring() {
	select {
	case m.wake <- struct{}{}:
	default:
	}
}

// Wake implements Inbox.
func (m *mailbox) Wake() <-chan struct{} { return m.wake }

// Take implements Inbox.
func (m *mailbox) Take() (message.ToActor, bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if len(m.items) == 0 {
		return message.ToActor{}, false
	}
	msg := m.items[0]
	m.items[0] = message.ToActor{}
	m.items = m.items[1:]
	if len(m.items) == 0 {
		m.items = nil
	}
	return msg, true
}

// close refuses what comes and drops what waits.
func (m *mailbox) close() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.closed, m.items = true, nil
	m.ring()
}
