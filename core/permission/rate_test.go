package permission

import (
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// kept is how many cells there are.
func (r *rates) kept() (n int) {
	for i := range r.parts {
		r.parts[i].mu.Lock()
		n += len(r.parts[i].cells)
		r.parts[i].mu.Unlock()
	}
	return n
}

// TestRatesAreBounded has a new user come every millisecond: what is kept depends on the last second, not on all of them.
func TestRatesAreBounded(t *testing.T) {
	t.Parallel()
	var at time.Duration
	r := newRates(100, nil)
	most := 0
	for i := range 50_000 {
		at += time.Millisecond
		c := r.cell(owner{"com.example.a", "shop", fmt.Sprint("user-", i)}, at)
		for range 100 {
			if !r.allow(c, at) {
				t.Fatalf("user %d: refused within the allowance", i)
			}
		}
		if r.allow(c, at) {
			t.Fatalf("user %d: 101 calls at once were allowed", i)
		}
		most = max(most, r.kept())
	}
	if limit := 3 * 1000; most > limit { // a thousand have called in the last second
		t.Errorf("%d cells were kept at a time, want at most %d", most, limit)
	}
}

// TestRateOutlivesItsCell takes calls out of a cell that has been dropped: they count in the one that takes its place.
func TestRateOutlivesItsCell(t *testing.T) {
	t.Parallel()
	r := newRates(10, nil)
	who := owner{"", "shop", "ann"}
	held := r.cell(who, 0)
	if !r.allow(held, time.Second) {
		t.Fatal("the first call was refused")
	}
	for i := range r.parts {
		r.parts[i].prune(int64(time.Second))
	}
	if held.stale() || r.kept() != 1 {
		t.Fatalf("a cell in use was dropped; %d are kept", r.kept())
	}
	for i := range r.parts {
		r.parts[i].prune(int64(time.Minute))
	}
	if !held.stale() || r.kept() != 0 {
		t.Fatalf("an allowance that is whole is kept: %d", r.kept())
	}
	allowed := 0
	for range 10 {
		for _, c := range []*cell{held, r.cell(who, time.Minute)} {
			if r.allow(c, time.Minute) {
				allowed++
			}
		}
	}
	if allowed != 10 {
		t.Errorf("%d of 20 calls were allowed over the dropped cell and the new one, want 10", allowed)
	}
}

// TestRatesTogether drops cells while others take calls out of them: nobody is allowed more than their allowance.
func TestRatesTogether(t *testing.T) {
	t.Parallel()
	r := newRates(1000, nil)
	var allowed atomic.Int64
	var callers sync.WaitGroup
	who := owner{"", "shop", "ann"}
	for range 4 {
		callers.Go(func() {
			held := r.cell(who, time.Minute)
			for range 1000 {
				if r.allow(held, time.Minute) {
					allowed.Add(1)
				}
			}
		})
	}
	callers.Go(func() {
		for range 1000 {
			for i := range r.parts {
				r.parts[i].mu.Lock()
				r.parts[i].prune(int64(time.Minute))
				r.parts[i].mu.Unlock()
			}
		}
	})
	callers.Wait()
	if n := allowed.Load(); n != 1000 {
		t.Errorf("%d of 4000 calls at once were allowed, want 1000", n)
	}
}

// BenchmarkNewOwners has somebody new call each time. It is to take as long after a hundred thousand of them as at first.
func BenchmarkNewOwners(b *testing.B) {
	for _, before := range []int{0, 100_000} {
		b.Run(fmt.Sprint(before, " before"), func(b *testing.B) {
			r := newRates(100, nil)
			var at time.Duration
			call := func(i int) {
				at += time.Millisecond
				r.allow(r.cell(owner{"com.example.a", "shop", fmt.Sprint("user-", i)}, at), at)
			}
			for i := range before {
				call(i)
			}
			b.ReportAllocs()
			i := before
			for b.Loop() {
				call(i)
				i++
			}
		})
	}
}

// BenchmarkPluginRate is what a plugin's call pays, alone and with others.
func BenchmarkPluginRate(b *testing.B) {
	r := newRates(1<<30, nil)
	b.Run("alone", func(b *testing.B) {
		who := owner{"com.example.a", "shop", "ann"}
		for b.Loop() {
			r.allow(r.cell(who, time.Second), time.Second)
		}
	})
	b.Run("together", func(b *testing.B) {
		var n atomic.Int64
		b.RunParallel(func(pb *testing.PB) {
			who := owner{"com.example.a", "shop", fmt.Sprint("user-", n.Add(1))}
			for pb.Next() {
				r.allow(r.cell(who, time.Second), time.Second)
			}
		})
	})
}
