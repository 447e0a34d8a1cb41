package space

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime/debug"
	"time"

	"go.etcd.io/bbolt"
	bolterrors "go.etcd.io/bbolt/errors"
)

// lockTimeout is how long to wait for another process that still holds the file, such as a predecessor that is stopping.
const lockTimeout = 5 * time.Second

var (
	metaBucket = []byte("meta")
	ownerKey   = []byte("owner")
	sizeKey    = []byte("size")
)

// openDatabase opens an owner's file and checks all of it. A damaged file is moved aside and reported as *CorruptError.
func openDatabase(path string, owner Owner) (*bbolt.DB, error) {
	db, err := openFile(path)
	var damage *damageError
	switch {
	case errors.As(err, &damage):
		return nil, moveAside(path, err)
	case errors.Is(err, bolterrors.ErrTimeout):
		return nil, fmt.Errorf("open %s: another process holds it; is the same data folder used by two hosts?", path)
	case errors.Is(err, os.ErrPermission):
		return nil, fmt.Errorf("open storage: %w; make the data folder writable for the host's account", err)
	case err != nil && !damaged(err):
		return nil, fmt.Errorf("open storage: %w", err)
	case err != nil:
		return nil, moveAside(path, err)
	}
	if err := prepare(db, owner); err != nil {
		_ = db.Close()
		return nil, moveAside(path, err)
	}
	return db, nil
}

// openFile opens a database. bbolt panics on some damage; then the file, with its lock, has to be closed for it.
func openFile(path string) (db *bbolt.DB, err error) {
	var file *os.File
	options := &bbolt.Options{Timeout: lockTimeout, FreelistType: bbolt.FreelistMapType}
	options.OpenFile = func(name string, flag int, mode os.FileMode) (f *os.File, err error) {
		f, err = os.OpenFile(name, flag, mode)
		file = f
		return f, err
	}
	err = guard(func() (err error) {
		db, err = bbolt.Open(path, 0o600, options)
		return err
	})
	var damage *damageError
	if errors.As(err, &damage) && file != nil {
		_ = file.Close()
	}
	return db, err
}

// damaged tells damage from trouble with the file system, which must not make us start anew.
func damaged(err error) bool {
	for _, bad := range []error{bolterrors.ErrInvalid, bolterrors.ErrVersionMismatch, bolterrors.ErrChecksum, bolterrors.ErrInvalidMapping} {
		if errors.Is(err, bad) {
			return true
		}
	}
	var path *os.PathError
	return !errors.As(err, &path) // what bbolt says of a file that it cannot make sense of has no type
}

// prepare walks the whole file, so that damage is found now and not in the middle of a write, and makes a new file its
// owner's.
func prepare(db *bbolt.DB, owner Owner) error {
	mine, err := json.Marshal(owner)
	if err != nil {
		return err
	}
	var have []byte
	err = guard(func() error {
		return db.View(func(tx *bbolt.Tx) error {
			if b := tx.Bucket(metaBucket); b != nil {
				have = append(have, b.Get(ownerKey)...)
			}
			return walk(tx)
		})
	})
	switch {
	case err != nil:
		return err
	case have == nil:
		return guard(func() error { return db.Update(func(tx *bbolt.Tx) error { return claim(tx, mine) }) })
	case string(have) != string(mine):
		return fmt.Errorf("it belongs to %s, expected %s", have, mine)
	}
	return nil
}

func claim(tx *bbolt.Tx, owner []byte) error {
	meta, err := tx.CreateBucketIfNotExists(metaBucket)
	if err != nil {
		return err
	}
	return meta.Put(ownerKey, owner)
}

// walk reads every page that is in use.
func walk(tx *bbolt.Tx) error {
	return tx.ForEach(func(_ []byte, b *bbolt.Bucket) error {
		var sum byte
		return b.ForEach(func(_, v []byte) error {
			if len(v) > 0 {
				sum ^= v[0] ^ v[len(v)-1]
			}
			return nil
		})
	})
}

// guard turns what bbolt does with a damaged file, a panic or a memory fault past the file's end, into an error.
func guard(f func() error) (err error) {
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer func() {
		if cause := recover(); cause != nil {
			err = &damageError{fmt.Sprint(cause)}
		}
	}()
	return f()
}

type damageError struct{ cause string }

func (e *damageError) Error() string { return e.cause }

// moveAside keeps a damaged file under another name, so that it can be recovered by hand.
func moveAside(path string, cause error) error {
	moved := fmt.Sprintf("%s.damaged-%s", path, time.Now().UTC().Format("20060102T150405.000000000"))
	if err := os.Rename(path, moved); err != nil {
		return fmt.Errorf("the storage file is damaged (%w) and cannot be moved aside: %w", cause, err)
	}
	return &CorruptError{Moved: filepath.Base(moved), Cause: cause}
}
