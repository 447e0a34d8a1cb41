//go:build linux

package e2e

import (
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// What pages keep is in the super-app's folder, each window's apart from the others', and nothing of it is anywhere else: not in
// the user's home, cache, or data folders.
func TestData(t *testing.T) {
	w := newWorld(t)
	home := t.TempDir()
	host := w.command()
	host.Env = append(host.Env, "HOME="+home, "XDG_CACHE_HOME="+filepath.Join(home, ".cache"))
	w.launch(host)
	launcher := w.Window("桌面之家")
	w.place(launcher, 10)
	w.press(launcher, deskIcon)
	w.show("the desk's page", w.Window("台面"), countColor, 0.05)
	w.stop()

	kept, err := os.ReadDir(filepath.Join(w.data, "desktop", "web"))
	if err != nil || len(kept) != 2 || !slices.ContainsFunc(kept, func(e fs.DirEntry) bool { return e.Name() == "launcher" }) {
		t.Errorf("the windows' folders are %v, %v; want the launcher's and another", kept, err)
	}
	for _, e := range kept {
		if inside, err := os.ReadDir(filepath.Join(w.data, "desktop", "web", e.Name())); err != nil || len(inside) == 0 {
			t.Errorf("nothing is in the folder %s of a window, %v", e.Name(), err)
		}
		info, err := e.Info()
		if err != nil || info.Mode().Perm()&0o077 != 0 {
			t.Errorf("others may look into a window's folder: %v, %v", info.Mode(), err)
		}
	}
	// Caches of the system's own: of shaders, fonts, and compiled plugins.
	shared := []string{".cache/mesa_shader_cache", ".cache/fontconfig", ".cache/dougong/"}
	err = filepath.WalkDir(home, func(path string, d fs.DirEntry, err error) error {
		name, _ := filepath.Rel(home, path)
		if err == nil && !d.IsDir() && !slices.ContainsFunc(shared, func(s string) bool { return strings.HasPrefix(name, s) }) {
			t.Errorf("%s is left in the user's home", name)
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
}

// A window that is closed leaves its mini-program alive: it is opened again as it was, on the page where it was.
func TestWindowIsOpenedAgain(t *testing.T) {
	w := newWorld(t)
	launcher, desk := w.openDesk()
	w.press(desk, countColor)
	w.Window("计数 1")
	if out, err := w.again("dougong://open?app=other&page=pages/item/item&id=7"); err != nil {
		t.Fatalf("a link: %v\n%s", err, out)
	}
	item := w.Window("货品 7")
	w.place(item, 900)
	w.closeByCapsule(item, "货品 7")
	w.closeByCapsule(desk, "计数 1")

	w.press(launcher, deskIcon)
	desk = w.Window("计数 1")
	w.place(desk, 500)
	w.press(desk, countColor)
	w.Window("计数 2") // its data were not loaded anew
	w.press(launcher, otherIcon)
	w.Window("货品 7")
	w.Save("desktop-opened-again")
}
