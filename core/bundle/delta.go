package bundle

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"sort"
)

// Recipe cuts an archive into segments, one a file and one for the table of contents, each named by its content. Who has an
// older version copies the segments that it shares with it and fetches the others: the result is the new archive bit by bit,
// so the signature over it holds.
type Recipe struct {
	Size     int64     `json:"size"`
	SHA256   string    `json:"sha256"` // of the archive
	Segments []Segment `json:"segments"`
}

// Segment is a run of bytes of an archive.
type Segment struct {
	Offset int64  `json:"offset"`
	Size   int64  `json:"size"`
	SHA256 string `json:"sha256"`
}

const descriptor = 16 // bytes after a file's data, if it says so

// NewRecipe cuts an archive.
func NewRecipe(r io.ReaderAt, size int64, limits Limits) (*Recipe, error) {
	b, err := Open(r, size, limits)
	if err != nil {
		return nil, err
	}
	cuts, err := b.cuts(size)
	if err != nil {
		return nil, err
	}
	whole := sha256.New()
	out := &Recipe{Size: size}
	for i := 1; i < len(cuts); i++ {
		part := sha256.New()
		n := cuts[i] - cuts[i-1]
		if _, err := io.Copy(io.MultiWriter(part, whole), io.NewSectionReader(r, cuts[i-1], n)); err != nil {
			return nil, fmt.Errorf("recipe: %w", err)
		}
		out.Segments = append(out.Segments, Segment{Offset: cuts[i-1], Size: n, SHA256: hex.EncodeToString(part.Sum(nil))})
	}
	out.SHA256 = hex.EncodeToString(whole.Sum(nil))
	return out, nil
}

// cuts are the ends of all files, between 0 and the archive's size. Wherever they fall, the segments are the archive.
func (b *Bundle) cuts(size int64) ([]int64, error) {
	cuts := []int64{0, size}
	for _, f := range b.files {
		at, err := f.DataOffset()
		if err != nil {
			return nil, invalid("%q: %v", f.Name, err)
		}
		at += int64(f.CompressedSize64)
		if f.Flags&8 != 0 {
			at += descriptor
		}
		if at > 0 && at < size {
			cuts = append(cuts, at)
		}
	}
	sort.Slice(cuts, func(i, j int) bool { return cuts[i] < cuts[j] })
	return cuts, nil
}

// maxRecipe bounds a recipe's JSON.
const maxRecipe = 16 << 20

// ParseRecipe reads a recipe strictly: its segments follow each other and are the whole.
func ParseRecipe(data []byte) (*Recipe, error) {
	if len(data) > maxRecipe {
		return nil, invalid("recipe: %d bytes, the limit is %d", len(data), maxRecipe)
	}
	r := &Recipe{}
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.DisallowUnknownFields()
	if err := dec.Decode(r); err != nil {
		return nil, invalid("recipe, byte %d: %v", dec.InputOffset(), err)
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return nil, invalid("recipe, byte %d: something stands after it", dec.InputOffset())
	}
	at := int64(0)
	for i, s := range r.Segments {
		if s.Offset != at || s.Size <= 0 || at+s.Size < at {
			return nil, invalid("recipe: segment %d is at %d with %d bytes, expected it at %d", i, s.Offset, s.Size, at)
		}
		at += s.Size
	}
	if at != r.Size {
		return nil, invalid("recipe: the segments have %d bytes, the archive %d", at, r.Size)
	}
	return r, nil
}

// Bytes is what ParseRecipe reads.
func (r *Recipe) Bytes() []byte {
	data, err := json.Marshal(r)
	if err != nil {
		panic(err) // strings and integers always marshal
	}
	return data
}

// Missing lists what the new archive has and the old has not, neighbours joined: the ranges to fetch.
func (r *Recipe) Missing(old *Recipe) []Segment {
	have := old.byContent()
	var out []Segment
	for _, s := range r.Segments {
		if _, ok := have[content{s.SHA256, s.Size}]; ok {
			continue
		}
		if n := len(out); n > 0 && out[n-1].Offset+out[n-1].Size == s.Offset {
			out[n-1].Size, out[n-1].SHA256 = out[n-1].Size+s.Size, ""
			continue
		}
		out = append(out, s)
	}
	return out
}

type content struct {
	sha256 string
	size   int64
}

func (r *Recipe) byContent() map[content]int64 {
	out := map[content]int64{}
	if r != nil {
		for _, s := range r.Segments {
			out[content{s.SHA256, s.Size}] = s.Offset
		}
	}
	return out
}

// Fetch gives a range of the new archive.
type Fetch func(offset, size int64) (io.ReadCloser, error)

// Assemble writes the new archive from the old one and what is fetched. Old and its recipe may be nil. Every segment is
// checked, so an old file that was changed or a server that sends something else is found; what was written is then to be
// thrown away.
func (r *Recipe) Assemble(w io.Writer, old io.ReaderAt, oldRecipe *Recipe, fetch Fetch) error {
	have := oldRecipe.byContent()
	whole := sha256.New()
	w = io.MultiWriter(w, whole)
	for i, s := range r.Segments {
		from := Fetch(func(int64, int64) (io.ReadCloser, error) { return fetch(s.Offset, s.Size) })
		if at, ok := have[content{s.SHA256, s.Size}]; ok && old != nil {
			from = func(int64, int64) (io.ReadCloser, error) {
				return io.NopCloser(io.NewSectionReader(old, at, s.Size)), nil
			}
		}
		if err := copySegment(w, s, from); err != nil {
			return fmt.Errorf("assemble: segment %d at %d: %w", i, s.Offset, err)
		}
	}
	if got := hex.EncodeToString(whole.Sum(nil)); got != r.SHA256 {
		return invalid("assemble: SHA-256 is %s, expected %s", got, r.SHA256)
	}
	return nil
}

func copySegment(w io.Writer, s Segment, from Fetch) error {
	in, err := from(s.Offset, s.Size)
	if err != nil {
		return err
	}
	part := sha256.New()
	n, err := io.Copy(io.MultiWriter(w, part), io.LimitReader(in, s.Size+1))
	if err = errors.Join(err, in.Close()); err != nil {
		return err
	}
	if got := hex.EncodeToString(part.Sum(nil)); n != s.Size || got != s.SHA256 {
		return invalid("%d bytes with SHA-256 %s, expected %d with %s", n, got, s.Size, s.SHA256)
	}
	return nil
}
