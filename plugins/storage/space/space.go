package space

import (
	"bytes"
	"encoding/binary"
	"errors"

	"go.etcd.io/bbolt"
)

// Kinds of data in a space; they share its quota, not its keys.
const (
	Items = "items" // what a mini-program stores
	KV    = "kv"    // what a plugin stores through the host's kv service
)

// Item is a key and its value.
type Item struct {
	Key   string
	Value []byte
}

// Info is what a space holds.
type Info struct {
	Keys  []string // in byte order
	Size  int64    // bytes in use by all kinds
	Limit int64
}

// Get returns the value of key, or ErrNotFound.
func (s *Store) Get(owner Owner, kind, key string) (value []byte, err error) {
	err = s.with(owner, func(db *bbolt.DB) error {
		return db.View(func(tx *bbolt.Tx) error {
			value, err = get(tx, kind, key)
			return err
		})
	})
	return value, err
}

// GetAll returns the values of keys as one snapshot; the value of a missing key is nil.
func (s *Store) GetAll(owner Owner, kind string, keys []string) (values [][]byte, err error) {
	values = make([][]byte, len(keys))
	err = s.with(owner, func(db *bbolt.DB) error {
		return db.View(func(tx *bbolt.Tx) error {
			for i, key := range keys {
				v, err := get(tx, kind, key)
				if err != nil && !errors.Is(err, ErrNotFound) {
					return err
				}
				values[i] = v
			}
			return nil
		})
	})
	return values, err
}

func get(tx *bbolt.Tx, kind, key string) ([]byte, error) {
	b := tx.Bucket([]byte(kind))
	if b == nil {
		return nil, ErrNotFound
	}
	record := b.Get([]byte(key))
	if record == nil {
		return nil, ErrNotFound
	}
	value, err := open(record)
	if err != nil {
		return nil, &CorruptError{Key: key, Cause: err}
	}
	return value, nil
}

// Set stores items, all or none. The error is a *QuotaError if they do not fit.
func (s *Store) Set(owner Owner, kind string, items ...Item) error {
	for _, item := range items {
		if n := int64(len(item.Key) + len(item.Value)); n > s.limits.Item {
			return &QuotaError{Item: true, Limit: s.limits.Item, Need: n}
		}
	}
	return s.with(owner, func(db *bbolt.DB) error {
		return db.Update(func(tx *bbolt.Tx) error { return s.put(tx, kind, items) })
	})
}

func (s *Store) put(tx *bbolt.Tx, kind string, items []Item) error {
	b, err := tx.CreateBucketIfNotExists([]byte(kind))
	if err != nil {
		return err
	}
	before := size(tx)
	after := before
	for _, item := range items {
		key := []byte(item.Key)
		after += footprint(key, item.Value) - stored(key, b.Get(key))
		if err := b.Put(key, seal(item.Value)); err != nil {
			return err
		}
	}
	if after > s.limits.Total && after > before {
		return &QuotaError{Limit: s.limits.Total, Need: after}
	}
	return setSize(tx, after)
}

// Delete removes keys; those that are not there are no error.
func (s *Store) Delete(owner Owner, kind string, keys ...string) error {
	return s.with(owner, func(db *bbolt.DB) error {
		return db.Update(func(tx *bbolt.Tx) error {
			b := tx.Bucket([]byte(kind))
			if b == nil {
				return nil
			}
			total := size(tx)
			for _, key := range keys {
				total -= stored([]byte(key), b.Get([]byte(key)))
				if err := b.Delete([]byte(key)); err != nil {
					return err
				}
			}
			return setSize(tx, total)
		})
	})
}

// Clear removes every key of a kind.
func (s *Store) Clear(owner Owner, kind string) error {
	return s.with(owner, func(db *bbolt.DB) error {
		return db.Update(func(tx *bbolt.Tx) error {
			b := tx.Bucket([]byte(kind))
			if b == nil {
				return nil
			}
			total := size(tx)
			if err := b.ForEach(func(k, v []byte) error { total -= stored(k, v); return nil }); err != nil {
				return err
			}
			if err := tx.DeleteBucket([]byte(kind)); err != nil {
				return err
			}
			return setSize(tx, total)
		})
	})
}

// Info lists the keys of a kind and the space in use.
func (s *Store) Info(owner Owner, kind string) (Info, error) {
	keys, _, err := s.List(owner, kind, "", "", 0)
	if err != nil {
		return Info{}, err
	}
	info := Info{Keys: keys, Limit: s.limits.Total}
	err = s.with(owner, func(db *bbolt.DB) error {
		return db.View(func(tx *bbolt.Tx) error { info.Size = size(tx); return nil })
	})
	return info, err
}

// List returns keys that begin with prefix and sort after after, at most limit of them (0: all), and whether there are
// more.
func (s *Store) List(owner Owner, kind, prefix, after string, limit int) (keys []string, more bool, err error) {
	keys = []string{}
	err = s.with(owner, func(db *bbolt.DB) error {
		return db.View(func(tx *bbolt.Tx) error {
			b := tx.Bucket([]byte(kind))
			if b == nil {
				return nil
			}
			c := b.Cursor()
			for k, _ := c.Seek([]byte(max(prefix, after))); k != nil && bytes.HasPrefix(k, []byte(prefix)); k, _ = c.Next() {
				if string(k) <= after {
					continue
				}
				if more = limit > 0 && len(keys) == limit; more {
					return nil
				}
				keys = append(keys, string(k))
			}
			return nil
		})
	})
	return keys, more, err
}

func footprint(key, value []byte) int64 { return int64(len(key) + len(value)) }

// stored is the footprint of a record as the database holds it.
func stored(key, record []byte) int64 {
	if record == nil {
		return 0
	}
	return footprint(key, record) - recordOverhead
}

func size(tx *bbolt.Tx) int64 {
	v := tx.Bucket(metaBucket).Get(sizeKey)
	if len(v) != 8 {
		return 0
	}
	return int64(binary.BigEndian.Uint64(v))
}

func setSize(tx *bbolt.Tx, n int64) error {
	return tx.Bucket(metaBucket).Put(sizeKey, binary.BigEndian.AppendUint64(nil, uint64(max(n, 0))))
}
