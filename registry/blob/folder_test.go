package blob_test

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/dougong-dev/dougong/registry/blob"
	"github.com/dougong-dev/dougong/registry/blob/blobtest"
)

func TestFolder(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	f, err := blob.NewFolder(dir)
	if err != nil {
		t.Fatal(err)
	}
	blobtest.Run(t, f)
	left, err := os.ReadDir(filepath.Join(dir, "tmp"))
	if err != nil || len(left) != 0 {
		t.Errorf("left in tmp: %v, %v", left, err)
	}
}

func TestAbandonedUploads(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if err := os.MkdirAll(filepath.Join(dir, "tmp"), 0o700); err != nil {
		t.Fatal(err)
	}
	old, fresh := filepath.Join(dir, "tmp", "up-old"), filepath.Join(dir, "tmp", "up-fresh")
	for _, name := range []string{old, fresh} {
		if err := os.WriteFile(name, nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	then := time.Now().Add(-48 * time.Hour)
	if err := os.Chtimes(old, then, then); err != nil {
		t.Fatal(err)
	}
	if _, err := blob.NewFolder(dir); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(old); err == nil {
		t.Error("an upload of the day before yesterday is still there")
	}
	if _, err := os.Stat(fresh); err != nil {
		t.Errorf("a fresh upload was removed: %v", err)
	}
}
