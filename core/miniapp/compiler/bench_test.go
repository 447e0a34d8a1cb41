package compiler

import (
	"context"
	"testing"

	"github.com/dougong-dev/dougong/core/miniapp/npmtest"
)

// BenchmarkBuild builds all of vant from nothing; BenchmarkRebuild does it again with nothing changed.
func BenchmarkBuild(b *testing.B) {
	project, _ := allComponents(b, npmtest.Vant, "lib")
	for b.Loop() {
		res, err := Build(context.Background(), Options{FS: project})
		if err != nil {
			b.Fatal(err)
		}
		b.SetBytes(res.Stats.SourceBytes)
	}
}

func BenchmarkRebuild(b *testing.B) {
	project, _ := allComponents(b, npmtest.TDesign, "miniprogram_dist")
	br := NewBuilder(Options{FS: project})
	if _, err := br.Build(context.Background()); err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if _, err := br.Build(context.Background()); err != nil {
			b.Fatal(err)
		}
	}
}
