package wasm

import (
	"context"
	"path/filepath"
	"testing"

	"github.com/dougong-dev/dougong/core/plugin/internal/suite"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) {
	suite.Main(m, func() error { return goleak.Find() })
}

// newSuite makes a runtime whose compiled code is shared by the tests of this binary.
func newSuite(t testing.TB) suite.Suite {
	t.Helper()
	r, err := New(Options{CacheDir: filepath.Join(suite.Dir(t, suite.Wasm), "cache")})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = r.Close(context.Background()) })
	s := suite.Suite{Kind: suite.Wasm, Runtime: r}
	suite.Warm(t, s)
	return s
}

func TestSuite(t *testing.T) { newSuite(t).Run(t) }
