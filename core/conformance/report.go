package conformance

import (
	"encoding/json"
	"fmt"

	"github.com/dougong-dev/dougong/core/bundle"
	"github.com/dougong-dev/dougong/core/conformance/project"
	"github.com/dougong-dev/dougong/pdk/go/manifest"
)

// ReportFormat names the form of a report.
const ReportFormat = "dougong.conformance-report/1"

// ProtocolVersion is that of docs/wire-protocol.md.
const ProtocolVersion = 1

// Outcome is what became of a case.
type Outcome string

// The outcomes of a case.
const (
	Passed  Outcome = "passed"
	Failed  Outcome = "failed"
	Skipped Outcome = "skipped" // it does not fit the plugin, or a fixture was not given
)

// Report says what a plugin was held against and how it fared.
type Report struct {
	Format   string         `json:"format"`
	Plugin   Subject        `json:"plugin"`
	Files    []bundle.Entry `json:"files"`  // what was tested, in the order of names
	Digest   string         `json:"digest"` // of Files; names the plugin as tested
	Tool     string         `json:"tool"`
	Protocol int            `json:"protocol"`
	Date     string         `json:"date"` // RFC 3339, UTC
	Passed   int            `json:"passed"`
	Failed   int            `json:"failed"`
	Skipped  int            `json:"skipped"`
	Cases    []Result       `json:"cases"`
}

// Subject is the plugin that was tested.
type Subject struct {
	ID       string   `json:"id"`
	Version  string   `json:"version"`
	Provides []string `json:"provides"`
	Runtime  string   `json:"runtime"` // "wasm/native", "wasm/extism", "process" or "process/python3"
}

// Result is what became of one case.
type Result struct {
	ID      string  `json:"id"`
	Name    string  `json:"name"`
	Outcome Outcome `json:"outcome"`
	MS      int64   `json:"ms,omitempty"`
	// Step is the failed step's place in its file, "cases/protocol/unicode.yaml:12:5".
	Step     string `json:"step,omitempty"`
	Sent     string `json:"sent,omitempty"`
	Expected string `json:"expected,omitempty"`
	Found    string `json:"found,omitempty"`
	Hint     string `json:"hint,omitempty"` // how to mend it; for a skipped case why it was skipped
}

// OK says that the plugin passed: no case failed and at least one was run.
func (r *Report) OK() bool { return r.Failed == 0 && r.Passed > 0 }

func (r *Report) add(x Result) {
	r.Cases = append(r.Cases, x)
	switch x.Outcome {
	case Passed:
		r.Passed++
	case Failed:
		r.Failed++
	case Skipped:
		r.Skipped++
	}
}

// Canonical is the form to be signed: the same plugin, cases and date give the same bytes. Times are left out.
func (r *Report) Canonical() []byte {
	c := *r
	c.Cases = make([]Result, len(r.Cases))
	copy(c.Cases, r.Cases)
	for i := range c.Cases {
		c.Cases[i].MS = 0
	}
	data, err := json.Marshal(c)
	if err != nil {
		panic(err) // strings and integers always marshal
	}
	return append(data, '\n')
}

// ParseReport reads the form that Canonical writes.
func ParseReport(data []byte) (*Report, error) {
	r := &Report{}
	if err := json.Unmarshal(data, r); err != nil {
		return nil, fmt.Errorf("conformance report: %w", err)
	}
	if r.Format != ReportFormat {
		return nil, fmt.Errorf("conformance report: format is %q, expected %q; make it again by `dougong plugin test`", r.Format, ReportFormat)
	}
	return r, nil
}

// RuntimeOf is what a report calls the runtime of a plugin: "wasm/native", "wasm/extism", "process" or "process/python3".
func RuntimeOf(m *manifest.Manifest) string {
	switch {
	case m.Runtime.Wasm != nil:
		return "wasm/" + m.Runtime.Wasm.ABI
	case m.Runtime.Interpreter != "":
		return "process/" + m.Runtime.Interpreter
	}
	return "process"
}

// describe fills in what was tested.
func (r *Report) describe(p *project.Project) error {
	m := p.Manifest
	r.Plugin = Subject{ID: m.ID, Version: m.Version, Provides: m.Provides, Runtime: RuntimeOf(m)}
	files, err := p.ReadHere()
	if err != nil {
		return err
	}
	index := bundle.NewIndex(files)
	r.Files, r.Digest = index.Files, index.Digest()
	return nil
}
