package bundle

import (
	"archive/zip"
	"compress/flate"
	"fmt"
	"io"
	"path"
	"sort"
	"time"
)

// First is written before all other files, so that a reader of the beginning learns what it has.
const First = "manifest.json"

// epoch is the time of every file: the earliest that the format can hold. An archive says nothing about when and where it
// was made.
var epoch = time.Date(1980, 1, 1, 0, 0, 0, 0, time.UTC)

// stored are endings of files that are compressed already.
var stored = map[string]bool{
	".png": true, ".jpg": true, ".jpeg": true, ".gif": true, ".webp": true, ".mp3": true, ".mp4": true, ".m4a": true, ".aac": true, ".ogg": true,
	".webm": true, ".woff": true, ".woff2": true, ".zip": true, ".gz": true, ".br": true, ".dgm": true, ".dgp": true,
}

// Write writes an archive. The same files give the same bytes.
func Write(w io.Writer, files map[string][]byte) error {
	names := make([]string, 0, len(files))
	for name := range files {
		if err := CheckName(name); err != nil {
			return fmt.Errorf("write bundle: %w", err)
		}
		names = append(names, name)
	}
	sort.Slice(names, func(i, j int) bool {
		if (names[i] == First) != (names[j] == First) {
			return names[i] == First
		}
		return names[i] < names[j]
	})
	zw := zip.NewWriter(w)
	zw.RegisterCompressor(zip.Deflate, func(w io.Writer) (io.WriteCloser, error) { return flate.NewWriter(w, flate.DefaultCompression) })
	for _, name := range names {
		if err := add(zw, name, files[name]); err != nil {
			return fmt.Errorf("write bundle: %s: %w", name, err)
		}
	}
	if err := zw.Close(); err != nil {
		return fmt.Errorf("write bundle: %w", err)
	}
	return nil
}

func add(zw *zip.Writer, name string, data []byte) error {
	h := &zip.FileHeader{Name: name, Method: zip.Deflate, Modified: epoch}
	if len(data) < 64 || stored[path.Ext(name)] {
		h.Method = zip.Store
	}
	h.SetMode(0o644)
	w, err := zw.CreateHeader(h)
	if err != nil {
		return err
	}
	_, err = w.Write(data)
	return err
}
