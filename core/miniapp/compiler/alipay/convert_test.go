package alipay_test

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"golang.org/x/tools/txtar"

	"github.com/dougong-dev/dougong/core/miniapp/compiler"
	"github.com/dougong-dev/dougong/core/miniapp/compiler/alipay"
)

var update = flag.Bool("update", false, "write what comes out into testdata")

// TestGolden converts the projects in testdata: what stands under in/ becomes what stands under out/, with the report.
func TestGolden(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			t.Parallel()
			golden(t, file)
		})
	}
}

func golden(t *testing.T, file string) {
	archive, err := txtar.ParseFile(file)
	if err != nil {
		t.Fatal(err)
	}
	in, kept := fstest.MapFS{}, []txtar.File{}
	for _, f := range archive.Files {
		if name, ok := strings.CutPrefix(f.Name, "in/"); ok {
			in[name] = &fstest.MapFile{Data: f.Data}
			kept = append(kept, f)
		}
	}
	out, report := convert(t, in)
	made := &txtar.Archive{Comment: archive.Comment, Files: kept}
	names := make([]string, 0, len(out))
	for name := range out {
		if filepath.Base(name) != "alipay.js" { // the adapter is as it is
			names = append(names, name)
		}
	}
	slices.Sort(names)
	for _, name := range names {
		made.Files = append(made.Files, txtar.File{Name: "out/" + name, Data: out[name]})
	}
	made.Files = append(made.Files, txtar.File{Name: "report", Data: []byte(report)})
	got := txtar.Format(made)
	if *update {
		if err := os.WriteFile(file, got, 0o600); err != nil {
			t.Fatal(err)
		}
		return
	}
	if want := txtar.Format(archive); string(want) != string(got) {
		t.Errorf("%s: run with -update and look at what changed; got\n%s", file, got)
	}
}

func convert(t testing.TB, in fstest.MapFS) (map[string][]byte, string) {
	t.Helper()
	out := map[string][]byte{}
	report, err := alipay.Convert(t.Context(), in, func(name string, data []byte) error {
		out[name] = data
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%d converted, %d copied\n", report.Converted, report.Copied)
	for _, d := range report.Diagnostics {
		b.WriteString(compiler.Format(d) + "\n")
	}
	return out, b.String()
}

func TestConvertRefuses(t *testing.T) {
	t.Parallel()
	write := func(string, []byte) error { return nil }
	_, err := alipay.Convert(t.Context(), fstest.MapFS{"mini.project.json": {Data: []byte(`{"miniprogramRoot":"src"}`)}}, write)
	if err == nil || !strings.Contains(err.Error(), `no app.json in the project (looked in "src")`) {
		t.Errorf("without app.json: %v", err)
	}
	full := errors.New("the disk is full")
	_, err = alipay.Convert(t.Context(), fstest.MapFS{"app.json": {Data: []byte(`{}`)}}, func(string, []byte) error { return full })
	if !errors.Is(err, full) {
		t.Errorf("a failing write: %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err = alipay.Convert(ctx, fstest.MapFS{"app.json": {Data: []byte(`{}`)}}, write); !errors.Is(err, context.Canceled) {
		t.Errorf("canceled: %v", err)
	}
}

// FuzzConvert: whatever a project holds, converting ends, and what it wrote of templates converts again without a crash.
func FuzzConvert(f *testing.F) {
	f.Add(`<view a:if="{{a}}" onTap="t" ref="r"><slot name="x" slot-scope="p">d</slot></view>`, `export default { a: 1 }`, `Component({ props: {} }); my.alert()`)
	f.Add(`<import-sjs name="{a, b: c}" from="./m.sjs"/><x-a onChange="{{f}}" a:for="{{l}}" key="{{item['k']}}"/>`, `import a from "./a.sjs"; export const x = 1`, `import { my } from "x" /* `)
	f.Add(`<a b='`, "export {", `"`)
	f.Fuzz(func(t *testing.T, axml, sjs, js string) {
		in := fstest.MapFS{
			"app.json": {Data: []byte(`{"pages":["p"]}`)}, "p.axml": {Data: []byte(axml)}, "p.json": {Data: []byte(`{"usingComponents":{"x-a":"/p"}}`)},
			"m.sjs": {Data: []byte(sjs)}, "p.js": {Data: []byte(js)},
		}
		out, _ := convert(t, in)
		if len(out["p.wxml"]) > 4*len(axml)+100 {
			t.Errorf("%d bytes became %d", len(axml), len(out["p.wxml"]))
		}
	})
}
