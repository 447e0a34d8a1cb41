package script

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/dougong-dev/dougong/core/miniapp/npmtest"
	"github.com/dougong-dev/dougong/core/miniapp/view/dom"
)

//go:embed testdata/glass-easel.js
var glassEaselRunner string

// treeProgram is a small program of nested components, for both sides.
type treeProgram struct {
	Files map[string]string `json:"files"`
	Steps []string          `json:"steps"` // methods of the page, called one after another
}

// treeState is what a program shows and has logged after a step.
type treeState struct {
	Tree string   `json:"tree"`
	Log  []string `json:"log"`
}

type treeAnswer struct {
	Refused string      `json:"refused"`
	States  []treeState `json:"states"`
}

// treeBatch is how many programs one run of the peer takes.
const treeBatch = 250

// TestAgainstGlassEasel runs random programs of nested components here and on glass-easel, WeChat's open component
// framework, and compares the trees and the logs of lifetimes, observers and events after each step.
func TestAgainstGlassEasel(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("npm is for the whole run")
	}
	const rounds = 12
	var states atomic.Int64
	t.Run("rounds", func(t *testing.T) {
		for round := range rounds {
			t.Run(fmt.Sprint(round), func(t *testing.T) {
				t.Parallel()
				programs := make([]treeProgram, treeBatch)
				for i := range programs {
					programs[i] = newTreeGenerator(int64(round*treeBatch + i)).program()
				}
				for i, want := range runPeer(t, npmtest.GlassEasel, glassEaselRunner, programs) {
					states.Add(int64(comparePrograms(t, fmt.Sprint(round*treeBatch+i), programs[i], want)))
				}
			})
		}
	})
	t.Logf("%d programs, %d states compared", rounds*treeBatch, states.Load())
}

// runPeer gives programs to a script for Node.
func runPeer(t *testing.T, packages, script string, programs []treeProgram) []treeAnswer {
	t.Helper()
	root := npmtest.Install(t, packages)
	input, err := json.Marshal(programs)
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "run.js")
	if err := os.WriteFile(file, []byte(script), 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command("node", file, filepath.Join(root, "node_modules"))
	cmd.Stdin = bytes.NewReader(input)
	var complaints bytes.Buffer
	cmd.Stderr = &complaints
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("the peer: %v\n%s", err, complaints.Bytes())
	}
	var answers []treeAnswer
	if err := json.Unmarshal(out, &answers); err != nil || len(answers) != len(programs) {
		t.Fatalf("%d answers, %v: %.300s", len(answers), err, out)
	}
	return answers
}

// comparePrograms returns how many states were compared.
func comparePrograms(t *testing.T, name string, p treeProgram, want treeAnswer) int {
	t.Helper()
	if want.Refused != "" {
		t.Errorf("program %s: the peer refuses it: %s\n%s", name, want.Refused, p)
		return 0
	}
	for i, got := range runOurs(t, p) {
		want := want.States[i]
		step := "opening"
		if i > 0 {
			step = p.Steps[i-1]
		}
		if got.Tree != want.Tree {
			t.Errorf("program %s, %s: we show\n%s\nthe peer\n%s\n%s", name, step, got.Tree, want.Tree, p)
			return i
		}
		if !slices.Equal(got.Log, want.Log) && !rowsInterleave(got.Log, want.Log) {
			t.Errorf("program %s, %s: we log\n  %s\nthe peer\n  %s\n%s", name, step, strings.Join(got.Log, "\n  "), strings.Join(want.Log, "\n  "), p)
			return i
		}
	}
	return len(want.States)
}

// rowsInterleave tells whether two logs differ only in the order of instances, in a step in which rows came or went: we
// make and update all rows, take those away that left, and attach the new ones; the peer goes row by row, so that what is
// logged under an id with the row's index is so before or after that index changes. Which of the rows that change places
// are the ones that move is free, too. What each tag's instances hear is the same.
func rowsInterleave(ours, theirs []string) bool {
	moved := func(line string) bool {
		return strings.Contains(line, " moved ") || strings.Contains(line, " changed ")
	}
	rows := func(line string) bool {
		return strings.Contains(line, "created") || strings.Contains(line, "detached") || moved(line)
	}
	if !slices.ContainsFunc(ours, rows) {
		return false
	}
	ours, theirs = slices.DeleteFunc(slices.Clone(ours), moved), slices.DeleteFunc(slices.Clone(theirs), moved)
	return maps.EqualFunc(byTag(ours), byTag(theirs), slices.Equal[[]string])
}

var rowID = regexp.MustCompile(`\bi(\d+)-\d+\b`)

// byTag sorts lines by the component and id that they begin with, whatever the row.
func byTag(lines []string) map[string][]string {
	out := map[string][]string{}
	for _, line := range lines {
		line = rowID.ReplaceAllString(line, "i$1-row")
		words := strings.SplitN(line, " ", 3)
		tag := strings.Join(words[:min(2, len(words))], " ")
		out[tag] = append(out[tag], line)
	}
	for _, list := range out {
		slices.Sort(list)
	}
	return out
}

func (p treeProgram) String() string {
	var b strings.Builder
	names := make([]string, 0, len(p.Files))
	for name := range p.Files {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		fmt.Fprintf(&b, "--- %s\n%s\n", name, strings.TrimPrefix(p.Files[name], treePrelude))
	}
	return b.String()
}

// runOurs runs a program here. The tree is what a client has that got the patches.
func runOurs(t *testing.T, p treeProgram) []treeState {
	t.Helper()
	w := newWorld(t, project(t, p.Files))
	_ = w.realm.StartApp(nil)
	page := w.openPage("pages/index", nil)
	tree := dom.New()
	var states []treeState
	note := func() {
		state := treeState{}
		for _, l := range w.logs {
			if l.Level == "log" {
				state.Log = append(state.Log, l.Message)
			}
		}
		for _, e := range w.errors {
			state.Log = append(state.Log, "error: "+describe(e))
		}
		for _, patch := range w.patches {
			if err := tree.Apply(patch); err != nil {
				t.Fatal(err)
			}
		}
		state.Tree = normalTree(tree.Root.Seen())
		w.logs, w.errors, w.patches = nil, nil, nil
		states = append(states, state)
	}
	note()
	for _, step := range p.Steps {
		if _, found, err := page.Call(step); !found || err != nil {
			t.Errorf("%s: found %v, %v", step, found, err)
		}
		note()
	}
	page.Close()
	return states
}

var stylePrefix = regexp.MustCompile(`^\S*--`)

// normalTree writes nodes in the form of testdata/glass-easel.js.
func normalTree(nodes []*dom.Node) string {
	var b strings.Builder
	for _, n := range nodes {
		if n.Kind == dom.Text {
			b.WriteString(n.Text)
			continue
		}
		var names []string
		class, _ := n.Attrs["class"].(string)
		for _, name := range strings.Fields(class) {
			if name = stylePrefix.ReplaceAllString(name, ""); name != "" && name != "host" { // of what :host means
				names = append(names, name)
			}
		}
		slices.Sort(names)
		id, _ := n.Attrs["id"].(string)
		fmt.Fprintf(&b, "<%s %s|%s>%s</>", n.Name, id, strings.Join(slices.Compact(names), " "), normalTree(n.Seen()))
	}
	return b.String()
}
