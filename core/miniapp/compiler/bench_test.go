package compiler

import (
	"context"
	"fmt"
	"testing"
	"testing/fstest"
	"time"

	"github.com/dougong-dev/dougong/core/internal/benchline"
	"github.com/dougong-dev/dougong/core/miniapp/npmtest"
)

// BenchmarkBuild builds all of vant from nothing.
func BenchmarkBuild(b *testing.B) {
	project, _ := allComponents(b, npmtest.Vant, "lib")
	var size int64
	var speeds, ratios []float64 // of each round, beside the reference
	for b.Loop() {
		reference := benchline.Reference()
		start := time.Now()
		res, err := Build(context.Background(), Options{FS: project})
		if err != nil {
			b.Fatal(err)
		}
		took := time.Since(start)
		reference = (reference + benchline.Reference()) / 2
		size = res.Stats.SourceBytes
		b.SetBytes(size)
		speed := float64(size) / 1e6 / took.Seconds()
		speeds, ratios = append(speeds, speed), append(ratios, speed*reference.Seconds())
	}
	benchline.Line{
		Name: "compile-vant-source", Value: benchline.Median(speeds), Unit: "MB/s", Peer: "reference-loop",
		Ratio: benchline.Median(ratios), AtLeast: 5 * benchline.ReferenceTime.Seconds(),
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
	benchline.Timed("rebuild-after-one-file", took, references, 100*time.Millisecond).Print()
}
