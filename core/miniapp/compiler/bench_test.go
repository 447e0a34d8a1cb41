package compiler

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"testing/fstest"
	"time"

	"github.com/dougong-dev/dougong/core/internal/benchline"
	"github.com/dougong-dev/dougong/core/miniapp/npmtest"
)

// BenchmarkBuild builds all of vant from nothing.
func BenchmarkBuild(b *testing.B) {
	project, _ := allComponents(b, npmtest.Vant, "lib")
	var took, reference time.Duration
	var size int64
	for b.Loop() {
		reference += benchline.Reference()
		start := time.Now()
		res, err := Build(context.Background(), Options{FS: project})
		if err != nil {
			b.Fatal(err)
		}
		took += time.Since(start)
		size += res.Stats.SourceBytes
		b.SetBytes(res.Stats.SourceBytes)
	}
	megabytes := float64(size) / 1e6
	benchline.Line{
		Name: "compile-vant-source", Value: megabytes / took.Seconds(), Unit: "MB/s", Peer: "reference-loop",
		Ratio: megabytes * float64(reference) / float64(took) / float64(b.N), AtLeast: 5 * benchline.ReferenceTime.Seconds(),
	}.Print()
}

// BenchmarkRebuild builds a page with all of TDesign again and again, with one template changed.
func BenchmarkRebuild(b *testing.B) {
	project, _ := allComponents(b, npmtest.TDesign, "miniprogram_dist")
	files := project.(overlay).top
	br := NewBuilder(Options{FS: project})
	if _, err := br.Build(context.Background()); err != nil {
		b.Fatal(err)
	}
	var took, references []time.Duration
	for i := 0; b.Loop(); i++ {
		files["p/p.wxml"] = &fstest.MapFile{Data: fmt.Appendf(nil, "<view>%d</view>", i), ModTime: time.Now()}
		references = append(references, benchline.Reference())
		start := time.Now()
		if _, err := br.Build(context.Background()); err != nil {
			b.Fatal(err)
		}
		took = append(took, time.Since(start))
	}
	slices.Sort(took)
	slices.Sort(references)
	benchline.Timed("rebuild-after-one-file", took[len(took)/2], references[len(references)/2], 100*time.Millisecond).Print()
}
