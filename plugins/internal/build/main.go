// Command build builds plugins into a folder that a host can load them from: one folder per plugin, named by its id, with
// its manifest and what the manifest names.
//
//	go run ./plugins/internal/build -o bin/plugins [FOLDER ...]
//
// Without folders it builds every plugin below plugins. Process plugins are built for this machine, or for -platform.
package main

import (
	"flag"
	"fmt"
	"os"
	"runtime"
)

func main() {
	out := flag.String("o", "bin/plugins", "folder to build into")
	platform := flag.String("platform", runtime.GOOS+"/"+runtime.GOARCH, "os/arch of process plugins")
	jobs := flag.Int("j", max(2, runtime.NumCPU()/2), "plugins built at a time")
	flag.Parse()
	roots := flag.Args()
	if len(roots) == 0 {
		roots = []string{"plugins"}
	}
	b := builder{out: *out, platform: *platform, jobs: *jobs, log: os.Stdout}
	if err := b.run(roots); err != nil {
		fmt.Fprintln(os.Stderr, "build:", err)
		os.Exit(1)
	}
}
