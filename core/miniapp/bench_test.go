package miniapp_test

import (
	"log/slog"
	"slices"
	"testing"
	"time"

	"github.com/dougong-dev/dougong/core/internal/benchline"
	"github.com/dougong-dev/dougong/core/miniapp"
	"github.com/dougong-dev/dougong/core/miniapp/compiler"
	"github.com/dougong-dev/dougong/core/miniapp/message"
	"github.com/dougong-dev/dougong/core/miniapp/program"
)

// BenchmarkOpen opens the gallery's entry page in a host that has opened it before: from Start to the first patch, and to
// onReady. The realm and the base library are part of it; the compiled code is shared.
func BenchmarkOpen(b *testing.B) {
	built, err := compiler.Build(b.Context(), compiler.Options{Dir: "../../examples/miniapps/gallery"})
	if err != nil {
		b.Fatal(err)
	}
	p, err := program.Load(built.Files)
	if err != nil {
		b.Fatal(err)
	}
	var patches, readies []time.Duration
	for b.Loop() {
		patch, ready := open(b, p)
		patches, readies = append(patches, patch), append(readies, ready)
	}
	slices.Sort(patches)
	slices.Sort(readies)
	ms := func(list []time.Duration) float64 { return float64(list[len(list)/2].Microseconds()) / 1000 }
	benchline.Line{Name: "open-miniprogram-first-patch", Value: ms(patches), Unit: "ms", AtMost: 30}.Print()
	benchline.Line{Name: "open-miniprogram-ready", Value: ms(readies), Unit: "ms"}.Print()
}

// open opens a mini-program and closes it again.
func open(b *testing.B, p *program.Program) (patch, ready time.Duration) {
	b.Helper()
	start := time.Now()
	done := make(chan struct{})
	s, err := miniapp.Start(b.Context(), miniapp.Options{
		Program: p, User: "anna", Log: slog.New(slog.DiscardHandler),
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
