package superapp_test

import (
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/dougong-dev/dougong/core/config"
	"github.com/dougong-dev/dougong/hosts/superapp"
	"github.com/dougong-dev/dougong/hosts/web"
)

// remembering is a super-app, and the file in which it keeps what it remembers of "anna".
func remembering(t *testing.T) (app *superapp.App, file string) {
	t.Helper()
	var dir string
	app, err := open(t, func(c *config.Config) { dir = c.DataDir() })
	if err != nil {
		t.Fatal(err)
	}
	if err := app.SetMemory("anna", web.Memory{Favourites: []string{"a"}, Privacy: 1}); err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob(filepath.Join(dir, "shell", "*"))
	if err != nil || len(files) != 1 {
		t.Fatalf("%v, %v; want one file", files, err)
	}
	return app, files[0]
}

// A damaged file is nothing, and is kept under another name when something new is; of those the last few stay.
func TestDamagedMemoryIsPutAside(t *testing.T) {
	app, file := remembering(t)
	damages := []string{"", `{"favourites": ["a"], "privacy":`, `{"privacy": "1"}`, "\x00\x00", "[]"}
	for _, damage := range damages {
		if err := os.WriteFile(file, []byte(damage), 0o600); err != nil {
			t.Fatal(err)
		}
		m, err := app.Memory("anna")
		if !errors.Is(err, web.ErrMemoryDamaged) || !strings.Contains(err.Error(), file) || !reflect.DeepEqual(m, web.Memory{}) {
			t.Fatalf("%q is read as %+v, %v", damage, m, err)
		}
		if text, err := os.ReadFile(file); err != nil || string(text) != damage {
			t.Fatalf("after it was read it is %q, %v; want %q", text, err, damage)
		}
		if err := app.SetMemory("anna", web.Memory{Language: "ar"}); err != nil {
			t.Fatal(err)
		}
		if m, err := app.Memory("anna"); err != nil || m.Language != "ar" {
			t.Fatalf("kept is %+v, %v", m, err)
		}
	}
	aside, err := filepath.Glob(strings.TrimSuffix(file, ".json") + ".broken-*")
	if err != nil || len(aside) != 3 {
		t.Fatalf("%v, %v; want the last three", aside, err)
	}
	for i, name := range aside {
		if text, err := os.ReadFile(name); err != nil || string(text) != damages[len(damages)-3+i] {
			t.Errorf("%s is %q, %v; want %q", name, text, err, damages[len(damages)-3+i])
		}
	}
}

// What is there and cannot be read is no damage: it is not written over.
func TestUnreadableMemoryStays(t *testing.T) {
	app, file := remembering(t)
	if err := os.Remove(file); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(file, 0o700); err != nil { // a folder cannot be read as a file, by whomever
		t.Fatal(err)
	}
	if m, err := app.Memory("anna"); err == nil || errors.Is(err, web.ErrMemoryDamaged) {
		t.Errorf("a folder is read as %+v, %v", m, err)
	}
	if err := app.SetMemory("anna", web.Memory{Language: "ar"}); err == nil {
		t.Error("a folder is written over")
	}
	if info, err := os.Stat(file); err != nil || !info.IsDir() {
		t.Errorf("it is %v, %v now", info, err)
	}
	if left, err := filepath.Glob(filepath.Join(filepath.Dir(file), ".memory-*")); err != nil || len(left) > 0 {
		t.Errorf("%v, %v is left", left, err)
	}
}
