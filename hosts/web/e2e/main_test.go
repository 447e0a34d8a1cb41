package e2e

import (
	"os"
	"testing"

	"github.com/dougong-dev/dougong/core/miniapp/isolate"
)

func TestMain(m *testing.M) {
	isolate.Main()
	os.Exit(m.Run())
}
