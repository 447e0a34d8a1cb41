package cli

import (
	"testing"

	"github.com/dougong-dev/dougong/core/capability"
)

func TestBusyIn(t *testing.T) {
	t.Parallel()
	list := []capability.Flight{{Method: "a", Calls: 1}, {Method: "b", Calls: 3}, {Method: "c", Calls: 1}, {Method: "d", Calls: 2}}
	for n, want := range []string{"", "a 1", "b 3, a 1", "b 3, a 1, c 1", "b 3, d 2, a 1, 1 more"} {
		if got := busyIn(list[:n]); got != want {
			t.Errorf("of %d methods: %q, want %q", n, got, want)
		}
	}
}
