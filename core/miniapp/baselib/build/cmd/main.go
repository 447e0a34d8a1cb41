// Command cmd rebuilds dist/baselib.js from src.
package main

import (
	"fmt"
	"os"

	"github.com/dougong-dev/dougong/core/miniapp/baselib/build"
)

func main() {
	out, err := build.Bundle(".")
	if err == nil {
		err = os.WriteFile("dist/baselib.js", out, 0o644)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
