package wasm

import (
	"bytes"
	"testing"
)

// TestPortions takes results of many sizes and holds that each keeps its bytes, and that growing one does not reach into
// the next.
func TestPortions(t *testing.T) {
	t.Parallel()
	var p portions
	var got [][]byte
	for n := range 3 * mostShared {
		b := bytes.Repeat([]byte{byte(n)}, n%(mostShared+40)+1)
		out := p.copy(b)
		b[0]++ // the guest's memory is the guest's again
		got = append(got, out)
		if len(out) <= mostShared && cap(out) != len(out) {
			t.Fatalf("a result of %d bytes has room for %d", len(out), cap(out))
		}
	}
	for n, out := range got {
		if want := bytes.Repeat([]byte{byte(n)}, n%(mostShared+40)+1); !bytes.Equal(out, want) {
			t.Errorf("result %d of %d bytes is %x…, want %x…", n, len(want), out[:1], want[:1])
		}
	}
	if p.copy(nil) != nil {
		t.Error("no result is not kept as none")
	}
}

// TestPortionsSpare holds that small results do not each ask for memory.
func TestPortionsSpare(t *testing.T) {
	var p portions
	b := make([]byte, 100)
	if n := testing.AllocsPerRun(1000, func() { p.copy(b) }); n > 0.1 {
		t.Errorf("%v allocations for each small result", n)
	}
}
