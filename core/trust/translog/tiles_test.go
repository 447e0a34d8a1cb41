package translog_test

import (
	"encoding/base64"
	"errors"
	"fmt"
	"math"
	"strings"
	"testing"

	"golang.org/x/mod/sumdb/tlog"

	"github.com/dougong-dev/dougong/core/trust/translog"
)

// TestTilePaths holds the paths against those of tlog, whose layout differs in the height alone.
func TestTilePaths(t *testing.T) {
	t.Parallel()
	for _, size := range []int64{0, 1, 255, 256, 257, 511, 512, 65535, 65536, 65537, 70000, 1 << 17} {
		want, whole := map[string]bool{}, 0
		for _, tile := range tlog.NewTiles(translog.TileHeight, 0, size) {
			want[strings.Replace(tile.Path(), fmt.Sprintf("tile/%d/", translog.TileHeight), "tile/", 1)] = tile.W == 1<<translog.TileHeight
		}
		n := 0
		for path, got := range translog.TilePaths(size) {
			if is, ok := want[path]; !ok || is != got {
				t.Errorf("%d leaves: %s, whole %t; it is wanted: %t", size, path, got, ok)
			}
			if got {
				whole++
			}
			n++
		}
		if n != len(want) {
			t.Errorf("%d leaves: %d tiles (%d whole), want %d", size, n, whole, len(want))
		}
	}
}

// TestClaimedSizes: whoever serves a log says how large it is. No number keeps a host busy or fills its memory.
func TestClaimedSizes(t *testing.T) {
	t.Parallel()
	for size, good := range map[int64]bool{0: true, 1: true, 1 << 48: true, 1<<48 + 1: false, 1 << 62: false, math.MaxInt64: false} {
		note := fmt.Sprintf("example.com/log\n%d\n%s\n\n\u2014 example.com/log AAAAAAAA\n", size, base64.StdEncoding.EncodeToString(make([]byte, 32)))
		tree, err := translog.Claimed(note)
		if (err == nil) != good || good && tree.Size != size {
			t.Errorf("%d leaves: %+v, %v", size, tree, err)
		}
		if !good || size < 2 {
			continue
		}
		missing := errors.New("no such tile")
		asked := 0
		_, err = translog.ProveConsistency(size, 1, translog.Tiles(tree, func(string) ([]byte, error) { asked++; return nil, missing }))
		if !errors.Is(err, missing) || asked > 10 {
			t.Errorf("%d leaves: asked for %d tiles, %v", size, asked, err)
		}
		for path, whole := range translog.TilePaths(size) { // the first is there at once
			if path != "tile/0/000" || !whole {
				t.Errorf("%d leaves begin with %s, %t", size, path, whole)
			}
			break
		}
	}
}
