package space

import (
	"errors"
	"fmt"
)

// ErrNotFound says that a key has no value.
var ErrNotFound = errors.New("data not found")

// QuotaError says that a write would exceed a limit.
type QuotaError struct {
	Item  bool  // the limit is the one of a single item
	Limit int64 // bytes allowed
	Need  int64 // bytes that the write would lead to
}

// Error says which limit, how far over, and what to do.
func (e *QuotaError) Error() string {
	if e.Item {
		return fmt.Sprintf("exceed max item size %s: the item needs %d bytes; split it over several keys", megabytes(e.Limit), e.Need)
	}
	return fmt.Sprintf("exceed storage max size %s: %d bytes would be in use; remove keys that are no longer needed", megabytes(e.Limit), e.Need)
}

func megabytes(n int64) string {
	if n%(1<<20) == 0 {
		return fmt.Sprintf("%dMb", n>>20)
	}
	return fmt.Sprintf("%d bytes", n)
}

// CorruptError says that stored data failed its integrity check.
type CorruptError struct {
	Key   string // the damaged item; empty if the file as a whole is damaged
	Moved string // where the damaged file was moved; empty if it is still in use
	Cause error
}

// Error says what is damaged and where the damaged file can be found.
func (e *CorruptError) Error() string {
	if e.Key != "" {
		return fmt.Sprintf("the stored value of key %q is damaged (%v); set or remove the key to go on", e.Key, e.Cause)
	}
	return fmt.Sprintf("the storage file is damaged (%v) and was moved to %s for recovery; storage starts empty from the next call on", e.Cause, e.Moved)
}

// Unwrap gives the cause.
func (e *CorruptError) Unwrap() error { return e.Cause }
