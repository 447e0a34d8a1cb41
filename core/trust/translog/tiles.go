package translog

import (
	"fmt"
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

// TilePaths lists the tiles of the first size leaves, in C2SP's layout; whole tells those that never change.
func TilePaths(size int64) (paths []string, whole []bool) {
	for _, t := range tlog.NewTiles(TileHeight, 0, size) {
		paths, whole = append(paths, c2sp(t)), append(whole, t.W == 1<<TileHeight)
	}
	return paths, whole
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
