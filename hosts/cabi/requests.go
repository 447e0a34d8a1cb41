//go:build cgo

package main

import (
	"maps"

	"github.com/dougong-dev/dougong/hosts/mobile"
	"github.com/dougong-dev/dougong/pdk/go"
)

// forgetAbove is how many requests may be open before those are forgotten whose time is over.
const forgetAbove = 64

// numbers are all that C holds of this library.
var numbers = newTable()

// ask gives a request a number until it is answered.
func (t *table) ask(r *mobile.Request) uint64 {
	t.mu.Lock()
	defer t.mu.Unlock()
	if len(t.requests) >= forgetAbove { // C may never answer what was given up
		maps.DeleteFunc(t.requests, func(_ uint64, r *mobile.Request) bool { return r.Over() })
	}
	t.last++
	t.requests[t.last] = r
	return t.last
}

// answer answers a request.
func answer(number uint64, give func(*mobile.Request) bool, given ...string) error {
	return try(func() error {
		if err := texts(given...); err != nil {
			return err
		}
		r, err := numbers.answered(number)
		if err != nil {
			return err
		}
		if !give(r) {
			return pdk.Errorf(pdk.CodeTimeout, "timeout", "request %d was answered too late: the mini-program has given up", number)
		}
		return nil
	})
}
