package translog_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/dougong-dev/dougong/core/trust/translog"
	"golang.org/x/mod/sumdb/tlog"
)

func TestMergeJoinsWitnesses(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	m := translog.Memory{}
	_, err := m.Append(leaf(1))
	check(t, err)
	tree, err := m.Tree()
	check(t, err)
	text, err := translog.Sign(t.Context(), f.suite, f.log.Origin, tree, f.by...)
	check(t, err)
	var each []string
	for _, w := range f.witness {
		one, err := w.Cosign(t.Context(), text, f.log, nil)
		check(t, err)
		each = append(each, one)
	}
	both, err := translog.Merge(each[0], each[1])
	check(t, err)
	h, err := translog.Open(f.suite, both, f.log, f.known)
	if err != nil || len(h.Witnesses) != 2 {
		t.Errorf("%+v, %v", h, err)
	}
	if head, clean, err := translog.Clean(f.suite, both+"— stranger.example AAAAAAAA\n", f.log, f.known); err != nil || clean != both || len(head.Witnesses) != 2 {
		t.Errorf("a stranger's signature stays: %q, %v", clean, err)
	}
	if again, err := translog.Merge(both, each[0]); err != nil || again != both {
		t.Errorf("merged once more: %q, %v", again, err)
	}
	for name, other := range map[string]string{"another head": strings.Replace(both, "\n1\n", "\n2\n", 1), "nothing": "", "no signature line": "a\n1\nb\n\nx\n", "cut off": both[:len(both)-1], "huge": strings.Repeat("x", 1<<17)} {
		if _, err := translog.Merge(both, other); err == nil {
			t.Errorf("%s: merged", name)
		}
	}
}

// A reader of x/mod's tiles reads ours, and checks a leaf by them.
func TestTilesAreThoseOfTheGoProject(t *testing.T) {
	t.Parallel()
	m := translog.Memory{}
	const size = 1000
	for n := range size {
		_, err := m.Append(leaf(n))
		check(t, err)
	}
	tree, err := m.Tree()
	check(t, err)
	from := &tiles{read: func(path string) ([]byte, error) {
		data, _, err := translog.Tile(path, size, &m)
		return data, err
	}}
	reader := tlog.TileHashReader(tlog.Tree{N: size, Hash: tlog.Hash(tree.Root)}, from)
	for _, n := range []int64{0, 255, 256, 999} {
		proof, err := tlog.ProveRecord(size, n, reader)
		check(t, err)
		check(t, tlog.CheckRecord(proof, size, tlog.Hash(tree.Root), n, tlog.RecordHash(leaf(int(n)).Bytes())))
	}
	for _, path := range []string{"", "tile/8/0/004", "tile/8/0/003.p/233", "tile/8/1/000", "tile/7/0/000", "tile/8/data/000", "tile/8/9/000", "tile/8/0/x999/x999/x999/x999/x999/999", "tile/8/0/-01", "../../etc"} {
		if data, _, err := translog.Tile(path, size, &m); err == nil {
			t.Errorf("%q gives %d bytes", path, len(data))
		}
	}
	one, whole, err := translog.Tile("tile/8/0/000", size, &m)
	if err != nil || !whole || len(one) != 256*32 || bytes.Equal(one[:32], one[32:64]) {
		t.Errorf("a whole tile: %d bytes, %v, %v", len(one), whole, err)
	}
	if _, whole, err := translog.Tile("tile/8/0/003.p/232", size, &m); whole || err != nil {
		t.Errorf("a part of one: %v, %v", whole, err)
	}
}

type tiles struct{ read func(string) ([]byte, error) }

// Height implements tlog.TileReader.
func (t *tiles) Height() int { return translog.TileHeight }

// ReadTiles implements tlog.TileReader.
func (t *tiles) ReadTiles(list []tlog.Tile) (out [][]byte, err error) {
	for _, x := range list {
		data, err := t.read(x.Path())
		if err != nil {
			return nil, fmt.Errorf("%s: %w", x.Path(), err)
		}
		out = append(out, data)
	}
	return out, nil
}

// SaveTiles implements tlog.TileReader.
func (t *tiles) SaveTiles([]tlog.Tile, [][]byte) {}

func FuzzMergeAndTile(f *testing.F) {
	m := translog.Memory{}
	for n := range 300 {
		if _, err := m.Append(leaf(n)); err != nil {
			f.Fatal(err)
		}
	}
	f.Add("a\n1\nb\n\n— x y\n", "tile/8/0/001.p/44")
	f.Fuzz(func(t *testing.T, text, path string) {
		if out, err := translog.Merge(text, text); err == nil && !strings.HasPrefix(text, strings.SplitN(out, "\n\n", 2)[0]) {
			t.Errorf("%q became %q", text, out)
		}
		_, _, _ = translog.Tile(path, 300, &m)
	})
}
