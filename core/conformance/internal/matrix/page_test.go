package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/dougong-dev/dougong/core/conformance"
	cases "github.com/dougong-dev/dougong/pdk/conformance"
	"github.com/dougong-dev/dougong/pdk/go/manifest"
)

const root = "../../../.."

// TestPageIsCurrent looks that docs/conformance.md knows every kit, every first-party provider and every file of cases as
// they are now. Running them takes toolchains and minutes; that is for `make conformance`.
func TestPageIsCurrent(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile(filepath.Join(root, "docs", "conformance.md"))
	if err != nil {
		t.Fatal(err)
	}
	var want []string
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
			want = append(want, fmt.Sprintf("| %s | ", m.ID))
		}
	}
	protocol, err := cases.Protocol()
	if err != nil {
		t.Fatal(err)
	}
	contract, err := cases.Contract()
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range append(protocol, contract...) {
		want = append(want, fmt.Sprintf("| %s | %s | %d |", f.Name, f.About, len(f.Cases)))
	}
	for _, line := range want {
		if !strings.Contains(string(text), line) {
			t.Errorf("docs/conformance.md lacks %q; run make conformance", line)
		}
	}
	if strings.Contains(string(text), "failed**") {
		t.Error("docs/conformance.md shows cases that failed")
	}
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
		"| plugin | runtime | generic | time |\n|---|---|--:|--:|\n| kit | process | 1/1 | 0/1 **1 failed** |\n",
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
