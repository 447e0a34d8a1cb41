package shell_test

import (
	"bytes"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/dougong-dev/dougong/core/miniapp/view/client/tsbuild"
	"github.com/dougong-dev/dougong/hosts/web"
	"github.com/dougong-dev/dougong/hosts/web/internal/words"
	"github.com/dougong-dev/dougong/hosts/web/shell"
)

func TestConstantsAreCurrent(t *testing.T) {
	t.Parallel()
	got, err := os.ReadFile("src/constants.ts")
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, tsbuild.Interfaces("the web host's Go types", web.ShellTypes()...)) {
		t.Error("src/constants.ts does not fit the Go types; run go generate ./hosts/web/shell")
	}
}

func TestScriptIsCurrent(t *testing.T) {
	t.Parallel()
	for entry, made := range map[string]string{"src/main.ts": "shell.js", "src/theme.ts": "theme.js"} {
		want, err := tsbuild.Bundle(entry)
		if err != nil {
			t.Fatal(err)
		}
		if got, _, _ := shell.File(made); !bytes.Equal(got, want) {
			t.Errorf("dist/%s does not fit src; run go generate ./hosts/web/shell", made)
		}
	}
}

// The lists of texts that package config and the documentation have are those of the sources.
func TestTextsAreCurrent(t *testing.T) {
	t.Parallel()
	const root = "../../../"
	list, err := words.Read("src/i18n.ts", root+"core/miniapp/view/client/src/texts.ts")
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string][]byte{"core/config/uitexts.go": words.Go(list), "docs/shell-texts.md": words.Markdown(list)} {
		if got, err := os.ReadFile(root + name); err != nil || !bytes.Equal(got, want) {
			t.Errorf("%s is not what the sources say (%v); run go generate ./hosts/web/shell", name, err)
		}
	}
}

// wordy are the files that may have texts of their own, and why.
var wordy = map[string]string{
	"i18n.ts":        "the shell's table",
	"texts.ts":       "the client's table",
	"regions.ts":     "names of places, whose official form is Chinese",
	"pinyin.ts":      "the characters that begin a new sound",
	"theme.ts":       "the editor is for who makes the super-app, and has both languages side by side",
	"themefields.ts": "as theme.ts",
}

// A text that is not in a table is one that half of the users do not understand, and that superapp.yaml cannot say otherwise.
func TestNoStrayTexts(t *testing.T) {
	t.Parallel()
	files := 0
	for dir, ending := range map[string]string{"src": ".ts", "../../../core/miniapp/view/client/src": ".ts", "../h5": ".js"} {
		err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
			if err != nil || filepath.Ext(path) != ending || wordy[d.Name()] != "" {
				return err
			}
			files++
			source, err := os.ReadFile(path)
			for _, s := range words.Strays(string(source)) {
				t.Errorf("%s:%d: %q is not in the table of texts; put it there in Chinese and English and use t.KEY", path, s.Line, s.Text)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if files < 86 {
		t.Errorf("looked at %d files, expected all of the shell, the view client and what is around H5 apps", files)
	}
}

// TestLogic runs testdata/unit.ts, the checks of what needs no browser.
func TestLogic(t *testing.T) {
	t.Parallel()
	script, err := tsbuild.Bundle("testdata/unit.ts")
	if err != nil {
		t.Fatal(err)
	}
	node := exec.CommandContext(t.Context(), "node", "-")
	node.Stdin = bytes.NewReader(script)
	if out, err := node.CombinedOutput(); err != nil || !bytes.HasSuffix(out, []byte("all is checked\n")) {
		t.Errorf("%v; want that all is checked\n%s", err, out)
	}
}

func TestTypes(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("needs npm")
	}
	if err := tsbuild.Check(t.Context(), "."); err != nil {
		t.Error(err)
	}
}
