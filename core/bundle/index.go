package bundle

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"sort"
)

// Index is what a signature covers: every file with its size and digest.
type Index struct {
	Files []Entry `json:"files"` // in the order of names
}

// Entry describes one file.
type Entry struct {
	Name   string `json:"name"`
	Size   int64  `json:"size"`
	SHA256 string `json:"sha256"` // lower-case hex
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

// Digest is the SHA-256 of the canonical form, lower-case hex. It names the content, however it was packed.
func (x *Index) Digest() string { return digest(x.Bytes()) }

// Index reads all files and describes them.
func (b *Bundle) Index() (*Index, error) {
	idx := &Index{Files: make([]Entry, 0, len(b.names))}
	for _, name := range b.names {
		data, err := b.ReadFile(name)
		if err != nil {
			return nil, err
		}
		idx.Files = append(idx.Files, Entry{Name: name, Size: int64(len(data)), SHA256: digest(data)})
	}
	return idx, nil
}

// Verify checks that the archive holds exactly the files of an index.
func (b *Bundle) Verify(x *Index) error {
	want := make(map[string]Entry, len(x.Files))
	for _, e := range x.Files {
		want[e.Name] = e
	}
	got, err := b.Index()
	if err != nil {
		return err
	}
	for _, e := range got.Files {
		w, ok := want[e.Name]
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
