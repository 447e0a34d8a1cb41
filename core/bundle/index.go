package bundle

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"io"
	"slices"
	"sort"

	"github.com/emmansun/gmsm/sm3"
)

// Index is what a signature covers: every file with its size and digests.
type Index struct {
	Files []Entry `json:"files"` // in the order of names
}

// Entry describes one file.
type Entry struct {
	Name   string `json:"name"`
	Size   int64  `json:"size"`
	SHA256 string `json:"sha256"` // lower-case hex
	SM3    string `json:"sm3,omitempty"`
}

// NewIndex describes files.
func NewIndex(files map[string][]byte) *Index {
	idx := &Index{Files: make([]Entry, 0, len(files))}
	for name, data := range files {
		idx.Files = append(idx.Files, Entry{Name: name, Size: int64(len(data)), SHA256: digest(data)})
	}
	sort.Slice(idx.Files, func(i, j int) bool { return idx.Files[i].Name < idx.Files[j].Name })
	return idx
}

func digest(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}

// Bytes is the canonical form: the same files give the same bytes.
func (x *Index) Bytes() []byte {
	data, err := json.Marshal(x)
	if err != nil {
		panic(err) // strings and integers always marshal
	}
	return data
}

// Digest is the SHA-256 of the canonical form without the SM3 digests, lower-case hex. It names the content, however it was
// packed and whichever digests are known of it.
func (x *Index) Digest() string {
	plain := &Index{Files: slices.Clone(x.Files)}
	for i := range plain.Files {
		plain.Files[i].SM3 = ""
	}
	return digest(plain.Bytes())
}

// Measure reads all files, piece by piece, and describes them by both digests.
func (b *Bundle) Measure() (*Index, error) { return b.describe(sha256.New(), sm3.New()) }

// Index reads all files, piece by piece, and describes them by SHA-256 alone, which is several times faster than SM3.
func (b *Bundle) Index() (*Index, error) { return b.describe(sha256.New(), nil) }

func (b *Bundle) describe(first, second hash.Hash) (*Index, error) {
	idx := &Index{Files: make([]Entry, 0, len(b.names))}
	buffer := make([]byte, 1<<18)
	to := io.Writer(first)
	if second != nil {
		to = io.MultiWriter(first, second)
	}
	for _, name := range b.names {
		r, err := b.Stream(name)
		if err != nil {
			return nil, err
		}
		n, err := io.CopyBuffer(struct{ io.Writer }{to}, r, buffer)
		if err = errors.Join(err, r.Close()); err != nil {
			return nil, err
		}
		e := Entry{Name: name, Size: n, SHA256: hex.EncodeToString(first.Sum(nil))}
		first.Reset()
		if second != nil {
			e.SM3 = hex.EncodeToString(second.Sum(nil))
			second.Reset()
		}
		idx.Files = append(idx.Files, e)
	}
	return idx, nil
}

// Verify checks that the archive holds exactly the files of an index.
func (b *Bundle) Verify(x *Index) error {
	want := make(map[string]Entry, len(x.Files))
	for _, e := range x.Files {
		want[e.Name] = e
	}
	describe := b.Index
	if slices.ContainsFunc(x.Files, func(e Entry) bool { return e.SM3 != "" }) {
		describe = b.Measure
	}
	got, err := describe()
	if err != nil {
		return err
	}
	for _, e := range got.Files {
		w, ok := want[e.Name]
		if w.SM3 == "" {
			e.SM3 = ""
		}
		switch {
		case !ok:
			return invalid("%q is not in the index", e.Name)
		case w != e:
			return invalid("%q differs from the index: %d bytes with SHA-256 %s, expected %d with %s", e.Name, e.Size, e.SHA256, w.Size, w.SHA256)
		}
		delete(want, e.Name)
	}
	for name := range want {
		return invalid("%q of the index is missing", name)
	}
	return nil
}

// ParseIndex reads the form that Bytes writes.
func ParseIndex(data []byte) (*Index, error) {
	x := &Index{}
	if err := json.Unmarshal(data, x); err != nil {
		return nil, fmt.Errorf("%w: index: %w", ErrInvalid, err)
	}
	for i, e := range x.Files {
		if err := CheckName(e.Name); err != nil {
			return nil, err
		}
		if i > 0 && x.Files[i-1].Name >= e.Name {
			return nil, invalid("index: %q is out of order", e.Name)
		}
	}
	return x, nil
}
