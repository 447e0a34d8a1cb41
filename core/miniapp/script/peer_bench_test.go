package script

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/dougong-dev/dougong/core/internal/benchline"
	"github.com/dougong-dev/dougong/core/miniapp/npmtest"
	"github.com/dougong-dev/dougong/core/miniapp/view"
	"github.com/evanw/esbuild/pkg/api"
)

//go:embed testdata/bench.js
var peerBench string

// listTimes are milliseconds: of the first page, of one row's setData, of taking the first row away.
type listTimes struct{ First, Row, Remove float64 }

// BenchmarkListAgainstGlassEasel runs the same list of 1,000 rows, each a custom component, here and on glass-easel in
// Node: here from the script's call to the encoded patch, there to what its shadow back end knows. The peer runs before
// and after us, on the same machine in the same minute.
func BenchmarkListAgainstGlassEasel(b *testing.B) {
	files := rows(1000)
	for b.Loop() {
		before := peerTimes(b, files)
		ours := ourTimes(b, files)
		after := peerTimes(b, files)
		shadow, empty := before["shadow"].mean(after["shadow"]), before["empty"].mean(after["empty"])
		for _, line := range []struct {
			name         string
			ours, theirs float64
			empty        float64
			atLeast      float64
		}{
			{"list-1000-first-page", ours.First, shadow.First, empty.First, 3},
			{"list-1000-setdata-one-row", ours.Row, shadow.Row, empty.Row, 10},
			{"list-1000-remove-first-row", ours.Remove, shadow.Remove, empty.Remove, 4},
		} {
			benchline.Line{Name: line.name, Value: line.ours, Unit: "ms", Peer: "glass-easel-shadow", Ratio: line.theirs / line.ours, AtLeast: line.atLeast}.Print()
			benchline.Line{Name: line.name + "-against-no-view", Value: line.empty, Unit: "ms", Peer: "glass-easel-empty", Ratio: line.empty / line.ours}.Print()
		}
	}
}

func (t listTimes) mean(o listTimes) listTimes {
	return listTimes{(t.First + o.First) / 2, (t.Row + o.Row) / 2, (t.Remove + o.Remove) / 2}
}

// peerTimes runs glass-easel with its own shadow back end, which its package has among its tests, and with one that does
// nothing at all.
func peerTimes(b *testing.B, files map[string]string) map[string]listTimes {
	b.Helper()
	modules := filepath.Join(npmtest.Install(b, npmtest.GlassEasel), "node_modules")
	source, err := os.ReadFile(filepath.Join(modules, "glass-easel", "tests", "base", "shadow_backend.ts"))
	if err != nil {
		b.Fatal(err)
	}
	backend := api.Transform(string(source), api.TransformOptions{Loader: api.LoaderTS, Format: api.FormatCommonJS, Target: api.ES2020})
	if len(backend.Errors) > 0 {
		b.Fatal(backend.Errors[0].Text)
	}
	dir := b.TempDir()
	for name, text := range map[string][]byte{"bench.js": []byte(peerBench), "backend.js": backend.Code} {
		if err := os.WriteFile(filepath.Join(dir, name), text, 0o600); err != nil {
			b.Fatal(err)
		}
	}
	input, err := json.Marshal(files)
	if err != nil {
		b.Fatal(err)
	}
	cmd := exec.Command("node", filepath.Join(dir, "bench.js"), modules, filepath.Join(dir, "backend.js"))
	cmd.Stdin, cmd.Stderr = bytes.NewReader(input), os.Stderr
	out, err := cmd.Output()
	if err != nil {
		b.Fatal(err)
	}
	var times map[string]listTimes
	if err := json.Unmarshal(out, &times); err != nil {
		b.Fatalf("%v: %s", err, out)
	}
	return times
}

// ourTimes measures the same calls, each up to the encoded patch.
func ourTimes(b *testing.B, files map[string]string) listTimes {
	b.Helper()
	p := project(b, files)
	var buf []byte
	encode := func(patch view.Patch) { buf, _ = patch.AppendJSON(buf[:0]) }
	var first, row, remove []time.Duration
	var w *world
	var page *Page
	for range 25 {
		w = newWorld(b, p, func(o *Options) { o.Patch = encode })
		_ = w.realm.StartApp(nil)
		start := time.Now()
		page = w.openPage("pages/index", nil)
		w.do(page, "fill")
		first = append(first, time.Since(start))
	}
	for i := range 300 {
		start := time.Now()
		w.do(page, "one", float64(i))
		row = append(row, time.Since(start))
		if !bytes.Contains(buf, fmt.Append(nil, "changed ", i+1)) {
			b.Fatalf("the patch of row %d is %.100s", i, buf)
		}
	}
	benchline.Line{Name: "list-1000-one-row-patch", Value: float64(len(buf)), Unit: "bytes", AtMost: 200}.Print()
	for range 40 {
		start := time.Now()
		w.do(page, "removeFirst")
		remove = append(remove, time.Since(start))
		w.do(page, "fill")
	}
	return listTimes{middle(first), middle(row), middle(remove)}
}

// middle is the median in milliseconds.
func middle(list []time.Duration) float64 {
	slices.Sort(list)
	return list[len(list)/2].Seconds() * 1000
}
