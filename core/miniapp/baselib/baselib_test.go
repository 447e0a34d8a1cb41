package baselib_test

import (
	"os"
	"testing"

	"github.com/dougong-dev/dougong/core/miniapp/baselib"
	"github.com/dougong-dev/dougong/core/miniapp/baselib/build"
	"github.com/dougong-dev/dougong/core/miniapp/view/client/tsbuild"
)

func TestDistIsCurrent(t *testing.T) {
	t.Parallel()
	want, err := build.Bundle(".")
	if err != nil {
		t.Fatal(err)
	}
	if string(want) != baselib.Script() {
		t.Error("dist/baselib.js is not what src builds to: run `go generate ./core/miniapp/baselib`")
	}
}

func TestWorkerSideIsCurrent(t *testing.T) {
	t.Parallel()
	want, err := build.WorkerSide(".")
	if err != nil {
		t.Fatal(err)
	}
	if baselib.WorkerScript() != string(want) {
		t.Error("dist/worker.js is not what src builds to: run `go generate ./core/miniapp/baselib`")
	}
}

func TestAdapterIsCurrent(t *testing.T) {
	t.Parallel()
	want, err := build.Adapter(".")
	if err != nil {
		t.Fatal(err)
	}
	if string(want) != baselib.AlipayAdapter() {
		t.Error("dist/alipay.js is not what src builds to: run `go generate ./core/miniapp/baselib`")
	}
}

// TestTypes: esbuild drops types without looking at them.
func TestTypes(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		return // the types are npm's
	}
	if err := tsbuild.Check(t.Context(), "."); err != nil {
		t.Error(err)
	}
}

func TestOpsAreCurrent(t *testing.T) {
	t.Parallel()
	got, err := os.ReadFile(build.OpsFile)
	if err != nil {
		t.Fatal(err)
	}
	if string(got) != string(build.Ops()) {
		t.Error(build.OpsFile + " is not what message.CanvasOps says: run `go generate ./core/miniapp/baselib`")
	}
}
