package bundle

import (
	"archive/zip"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"sort"
	"strings"
	"unicode/utf8"
)

// Limits bound what an archive may claim and contain.
type Limits struct {
	Files int   // number of files
	File  int64 // bytes of one file, unpacked
	Total int64 // bytes of all files, unpacked
	Ratio int64 // unpacked to packed size of one file beyond RatioFrom
}

// DefaultLimits fit the largest mini-programs with a wide margin.
var DefaultLimits = Limits{Files: 50_000, File: 64 << 20, Total: 1 << 30, Ratio: 200}

// RatioFrom is the size from which Limits.Ratio counts: small files of one repeated byte are no bomb.
const RatioFrom = 1 << 20

// ErrInvalid is wrapped by every error about an archive that breaks the rules.
var ErrInvalid = errors.New("invalid bundle")

func invalid(format string, args ...any) error {
	return fmt.Errorf("%w: %s", ErrInvalid, fmt.Sprintf(format, args...))
}

// Bundle is an opened archive. It is safe for concurrent use.
type Bundle struct {
	limits Limits
	files  map[string]*zip.File
	names  []string
	closer io.Closer
}

// OpenFile opens an archive on disk. Close it.
func OpenFile(name string, limits Limits) (*Bundle, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, fmt.Errorf("open bundle: %w", err)
	}
	info, err := f.Stat()
	if err == nil {
		var b *Bundle
		if b, err = Open(f, info.Size(), limits); err == nil {
			b.closer = f
			return b, nil
		}
	}
	return nil, errors.Join(fmt.Errorf("open bundle %s: %w", name, err), f.Close())
}

// Open checks an archive's table of contents. Contents are checked when they are read.
func Open(r io.ReaderAt, size int64, limits Limits) (*Bundle, error) {
	zr, err := zip.NewReader(r, size)
	if err != nil && !errors.Is(err, zip.ErrInsecurePath) {
		return nil, invalid("%v", err)
	}
	if len(zr.File) > limits.Files {
		return nil, invalid("%d files, the limit is %d", len(zr.File), limits.Files)
	}
	b := &Bundle{limits: limits, files: make(map[string]*zip.File, len(zr.File))}
	folded := make(map[string]string, len(zr.File))
	var total uint64
	for _, f := range zr.File {
		if strings.HasSuffix(f.Name, "/") && f.UncompressedSize64 == 0 {
			continue // a folder's entry, which some tools write
		}
		if err := b.check(f, folded); err != nil {
			return nil, err
		}
		if total += f.UncompressedSize64; total > uint64(limits.Total) {
			return nil, invalid("the files add up to more than %d MiB", limits.Total>>20)
		}
		b.files[f.Name] = f
		b.names = append(b.names, f.Name)
	}
	if err := apart(zr.File, size); err != nil {
		return nil, err
	}
	sort.Strings(b.names)
	for _, name := range b.names {
		for dir := path.Dir(name); dir != "."; dir = path.Dir(dir) {
			if b.files[dir] != nil {
				return nil, invalid("%q is a file and a folder", dir)
			}
		}
	}
	return b, nil
}

func (b *Bundle) check(f *zip.File, folded map[string]string) error {
	if err := CheckName(f.Name); err != nil {
		return err
	}
	if !f.Mode().IsRegular() {
		return invalid("%q is not a plain file (mode %v)", f.Name, f.Mode())
	}
	if f.Method != zip.Store && f.Method != zip.Deflate {
		return invalid("%q is packed by method %d; only stored and deflated files are read", f.Name, f.Method)
	}
	if f.Flags&1 != 0 {
		return invalid("%q is encrypted", f.Name)
	}
	if other, ok := folded[strings.ToLower(f.Name)]; ok {
		return invalid("%q and %q are one file where case does not count", other, f.Name)
	}
	folded[strings.ToLower(f.Name)] = f.Name
	if f.UncompressedSize64 > uint64(b.limits.File) {
		return invalid("%q has %d bytes, the limit is %d", f.Name, f.UncompressedSize64, b.limits.File)
	}
	if f.UncompressedSize64 > RatioFrom && f.UncompressedSize64/max(1, f.CompressedSize64) > uint64(b.limits.Ratio) {
		return invalid("%q unpacks to %d times its size, the limit is %d", f.Name, f.UncompressedSize64/max(1, f.CompressedSize64), b.limits.Ratio)
	}
	return nil
}

