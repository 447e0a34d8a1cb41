package frames

import (
	"context"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/dougong-dev/dougong/pdk/go"
	"github.com/dougong-dev/dougong/pdk/go/wire"
)

// TestExitIsAnswered has methods end their goroutines, which are workers and, once the method is known to be quick, the reader.
func TestExitIsAnswered(t *testing.T) {
	t.Parallel()
	var exit atomic.Bool
	h, p := pair(t, &seen{}, callsFunc(func(ctx context.Context, call uint64, q *wire.Request) (pdk.Payload, error) {
		if exit.Load() && q.Info.Method == "m" {
			runtime.Goexit()
		}
		return q.Payload, nil
	}))
	id := uint64(0)
	for round := range 3 {
		exit.Store(false)
		for range 200 { // quick by now, and tiny
			id++
			if _, failure, err := h.Call(within(t), id, false, named("m")); err != nil || failure != nil {
				t.Fatalf("round %d: %v, %v", round, failure, err)
			}
		}
		exit.Store(true)
		for range 3 {
			id++
			_, failure, err := h.Call(within(t), id, false, named("m"))
			if err != nil || failure == nil || failure.Name != "exited" || !strings.HasPrefix(failure.Message, "m has ended its goroutine") {
				t.Fatalf("round %d: got %v, %v; want an answer that says that m has ended its goroutine", round, failure, err)
			}
		}
	}
	if running := p.Running(); len(running) != 0 {
		t.Errorf("calls that have been answered count as running: %v", running)
	}
	quiet(t, h, p)
}
