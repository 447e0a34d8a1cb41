package wasm

import (
	"context"
	"errors"
	"runtime"
	"testing"
	"time"
)

func holdAndDrop(t *testing.T, l *leash, ctx context.Context, limit time.Duration) {
	t.Helper()
	if _, err := l.hold(ctx, l.now(), limit); err != nil {
		t.Fatal(err)
	}
	if !l.drop() {
		t.Fatal("a call that ended in time broke the leash")
	}
}

// TestLeash makes calls with deadlines of all kinds one after the other on the same leash.
func TestLeash(t *testing.T) {
	t.Parallel()
	background := context.Background()
	cancelable, cancel := context.WithCancel(background)
	defer cancel()
	bounded, stop := context.WithTimeout(background, time.Hour)
	defer stop()
	for _, c := range []struct {
		name string
		ctx  context.Context
		end  func()
		want error
	}{
		{"limit, caller without end", background, nil, context.DeadlineExceeded},
		{"limit, cancelable caller", bounded, nil, context.DeadlineExceeded},
		{"caller gives up", cancelable, cancel, context.Canceled},
	} {
		l := newLeash(&instance{plugin: &wasmPlugin{}})
		for range 3 {
			holdAndDrop(t, l, background, time.Hour) // its timer is far away
			holdAndDrop(t, l, bounded, 10*time.Minute)
			holdAndDrop(t, l, background, time.Millisecond)
		}
		time.Sleep(2 * time.Millisecond) // the timer of the last one fires between calls
		holdAndDrop(t, l, background, time.Hour)
		limit := time.Hour
		if c.end == nil {
			limit = 5 * time.Millisecond
		}
		left, err := l.hold(c.ctx, l.now(), limit)
		if err != nil || left > limit {
			t.Fatalf("%s: %v, %v", c.name, left, err)
		}
		if c.end != nil {
			c.end()
		}
		<-l.Done()
		if err := l.Err(); !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", c.name, err, c.want)
		}
		if l.drop() {
			t.Errorf("%s: a pulled leash was taken for whole", c.name)
		}
		l.close()
	}
}

// TestLeashCaller uses a caller's context that bounds the call by itself.
func TestLeashCaller(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithTimeout(context.WithValue(context.Background(), instanceKey{}, "another"), time.Minute)
	l := newLeash(&instance{plugin: &wasmPlugin{}})
	holdAndDrop(t, l, ctx, time.Hour)
	if _, err := l.hold(ctx, l.now(), time.Hour); err != nil {
		t.Fatal(err)
	}
	if l.Value(instanceKey{}) != l.inst {
		t.Error("the context does not lead to the instance")
	}
	cancel()
	<-l.Done()
	if l.drop() {
		t.Error("an instance whose caller gave up was taken for whole")
	}
	if _, err := l.hold(ctx, l.now(), time.Hour); !errors.Is(err, context.Canceled) {
		t.Errorf("a call of a caller that has given up: %v", err)
	}
}

// TestLeashOutlivesCallers ends the contexts of calls that are over: those to come must not feel it.
func TestLeashOutlivesCallers(t *testing.T) {
	t.Parallel()
	l := newLeash(&instance{plugin: &wasmPlugin{}})
	defer l.close()
	for range 3 {
		ctx, cancel := context.WithCancel(context.Background())
		if _, err := l.hold(ctx, l.now(), time.Hour); err != nil {
			t.Fatal(err)
		}
		for watched := false; !watched; runtime.Gosched() {
			l.mu.Lock()
			watched = l.stop != nil
			l.mu.Unlock()
		}
		if !l.drop() {
			t.Fatal("the call was ended")
		}
		cancel()
	}
	holdAndDrop(t, l, context.Background(), time.Hour)
}

// TestLeashFree holds a trusted plugin, which nobody stops.
func TestLeashFree(t *testing.T) {
	t.Parallel()
	l := newLeash(&instance{plugin: &wasmPlugin{trusted: true}})
	ctx, cancel := context.WithCancel(context.Background())
	if left, err := l.hold(ctx, l.now(), time.Minute); err != nil || left != time.Minute {
		t.Fatal(left, err)
	}
	cancel()
	l.check()
	if !l.drop() || l.armed {
		t.Error("a trusted call was watched")
	}
}
