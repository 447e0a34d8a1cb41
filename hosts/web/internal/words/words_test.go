package words

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func file(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "a.ts")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestRead(t *testing.T) {
	t.Parallel()
	shell := file(t, "const zh = {\n  noProblems: \"没有\",\n  none: \"没有“{}”\",\n};\n\nconst en: typeof zh = {\n  noProblems: \"None\",\n  none: 'No \"{}\"',\n};\n")
	client := file(t, "const zh = {\n  back: \"返回\", noProblems: \"没有\", h5Gone: \"没了\",\n};\nconst texts = {\n  zh,\n  en: {\n    back: \"Back\", noProblems: \"None\", h5Gone: \"Gone\",\n  },\n};\n")
	got, err := Read(shell, client)
	if err != nil {
		t.Fatal(err)
	}
	want := []Word{{"back", "返回", "Back"}, {"h5_gone", "没了", "Gone"}, {"no_problems", "没有", "None"}, {"none", "没有“{}”", `No "{}"`}}
	if len(got) != len(want) {
		t.Fatalf("got %q, want %q", got, want)
	}
	for i := range want {
		if got[i] != want[i] {
			t.Errorf("got %q, want %q", got[i], want[i])
		}
	}
	if code := string(Go(got)); !strings.Contains(code, `"none":        "No \"{}\"",`) {
		t.Errorf("the Go list is\n%s", code)
	}
	if page := string(Markdown(got)); !strings.Contains(page, "| `no_problems` | None | 没有 |\n") {
		t.Errorf("the page is\n%s", page)
	}
}

func TestReadMistakes(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, text, want string }{
		{"nothing", "const a = 1;", "found 0 Chinese and 0 English"},
		{"one is missing", "const zh = {\n  a: \"甲\", b: \"乙\",\n};\nconst en: typeof zh = {\n  a: \"A\",\n};\n", "found 2 Chinese and 1 English"},
		{"a gap is missing", "const zh = {\n  a: \"甲{}\",\n};\nconst en: typeof zh = {\n  a: \"A\",\n};\n", "both need the same gaps"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			if _, err := Read(file(t, c.text)); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want %s", err, c.want)
			}
		})
	}
	one := file(t, "const zh = {\n  a: \"甲\",\n};\nconst en: typeof zh = {\n  a: \"A\",\n};\n")
	other := file(t, "const zh = {\n  a: \"乙\",\n};\nconst en: typeof zh = {\n  a: \"B\",\n};\n")
	if _, err := Read(one, other); err == nil || !strings.Contains(err.Error(), "give one of them another key") {
		t.Errorf("two texts of one key: %v", err)
	}
	if _, err := Read("none.ts"); err == nil {
		t.Error("a file that is not there was read")
	}
}