// maxName is the longest path, in bytes.
const maxName = 512

// CheckName tells whether a path may stand in a bundle: relative, clean, slashes only, nothing that any system takes for
// something else.
func CheckName(name string) error {
	switch {
	case name == "" || len(name) > maxName:
		return invalid("a path of %d bytes", len(name))
	case !utf8.ValidString(name):
		return invalid("path %q is not UTF-8", name)
	case !fs.ValidPath(name) || name == ".":
		return invalid("path %q is absolute, leaves the bundle or is not clean", name)
	case strings.ContainsAny(name, "\\:*?\"<>|\x00"):
		return invalid("path %q holds a character that not every system allows", name)
	}
	for _, r := range name {
		if r < ' ' || r == 0x7f {
			return invalid("path %q holds a control character", name)
		}
	}
	for _, part := range strings.Split(name, "/") {
		if strings.HasSuffix(part, ".") || strings.HasSuffix(part, " ") || reserved(part) {
			return invalid("path %q is not allowed on every system", name)
		}
	}
	return nil
}

// reserved tells whether Windows takes a name for a device.
func reserved(part string) bool {
	base, _, _ := strings.Cut(strings.ToUpper(part), ".")
	switch base {
	case "CON", "PRN", "AUX", "NUL":
		return true
	}
	return len(base) == 4 && (strings.HasPrefix(base, "COM") || strings.HasPrefix(base, "LPT")) && base[3] >= '0' && base[3] <= '9'
}

// Names lists the files in order.
func (b *Bundle) Names() []string { return b.names }

// ReadFile gives the content of a file; its checksum is checked. The error is fs.ErrNotExist for one that is not there.
func (b *Bundle) ReadFile(name string) ([]byte, error) {
	r, size, err := b.open(name)
	if err != nil {
		return nil, err
	}
	defer func() { _ = r.Close() }()            // only read
	data := make([]byte, 0, min(size, 1<<20)+1) // the size is only a claim
	buf := appendWriter{&data}
	n, err := io.Copy(buf, io.LimitReader(r, size+1))
	if err != nil {
		return nil, invalid("%q: %v", name, err)
	}
	if n != size {
		return nil, invalid("%q does not have the %d bytes it claims", name, size)
	}
	return data, nil
}

// open opens a file, the size of which is still only a claim. The error is fs.ErrNotExist for one that is not there.
func (b *Bundle) open(name string) (io.ReadCloser, int64, error) {
	f, ok := b.files[name]
	if !ok {
		return nil, 0, &fs.PathError{Op: "read", Path: name, Err: fs.ErrNotExist}
	}
	r, err := f.Open()
	if err != nil {
		return nil, 0, invalid("%q: %v", name, err)
	}
	return r, int64(f.UncompressedSize64), nil
}

type appendWriter struct{ to *[]byte }

// Write implements io.Writer.
func (w appendWriter) Write(p []byte) (int, error) {
	*w.to = append(*w.to, p...)
	return len(p), nil
}

// All reads all files.
func (b *Bundle) All() (map[string][]byte, error) {
	out := make(map[string][]byte, len(b.names))
	for _, name := range b.names {
		data, err := b.ReadFile(name)
		if err != nil {
			return nil, err
		}
		out[name] = data
	}
	return out, nil
}

// Close closes the archive's file, if OpenFile opened it.
func (b *Bundle) Close() error {
	if b.closer == nil {
		return nil
	}
	return b.closer.Close()
}
