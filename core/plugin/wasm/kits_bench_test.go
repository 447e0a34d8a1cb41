package wasm_test

import (
	"context"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/dougong-dev/dougong/core/internal/benchline"
	"github.com/dougong-dev/dougong/core/plugin/wasm"
	"github.com/dougong-dev/dougong/pdk/go"
)

// BenchmarkKits measures calls of the kits' conformance plugins: handed on unread, and text that is read, counted and written again.
// What a host can stop costs it something at each turn of a loop, so text shows how a kit's reader goes about it.
func BenchmarkKits(b *testing.B) {
	ascii, chinese := strings.Repeat("an order of 64 ", 64<<10/15), strings.Repeat("字", 64<<10/3)
	for _, kit := range kits {
		dir := kitFolder(b, kit, "conformance")
		r, err := wasm.New(wasm.Options{CacheDir: filepath.Join(dir, "cache")})
		if err != nil {
			b.Fatal(err)
		}
		b.Cleanup(func() { _ = r.Close(context.Background()) })
		p := startKit(b, r, dir, nil)
		for _, c := range []struct {
			name, method string
			in           pdk.Payload
		}{
			{"echo-100B", "echo", pdk.Payload{JSON: []byte(`"` + strings.Repeat("x", 98) + `"`)}},
			{"echo-64KiB", "echo", pdk.Payload{JSON: []byte(`{"$blob":0}`), Blobs: [][]byte{make([]byte, 64<<10)}}},
			{"inspect-64KiB-ascii", "inspect", pdk.Payload{JSON: []byte(`{"text":"` + ascii + `"}`)}},
			{"inspect-64KiB-chinese", "inspect", pdk.Payload{JSON: []byte(`{"text":"` + chinese + `"}`)}},
		} {
			b.Run(kit+"-"+c.name, func(b *testing.B) {
				start, n := time.Now(), 0
				for b.Loop() {
					ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
					if _, err := p.raw(ctx, kitInfo(c.method, 0), c.in); err != nil {
						b.Fatal(err)
					}
					cancel()
					n++
				}
				benchline.Line{Name: "kit-" + kit + "-" + c.name, Value: float64(time.Since(start).Nanoseconds()) / float64(n), Unit: "ns"}.Print()
			})
		}
	}
}
