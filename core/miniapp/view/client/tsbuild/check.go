package tsbuild

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
)

// TypeScriptVersion is the compiler that Check uses.
const TypeScriptVersion = "5.9.3"

// Check type-checks the TypeScript project in dir with tsc. esbuild drops types without looking at them. The compiler
// comes from npm once and is kept in the user's cache.
func Check(ctx context.Context, dir string) error {
	tsc, err := compiler(ctx)
	if err != nil {
		return err
	}
	out, err := exec.CommandContext(ctx, "node", tsc, "-p", dir).CombinedOutput()
	if err != nil {
		return fmt.Errorf("type-check %s: %w\n%s", dir, err, out)
	}
	return nil
}

func compiler(ctx context.Context) (string, error) {
	cache, err := os.UserCacheDir()
	if err != nil {
		return "", fmt.Errorf("find a place for the TypeScript compiler: %w", err)
	}
	dir := filepath.Join(cache, "dougong", "typescript-"+TypeScriptVersion)
	tsc := filepath.Join(dir, "node_modules", "typescript", "bin", "tsc")
	if _, err := os.Stat(tsc); err == nil {
		return tsc, nil
	}
	return tsc, install(ctx, cache, dir)
}

// install puts the compiler beside its place and renames, so that two installations at once do not meet.
func install(ctx context.Context, cache, dir string) error {
	if err := os.MkdirAll(filepath.Join(cache, "dougong"), 0o755); err != nil {
		return fmt.Errorf("install the TypeScript compiler: %w", err)
	}
	temp, err := os.MkdirTemp(filepath.Join(cache, "dougong"), "typescript-")
	if err != nil {
		return fmt.Errorf("install the TypeScript compiler: %w", err)
	}
	defer os.RemoveAll(temp) //nolint:errcheck // a leftover does no harm
	npm := exec.CommandContext(ctx, "npm", "install", "--no-audit", "--no-fund", "--prefix", temp, "typescript@"+TypeScriptVersion)
	if out, err := npm.CombinedOutput(); err != nil {
		return fmt.Errorf("install the TypeScript compiler: %w; npm and the network are needed once\n%s", err, out)
	}
	if err := os.Rename(temp, dir); err != nil {
		if _, exists := os.Stat(dir); exists != nil {
			return fmt.Errorf("install the TypeScript compiler: %w", err)
		}
	}
	return nil
}
