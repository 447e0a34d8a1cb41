// Command cmd writes the compatibility table in each language into the folder given.
package main

import (
	"fmt"
	"os"
	"path/filepath"

	"github.com/dougong-dev/dougong/hosts/headless/compat"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(args []string) error {
	if len(args) != 1 {
		return fmt.Errorf("usage: go run ./cmd DOCS")
	}
	for language, ending := range compat.Languages() {
		page, err := compat.Page(language)
		if err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(args[0], "api-compat"+ending), page, 0o600); err != nil {
			return err
		}
	}
	return nil
}
