// Package instance keeps one process of a super-app for each person: a second start hands its request to the first and ends.
//
//	first, err := instance.Claim(ctx, folder, func(r instance.Request) { … })
//	if errors.Is(err, instance.ErrTaken) { err = instance.Send(ctx, folder, request) }
//
// A lock decides who is first, which the system gives back however its holder ends; a socket in a folder that is the user's
// alone carries requests. It must not know what a request is for.
package instance

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/dougong-dev/dougong/core/filelock"
	"github.com/dougong-dev/dougong/hosts/desktop/link"
)

// maxRequest bounds a request, in bytes.
const maxRequest = 4 * link.MaxLength

// wait bounds an exchange with another process.
const wait = 5 * time.Second

// ErrTaken says that another process is first.
var ErrTaken = errors.New("the super-app runs already")

// Request is what a second start asks of the first: the link it was given, or nothing but to be seen.
type Request struct {
	Link *link.Link `json:"link,omitempty"`
}

type answer struct {
	Error string `json:"error,omitempty"`
}

// First is the hold on a folder. Close it at the end.
type First struct {
	listener net.Listener
	unlock   func()
	handle   func(Request) error
	running  sync.WaitGroup
}

func lockOf(folder string) string   { return filepath.Join(folder, "lock") }
func socketOf(folder string) string { return filepath.Join(folder, "socket") }

// Folder is where a person's processes of the super-app with this name meet. It is short: a socket's path has a limit.
func Folder(name string) string {
	base := os.Getenv("XDG_RUNTIME_DIR")
	if base == "" {
		cache, err := os.UserCacheDir()
		if err != nil {
			cache = os.TempDir()
		}
		base = cache
	}
	return filepath.Join(base, "dougong-desktop", name)
}

// Claim makes this process the first in folder, or fails with ErrTaken. handle is called for each request of a later start,
// by several goroutines; its error reaches that start.
func Claim(ctx context.Context, folder string, handle func(Request) error) (*First, error) {
	if err := private(folder); err != nil {
		return nil, err
	}
	try, cancel := context.WithTimeoutCause(ctx, time.Millisecond, ErrTaken)
	defer cancel()
	unlock, err := filelock.Lock(try, lockOf(folder))
	if err != nil {
		return nil, err
	}
	// Whoever left this socket behind is gone: the lock is ours.
	if err := os.Remove(socketOf(folder)); err != nil && !errors.Is(err, os.ErrNotExist) {
		unlock()
		return nil, fmt.Errorf("single instance: %w", err)
	}
	listener, err := net.Listen("unix", socketOf(folder))
	if err != nil {
		unlock()
		return nil, fmt.Errorf("single instance: %w", err)
	}
	f := &First{listener: listener, unlock: unlock, handle: handle}
	f.running.Go(f.serve)
	return f, nil
}

// private makes a folder that nobody else may enter, or refuses one that others may.
func private(folder string) error {
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return fmt.Errorf("single instance: %w", err)
	}
	if err := os.Chmod(folder, 0o700); err != nil {
		return fmt.Errorf("single instance: %s is another user's: %w", folder, err)
	}
	return nil
}

// Close lets another process be the first, and waits for the requests under way.
func (f *First) Close() error {
	err := f.listener.Close()
	f.running.Wait()
	f.unlock()
	return err
}

func (f *First) serve() {
	for {
		conn, err := f.listener.Accept()
		if err != nil {
			return // closed
		}
		f.running.Go(func() { f.answer(conn) })
	}
}

func (f *First) answer(conn net.Conn) {
	defer func() { _ = conn.Close() }()
	_ = conn.SetDeadline(time.Now().Add(wait))
	var out answer
	r, err := read[Request](conn)
	if err == nil {
		err = f.handle(r)
	}
	if err != nil {
		out.Error = err.Error()
	}
	_ = json.NewEncoder(conn).Encode(out)
}

// read reads one line of JSON.
func read[T any](conn net.Conn) (out T, err error) {
	line, err := bufio.NewReaderSize(conn, maxRequest).ReadSlice('\n')
	if errors.Is(err, bufio.ErrBufferFull) {
		return out, fmt.Errorf("single instance: a message of more than %d bytes", maxRequest)
	}
	if err != nil {
		return out, fmt.Errorf("single instance: message: %w", err)
	}
	return decode[T](line)
}

func decode[T any](line []byte) (out T, err error) {
	if err := json.Unmarshal(line, &out); err != nil {
		return out, fmt.Errorf("single instance: message: %w", err)
	}
	return out, nil
}

// Send hands a request to the first process in folder. It tries until ctx ends, because the first may be starting.
func Send(ctx context.Context, folder string, r Request) error {
	var dialer net.Dialer
	for {
		conn, err := dialer.DialContext(ctx, "unix", socketOf(folder))
		if err == nil {
			return exchange(conn, r)
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("hand over to the super-app that runs already: %w", err)
		case <-time.After(20 * time.Millisecond): // nobody tells when a socket appears
		}
	}
}

func exchange(conn net.Conn, r Request) error {
	defer func() { _ = conn.Close() }()
	_ = conn.SetDeadline(time.Now().Add(wait))
	if err := json.NewEncoder(conn).Encode(r); err != nil {
		return fmt.Errorf("hand over to the super-app that runs already: %w", err)
	}
	got, err := read[answer](conn)
	if err != nil {
		return fmt.Errorf("hand over to the super-app that runs already: %w", err)
	}
	if got.Error != "" {
		return errors.New(got.Error)
	}
	return nil
}
