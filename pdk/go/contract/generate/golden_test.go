package generate_test

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"testing"

	"github.com/dougong-dev/dougong/pdk/go/contract"
	"github.com/dougong-dev/dougong/pdk/go/contract/generate"
)

var update = flag.Bool("update", false, "write the golden files anew")

func face(t testing.TB) *contract.Contract {
	t.Helper()
	data, err := os.ReadFile("testdata/face.yaml")
	if err != nil {
		t.Fatal(err)
	}
	c, err := contract.Parse("face.yaml", data)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func standard(t testing.TB) []*contract.Contract {
	t.Helper()
	list, err := contract.Load(os.DirFS("../../../contracts"))
	if err != nil {
		t.Fatal(err)
	}
	return list
}

// TestGolden holds each target against what it wrote before; -update after a change that is meant.
func TestGolden(t *testing.T) {
	t.Parallel()
	for _, lang := range generate.Langs() {
		t.Run(string(lang), func(t *testing.T) {
			t.Parallel()
			f, err := generate.One(lang, face(t), generate.Options{})
			if err != nil {
				t.Fatal(err)
			}
			again, err := generate.One(lang, face(t), generate.Options{})
			if err != nil || !bytes.Equal(f.Data, again.Data) {
				t.Fatalf("the same contract gave other bytes (%v)", err)
			}
			golden := filepath.Join("testdata", "golden", f.Name)
			if *update {
				if err := os.WriteFile(golden, f.Data, 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(golden)
			if err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(f.Data, want) {
				t.Errorf("%s differs from %s; look at the difference and, if it is meant, run go test -update\n%s", lang, golden, firstDifference(want, f.Data))
			}
		})
	}
}

func firstDifference(want, got []byte) string {
	a, b := bytes.Split(want, []byte("\n")), bytes.Split(got, []byte("\n"))
	for i := range a {
		if i >= len(b) || !bytes.Equal(a[i], b[i]) {
			line := []byte("the end")
			if i < len(b) {
				line = b[i]
			}
			return "want: " + string(a[i]) + "\ngot:  " + string(line)
		}
	}
	return "got more lines than wanted"
}

func TestOptions(t *testing.T) {
	t.Parallel()
	for name, ok := range map[string]bool{"face": true, "face2": true, "": true, "func": false, "Face": false, "a-b": false, "x;y": false} {
		_, err := generate.One(generate.Go, face(t), generate.Options{Package: name})
		if (err == nil) != ok {
			t.Errorf("package %q: %v", name, err)
		}
	}
	if _, err := generate.ParseLang("typscript"); err == nil || err.Error() != `unknown language "typscript"; did you mean "typescript"?; known are go, typescript, c, assemblyscript, rust, python, markdown, html` {
		t.Errorf("got %v", err)
	}
	if _, err := generate.One("cobol", face(t), generate.Options{}); err == nil {
		t.Error("an unknown language was accepted")
	}
}
