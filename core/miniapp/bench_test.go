package miniapp_test

import (
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"runtime"
	"testing"
	"time"

	"github.com/dougong-dev/dougong/core/internal/benchline"
	"github.com/dougong-dev/dougong/core/miniapp"
	"github.com/dougong-dev/dougong/core/miniapp/compiler"
	"github.com/dougong-dev/dougong/core/miniapp/isolate"
	"github.com/dougong-dev/dougong/core/miniapp/message"
	"github.com/dougong-dev/dougong/core/miniapp/npmtest"
	"github.com/dougong-dev/dougong/core/miniapp/program"
)

// BenchmarkOpen opens an example's entry page in a host that has opened it before: from Start to the first patch, and to
// onReady. The realm and the base library are part of it; the compiled code is shared, and in a process that waits for the
// mini-program that was open last it is compiled ahead.
func BenchmarkOpen(b *testing.B) {
	for _, bench := range []struct {
		name, line string
		program    func(*testing.B) *program.Program
		atMost     time.Duration
	}{
		{"gallery", "open-miniprogram", func(b *testing.B) *program.Program { return example(b, "gallery") }, 30 * time.Millisecond},
		{"shop", "open-shop", func(b *testing.B) *program.Program { return example(b, "shop") }, 30 * time.Millisecond},
		{"tdesign", "open-ten-of-tdesign", tenOfTDesign, 150 * time.Millisecond},
	} {
		b.Run(bench.name, func(b *testing.B) { benchOpen(b, bench.program(b), bench.line, bench.atMost) })
	}
}

// tenOfTDesign is a page with ten components of TDesign, as npm serves them.
func tenOfTDesign(b *testing.B) *program.Program {
	b.Helper()
	dir := b.TempDir()
	const name = "tdesign-miniprogram"
	if err := os.CopyFS(filepath.Join(dir, "node_modules", name), os.DirFS(npmtest.Dir(npmtest.Install(b, npmtest.TDesign), npmtest.TDesign))); err != nil {
		b.Fatal(err)
	}
	using := ""
	for _, c := range []string{"button", "cell", "input", "tabs", "tab-panel", "checkbox", "checkbox-group", "stepper", "tag", "switch"} {
		using += fmt.Sprintf(`,"t-%s":"%s/%s/%s"`, c, name, c, c)
	}
	for file, text := range map[string]string{
		"app.js": "App({})", "app.json": `{"pages":["pages/index"],"usingComponents":{` + using[1:] + `}}`,
		"package.json": `{"dependencies":{"tdesign-miniprogram":"*"}}`, "pages/index.js": `Page({ data: { name: "Li" } })`,
		"pages/index.json": "{}",
		"pages/index.wxml": `<t-button theme="primary">Press</t-button><t-cell title="Title" note="note" arrow hover/><t-input label="Name" value="{{name}}"/>
<t-tabs value="1"><t-tab-panel label="One" value="1">first</t-tab-panel><t-tab-panel label="Two" value="2">second</t-tab-panel></t-tabs>
<t-checkbox-group value="{{['a']}}"><t-checkbox value="a" label="A"/><t-checkbox value="b" label="B"/></t-checkbox-group><t-stepper value="{{3}}"/><t-tag theme="success">New</t-tag><t-switch value="{{true}}"/>`,
	} {
		if err := os.MkdirAll(filepath.Join(dir, filepath.Dir(file)), 0o750); err != nil {
			b.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, file), []byte(text), 0o600); err != nil {
			b.Fatal(err)
		}
	}
	return load(b, dir)
}

func benchOpen(b *testing.B, p *program.Program, line string, atMost time.Duration) {
	pool, err := isolate.New(isolate.Options{Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		b.Fatal(err)
	}
	defer pool.Close()
	var patches, readies, processes, references []time.Duration
	var ratios []float64
	for b.Loop() {
		if err := pool.Warm(b.Context()); err != nil { // nothing else is going on
			b.Fatal(err)
		}
		references = append(references, benchline.Reference())
		patch, ready := open(b, p, nil)
		process, _ := open(b, p, pool)
		patches, readies, processes = append(patches, patch), append(readies, ready), append(processes, process)
		ratios = append(ratios, float64(process)/float64(patch))
	}
	benchline.Timed(line+"-first-patch", patches, references, atMost).Print()
	benchline.Timed(line+"-ready", readies, references, 0).Print()
	benchline.Line{
		Name: line + "-first-patch-process", Value: float64(benchline.Median(processes).Microseconds()) / 1000, Unit: "ms", Peer: "shared",
		Ratio: benchline.Median(ratios), AtMost: 2.5,
	}.Print()
}

// open opens a mini-program and closes it again.
func open(b *testing.B, p *program.Program, r miniapp.Runner) (patch, ready time.Duration) {
	b.Helper()
	start := time.Now()
	done := make(chan struct{})
	s, err := miniapp.Start(b.Context(), miniapp.Options{
		Program: p, User: "anna", Runner: r, Log: slog.New(slog.DiscardHandler),
		Send: func(m message.FromActor) {
			switch {
			case m.Patch != nil && patch == 0:
				patch = time.Since(start)
			case m.Ready != nil:
				ready = time.Since(start)
				close(done)
			}
		},
	})
	if err != nil {
		b.Fatal(err)
	}
	<-done
	s.Close()
	return patch, ready
}

// example builds one of the examples.
func example(b *testing.B, name string) *program.Program {
	b.Helper()
	return load(b, "../../examples/miniapps/"+name)
}

func load(b *testing.B, dir string) *program.Program {
	b.Helper()
	built, err := compiler.Build(b.Context(), compiler.Options{Dir: dir})
	if err != nil {
		b.Fatal(err)
	}
	p, err := program.Load(built.Files)
	if err != nil {
		b.Fatal(err)
	}
	return p
}

// idleSessions is how many mini-programs BenchmarkIdle keeps open.
const idleSessions = 100

// BenchmarkIdle measures the memory of mini-programs that are open and do nothing, in this process.
func BenchmarkIdle(b *testing.B) {
	p := example(b, "notes")
	open(b, p, nil) // what all share is there
	for b.Loop() {
		before := heap()
		var sessions []*miniapp.Session
		for range idleSessions {
			ready := make(chan struct{})
			s, err := miniapp.Start(b.Context(), miniapp.Options{
				Program: p, User: "anna", Log: slog.New(slog.DiscardHandler),
				Send: func(m message.FromActor) {
					if m.Ready != nil {
						close(ready)
					}
				},
			})
			if err != nil {
				b.Fatal(err)
			}
			<-ready
			sessions = append(sessions, s)
		}
		each := float64(heap()-before) / idleSessions
		benchline.Line{Name: "idle-miniprograms-per-GiB-shared", Value: (1 << 30) / each, Unit: "count", AtLeast: 1000}.Print()
		for _, s := range sessions {
			s.Close()
		}
	}
}

// heap is the memory that is in use, stacks included.
func heap() uint64 {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc + m.StackInuse
}
