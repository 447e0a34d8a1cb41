// Command shellbuild rebuilds the shell: its constants.ts from the web host's Go types, then the bundle, then the lists of its texts
// that package config and the documentation have.
package main

import (
	"fmt"
	"os"
	"path/filepath"

	"github.com/dougong-dev/dougong/core/miniapp/view/client/tsbuild"
	"github.com/dougong-dev/dougong/hosts/web"
	"github.com/dougong-dev/dougong/hosts/web/internal/words"
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
	for entry, made := range map[string]string{"src/main.ts": "dist/shell.js", "src/theme.ts": "dist/theme.js"} {
		script, err := tsbuild.Bundle(filepath.Join(dir, entry))
		if err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(dir, made), script, 0o644); err != nil {
			return err
		}
	}
	list, err := words.Read(filepath.Join(dir, "src/i18n.ts"), filepath.Join(dir, "../../../core/miniapp/view/client/src/texts.ts"))
	if err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(dir, "../../../core/config/uitexts.go"), words.Go(list), 0o644); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dir, "../../../docs/shell-texts.md"), words.Markdown(list), 0o644)
}
