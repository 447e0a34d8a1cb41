package compose

import (
	"archive/tar"
	"archive/zip"
	"compress/gzip"
	"errors"
	"io"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// epoch is the time of every file in an archive: the earliest that both formats can hold.
var epoch = time.Date(1980, 1, 1, 0, 0, 0, 0, time.UTC)

func archiveEnding(platform string) string {
	if strings.HasPrefix(platform, "windows/") {
		return ".zip"
	}
	return ".tar.gz"
}

func sortItems(items []item) {
	slices.SortFunc(items, func(a, b item) int { return strings.Compare(a.name, b.name) })
}

// writeArchive packs the files of a folder below a name. It says nothing of when, where and by whom.
func writeArchive(file, top, dir string, items []item) (err error) {
	tmp, err := os.CreateTemp(filepath.Dir(file), ".new-*")
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			_ = os.Remove(tmp.Name()) // the error is the one before
		}
	}()
	pack := tarball
	if strings.HasSuffix(file, ".zip") {
		pack = zipball
	}
	if err = errors.Join(pack(tmp, top, dir, items), tmp.Chmod(0o644), tmp.Close()); err != nil {
		return err
	}
	return os.Rename(tmp.Name(), file)
}

// each hands over the files as they were written, so that folder and archive are the same.
func each(dir string, items []item, f func(i *item, size int64, r io.Reader) error) error {
	for n := range items {
		i := items[n]
		i.from = filepath.Join(dir, filepath.FromSlash(i.name))
		r, size, err := i.open()
		if err != nil {
			return err
		}
		if err := errors.Join(f(&i, size, r), r.Close()); err != nil {
			return err
		}
	}
	return nil
}

func tarball(w io.Writer, top, dir string, items []item) error {
	zw := gzip.NewWriter(w) // without a name and a time
	tw := tar.NewWriter(zw)
	err := each(dir, items, func(i *item, size int64, r io.Reader) error {
		h := &tar.Header{Typeflag: tar.TypeReg, Name: path.Join(top, i.name), Size: size, Mode: int64(i.mode()), ModTime: epoch, Format: tar.FormatPAX}
		if err := tw.WriteHeader(h); err != nil {
			return err
		}
		_, err := io.Copy(tw, r)
		return err
	})
	return errors.Join(err, tw.Close(), zw.Close())
}

func zipball(w io.Writer, top, dir string, items []item) error {
	zw := zip.NewWriter(w)
	err := each(dir, items, func(i *item, _ int64, r io.Reader) error {
		h := &zip.FileHeader{Name: path.Join(top, i.name), Method: zip.Deflate, Modified: epoch}
		if strings.HasPrefix(path.Ext(i.name), ".dg") {
			h.Method = zip.Store
		}
		h.SetMode(i.mode())
		to, err := zw.CreateHeader(h)
		if err != nil {
			return err
		}
		_, err = io.Copy(to, r)
		return err
	})
	return errors.Join(err, zw.Close())
}
