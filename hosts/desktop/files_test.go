package desktop

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/dougong-dev/dougong/hosts/web"
)

func TestPatterns(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name   string
		accept []string
		want   []string
	}{
		{name: "any file"},
		{"ending", []string{".pdf"}, []string{"*.pdf", "*.PDF"}},
		{"nonsense is left out", []string{".*", ".", ".a\n*", ".txt"}, []string{"*.txt", "*.TXT"}},
	} {
		if got := patterns(c.accept); !slices.Equal(got, c.want) {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
	if got := patterns([]string{"image"}); !slices.Contains(got, "*.png") || !slices.Contains(got, "*.JPG") {
		t.Errorf("pictures are %q", got)
	}
}

func TestSafeName(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{
		"report.txt": "report.txt", "../../etc/passwd": "passwd", `C:\x\y.doc`: "y.doc", ".bashrc": "bashrc", "..": "file", "": "file",
		"a\nb\x00.txt": "ab.txt", "报告.pdf": "报告.pdf", "/": "file",
	} {
		if got := safeName(name); got != want {
			t.Errorf("safeName(%q) = %q, want %q", name, got, want)
		}
	}
}

func TestSave(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "saved")
	if err := os.WriteFile(path, []byte("before"), 0o600); err != nil {
		t.Fatal(err)
	}
	broken := web.File{Open: func() (io.ReadCloser, error) {
		return io.NopCloser(io.MultiReader(strings.NewReader("ha"), failing{})), nil
	}}
	if err := save(broken, path); !errors.Is(err, errBroken) {
		t.Errorf("a file that breaks off: %v", err)
	}
	if text, err := os.ReadFile(path); err != nil || string(text) != "before" {
		t.Errorf("after a failure the file is %q, %v; want what was there", text, err)
	}
	good := web.File{Open: func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader("after")), nil }}
	if err := save(good, path); err != nil {
		t.Fatal(err)
	}
	if text, err := os.ReadFile(path); err != nil || string(text) != "after" {
		t.Errorf("the file is %q, %v", text, err)
	}
	if left, _ := filepath.Glob(filepath.Join(filepath.Dir(path), ".dougong-*")); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
}

var errBroken = errors.New("broken off")

type failing struct{}

func (failing) Read([]byte) (int, error) { return 0, errBroken }

func TestFileAt(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "a.png"), []byte("123"), 0o600); err != nil {
		t.Fatal(err)
	}
	f, err := fileAt(filepath.Join(dir, "a.png"))
	if err != nil || f.Name != "a.png" || f.Size != 3 || f.Type != "image/png" || f.Time == 0 {
		t.Errorf("got %+v, %v", f, err)
	}
	for _, bad := range []string{dir, filepath.Join(dir, "none")} {
		if _, err := fileAt(bad); err == nil {
			t.Errorf("%s is taken for a file", bad)
		}
	}
}
