// Command dougong builds and runs super-apps out of plugins and mini-programs. See dougong --help.
package main

import (
	"os"

	"github.com/dougong-dev/dougong/core/miniapp/isolate"
	"github.com/dougong-dev/dougong/core/plugin/process/sandbox"
	"github.com/dougong-dev/dougong/hosts/cli"
)

func main() {
	sandbox.Main() // the command starts itself once more to confine a plugin
	isolate.Main() // the command starts itself once more to run a mini-program
	os.Exit(cli.Main())
}
