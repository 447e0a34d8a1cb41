package store

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"go.etcd.io/bbolt"
	bbolterrors "go.etcd.io/bbolt/errors"
)

// lockWait is how long Open waits for another host that has the file open.
const lockWait = 2 * time.Second

// Bolt is a key-value store in one file. Each write is on disk before it returns. Safe for concurrent use.
type Bolt struct {
	db   *bbolt.DB
	path string
}

// Open opens the file at path, making it and its folder if need be.
func Open(path string) (*Bolt, error) {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return nil, fmt.Errorf("open store: %w", err)
	}
	db, err := bbolt.Open(path, 0o600, &bbolt.Options{Timeout: lockWait})
	if errors.Is(err, bbolterrors.ErrTimeout) {
		return nil, fmt.Errorf("open store %s: another host has it open; stop that one or choose another data folder", path)
	}
	if err != nil {
		return nil, fmt.Errorf("open store %s: %w", path, err)
	}
	return &Bolt{db, path}, nil
}

// Get returns the value of a key, or nil if there is none.
func (b *Bolt) Get(bucket, key string) (value []byte, err error) {
	err = b.db.View(func(tx *bbolt.Tx) error {
		if bk := tx.Bucket([]byte(bucket)); bk != nil {
			value = bytes.Clone(bk.Get([]byte(key)))
		}
		return nil
	})
	return value, b.wrap(err)
}

// Put stores a value under a key that is not empty.
func (b *Bolt) Put(bucket, key string, value []byte) error {
	return b.wrap(b.db.Update(func(tx *bbolt.Tx) error {
		bk, err := tx.CreateBucketIfNotExists([]byte(bucket))
		if err != nil {
			return err
		}
		return bk.Put([]byte(key), value)
	}))
}

// Delete removes a key; one that is not there is no error.
func (b *Bolt) Delete(bucket, key string) error {
	return b.wrap(b.db.Update(func(tx *bbolt.Tx) error {
		if bk := tx.Bucket([]byte(bucket)); bk != nil {
			return bk.Delete([]byte(key))
		}
		return nil
	}))
}

// Each calls f for every key that begins with prefix, in byte order, until f returns an error.
func (b *Bolt) Each(bucket, prefix string, f func(key string, value []byte) error) error {
	return b.wrap(b.db.View(func(tx *bbolt.Tx) error {
		bk := tx.Bucket([]byte(bucket))
		if bk == nil {
			return nil
		}
		c := bk.Cursor()
		for k, v := c.Seek([]byte(prefix)); k != nil && bytes.HasPrefix(k, []byte(prefix)); k, v = c.Next() {
			if err := f(string(k), bytes.Clone(v)); err != nil {
				return err
			}
		}
		return nil
	}))
}

// Close closes the file.
func (b *Bolt) Close() error { return b.wrap(b.db.Close()) }

func (b *Bolt) wrap(err error) error {
	if err != nil {
		return fmt.Errorf("store %s: %w", b.path, err)
	}
	return nil
}
