package process

import (
	"fmt"
	"sync"
	"testing"

	"github.com/dougong-dev/dougong/core/plugin/process/sandbox"
)

// TestToldOnce: what a system cannot enforce is the same for every plugin of a runtime.
func TestToldOnce(t *testing.T) {
	t.Parallel()
	a, b := sandbox.Lack{What: "a", Why: "x"}, sandbox.Lack{What: "b", Why: "x"}
	var told told
	for i, step := range []struct {
		lacks []sandbox.Lack
		want  string
	}{{nil, "[]"}, {[]sandbox.Lack{a}, "[a (x)]"}, {[]sandbox.Lack{a}, "[]"}, {[]sandbox.Lack{a, b}, "[b (x)]"}, {[]sandbox.Lack{b, a}, "[]"}} {
		if got := fmt.Sprint(told.fresh(step.lacks)); got != step.want {
			t.Errorf("step %d: of %v it says %s, want %s", i, step.lacks, got, step.want)
		}
	}
	// Plugins start side by side.
	var all sync.WaitGroup
	said := make(chan sandbox.Lack, 100)
	for range 20 {
		all.Go(func() {
			for _, l := range told.fresh([]sandbox.Lack{{What: "c"}, a}) {
				said <- l
			}
		})
	}
	all.Wait()
	if len(said) != 1 {
		t.Errorf("said %d times, want once", len(said))
	}
}
