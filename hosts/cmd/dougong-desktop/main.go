// Command dougong-desktop shows a super-app in a window: dougong-desktop superapp.yaml. See package hosts/desktop.
package main

import (
	"fmt"
	"os"

	"github.com/dougong-dev/dougong/core/miniapp/isolate"
	"github.com/dougong-dev/dougong/core/plugin/process/sandbox"
	"github.com/dougong-dev/dougong/hosts/desktop/program"
	"github.com/dougong-dev/dougong/hosts/desktop/window"
)

func main() {
	window.Main()  // the program starts itself once more to be a window
	sandbox.Main() // the program starts itself once more to confine a plugin
	isolate.Main() // the program starts itself once more to run a mini-program
	if err := program.Run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "dougong-desktop:", err)
		os.Exit(1)
	}
}
