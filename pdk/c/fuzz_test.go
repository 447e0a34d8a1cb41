package c

import (
	"testing"

	"github.com/dougong-dev/dougong/pdk/kitcheck"
)

// TestMessages reads a corpus and its mutations under the sanitizers.
func TestMessages(t *testing.T) {
	t.Parallel()
	kitcheck.Run(t, start(t).serve, 60)
}

func FuzzJSON(f *testing.F) {
	for _, text := range kitcheck.Texts {
		f.Add(text)
	}
	n := start(f)
	f.Fuzz(func(t *testing.T, text string) { kitcheck.JSON(t, n.serve, text) })
}

func FuzzWire(f *testing.F) {
	f.Add(kitcheck.Request("services", `{"a":1}`), kitcheck.Reply(`{"found":true}`))
	f.Add(kitcheck.Request("same", `[{"$blob":0}]`, []byte("x")), []byte{})
	n := start(f)
	f.Fuzz(func(t *testing.T, request, answer []byte) { kitcheck.Wire(t, n.serve, request, answer) })
}
