package wasm

import (
	"sync"
	"testing"
)

// TestSpareSeats holds that an instance is found by its seat, and that a seat may change hands.
func TestSpareSeats(t *testing.T) {
	t.Parallel()
	s := spare{seats: make([]*instance, 2)}
	a, b, c := &instance{}, &instance{}, &instance{}
	if s.take() != nil || s.put(a) {
		t.Fatal("an instance without a seat waits")
	}
	s.sit(a)
	s.sit(b)
	if !s.put(a) || s.put(b) {
		t.Fatal("two instances wait in one place, or none")
	}
	if s.back(b.seat) != nil || s.take() != a || s.take() != nil {
		t.Fatal("another instance was taken than the one that waited")
	}
	seat := a.seat
	s.stand(a)
	s.sit(c)
	if c.seat != seat || a.seat != 0 || s.put(a) || !s.put(c) {
		t.Fatalf("the seat %d was not handed on: %d, %d", seat, a.seat, c.seat)
	}
	if got := s.back(seat); got != c {
		t.Errorf("who waits in a seat is %p, and not %p", got, c)
	}
}

// TestSpareOneOwner has many take and give back at once: nobody may have what another one has.
func TestSpareOneOwner(t *testing.T) {
	t.Parallel()
	s := spare{seats: make([]*instance, 1)}
	only := &instance{}
	s.sit(only)
	s.put(only)
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			for range 5000 {
				inst := s.take()
				if inst == nil {
					continue
				}
				inst.space++ // the race detector sees two owners
				if !s.put(inst) {
					t.Error("the place of the only instance was taken")
				}
			}
		})
	}
	all.Wait()
	if got := s.take(); got != only {
		t.Errorf("the instance was lost: %p", got)
	}
}
