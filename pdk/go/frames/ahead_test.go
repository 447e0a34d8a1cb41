package frames

import (
	"bytes"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"github.com/dougong-dev/dougong/pdk/go"
	"github.com/dougong-dev/dougong/pdk/go/wire"
)

// TestReadAhead sends bodies of all sizes after each other, large ones in streaks, so that what is guessed about the next
// one is right, too much, too little and quite wrong; alone and with others, into memory of the caller's and without.
func TestReadAhead(t *testing.T) {
	t.Parallel()
	sizes := []int{0, 1, 100, worthwhile - 100, worthwhile, worthwhile + 100, 40_000, 65_000, 64 << 10, 66 << 10, 79 << 10, 80 << 10, 200_000}
	for _, callers := range []int{1, 3} {
		h, _ := pair(t, &seen{}, callsFunc(echo))
		var wg sync.WaitGroup
		for caller := range callers {
			wg.Go(func() {
				random := rand.New(rand.NewPCG(uint64(caller), 7))
				data, own := make([]byte, 200_000), make([]byte, 0, 100<<10)
				for i := range data {
					data[i] = byte(random.Uint32())
				}
				size := 0
				for i := range 600 {
					if random.IntN(3) > 0 {
						size = sizes[random.IntN(len(sizes))]
					}
					into := own
					if random.IntN(3) == 0 {
						into = nil
					}
					from := random.IntN(len(data) - size + 1)
					blob := data[from : from+size]
					q := wire.Request{Op: wire.OpCall, Timeout: time.Minute, Info: pdk.Info{Capability: "c/v1", Method: "m"}, Payload: pdk.Payload{JSON: []byte(`{"$blob":0}`), Blobs: [][]byte{blob}}}
					out, failure, err := h.CallInto(t.Context(), time.Now(), uint64(1+i*callers+caller), false, &q, into)
					if err != nil || failure != nil || len(out.Blobs) != 1 || !bytes.Equal(out.Blobs[0], blob) {
						t.Errorf("call %d of caller %d, %d bytes: %v, %v, or other bytes", i, caller, size, err, failure)
						return
					}
				}
			})
		}
		wg.Wait()
	}
}
