package space

import (
	"errors"
	"fmt"
	"io/fs"
	"syscall"
)

// Kind is a way to fail, with WeChat's number and words.
type Kind struct {
	Code int
	Name string // in the contract
	Text string
}

// The ways to fail.
var (
	NotPermitted  = Kind{1300001, "not-permitted", "operation not permitted"}
	NotFound      = Kind{1300002, "not-found", "no such file or directory"}
	IO            = Kind{1300005, "io", "input/output error"}
	BadDescriptor = Kind{1300009, "bad-descriptor", "bad file descriptor"}
	Denied        = Kind{1300013, "denied", "permission denied"}
	PathDenied    = Kind{1300014, "path-denied", "path permission denied"}
	NotDirectory  = Kind{1300020, "not-a-directory", "not a directory"}
	IsDirectory   = Kind{1300021, "is-a-directory", "illegal operation on a directory"}
	Invalid       = Kind{1300022, "invalid-argument", "invalid argument"}
	NameTooLong   = Kind{1300036, "name-too-long", "file name too long"}
	NotEmpty      = Kind{1300066, "not-empty", "directory not empty"}
	Full          = Kind{1300202, "storage-limit", "the maximum size of the file storage limit is exceeded"}
	Exists        = Kind{1301005, "exists", "file already exists"}
	NoTemp        = Kind{1301112, "no-temp-file", "tempFilePath file not exist"}
	TooManyOpen   = Kind{1302002, "too-many-descriptors", "exceed max concurrent fd limit"}
	FlagDenied    = Kind{1302004, "flag-denied", "permission denied when open using flag"}
)

// Error is an operation on a file that failed.
type Error struct {
	Kind
	Op, Path, More string
}

// Error is written as WeChat does: what is wrong, then the operation and the path.
func (e *Error) Error() string {
	text := fmt.Sprintf("%s, %s %s", e.Text, e.Op, quote(e.Path))
	if e.More != "" {
		text += ": " + e.More
	}
	return text
}

// quote puts a path in quotes, cut to a length that an error bears.
func quote(path string) string {
	if len(path) > 300 {
		path = path[:300] + "…"
	}
	return "'" + path + "'"
}

func fail(op, path string, k Kind) *Error { return &Error{Kind: k, Op: op, Path: path} }

// Fail makes an error about a path.
func Fail(op string, p Path, k Kind) *Error { return fail(op, p.Text, k) }

// wrap says in WeChat's words what the file system said.
func wrap(op string, p Path, err error) error {
	var known *Error
	switch {
	case err == nil:
		return nil
	case errors.As(err, &known):
		return err
	case errors.Is(err, fs.ErrNotExist):
		return Fail(op, p, NotFound)
	case errors.Is(err, syscall.ENOTEMPTY):
		return Fail(op, p, NotEmpty)
	case errors.Is(err, syscall.ENOTDIR):
		return Fail(op, p, NotDirectory)
	case errors.Is(err, syscall.EISDIR):
		return Fail(op, p, IsDirectory)
	case errors.Is(err, fs.ErrExist):
		return Fail(op, p, Exists)
	case errors.Is(err, syscall.ENAMETOOLONG):
		return Fail(op, p, NameTooLong)
	case errors.Is(err, fs.ErrPermission):
		return Fail(op, p, Denied)
	}
	e := Fail(op, p, IO)
	var at *fs.PathError
	if errors.As(err, &at) {
		err = at.Err // the path itself is the host's business
	}
	e.More = err.Error()
	return e
}
