// Command cmd writes the table of regions into the file given, from the package that npm installs into a folder of its own.
package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/dougong-dev/dougong/core/miniapp/view/client/regions"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(args []string) error {
	if len(args) != 1 {
		return fmt.Errorf("usage: go run ./cmd FILE.ts")
	}
	dir, err := os.MkdirTemp("", "regions-")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	npm := exec.Command("npm", "install", "--prefix", dir, "--ignore-scripts", "--no-audit", "--no-fund", "--no-save", "--loglevel=error", regions.Package)
	if out, err := npm.CombinedOutput(); err != nil {
		return fmt.Errorf("npm install %s: %w: %s", regions.Package, err, out)
	}
	folder := filepath.Join(dir, "node_modules", filepath.FromSlash(regions.Package[:strings.LastIndexByte(regions.Package, '@')]))
	data, err := os.ReadFile(filepath.Join(folder, filepath.FromSlash(regions.DataFile)))
	if err != nil {
		return err
	}
	licence, err := os.ReadFile(filepath.Join(folder, regions.LicenceFile))
	if err != nil {
		return err
	}
	table, err := regions.Table(data, licence)
	if err != nil {
		return err
	}
	return os.WriteFile(args[0], table, 0o600)
}
