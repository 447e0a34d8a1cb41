// Command cmd rebuilds the view client from src: constants.ts from the Go types, then the bundle.
package main

import (
	"fmt"
	"os"

	"github.com/dougong-dev/dougong/core/miniapp/view/client/tsbuild"
)

func main() {
	if err := tsbuild.Generate("."); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
