package wasm

import "sync/atomic"

// spare is where one idle instance waits that is taken and given back without the pool's lock. It is known by its seat, a
// number: to exchange a number takes one instruction, to exchange a pointer two functions that the collector watches.
type spare struct {
	at    atomic.Uint32 // the seat of the instance that waits; 0: nobody does
	seats []*instance   // seat n is seats[n-1]; it changes under the pool's lock while nobody can find the seat in at
}

// sit gives inst a seat for its life. The pool's lock is held.
func (s *spare) sit(inst *instance) {
	for i, other := range s.seats {
		if other == nil {
			s.seats[i], inst.seat = inst, uint32(i+1)
			return
		}
	}
}

// stand takes the seat of an instance that is going away. The pool's lock is held.
func (s *spare) stand(inst *instance) {
	if inst.seat != 0 {
		s.seats[inst.seat-1], inst.seat = nil, 0
	}
}

// take takes the instance that waits; nil: none does.
func (s *spare) take() *instance {
	if n := s.at.Swap(0); n != 0 {
		return s.seats[n-1]
	}
	return nil
}

// put has inst wait, unless another one does.
func (s *spare) put(inst *instance) bool { return inst.seat != 0 && s.at.CompareAndSwap(0, inst.seat) }

// back takes the instance in a seat if it waits there. It may be another one than that which was put there before.
func (s *spare) back(seat uint32) *instance {
	if !s.at.CompareAndSwap(seat, 0) {
		return nil
	}
	return s.seats[seat-1]
}
