package edit

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const sample = `# The bank.
name: Bank

branding:
  theme:
    primary: "#0b3d91" # of the house
    background: "#fff"

# What users see.
ui:
  capsule: {width: 96, radius: 17} # rounded

  privacy:
    text:
      zh: |
        one

        two

plugins:
  - id: a.b # first

    path: x
`

func TestSet(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name      string
		path      string
		value     any
		old, want string
	}{
		{"a colour", "branding.theme.primary", "#ff0000", `primary: "#0b3d91"`, `primary: "#ff0000"`},
		{"in a flow", "ui.capsule.width", 88, "width: 96", "width: 88"},
		{"a new key in a flow", "ui.capsule.height", 40, "radius: 17}", "radius: 17, height: 40}"},
		{"an entry", "plugins.0.path", "z", "path: x", "path: z"},
		{"the same", "name", "Bank", "", ""},
	} {
		doc, err := Parse([]byte(sample))
		if err != nil {
			t.Fatal(err)
		}
		if err := doc.Set(strings.Split(c.path, "."), c.value); err != nil {
			t.Fatal(err)
		}
		got, err := doc.Bytes()
		if want := strings.Replace(sample, c.old, c.want, 1); err != nil || string(got) != want {
			t.Errorf("%s: %v, got\n%s\nwant\n%s", c.name, err, got, want)
		}
	}
}

func TestNewMapsAndRemove(t *testing.T) {
	t.Parallel()
	doc, err := Parse([]byte(sample))
	if err != nil {
		t.Fatal(err)
	}
	if err := doc.Set([]string{"ui", "menu", "hide"}, []string{"debug"}); err != nil {
		t.Fatal(err)
	}
	got, err := doc.Bytes()
	if err != nil || !strings.Contains(string(got), "  menu:\n    hide: [debug]\n") {
		t.Errorf("%v, got\n%s", err, got)
	}
	doc.Remove([]string{"ui", "menu", "hide"})
	doc.Remove([]string{"none", "of", "it"})
	if got, err := doc.Bytes(); err != nil || string(got) != sample {
		t.Errorf("%v, got\n%s\nwant\n%s", err, got, sample)
	}
}

func TestMistakes(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, in, path, want string }{
		{"a list on top", "- a", "x", "line 1: expected a map of settings"},
		{"no YAML", "a: [", "x", "yaml:"},
		{"a scalar on the way", "a: 1", "a.b", "a is no map in the file"},
		{"no such entry", "a: [1]", "a.4", "a.4: expected an entry from 0 to 0"},
	} {
		doc, err := Parse([]byte(c.in))
		if err == nil {
			err = doc.Set(strings.Split(c.path, "."), 1)
		}
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: got %v, want %s", c.name, err, c.want)
		}
	}
}

// Every example stays as it was written, to the byte.
func TestExamplesStay(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("../../../examples/superapps/*/superapp.yaml")
	if err != nil || len(files) < 4 {
		t.Fatalf("%v, %d files", err, len(files))
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		doc, err := Parse(text)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := doc.Bytes(); err != nil || string(got) != string(text) {
			t.Errorf("%s: %v\n%s", file, err, firstDifference(string(got), string(text)))
		}
	}
}

func firstDifference(got, want string) string {
	g, w := strings.Split(got, "\n"), strings.Split(want, "\n")
	for i := range min(len(g), len(w)) {
		if g[i] != w[i] {
			return "got  " + g[i] + "\nwant " + w[i]
		}
	}
	return "of another length"
}

func FuzzEdit(f *testing.F) {
	f.Add([]byte(sample), "ui.capsule.width")
	f.Add([]byte("a: &x {b: 1}\nc: *x\n"), "c.b")
	f.Fuzz(func(_ *testing.T, data []byte, path string) {
		doc, err := Parse(data)
		if err != nil || doc.Set(strings.Split(path, "."), "v") != nil {
			return
		}
		_, _ = doc.Bytes() // it may be an error, and never a panic
	})
}
