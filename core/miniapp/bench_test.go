package miniapp_test

import (
	"log/slog"
	"runtime"
	"slices"
	"testing"
	"time"

	"github.com/dougong-dev/dougong/core/internal/benchline"
	"github.com/dougong-dev/dougong/core/miniapp"
	"github.com/dougong-dev/dougong/core/miniapp/compiler"
	"github.com/dougong-dev/dougong/core/miniapp/isolate"
	"github.com/dougong-dev/dougong/core/miniapp/message"
	"github.com/dougong-dev/dougong/core/miniapp/program"
)

// BenchmarkOpen opens an example's entry page in a host that has opened it before: from Start to the first patch, and to
// onReady. The realm and the base library are part of it; the compiled code is shared, but not with a process.
func BenchmarkOpen(b *testing.B) {
	for _, bench := range []struct{ example, line string }{
		{"gallery", "open-miniprogram"}, {"shop", "open-shop"},
	} {
		b.Run(bench.example, func(b *testing.B) { benchOpen(b, example(b, bench.example), bench.line) })
	}
}

func benchOpen(b *testing.B, p *program.Program, line string) {
	pool, err := isolate.New(isolate.Options{Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		b.Fatal(err)
	}
	defer pool.Close()
	var patches, readies, processes []time.Duration
	for b.Loop() {
		patch, ready := open(b, p, nil)
		patches, readies = append(patches, patch), append(readies, ready)
		if err := pool.Warm(b.Context()); err != nil {
			b.Fatal(err)
		}
		patch, _ = open(b, p, pool)
		processes = append(processes, patch)
	}
	ms := func(list []time.Duration) float64 {
		slices.Sort(list)
		return float64(list[len(list)/2].Microseconds()) / 1000
	}
	shared, process := ms(patches), ms(processes)
	benchline.Line{Name: line + "-first-patch", Value: shared, Unit: "ms", AtMost: 30}.Print()
	benchline.Line{Name: line + "-ready", Value: ms(readies), Unit: "ms"}.Print()
	benchline.Line{
		Name: line + "-first-patch-process", Value: process, Unit: "ms", Peer: "shared", Ratio: process / shared, AtMost: 2.5,
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
	built, err := compiler.Build(b.Context(), compiler.Options{Dir: "../../examples/miniapps/" + name})
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
