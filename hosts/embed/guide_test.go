package embed_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"testing"
)

var goSnippet = regexp.MustCompile("(?s)```go\n(.*?)```")

// TestGuide compiles and vets every Go program in the guides.
func TestGuide(t *testing.T) {
	t.Parallel()
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	var english [][]string
	for _, guide := range []string{"embed.md", "embed.zh-CN.md"} {
		text, err := os.ReadFile(filepath.Join(root, "docs/guide", guide))
		if err != nil {
			t.Fatal(err)
		}
		found := goSnippet.FindAllStringSubmatch(string(text), -1)
		if len(found) < 3 || english != nil && len(found) != len(english) {
			t.Fatalf("%s has %d programs, the English guide %d", guide, len(found), len(english))
		}
		if english == nil {
			english = found
		}
		dir := t.TempDir()
		for i, program := range found {
			file := filepath.Join(dir, strconv.Itoa(i), "main.go")
			if err := os.Mkdir(filepath.Dir(file), 0o700); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(file, []byte(program[1]), 0o600); err != nil {
				t.Fatal(err)
			}
			cmd := exec.Command("go", "vet", file)
			cmd.Dir = root
			if out, err := cmd.CombinedOutput(); err != nil {
				t.Errorf("%s: program %d: %v\n%s", guide, i+1, err, out)
			}
		}
	}
}
