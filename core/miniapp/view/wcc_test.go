package view_test

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"fmt"
	"math/rand"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/dougong-dev/dougong/core/miniapp/npmtest"
	"github.com/dougong-dev/dougong/core/miniapp/view/dom"
)

// wccBatch is how many templates one run of the reference compiler takes.
const wccBatch = 500

//go:embed testdata/wcc.js
var wccRunner string

// wccCase is a template with the states that its data goes through.
type wccCase struct {
	WXML   string            `json:"wxml"`
	States []json.RawMessage `json:"states"` // whole data, each
	steps  [][]string        // setData from one state to the next: path, JSON, …
}

// TestAgainstWCC renders random templates, step by step, and compares each state with what the template compiler of WeChat's
// own tools (miniprogram-compiler, of April 2020) makes of the template and that state's data.
func TestAgainstWCC(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("npm is for the whole run")
	}
	const rounds = 20
	compared := 0
	for round := range rounds {
		cases := make([]wccCase, wccBatch)
		for i := range cases {
			cases[i] = newWCCGenerator(int64(round*wccBatch + i)).next()
		}
		for i, want := range runWCC(t, cases) {
			compared += compareWCC(t, round*wccBatch+i, cases[i], want)
		}
		if t.Failed() {
			break
		}
	}
	t.Logf("%d states compared", compared)
}

// wccAnswer is what the reference made of a case.
type wccAnswer struct {
	Refused string    `json:"refused"` // it did not compile
	Trees   []*string `json:"trees"`   // null where its code failed
}

func runWCC(t *testing.T, cases []wccCase) []wccAnswer {
	t.Helper()
	dir := t.TempDir()
	root := npmtest.Install(t, npmtest.WCC)
	for i, c := range cases {
		if err := os.WriteFile(filepath.Join(dir, fmt.Sprintf("c%d.wxml", i)), []byte(c.WXML), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	input, err := json.Marshal(cases)
	if err != nil {
		t.Fatal(err)
	}
	script := filepath.Join(dir, "run.js")
	if err := os.WriteFile(script, []byte(wccRunner), 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command("node", script, npmtest.Dir(root, npmtest.WCC))
	cmd.Dir, cmd.Stdin = dir, bytes.NewReader(input)
	var complaints bytes.Buffer
	cmd.Stderr = &complaints
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("the reference compiler: %v\n%s", err, complaints.Bytes())
	}
	var answers []wccAnswer
	if err := json.Unmarshal(out, &answers); err != nil || len(answers) != len(cases) {
		t.Fatalf("%d answers, %v: %.300s", len(answers), err, out)
	}
	return answers
}

// classNames are the class attributes of a tree. The names in them are found later than the reference goes, and a comma is
// in none.
var classNames = regexp.MustCompile(`"class":"(?:[^"\\]|\\.)*"`)

// compareWCC returns how many states were compared.
func compareWCC(t *testing.T, seed int, c wccCase, want wccAnswer) int {
	t.Helper()
	if want.Refused != "" {
		t.Errorf("seed %d: the reference refuses %s\n%s", seed, want.Refused, c.WXML)
		return 0
	}
	page := source{wxml: c.WXML, data: string(c.States[0])}
	s := open(t, map[string]source{"page": page}, nil)
	for i, tree := range want.Trees {
		if i > 0 {
			s.set(c.steps[i-1]...)
		}
		if tree == nil {
			continue
		}
		got, want := normalDOM(s.dom.Root.Seen()), classNames.ReplaceAllStringFunc(*tree, func(s string) string { return strings.ReplaceAll(s, ",", " ") })
		if got != want {
			t.Errorf("seed %d, state %d: we show\n%s\nthe reference\n%s\ntemplate\n%s\ndata %s", seed, i, got, want, c.WXML, c.States[i])
			return i
		}
	}
	return len(want.Trees)
}

// normalDOM writes nodes in the form that testdata/wcc.js gives the reference's.
func normalDOM(nodes []*dom.Node) string {
	var b strings.Builder
	for _, n := range nodes {
		if n.Kind == dom.Text {
			b.WriteString(n.Text)
			continue
		}
		attrs := map[string]any{}
		for name, v := range n.Attrs {
			switch v.(type) {
			case string, float64, int, bool:
				attrs[strings.ReplaceAll(name, "a-b", "aB")] = v
			}
		}
		var text bytes.Buffer
		plain := json.NewEncoder(&text)
		plain.SetEscapeHTML(false)
		if err := plain.Encode(attrs); err != nil {
			panic(err)
		}
		fmt.Fprintf(&b, "<%s %s>%s</>", n.Name, bytes.TrimSpace(text.Bytes()), normalDOM(n.Seen()))
	}
	return b.String()
}

// wccGenerator makes templates of everything that both sides know.
type wccGenerator struct {
	r     *rand.Rand
	depth int
	names []string // loop variables in scope
	tmpl  int
}

func newWCCGenerator(seed int64) *wccGenerator {
	return &wccGenerator{r: rand.New(rand.NewSource(seed))}
}
