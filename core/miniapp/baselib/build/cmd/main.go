// Command cmd rebuilds the numbers of the drawing operations and the scripts in dist.
package main

import (
	"fmt"
	"os"

	"github.com/dougong-dev/dougong/core/miniapp/baselib/build"
)

func main() {
	if err := generate(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func generate() error {
	if err := os.WriteFile(build.OpsFile, build.Ops(), 0o644); err != nil {
		return err
	}
	out, err := build.Bundle(".")
	if err != nil {
		return err
	}
	if err := os.WriteFile("dist/baselib.js", out, 0o644); err != nil {
		return err
	}
	if out, err = build.WorkerSide("."); err != nil {
		return err
	}
	if err := os.WriteFile("dist/worker.js", out, 0o644); err != nil {
		return err
	}
	if out, err = build.Adapter("."); err != nil {
		return err
	}
	return os.WriteFile("dist/alipay.js", out, 0o644)
}
