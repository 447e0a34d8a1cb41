package worker

import (
	"encoding/json"
	"time"

	"github.com/dougong-dev/dougong/core/miniapp/bridge"
	"github.com/dougong-dev/dougong/core/miniapp/message"
	"github.com/dougong-dev/dougong/core/miniapp/value"
	"github.com/dougong-dev/dougong/pdk/go"
)

// calls is the way of a worker's capability calls: the owner makes them.
type calls struct{ w *Worker }

var _ bridge.Transport = calls{}

// Send implements bridge.Transport.
func (c calls) Send(m message.FromActor) {
	if m.Call != nil {
		c.w.say(Event{Call: m.Call})
	}
}

// Sync implements bridge.Transport. The worker does nothing else meanwhile, which is no work of its scripts.
func (c calls) Sync(m message.Call) message.Reply {
	w := c.w
	defer w.realm.Waiting()()
	w.mu.Lock()
	w.waiting = m.ID
	w.mu.Unlock()
	w.say(Event{Call: &m})
	timer := time.NewTimer(bridge.DefaultSyncTimeout * time.Millisecond)
	defer timer.Stop()
	select {
	case r := <-w.answer:
		return r
	case <-w.quit:
		return message.Reply{ID: m.ID, Error: pdk.Errorf(pdk.CodeCanceled, "canceled", "the worker was terminated")}
	case <-timer.C:
	}
	w.mu.Lock()
	w.waiting = 0
	w.mu.Unlock()
	select {
	case r := <-w.answer: // it came after all
		return r
	default:
	}
	return message.Reply{ID: m.ID, Error: pdk.Errorf(pdk.CodeTimeout, "timeout", "there was no answer in time")}
}

// setup tells the prelude which capabilities there are.
func (w *Worker) setup() {
	raw, err := json.Marshal(append([]message.API{}, w.o.APIs...))
	if err != nil {
		return // it is plain data
	}
	if apis, err := value.DecodeJSON(raw); err == nil {
		_ = w.realm.Emit("setup", value.ObjectOf("apis", apis))
	}
}

// Reply answers a call. It reports whether that is a piece of work of its own, whose end Done will tell.
func (w *Worker) Reply(r message.Reply) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	if r.ID == w.waiting && w.waiting != 0 {
		w.waiting = 0
		w.answer <- r // there is room: one answer is waited for at a time
		return false
	}
	w.put(item{reply: &r})
	return true
}

// nowhere is the page that a worker is on.
func nowhere() (id int, path string) { return 0, "" }

// nobody answers asks of a worker: it has no screen.
func nobody(uint64, time.Duration) *message.Answer { return nil }
