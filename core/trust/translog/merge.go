package translog

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"golang.org/x/mod/sumdb/tlog"
)

// Merge joins the signatures of two notes of one head: each witness signs for itself. Nothing is verified by that.
func Merge(a, b string) (string, error) {
	head, mine, err := cutNote(a)
	if err != nil {
		return "", err
	}
	other, theirs, err := cutNote(b)
	if err != nil {
		return "", err
	}
	if head != other {
		return "", errors.New("log head: the two notes are of different heads")
	}
	for _, line := range theirs {
		if !slices.Contains(mine, line) {
			mine = append(mine, line)
		}
	}
	out := head + "\n\n" + strings.Join(mine, "\n") + "\n"
	if len(out) > maxNote {
		return "", fmt.Errorf("log head: %d bytes with all signatures, the limit is %d", len(out), maxNote)
	}
	return out, nil
}

// cutNote gives a note's text and its signature lines.
func cutNote(text string) (head string, lines []string, err error) {
	if len(text) > maxNote {
		return "", nil, fmt.Errorf("log head: %d bytes, the limit is %d", len(text), maxNote)
	}
	head, signatures, ok := strings.Cut(text, "\n\n")
	if !ok || !strings.HasSuffix(signatures, "\n") {
		return "", nil, errors.New("log head: expected a text, an empty line and signature lines")
	}
	for _, line := range strings.Split(strings.TrimSuffix(signatures, "\n"), "\n") {
		if !strings.HasPrefix(line, "— ") {
			return "", nil, fmt.Errorf("log head: %.80q is no signature line", line)
		}
		lines = append(lines, line)
	}
	return head, lines, nil
}

// TileHeight is the height of the tiles that a log is given out in.
const TileHeight = 8

// Tile reads the hashes of a tile by its path in the layout of golang.org/x/mod/sumdb/tlog, "tile/8/0/x001/234.p/5", or of C2SP
// tlog-tiles, "tile/0/x001/234.p/5". Whole tiles never change.
func Tile(path string, size int64, r Reader) (data []byte, whole bool, err error) {
	t, err := tlog.ParseTilePath(canonicalTile(path))
	if err != nil || t.H != TileHeight || t.L < 0 {
		return nil, false, fmt.Errorf("log tile %.100q: expected tile/%d/LEVEL/NUMBER, or with .p/WIDTH", path, TileHeight)
	}
	// The last hash of the tile covers that many leaves, which have to be there.
	shift := TileHeight * t.L
	if shift > 56 || t.N > (1<<62)>>(shift+TileHeight) || (t.N<<TileHeight+int64(t.W))<<shift > size {
		return nil, false, fmt.Errorf("log tile %.100q is beyond the log's %d leaves", path, size)
	}
	data, err = tlog.ReadTileData(t, reader{r})
	return data, t.W == 1<<TileHeight, err
}
