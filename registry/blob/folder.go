package blob

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"
)

// abandoned is the age from which an unfinished upload is taken for one whose server was killed.
const abandoned = 24 * time.Hour

// Folder keeps artifacts as files: ab/abcd…, and unfinished uploads in tmp/.
type Folder struct{ dir string }

// NewFolder opens or makes the folder, and removes uploads that were abandoned long ago.
func NewFolder(dir string) (*Folder, error) {
	tmp := filepath.Join(dir, "tmp")
	if err := os.MkdirAll(tmp, 0o700); err != nil {
		return nil, fmt.Errorf("artifact folder: %w", err)
	}
	old, err := os.ReadDir(tmp)
	if err != nil {
		return nil, fmt.Errorf("artifact folder: %w", err)
	}
	for _, e := range old {
		info, err := e.Info()
		if err != nil || time.Since(info.ModTime()) < abandoned {
			continue
		}
		if err := os.Remove(filepath.Join(tmp, e.Name())); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return nil, fmt.Errorf("artifact folder: %w", err)
		}
	}
	return &Folder{dir}, nil
}

func (f *Folder) path(digest string) (string, error) {
	if !ValidDigest(digest) {
		return "", fmt.Errorf("artifact %.80q: not a SHA-256 in hex", digest)
	}
	return filepath.Join(f.dir, digest[:2], digest), nil
}

// Create implements Store.
func (f *Folder) Create(context.Context) (Upload, error) {
	file, err := os.CreateTemp(filepath.Join(f.dir, "tmp"), "up-")
	if err != nil {
		return nil, fmt.Errorf("begin upload: %w", err)
	}
	return &upload{File: file, folder: f}, nil
}

type upload struct {
	*os.File
	folder *Folder
}

// Commit implements Upload: the file is on disk before its name is, and the name before Commit returns.
func (u *upload) Commit(_ context.Context, digest string) error {
	to, err := u.folder.path(digest)
	if err != nil {
		return err
	}
	if err := u.Sync(); err != nil {
		return fmt.Errorf("keep artifact: %w", err)
	}
	dir := filepath.Dir(to)
	if err := os.Mkdir(dir, 0o700); err == nil {
		if err := syncDir(u.folder.dir); err != nil {
			return fmt.Errorf("keep artifact: %w", err)
		}
	} else if !errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("keep artifact: %w", err)
	}
	if err := os.Chmod(u.Name(), 0o400); err != nil {
		return fmt.Errorf("keep artifact: %w", err)
	}
	if err := os.Rename(u.Name(), to); err != nil {
		return fmt.Errorf("keep artifact: %w", err)
	}
	if err := syncDir(dir); err != nil {
		return fmt.Errorf("keep artifact: %w", err)
	}
	return nil
}

// Discard implements Upload.
func (u *upload) Discard() error {
	err := u.Close()
	if gone := os.Remove(u.Name()); gone != nil && !errors.Is(gone, fs.ErrNotExist) {
		err = errors.Join(err, gone)
	}
	return err
}

func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

// file is an artifact of a folder. It is an *os.File, so that the kernel can send it without copying.
type file struct {
	*os.File
	size int64
}

// Size implements Object.
func (f *file) Size() int64 { return f.size }

// Open implements Store.
func (f *Folder) Open(_ context.Context, digest string) (Object, error) {
	path, err := f.path(digest)
	if err != nil {
		return nil, err
	}
	in, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("%s: %w", digest, ErrNotFound)
	}
	if err != nil {
		return nil, fmt.Errorf("open artifact: %w", err)
	}
	info, err := in.Stat()
	if err != nil {
		return nil, errors.Join(fmt.Errorf("open artifact: %w", err), in.Close())
	}
	return &file{in, info.Size()}, nil
}

// Unwrap gives the file of an artifact that is one, for http.ServeContent to send by the kernel.
func Unwrap(o Object) (*os.File, bool) {
	f, ok := o.(*file)
	if !ok {
		return nil, false
	}
	return f.File, true
}

// Delete implements Store.
func (f *Folder) Delete(_ context.Context, digest string) error {
	path, err := f.path(digest)
	if err != nil {
		return err
	}
	if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("delete artifact: %w", err)
	}
	return nil
}

// List implements Store.
func (f *Folder) List(ctx context.Context, each func(string) error) error {
	return filepath.WalkDir(f.dir, func(path string, d fs.DirEntry, err error) error {
		if err == nil {
			err = ctx.Err()
		}
		if err != nil || d.IsDir() || !ValidDigest(d.Name()) {
			return err
		}
		return each(d.Name())
	})
}

var (
	_ Store  = (*Folder)(nil)
	_ Upload = (*upload)(nil)
	_ Object = (*file)(nil)
)
