package trust_test

import (
	"testing"

	"github.com/dougong-dev/dougong/core/trust/tuf"
)

func newSet(t *testing.T, w *world) *tuf.Set {
	t.Helper()
	s, err := tuf.New(w.suite, w.root, w.now())
	check(t, err)
	return s
}
