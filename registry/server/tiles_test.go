package server_test

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"golang.org/x/mod/sumdb/tlog"

	"github.com/dougong-dev/dougong/core/trust/translog"
	"github.com/dougong-dev/dougong/registry/internal/regtest"
)

// tileServer reads tiles as any client of such logs does.
type tileServer struct {
	t    *testing.T
	base string
	read map[string]string // path → Cache-Control
	with func(path string, data []byte) []byte
}

func (s *tileServer) Height() int { return 8 }

func (s *tileServer) SaveTiles([]tlog.Tile, [][]byte) {}

func (s *tileServer) fetch(path string) ([]byte, error) {
	res, err := http.Get(s.base + path)
	if err != nil {
		return nil, err
	}
	defer func() { _ = res.Body.Close() }()
	data, err := io.ReadAll(res.Body)
	if err == nil && res.StatusCode != http.StatusOK {
		err = fmt.Errorf("%s: %s", path, res.Status)
	}
	s.read[path] = res.Header.Get("Cache-Control")
	if s.with != nil {
		data = s.with(path, data)
	}
	return data, err
}

func (s *tileServer) ReadTiles(tiles []tlog.Tile) (out [][]byte, err error) {
	for _, t := range tiles {
		data, err := s.fetch(strings.Replace(t.Path(), "tile/8/", "tile/", 1)) // C2SP's path
		if err != nil {
			return nil, err
		}
		out = append(out, data)
	}
	return out, nil
}

// all reads every leaf by tiles under a head, and checks each by the head alone.
func (s *tileServer) all(head *translog.Head) (leaves []translog.Leaf, err error) {
	hashes := tlog.TileHashReader(tlog.Tree{N: head.Size, Hash: tlog.Hash(head.Root)}, s)
	for n := int64(0); n<<8 < head.Size; n++ {
		tile := tlog.Tile{H: 8, L: -1, N: n, W: int(min(256, head.Size-n<<8))}
		data, err := s.fetch(strings.Replace(tile.Path(), "tile/8/data/", "tile/entries/", 1))
		if err != nil {
			return nil, err
		}
		bundle, err := translog.ParseBundle(data)
		if err != nil {
			return nil, err
		}
		for i, raw := range bundle {
			want, err := hashes.ReadHashes([]int64{tlog.StoredHashIndex(0, n<<8+int64(i))})
			if err != nil {
				return nil, err
			}
			if tlog.RecordHash(raw) != want[0] {
				return nil, fmt.Errorf("leaf %d is not the one that the head covers", n<<8+int64(i))
			}
			leaf, err := translog.ParseLeaf(raw)
			if err != nil {
				return nil, err
			}
			leaves = append(leaves, leaf)
		}
	}
	return leaves, nil
}

// TestWholeLogByTiles reads the whole log as an auditor does, with another's reader of tiles.
func TestWholeLogByTiles(t *testing.T) {
	t.Parallel()
	r := regtest.Start(t, nil)
	p := r.Publish("com.acme.face", "1.0.0", nil)
	for i := range 600 {
		_, _, err := r.Shelf.Book.Append(t.Context(), translog.Leaf{Kind: translog.Audit, Subject: fmt.Sprint("filler/", i), Digest: strings.Repeat("0", 64)})
		must(t, err)
	}
	text, err := r.As("").Raw(t.Context(), "/v1/log/checkpoint")
	must(t, err)
	head, err := translog.Open(r.Suite, string(text), r.House().Anchors().Log, nil)
	must(t, err)
	s := &tileServer{t: t, base: r.URL + "/v1/log/", read: map[string]string{}}
	leaves, err := s.all(head)
	must(t, err)
	if int64(len(leaves)) != head.Size || head.Size < 600 || leaves[p.Log].Kind != translog.Publish || !strings.HasPrefix(leaves[p.Log].Subject, "com.acme.face@1.0.0") {
		t.Errorf("%d leaves of %d; leaf %d is %+v", len(leaves), head.Size, p.Log, leaves[p.Log])
	}
	for _, path := range []string{"tile/entries/000", "tile/0/000"} {
		if !strings.Contains(s.read[path], "immutable") {
			t.Errorf("%s: Cache-Control %q", path, s.read[path])
		}
	}
	for path, cache := range s.read {
		if strings.Contains(path, ".p/") && cache != "no-cache" {
			t.Errorf("%s grows, and has Cache-Control %q", path, cache)
		}
	}
	for name, spoil := range map[string]func(string, []byte) []byte{
		"another leaf": func(path string, data []byte) []byte {
			if path == "tile/entries/001" {
				data = []byte(strings.Replace(string(data), "filler", "filter", 1))
			}
			return data
		},
		"another hash": func(path string, data []byte) []byte {
			if path == "tile/0/001" {
				data[0] ^= 1
			}
			return data
		},
	} {
		evil := &tileServer{t: t, base: s.base, read: map[string]string{}, with: spoil}
		if _, err := evil.all(head); err == nil {
			t.Errorf("%s is not found", name)
		}
	}
	for _, path := range []string{"tile/entries/999", "tile/entries/x", "tile/entries/000.p/999", "tile/9/000", "tile/x/000"} {
		if _, err := s.fetch(path); err == nil || !strings.Contains(err.Error(), "404") {
			t.Errorf("%s: %v", path, err)
		}
	}
}
