package cli

import (
	"fmt"
	"regexp"
	"strings"
	"testing"
)

var (
	headingForm = regexp.MustCompile(`^(#+) `)
	ruleForm    = regexp.MustCompile(`^\|[-| :]+\|$`)
	pictureForm = regexp.MustCompile(`^!\[`)
)

// shape is how a document is built: its headings, code by language, tables with their rows and columns, and pictures, in order.
func shape(text string) (out []string) {
	code, rows, columns := false, 0, 0
	endTable := func() {
		if columns > 0 {
			out = append(out, fmt.Sprintf("table of %d rows, %d columns", rows, columns))
		}
		rows, columns = 0, 0
	}
	for line := range strings.Lines(text) {
		line = strings.TrimRight(line, "\r\n ")
		if strings.HasPrefix(line, "```") {
			endTable()
			if code = !code; code {
				out = append(out, "code "+strings.TrimPrefix(line, "```"))
			}
			continue
		}
		switch heading := headingForm.FindStringSubmatch(line); {
		case code:
		case ruleForm.MatchString(line):
			columns = strings.Count(line, "|") - 1
		case strings.HasPrefix(line, "|") && columns > 0:
			rows++
		case strings.HasPrefix(line, "|"): // a table's head
		default:
			endTable()
			switch {
			case heading != nil:
				out = append(out, "heading "+heading[1])
			case pictureForm.MatchString(line):
				out = append(out, "picture")
			}
		}
	}
	endTable()
	return out
}

func TestShape(t *testing.T) {
	t.Parallel()
	got := strings.Join(shape("# A\n| a | b |\n|---|---|\n| 1 | 2 |\n| 3 | 4 |\n```sh\n# no heading\n| no | table |\n```\n![p](p.png)\n## B\n"), ", ")
	if want := "heading #, table of 2 rows, 2 columns, code sh, picture, heading ##"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

// TestTranslations: a document in Chinese has the parts of the English one, and every guide is there in both.
func TestTranslations(t *testing.T) {
	t.Parallel()
	texts := map[string]string{}
	for _, p := range manuals(t) {
		texts[p.path] = p.text
	}
	compared := 0
	for path, english := range texts {
		if strings.HasSuffix(path, ".zh-CN.md") {
			continue
		}
		chinese, ok := texts[strings.TrimSuffix(path, ".md")+".zh-CN.md"]
		if !ok {
			if strings.HasPrefix(path, "docs/guide/") {
				t.Errorf("%s is not there in Chinese", path)
			}
			continue
		}
		compared++
		want, got := shape(english), shape(chinese)
		for i := range max(len(want), len(got)) {
			if i >= len(want) || i >= len(got) || want[i] != got[i] {
				t.Errorf("%s differs at part %d: in English %s, in Chinese %s", path, i+1, strings.Join(want[min(i, len(want)):min(i+3, len(want))], ", "), strings.Join(got[min(i, len(got)):min(i+3, len(got))], ", "))
				break
			}
		}
	}
	if compared < 15 {
		t.Errorf("only %d documents were compared", compared)
	}
}
