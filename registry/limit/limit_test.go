package limit

import (
	"fmt"
	"testing"
	"time"
)

func TestTake(t *testing.T) {
	t.Parallel()
	now := time.Unix(1000, 0)
	l := New(2, 3, func() time.Time { return now })
	for i := range 3 {
		if wait := l.Take("a"); wait != 0 {
			t.Fatalf("take %d of the burst: wait %v", i, wait)
		}
	}
	if wait := l.Take("a"); wait != 500*time.Millisecond {
		t.Errorf("beyond the burst: wait %v, want 500ms", wait)
	}
	if wait := l.Take("b"); wait != 0 {
		t.Errorf("another key waits %v", wait)
	}
	now = now.Add(500 * time.Millisecond)
	if wait := l.Take("a"); wait != 0 {
		t.Errorf("after the wait: wait %v", wait)
	}
}

func TestTableIsBounded(t *testing.T) {
	t.Parallel()
	now := time.Unix(1000, 0)
	l := New(1, 1, func() time.Time { return now })
	for i := range maxKeys + 10 {
		l.Take(fmt.Sprint(i))
	}
	if n := len(l.buckets); n > maxKeys {
		t.Errorf("%d buckets, the limit is %d", n, maxKeys)
	}
}
