package frames

import (
	"context"
	"errors"
	"testing"
	"time"
)

// TestAbandon gives a question's context up before and after it has been sent: the cancel must not overtake the question.
func TestAbandon(t *testing.T) {
	t.Parallel()
	late := make(chan uint64, 1)
	x := &exchanges{late: func(id uint64) { late <- id }}
	ctx, cancel := context.WithCancel(t.Context())
	e, _, err := x.begin(ctx, time.Now(), 7, 0, nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	cancel()
	for range 3 {
		x.expire()
	}
	x.mu.Lock()
	open, _ := x.open.get(7)
	waits, watched := open == e, e.stop != nil
	x.mu.Unlock()
	if !waits || watched {
		t.Errorf("before it is sent: waits %t, watched %t", waits, watched)
	}
	e.sent.Store(true)
	x.expire()
	if m := <-e.answer; m.body != nil || !errors.Is(e.err, context.Canceled) {
		t.Errorf("got %v, %v", m, e.err)
	}
	if id := <-late; id != 7 {
		t.Errorf("told of %d", id)
	}
	if known, wanted := x.answered(message{header: header{id: 7}}); !known || wanted {
		t.Errorf("the answer that comes all the same: known %t, wanted %t", known, wanted)
	}
	x.end(errClosed)
}
