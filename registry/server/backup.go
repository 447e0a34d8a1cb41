package server

import (
	"archive/tar"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"

	"github.com/dougong-dev/dougong/registry/store/sqlite"
)

// Backup writes everything that an embedded registry keeps into one tar archive, while the registry runs: the registry's own
// house with its keys, a consistent copy of the database, then the artifacts. A release in the copy has its artifacts in the archive, since they
// were there before it was.
func Backup(ctx context.Context, data string, w io.Writer) (err error) {
	c, err := Config{Data: data}.withDefaults()
	if err != nil {
		return err
	}
	if _, err := os.Stat(c.databaseFile()); err != nil {
		return fmt.Errorf("back up %s: there is no registry: %w", data, err)
	}
	tmp, err := os.MkdirTemp(data, "backup-")
	if err != nil {
		return fmt.Errorf("back up: %w", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(tmp)) }()
	copied := filepath.Join(tmp, "registry.db")
	if err := sqlite.Backup(ctx, c.databaseFile(), copied); err != nil {
		return err
	}
	t := tar.NewWriter(w)
	if err := packFolder(ctx, t, "house", c.houseFolder()); err != nil {
		return fmt.Errorf("back up: %w", err)
	}
	if err := pack(t, "registry.db", copied); err != nil {
		return fmt.Errorf("back up: %w", err)
	}
	err = filepath.WalkDir(c.artifactsFolder(), func(p string, d fs.DirEntry, err error) error {
		if err == nil {
			err = ctx.Err()
		}
		if err != nil || d.IsDir() || filepath.Base(filepath.Dir(p)) == "tmp" {
			return err
		}
		return pack(t, path.Join("artifacts", filepath.Base(filepath.Dir(p)), d.Name()), p)
	})
	if err = errors.Join(err, t.Close()); err != nil {
		return fmt.Errorf("back up: %w", err)
	}
	return nil
}

// packFolder packs a folder's files. One that is not there is a house elsewhere, which is backed up by itself.
func packFolder(ctx context.Context, t *tar.Writer, name, folder string) error {
	if _, err := os.Stat(folder); errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return filepath.WalkDir(folder, func(p string, d fs.DirEntry, err error) error {
		if err == nil {
			err = ctx.Err()
		}
		if err != nil || d.IsDir() {
			return err
		}
		rel, err := filepath.Rel(folder, p)
		if err != nil {
			return err
		}
		return pack(t, path.Join(name, filepath.ToSlash(rel)), p)
	})
}

func pack(t *tar.Writer, name, file string) error {
	f, err := os.Open(file)
	if err != nil {
		return err
	}
	defer func() { _ = f.Close() }() // only read
	info, err := f.Stat()
	if err != nil {
		return err
	}
	if err := t.WriteHeader(&tar.Header{Name: name, Mode: 0o600, Size: info.Size(), ModTime: info.ModTime(), Format: tar.FormatPAX}); err != nil {
		return err
	}
	_, err = io.CopyN(t, f, info.Size())
	return err
}

// Restore unpacks an archive of Backup into a folder that is not there yet.
func Restore(ctx context.Context, r io.Reader, data string) error {
	if err := os.Mkdir(data, 0o700); err != nil {
		return fmt.Errorf("restore: %w", err)
	}
	root, err := os.OpenRoot(data) // nothing in the archive reaches beyond the folder
	if err != nil {
		return fmt.Errorf("restore: %w", err)
	}
	defer func() { _ = root.Close() }()
	t := tar.NewReader(r)
	for {
		h, err := t.Next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err == nil {
			err = ctx.Err()
		}
		if err == nil {
			err = unpack(root, h, t)
		}
		if err != nil {
			return fmt.Errorf("restore: %w", err)
		}
	}
}

func unpack(root *os.Root, h *tar.Header, r io.Reader) error {
	if h.Typeflag != tar.TypeReg || !fs.ValidPath(h.Name) {
		return fmt.Errorf("the archive holds %q, which no backup does", h.Name)
	}
	if dir := path.Dir(h.Name); dir != "." {
		if err := root.MkdirAll(dir, 0o700); err != nil {
			return err
		}
	}
	mode := os.FileMode(0o600)
	if strings.HasPrefix(h.Name, "artifacts/") {
		mode = 0o400
	}
	f, err := root.OpenFile(h.Name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, mode)
	if err != nil {
		return err
	}
	_, err = io.Copy(f, r)
	return errors.Join(err, f.Sync(), f.Close())
}
