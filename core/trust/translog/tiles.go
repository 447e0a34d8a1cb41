package translog

import (
	"fmt"
	"iter"
	"strings"

	"golang.org/x/mod/sumdb/tlog"
)

// Claimed reads the tree that a signed head is about, without verifying anything.
func Claimed(note string) (Tree, error) {
	text, _, err := cutNote(note)
	if err != nil {
		return Tree{}, err
	}
	_, t, err := parseText(text + "\n")
	return t, err
}

// TilePaths lists the tiles of the first size leaves, in C2SP's layout, and tells of each whether it never changes. Whoever claims a
// size need not have the tiles: the caller ends at the first that is not there.
func TilePaths(size int64) iter.Seq2[string, bool] {
	return func(yield func(string, bool) bool) {
		for level := 0; size>>(level*TileHeight) > 0; level++ {
			leaves := size >> (level * TileHeight)
			for n := int64(0); n<<TileHeight < leaves; n++ {
				t := tlog.Tile{H: TileHeight, L: level, N: n, W: int(min(leaves-n<<TileHeight, 1<<TileHeight))}
				if !yield(c2sp(t), t.W == 1<<TileHeight) {
					return
				}
			}
		}
	}
}

func c2sp(t tlog.Tile) string {
	return strings.Replace(t.Path(), fmt.Sprintf("tile/%d/", TileHeight), "tile/", 1)
}

// Tiles reads the hashes of the first leaves of a log from its tiles in C2SP's layout, which fetch gets by their paths. What
// does not lead to the tree's root is an error.
func Tiles(tree Tree, fetch func(path string) ([]byte, error)) Reader {
	return tiled{tlog.TileHashReader(tlog.Tree{N: tree.Size, Hash: tlog.Hash(tree.Root)}, tiles(fetch))}
}

// tiled is tlog's reader as ours.
type tiled struct{ tlog.HashReader }

// ReadHashes implements Reader.
func (t tiled) ReadHashes(numbers []int64) ([]Hash, error) {
	hashes, err := t.HashReader.ReadHashes(numbers)
	return fromTlog(hashes), err
}

// tiles is a tlog.TileReader.
type tiles func(path string) ([]byte, error)

// Height implements tlog.TileReader.
func (tiles) Height() int { return TileHeight }

// SaveTiles implements tlog.TileReader: nothing is kept.
func (tiles) SaveTiles([]tlog.Tile, [][]byte) {}

// ReadTiles implements tlog.TileReader.
func (fetch tiles) ReadTiles(list []tlog.Tile) (out [][]byte, err error) {
	for _, t := range list {
		data, err := fetch(c2sp(t))
		if err != nil {
			return nil, err
		}
		if want := t.W * tlog.HashSize; len(data) != want {
			return nil, fmt.Errorf("%s has %d bytes, expected %d", c2sp(t), len(data), want)
		}
		out = append(out, data)
	}
	return out, nil
}

var (
	_ Reader          = tiled{}
	_ tlog.TileReader = tiles(nil)
)
