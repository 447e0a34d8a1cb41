package project

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"github.com/dougong-dev/dougong/core/bundle"
	"github.com/dougong-dev/dougong/pdk/go/contract"
)

// Suffix of a plugin's bundle.
const Suffix = ".dgp"

// Packed is a plugin's bundle.
type Packed struct {
	Data   []byte
	Digest string // of the content: bundle.Index.Digest
	Files  int
	Tested bool // it holds a report of its conformance
}

// Pack makes the bundle: the same files give the same bytes. A plugin whose files are missing is refused, and so is a report
// about other files than these.
func (p *Project) Pack() (*Packed, error) {
	files, err := p.ReadFiles()
	if err != nil {
		return nil, err
	}
	if dir := filepath.Join(p.Dir, "contracts"); isDir(dir) {
		if _, err := contract.Load(os.DirFS(dir)); err != nil {
			return nil, fmt.Errorf("contracts of plugin %q: %w", p.Manifest.ID, err)
		}
	}
	out := &Packed{}
	report, err := os.ReadFile(filepath.Join(p.Dir, ReportFile))
	if err == nil {
		if err := p.checkReport(report, files); err != nil {
			return nil, err
		}
		files[ReportFile], out.Tested = report, true
	} else if !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	var b bytes.Buffer
	if err := bundle.Write(&b, files); err != nil {
		return nil, fmt.Errorf("pack plugin %q: %w", p.Manifest.ID, err)
	}
	out.Data, out.Files, out.Digest = b.Bytes(), len(files), bundle.NewIndex(files).Digest()
	return out, nil
}

// checkReport compares the files of a report with these. An executable for another system may be untested.
func (p *Project) checkReport(report []byte, files map[string][]byte) error {
	var r struct {
		Files  []bundle.Entry `json:"files"`
		Failed int            `json:"failed"`
	}
	if err := json.Unmarshal(report, &r); err != nil {
		return fmt.Errorf("pack plugin %q: %s: %w", p.Manifest.ID, ReportFile, err)
	}
	tested := map[string]bundle.Entry{}
	for _, e := range r.Files {
		tested[e.Name] = e
	}
	good := r.Failed == 0
	for _, e := range bundle.NewIndex(files).Files {
		t, ok := tested[e.Name]
		good = good && (t == e || !ok && slices.Contains(p.elsewhere(), e.Name))
		delete(tested, e.Name)
	}
	if !good || len(tested) > 0 {
		return fmt.Errorf("pack plugin %q: %s is about other files than these; run `dougong plugin test %s` again, or remove it", p.Manifest.ID, ReportFile, p.Dir)
	}
	return nil
}

func isDir(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.IsDir()
}
