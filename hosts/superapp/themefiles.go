package superapp

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/dougong-dev/dougong/core/config"
)

// newFile is a file that was given to the theme editor and is not written yet.
type newFile struct {
	name string
	data []byte
}

// freshFiles are the new files that a configuration names, over those on the disk.
type freshFiles map[string]newFile

// newFiles picks those of files that cfg names; what it does not name is never written.
func newFiles(cfg *config.Config, files map[string][]byte) freshFiles {
	out := freshFiles{}
	named := []string{cfg.Branding.Logo}
	for _, p := range cfg.Pictures() {
		named = append(named, *p.File)
	}
	for _, name := range named {
		if data, ok := files[name]; ok && filepath.IsLocal(name) {
			out[cfg.Abs(name)] = newFile{name, data}
		}
	}
	return out
}

func (f freshFiles) stat(path string) (fs.FileInfo, error) {
	if file, ok := f[path]; ok {
		return file, nil
	}
	return os.Stat(path)
}

func (f freshFiles) read(path string) ([]byte, error) {
	if file, ok := f[path]; ok {
		return file.data, nil
	}
	return readPicture(path)
}

// write puts the new files on the disk.
func (f freshFiles) write() error {
	for path, file := range f {
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			return fmt.Errorf("keep %s: %w", file.name, err)
		}
		if err := os.WriteFile(path, file.data, 0o644); err != nil {
			return fmt.Errorf("keep %s: %w", file.name, err)
		}
	}
	return nil
}

// Name implements fs.FileInfo.
func (f newFile) Name() string { return filepath.Base(f.name) }

// Size implements fs.FileInfo.
func (f newFile) Size() int64 { return int64(len(f.data)) }

// Mode implements fs.FileInfo.
func (f newFile) Mode() fs.FileMode { return 0o644 }

// ModTime implements fs.FileInfo.
func (f newFile) ModTime() time.Time { return time.Time{} }

// IsDir implements fs.FileInfo.
func (f newFile) IsDir() bool { return false }

// Sys implements fs.FileInfo.
func (f newFile) Sys() any { return nil }

var _ fs.FileInfo = newFile{}
