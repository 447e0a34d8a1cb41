package cli

import (
	"context"
	"io"
	"os"
	"path/filepath"
	"testing"
)

// What is written between the first look at a project and the end of its build is built again.
func TestFollowWhatChangedBefore(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, "pages"), 0o700); err != nil {
		t.Fatal(err)
	}
	watcher, err := watchFolder(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = watcher.Close() }()
	if err := os.WriteFile(filepath.Join(dir, "pages", "a.js"), []byte("Page({})"), 0o600); err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	times := 0
	follow(ctx, watcher, io.Discard, func() {
		times++
		stop()
	})
	if times != 1 {
		t.Errorf("changed %d times, want once", times)
	}
}
