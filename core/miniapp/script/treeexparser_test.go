package script

import (
	_ "embed"
	"fmt"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/dougong-dev/dougong/core/miniapp/npmtest"
)

//go:embed testdata/j-component.js
var jComponentRunner string

// exparserClass is a kind of program in which j-component differs from WeChat, whose rule the text gives. A program is
// compared up to the step in which it shows itself.
type exparserClass struct {
	name, rule string
	most       int // of 100 programs
	found      atomic.Int64
}

// TestAgainstExparser runs random programs of nested components here and on miniprogram-exparser, the component framework of
// WeChat's own base library, with the templates of j-component around it; compared are trees, lifetimes and events.
func TestAgainstExparser(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("npm is for the whole run")
	}
	classes := []*exparserClass{
		{name: "rebuilt", most: 15, rule: "a node whose condition still holds stays, with its component; j-component makes it anew when a sibling comes or goes"},
		{name: "in place", most: 3, rule: "a component gets a list or object that was changed below; j-component takes the same one for unchanged"},
	}
	const rounds = 2
	var states atomic.Int64
	t.Run("rounds", func(t *testing.T) {
		for round := range rounds {
			t.Run(fmt.Sprint(round), func(t *testing.T) {
				t.Parallel()
				programs := make([]treeProgram, treeBatch)
				for i := range programs {
					g := newTreeGenerator(int64(round*treeBatch + i))
					g.plain = true
					programs[i] = g.program()
				}
				for i, want := range runPeer(t, npmtest.JComponent, jComponentRunner, programs) {
					states.Add(int64(compareExparser(t, programs[i], want, classes)))
				}
			})
		}
	})
	for _, c := range classes {
		if found := int(c.found.Load()); found*100 > c.most*rounds*treeBatch {
			t.Errorf("%d of %d programs are of the class %q, more than %d in 100: %s", found, rounds*treeBatch, c.name, c.most, c.rule)
		}
	}
	t.Logf("%d programs, %d states compared; rebuilt %d, in place %d", rounds*treeBatch, states.Load(), classes[0].found.Load(), classes[1].found.Load())
}

// compareExparser returns how many states are the same.
func compareExparser(t *testing.T, p treeProgram, want treeAnswer, classes []*exparserClass) int {
	t.Helper()
	if want.Refused != "" {
		t.Errorf("the peer refuses a program: %s\n%s", want.Refused, p)
		return 0
	}
	for i, got := range runOurs(t, p) {
		want := want.States[i]
		got.Log, want.Log = lifetimesAndEvents(got.Log), lifetimesAndEvents(want.Log)
		sameTree, sameLog := got.Tree == want.Tree, slices.Equal(got.Log, want.Log)
		switch {
		case sameTree && sameLog:
			continue
		case sameTree && comesOrGoes(append(got.Log, want.Log...)):
			classes[0].found.Add(1)
		case changesBelow(p, p.Steps[:i]):
			classes[1].found.Add(1)
		default:
			t.Errorf("state %d: we show\n%s\n  %s\nthe peer\n%s\n  %s\n%s", i, got.Tree, strings.Join(got.Log, "\n  "), want.Tree, strings.Join(want.Log, "\n  "), p)
		}
		return i
	}
	return len(want.States)
}

func comesOrGoes(log []string) bool {
	return slices.ContainsFunc(log, func(line string) bool {
		return strings.Contains(line, "created") || strings.Contains(line, "detached")
	})
}

// changesBelow tells whether one of a program's steps sets a path.
func changesBelow(p treeProgram, steps []string) bool {
	return slices.ContainsFunc(steps, func(step string) bool {
		_, body, _ := strings.Cut(p.Files["pages/index.js"], step+"() {")
		body, _, _ = strings.Cut(body, "\n")
		return strings.Contains(body, "'list[") || strings.Contains(body, "'o.")
	})
}

// lifetimesAndEvents leaves out what j-component's templates tell otherwise: they set properties again that have not
// changed, and bind an element's events once more when its attributes change.
func lifetimesAndEvents(lines []string) []string {
	return slices.Compact(slices.DeleteFunc(slices.Clone(lines), func(line string) bool {
		return strings.Contains(line, " observe ") || strings.Contains(line, " property ")
	}))
}
