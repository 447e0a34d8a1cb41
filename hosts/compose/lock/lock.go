// Package lock is superapp.lock: which plugins and mini-programs a super-app was composed of, to the byte.
//
//	l, err := lock.Read("superapp.lock")
//	e := l.Find(lock.Plugin, "com.acme.pay")
//	f := e.For("linux/amd64")                // size and digests of what runs there
//	err = lock.Write("superapp.lock", l)
//
// The file is text, a fact on a line, in one order, so that a change of it can be reviewed and merged. It is a leaf: it
// must not know where packages come from, how they are verified, or what a host does with them.
//
//	dougong-lock 1
//	root <sha256 of the root of trust>
//
//	plugin com.acme.pay 1.2.0
//	  want ^1.2
//	  source registry https://registry.example
//	  file linux/amd64 20971520
//	    sha256 …
//	    sm3 …
//	    content …
//	    evidence …
package lock

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
)

// FileName is the usual name, beside superapp.yaml.
const FileName = "superapp.lock"

// Any is the platform of a file that runs everywhere.
const Any = "any"

// Kind says what an entry is.
type Kind string

// The kinds, by the words of release statements.
const (
	Plugin      Kind = "plugin"
	MiniProgram Kind = "miniprogram"
)

// SourceKind says where an entry's files were found.
type SourceKind string

// The kinds of sources.
const (
	Registry SourceKind = "registry" // Where is its address
	Mirror   SourceKind = "mirror"   // a folder of offline files; Where is relative to superapp.yaml
	Path     SourceKind = "path"     // one file that superapp.yaml names; relative to it
)

// Lock is the content of a superapp.lock.
type Lock struct {
	// Root is the SHA-256 of the root of trust that everything was verified by; "" if trust.bundles is "unsigned".
	Root    string
	Entries []Entry // in the order that Sort makes
}

// Entry is one plugin or mini-program.
type Entry struct {
	Kind    Kind
	ID      string
	Version string
	// As is the name by which superapp.yaml speaks of a plugin that it lists under another than its id.
	As string
	// Want is the version constraint that Version was chosen by; "" for a file that superapp.yaml names.
	Want string
	// By is the plugin for which this one was added, if superapp.yaml does not list it.
	By string
	// Yanked tells that the version was yanked when the lock was written: it is kept, and nobody new gets it.
	Yanked bool
	Source Source
	Files  []File // by platform
}

// Source is where an entry was found.
type Source struct {
	Kind  SourceKind
	Where string
}

// File is what runs on one platform. Digests are lower-case hex.
type File struct {
	Platform string // "linux/amd64", or Any
	Size     int64
	SHA256   string
	SM3      string
	Content  string // bundle.Index.Digest: the files inside, however packed
	Evidence string // SHA-256 of the evidence that it was verified by; "" if nobody vouches for it
}

// Name is what superapp.yaml calls the entry.
func (e *Entry) Name() string { return cmp.Or(e.As, e.ID) }

// For gives the file for a platform; nil if there is none.
func (e *Entry) For(platform string) *File {
	for i := range e.Files {
		if e.Files[i].Platform == platform {
			return &e.Files[i]
		}
	}
	if platform != Any {
		return e.For(Any)
	}
	return nil
}

// Find gives the entry that superapp.yaml calls by a name; nil if there is none.
func (l *Lock) Find(kind Kind, name string) *Entry {
	for i := range l.Entries {
		if l.Entries[i].Kind == kind && l.Entries[i].Name() == name {
			return &l.Entries[i]
		}
	}
	return nil
}

// Sort puts plugins before mini-programs, each by name, and files by platform.
func (l *Lock) Sort() {
	slices.SortFunc(l.Entries, func(a, b Entry) int {
		return cmp.Or(-cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Name(), b.Name()))
	})
	for i := range l.Entries {
		slices.SortFunc(l.Entries[i].Files, func(a, b File) int { return cmp.Compare(a.Platform, b.Platform) })
	}
}

// maxLock bounds what is read.
const maxLock = 16 << 20

// Read reads a lock file. The error is fs.ErrNotExist for one that is not there, and an Error for one that breaks the rules.
func Read(name string) (*Lock, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, fmt.Errorf("read lock file: %w", err)
	}
	defer func() { _ = f.Close() }() // only read
	data, err := io.ReadAll(io.LimitReader(f, maxLock+1))
	if err != nil {
		return nil, fmt.Errorf("read lock file: %w", err)
	}
	return Parse(name, data)
}

// Write replaces a lock file as a whole, unless it has these bytes already.
func Write(name string, l *Lock) error {
	data := l.Bytes()
	if old, err := os.ReadFile(name); err == nil && string(old) == string(data) {
		return nil
	} else if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("write lock file: %w", err)
	}
	tmp, err := os.CreateTemp(filepath.Dir(name), "."+filepath.Base(name)+"-*")
	if err != nil {
		return fmt.Errorf("write lock file: %w", err)
	}
	_, err = tmp.Write(data)
	if err = errors.Join(err, tmp.Chmod(0o644), tmp.Sync(), tmp.Close()); err == nil {
		err = os.Rename(tmp.Name(), name)
	}
	if err != nil {
		return errors.Join(fmt.Errorf("write lock file: %w", err), os.Remove(tmp.Name()))
	}
	return nil
}
