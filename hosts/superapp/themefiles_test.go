package superapp

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/dougong-dev/dougong/core/config"
)

// Of the files that the theme editor was given only those are written that the file names, and none outside its folder.
func TestNewFiles(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "house")
	cfg := config.Default()
	cfg.Dir = dir
	cfg.Branding.Logo, cfg.UI.Loading.Picture, cfg.UI.Failure.Picture = "pictures/logo.svg", "../above.svg", filepath.Join(dir, "absolute.svg")
	fresh := newFiles(cfg, map[string][]byte{
		"pictures/logo.svg": []byte("<svg/>"), "pictures/unnamed.svg": []byte("x"), "../above.svg": []byte("x"), filepath.Join(dir, "absolute.svg"): []byte("x"),
	})
	if data, err := fresh.read(cfg.Abs("pictures/logo.svg")); err != nil || string(data) != "<svg/>" {
		t.Errorf("before it is written: %q, %v", data, err)
	}
	if info, err := fresh.stat(cfg.Abs("pictures/logo.svg")); err != nil || info.Size() != 6 || !info.Mode().IsRegular() {
		t.Errorf("before it is written: %v, %v", info, err)
	}
	if err := fresh.write(); err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]bool{
		filepath.Join(dir, "pictures/logo.svg"): true, filepath.Join(dir, "pictures/unnamed.svg"): false,
		filepath.Join(dir, "../above.svg"): false, filepath.Join(dir, "absolute.svg"): false,
	} {
		if _, err := os.Stat(path); (err == nil) != want {
			t.Errorf("%s: %v, want it there: %v", path, err, want)
		}
	}
}
