package frames

import (
	"context"
	"errors"
	"testing"
	"time"
)

func TestCallContext(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name  string
		until time.Duration // 0: no deadline
		end   error         // what ends it from outside; nil: its deadline
		want  error
	}{
		{"deadline", 5 * time.Millisecond, nil, context.DeadlineExceeded},
		{"canceled before its deadline", time.Hour, context.Canceled, context.Canceled},
		{"canceled", 0, context.Canceled, context.Canceled},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			ctx := &callContext{}
			if c.until != 0 {
				ctx.until = time.Now().Add(c.until)
			}
			if at, ok := ctx.Deadline(); ok != (c.until != 0) || ok && !at.Equal(ctx.until) {
				t.Errorf("Deadline = %v, %t", at, ok)
			}
			if ctx.Err() != nil && c.end != nil {
				t.Errorf("it has ended: %v", ctx.Err())
			}
			derived, cancel := context.WithCancel(ctx)
			defer cancel()
			called, stopped := make(chan struct{}), func() { t.Error("it was stopped") }
			context.AfterFunc(ctx, func() { close(called) })
			if !context.AfterFunc(ctx, stopped)() && c.end != nil {
				t.Error("stop came too late")
			}
			if c.end != nil {
				go ctx.end(c.end)
			}
			for _, done := range []<-chan struct{}{ctx.Done(), derived.Done(), called} {
				select {
				case <-done:
				case <-time.After(patience):
					t.Fatal("it does not end")
				}
			}
			if !errors.Is(ctx.Err(), c.want) || !errors.Is(derived.Err(), c.want) {
				t.Errorf("got %v and %v, want %v", ctx.Err(), derived.Err(), c.want)
			}
			ctx.end(errors.New("again"))
			if !errors.Is(ctx.Err(), c.want) {
				t.Errorf("it ended twice: %v", ctx.Err())
			}
		})
	}
}

// TestCallContextUnwatched ends by its deadline also if nobody ever waited for it.
func TestCallContextUnwatched(t *testing.T) {
	t.Parallel()
	ctx := &callContext{until: time.Now().Add(-time.Second)}
	if !errors.Is(ctx.Err(), context.DeadlineExceeded) {
		t.Errorf("got %v", ctx.Err())
	}
	<-ctx.Done()
}
