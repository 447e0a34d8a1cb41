package main

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/dougong-dev/dougong/core/conformance"
	cases "github.com/dougong-dev/dougong/pdk/conformance"
	"github.com/dougong-dev/dougong/pdk/go/manifest"
)

const root = "../../../.."

// TestPageIsCurrent holds docs/conformance.md against the kits, the first-party providers and the files of cases as they are
// now: each plugin has its row with its runtime and contracts, each file its line, and each cell is about as many cases as
// the file has. Running them takes toolchains and minutes; that is for `make generate`.
func TestPageIsCurrent(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile(filepath.Join(root, "docs", "conformance.md"))
	if err != nil {
		t.Fatal(err)
	}
	for _, problem := range stale(t, string(text)) {
		t.Errorf("docs/conformance.md %s; run make generate", problem)
	}
}

// TestPageGoesStale changes the page by one thing at a time.
func TestPageGoesStale(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile(filepath.Join(root, "docs", "conformance.md"))
	if err != nil {
		t.Fatal(err)
	}
	for name, x := range map[string]struct{ from, to, want string }{
		"a kit is new":          {"| dougong.conformance.rust |", "| dougong.conformance.zig |", "lacks"},
		"another runtime":       {"| dougong.conformance.c | wasm/native |", "| dougong.conformance.c | process |", "lacks"},
		"another contract":      {"| process | dougong.storage/v1 |", "| process | dougong.storage/v2 |", "lacks"},
		"a case is new":         {" 14/14 |", " 13/13 |", "is about 13 cases"},
		"a case of a contract":  {" 23/23 |", " 22/22 |", "is about 22 cases"},
		"a case failed":         {" 14/14 |", " 13/14 **1 failed** |", "shows cases that failed"},
		"a file says otherwise": {"| protocol/tasks | tasks and their events | 9 |", "| protocol/tasks | tasks | 9 |", "lacks"},
		"no Extism plugin":      {"| dougong.conformance.extism_go |", "| dougong.conformance.go2 |", "lacks"},
	} {
		changed := strings.Replace(string(page), x.from, x.to, 1)
		if found := strings.Join(stale(t, changed), "\n"); changed == string(page) || !strings.Contains(found, x.want) {
			t.Errorf("%s: %q is found to be %q, want %q", name, x.to, found, x.want)
		}
	}
}

// stale says what a page does not show as it is now.
func stale(t *testing.T, text string) (problems []string) {
	t.Helper()
	files := map[string]int{}
	byContract := map[string]int{}
	protocol, err := cases.Protocol()
	if err != nil {
		t.Fatal(err)
	}
	contract, err := cases.Contract()
	if err != nil {
		t.Fatal(err)
	}
	want := extismRows(t)
	for _, f := range append(protocol, contract...) {
		files[filepath.Base(f.Name)] = len(f.Cases)
		byContract[f.Capability] += len(f.Cases)
		want = append(want, fmt.Sprintf("| %s | %s | %d |", f.Name, f.About, len(f.Cases)))
	}
	for _, pattern := range []string{"pdk/*/conformance/plugin.yaml", "pdk/*/conformance/*/plugin.yaml", "plugins/*/plugin.yaml", "plugins/*/*/plugin.yaml"} {
		found, err := filepath.Glob(filepath.Join(root, pattern))
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range found {
			m, err := manifest.Load(filepath.Dir(f))
			if err != nil {
				t.Fatal(err)
			}
			want = append(want, rowOf(m))
		}
	}
	for _, line := range want {
		if !strings.Contains(text, line) {
			problems = append(problems, fmt.Sprintf("lacks %q", line))
		}
	}
	if strings.Contains(text, "failed**") {
		problems = append(problems, "shows cases that failed")
	}
	return append(problems, miscounted(text, files, byContract)...)
}

func rowOf(m *manifest.Manifest) string {
	return fmt.Sprintf("| %s | %s | %s |", m.ID, conformance.RuntimeOf(m), strings.Join(m.Provides, ", "))
}

// extismRows begin the rows of the Extism plugins, whose manifest is that of the test that runs them.
func extismRows(t *testing.T) (rows []string) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", "..", "testdata", "extism", manifest.FileName))
	if err != nil {
		t.Fatal(err)
	}
	for _, kit := range []string{"assemblyscript", "go"} {
		m, err := manifest.Parse(manifest.FileName, []byte(strings.Replace(string(text), "id: ID", "id: dougong.conformance.extism_"+kit, 1)))
		if err != nil {
			t.Fatal(err)
		}
		rows = append(rows, rowOf(m))
	}
	return rows
}

var count = regexp.MustCompile(`^\d+/(\d+)`)

// miscounted looks through the tables' cells: one under the name of a file is about its cases, one under "cases" about those
// of the row's contracts.
func miscounted(text string, files, byContract map[string]int) (problems []string) {
	var columns []string
	for line := range strings.Lines(text) {
		cells := strings.Split(strings.Trim(strings.TrimSpace(line), "|"), "|")
		for i := range cells {
			cells[i] = strings.TrimSpace(cells[i])
		}
		switch {
		case cells[0] == "plugin":
			columns = cells
			continue
		case len(cells) != len(columns):
			continue
		}
		for i, cell := range cells {
			m := count.FindStringSubmatch(cell)
			want, known := files[columns[i]]
			if columns[i] == "cases" {
				known, want = true, 0
				for contract := range strings.SplitSeq(cells[2], ", ") {
					want += byContract[contract]
				}
			}
			if m != nil && known && m[1] != strconv.Itoa(want) {
				problems = append(problems, fmt.Sprintf("is about %s cases of %s for %s, there are %d", m[1], columns[i], cells[0], want))
			}
		}
	}
	return problems
}

func TestTables(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	write := func(id, provides string, outcomes ...conformance.Outcome) {
		r := &conformance.Report{Format: conformance.ReportFormat, Plugin: conformance.Subject{ID: id, Provides: []string{provides}, Runtime: "process"}}
		for i, o := range outcomes {
			r.Cases = append(r.Cases, conformance.Result{ID: []string{"generic/start", "protocol/time/spin", "contract/storage/set"}[i], Outcome: o})
		}
		if err := os.WriteFile(filepath.Join(dir, id+".json"), r.Canonical(), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("kit", cases.Capability, conformance.Passed, conformance.Failed)
	write("store", "dougong.storage/v1", conformance.Passed, conformance.Skipped, conformance.Passed)
	reports, err := read(dir)
	if err != nil {
		t.Fatal(err)
	}
	got := tables(reports)
	for _, want := range []string{
		"| plugin | runtime | contract | generic | time |\n|---|---|---|--:|--:|\n| kit | process | " + cases.Capability + " | 1/1 | 0/1 **1 failed** |\n",
		"| plugin | runtime | contract | generic | time | cases |\n|---|---|---|--:|--:|--:|\n| store | process | dougong.storage/v1 | 1/1 | 0/1 (1 n/a) | 1/1 |\n",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("got\n%s\nwant\n%s", got, want)
		}
	}
	if _, err := read(t.TempDir()); err == nil || !strings.Contains(err.Error(), "no reports") {
		t.Errorf("an empty folder: %v", err)
	}
}
