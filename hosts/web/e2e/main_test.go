package e2e

import (
	"os"
	"testing"

	"github.com/dougong-dev/dougong/core/miniapp/isolate"
	"github.com/dougong-dev/dougong/core/plugin/process/sandbox"
)

func TestMain(m *testing.M) {
	sandbox.Main()
	isolate.Main()
	runHost()
	os.Exit(m.Run())
}
