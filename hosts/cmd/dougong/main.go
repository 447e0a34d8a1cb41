// Command dougong builds and runs super-apps out of plugins and mini-programs. See dougong --help.
package main

import (
	"os"

	"github.com/dougong-dev/dougong/hosts/cli"
)

func main() { os.Exit(cli.Main()) }
