package translog

import (
	"encoding/binary"
	"fmt"
	"strings"

	"golang.org/x/mod/sumdb/tlog"
)

// entriesPath begins the paths of bundles of leaves (C2SP tlog-tiles).
const entriesPath = "tile/entries/"

// Entries reads the path of a bundle of leaves, "tile/entries/x001/234.p/5", in a log of size leaves: which leaf is the first
// and how many there are. A whole bundle has as many as a tile has hashes, and never changes.
func Entries(path string, size int64) (first, count int64, whole bool, err error) {
	rest, ok := strings.CutPrefix(path, entriesPath)
	t, parse := tlog.ParseTilePath(fmt.Sprintf("tile/%d/data/%s", TileHeight, rest))
	if !ok || parse != nil || t.L != -1 {
		return 0, 0, false, fmt.Errorf("log entries %.100q: expected %sNUMBER, or with .p/WIDTH", path, entriesPath)
	}
	if t.N > size>>TileHeight || t.N<<TileHeight+int64(t.W) > size {
		return 0, 0, false, fmt.Errorf("log entries %.100q are beyond the log's %d leaves", path, size)
	}
	return t.N << TileHeight, int64(t.W), t.W == 1<<TileHeight, nil
}

// Bundle writes leaves one after the other, each behind its length in two bytes.
func Bundle(leaves [][]byte) ([]byte, error) {
	var out []byte
	for i, l := range leaves {
		if len(l) > 1<<16-1 {
			return nil, fmt.Errorf("log entries: leaf %d of the bundle has %d bytes, the limit is %d", i, len(l), 1<<16-1)
		}
		out = append(binary.BigEndian.AppendUint16(out, uint16(len(l))), l...)
	}
	return out, nil
}

// ParseBundle reads a bundle.
func ParseBundle(data []byte) (leaves [][]byte, err error) {
	for at := 0; at < len(data); {
		if len(data)-at < 2 {
			return nil, fmt.Errorf("log entries: one byte at offset %d, expected a length of two", at)
		}
		n := int(binary.BigEndian.Uint16(data[at:]))
		if at += 2; len(data)-at < n {
			return nil, fmt.Errorf("log entries: leaf %d at offset %d has %d bytes of %d", len(leaves), at, len(data)-at, n)
		}
		if len(leaves) == 1<<TileHeight {
			return nil, fmt.Errorf("log entries: more than %d leaves", 1<<TileHeight)
		}
		leaves = append(leaves, data[at:at+n])
		at += n
	}
	return leaves, nil
}

// canonicalTile gives a tile's path in the layout of golang.org/x/mod/sumdb/tlog; C2SP's has no height.
func canonicalTile(path string) string {
	rest, ok := strings.CutPrefix(path, "tile/")
	if !ok || strings.HasPrefix(rest, fmt.Sprint(TileHeight, "/")) {
		return path
	}
	return fmt.Sprintf("tile/%d/%s", TileHeight, rest)
}
