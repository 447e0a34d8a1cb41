package core

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"runtime"
	"slices"

	"github.com/dougong-dev/dougong/core/bundle"
	"github.com/dougong-dev/dougong/pdk/go/manifest"
)

// pluginLimits bound a plugin's bundle.
var pluginLimits = bundle.Limits{Files: 50_000, File: 256 << 20, Total: 1 << 30, Ratio: 200}

// pluginDir gives a plugin's folder: file itself, or, if that is a bundle, the folder that it is unpacked to, and what the
// bundle holds.
func (k *Kernel) pluginDir(file string) (string, *bundle.Index, error) {
	info, err := os.Stat(file)
	if err != nil || !info.Mode().IsRegular() {
		return file, nil, nil // manifest.Load says what is wrong with it
	}
	content, err := k.opts.Gate.Admit(file)
	if err != nil {
		return "", nil, err
	}
	b, err := bundle.OpenFile(file, pluginLimits)
	if err != nil {
		return "", nil, err
	}
	dir, index, err := k.unpack(b, content)
	if err = errors.Join(err, b.Close()); err != nil {
		return "", nil, fmt.Errorf("unpack %s: %w", file, err)
	}
	return dir, index, nil
}

// checksumOf is the SHA-256 that the file has which is run: it is compared at each start, on the opened file, so that nobody
// can change it after the bundle was verified. "" for a source folder, or if there is nothing to run here.
func checksumOf(index *bundle.Index, m *manifest.Manifest) string {
	if index == nil {
		return ""
	}
	name := ""
	if m.Runtime.Wasm != nil {
		name = m.Runtime.Wasm.Module
	} else if program, err := m.ThisExecutable(); err == nil {
		name = program
	}
	for _, e := range index.Files {
		if e.Name == path.Clean(name) {
			return e.SHA256
		}
	}
	return ""
}

// unpack writes a bundle's files into a private folder that is named by their digest. What is there from an earlier time is
// compared, and made again if anybody has changed it. content is the digest that was verified, "" if none was.
func (k *Kernel) unpack(b *bundle.Bundle, content string) (string, *bundle.Index, error) {
	index, err := b.Index()
	if err != nil {
		return "", nil, err
	}
	if content != "" && index.Digest() != content {
		return "", nil, fmt.Errorf("the content has SHA-256 %s, its vendor signed %s: it was changed since it was verified", index.Digest(), content)
	}
	cache, err := k.unpackDir()
	if err != nil {
		return "", nil, err
	}
	dir := filepath.Join(cache, index.Digest())
	if unchanged(dir, index) {
		return dir, index, nil
	}
	fresh, err := os.MkdirTemp(cache, "new-")
	if err != nil {
		return "", nil, err
	}
	if err := writeFiles(fresh, b); err != nil {
		return "", nil, errors.Join(err, os.RemoveAll(fresh))
	}
	if !unchanged(fresh, index) { // the archive was changed while it was read
		return "", nil, errors.Join(fmt.Errorf("what was unpacked is not what the archive held before"), os.RemoveAll(fresh))
	}
	if err := os.RemoveAll(dir); err != nil {
		return "", nil, errors.Join(err, os.RemoveAll(fresh))
	}
	if err := os.Rename(fresh, dir); err != nil {
		err = errors.Join(err, os.RemoveAll(fresh))
		if !unchanged(dir, index) { // another host was faster
			return "", nil, err
		}
	}
	return dir, index, nil
}

// unpackDir makes the folder that bundles are unpacked in. Who can write there can run code in the host.
func (k *Kernel) unpackDir() (string, error) {
	cache := k.opts.CacheDir
	if cache == "" {
		cache = filepath.Join(k.Config().DataDir(), "cache")
	}
	dir, err := filepath.Abs(filepath.Join(cache, "plugins"))
	if err != nil {
		return "", err
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return "", err
	}
	info, err := os.Stat(dir)
	if err != nil {
		return "", err
	}
	if runtime.GOOS != "windows" && info.Mode().Perm()&0o077 != 0 {
		return "", fmt.Errorf("folder of unpacked plugins %q has mode %04o, and who can write there can run code in the host; chmod 0700 it: %w",
			dir, info.Mode().Perm(), fs.ErrPermission)
	}
	return dir, nil
}

// writeFiles writes the files of a bundle; those that the manifest's runtime names may be executed.
func writeFiles(dir string, b *bundle.Bundle) error {
	text, err := b.ReadFile(manifest.FileName)
	if err != nil {
		return fmt.Errorf("it is no plugin's bundle: %w; `dougong plugin pack` makes one", err)
	}
	m, err := manifest.Parse(manifest.FileName, text)
	if err != nil {
		return err
	}
	var programs []string
	for _, file := range m.Runtime.Process {
		programs = append(programs, file)
	}
	for _, name := range b.Names() {
		data, err := b.ReadFile(name)
		if err != nil {
			return err
		}
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			return err
		}
		mode := os.FileMode(0o600)
		if slices.Contains(programs, name) {
			mode = 0o700
		}
		if err := os.WriteFile(path, data, mode); err != nil {
			return err
		}
	}
	return nil
}

// unchanged tells whether a folder holds exactly the files of an index.
func unchanged(dir string, index *bundle.Index) bool {
	found := 0
	err := filepath.WalkDir(dir, func(_ string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			found++
		}
		return err
	})
	if err != nil || found != len(index.Files) {
		return false
	}
	for _, e := range index.Files {
		path := filepath.Join(dir, filepath.FromSlash(e.Name))
		info, err := os.Lstat(path)
		if err != nil || !info.Mode().IsRegular() || info.Size() != e.Size {
			return false
		}
		data, err := os.ReadFile(path)
		sum := sha256.Sum256(data)
		if err != nil || hex.EncodeToString(sum[:]) != e.SHA256 {
			return false
		}
	}
	return true
}
