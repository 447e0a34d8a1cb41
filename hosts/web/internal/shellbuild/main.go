// Command shellbuild rebuilds the shell: its constants.ts from the web host's Go types, then the bundle.
package main

import (
	"fmt"
	"os"
	"path/filepath"

	"github.com/dougong-dev/dougong/core/miniapp/view/client/tsbuild"
	"github.com/dougong-dev/dougong/hosts/web"
)

func main() {
	if err := build(os.Args[1]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func build(dir string) error {
	constants := tsbuild.Interfaces("the web host's Go types", web.ShellTypes()...)
	if err := os.WriteFile(filepath.Join(dir, "src/constants.ts"), constants, 0o644); err != nil {
		return err
	}
	script, err := tsbuild.Bundle(filepath.Join(dir, "src/main.ts"))
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dir, "dist/shell.js"), script, 0o644)
}
