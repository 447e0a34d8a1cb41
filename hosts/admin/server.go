package admin

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"time"
)

const (
	maxRequest = 64 << 10
	maxPath    = 100 // a system's structure for the address has room for 104 bytes or a little more
	closeWait  = 3 * time.Second
)

// Server answers at a socket.
type Server struct {
	host  Host
	log   *slog.Logger
	http  *http.Server
	path  string
	ended chan struct{}
}

// Listen makes the socket and answers until Close. The folder is made if it is not there, for this user alone. A socket
// that a host left behind when it was killed is replaced; one that is in use is an error.
func Listen(path string, host Host, log *slog.Logger) (*Server, error) {
	if len(path) > maxPath {
		return nil, fmt.Errorf("admin.socket: the path %s is longer than %d bytes, which systems do not allow; choose a shorter one", path, maxPath)
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return nil, fmt.Errorf("admin.socket: %w", err)
	}
	if err := clear(path); err != nil {
		return nil, err
	}
	l, err := private(path)
	if err != nil {
		return nil, fmt.Errorf("admin.socket: %w", err)
	}
	s := &Server{host: host, log: log, path: path, ended: make(chan struct{})}
	s.http = &http.Server{Handler: s.handler(), ReadHeaderTimeout: 5 * time.Second, ErrorLog: slog.NewLogLogger(log.Handler(), slog.LevelDebug)}
	go func() {
		defer close(s.ended)
		if err := s.http.Serve(l); !errors.Is(err, http.ErrServerClosed) {
			log.Error("the admin socket is not served any more", "error", err)
		}
	}()
	return s, nil
}

// clear removes a socket that nobody listens to.
func clear(path string) error {
	info, err := os.Lstat(path)
	switch {
	case errors.Is(err, os.ErrNotExist):
		return nil
	case err != nil:
		return fmt.Errorf("admin.socket: %w", err)
	case info.Mode().Type() != os.ModeSocket:
		return fmt.Errorf("admin.socket: %s is there already and is no socket; choose another path", path)
	}
	if c, err := net.DialTimeout("unix", path, time.Second); err == nil {
		_ = c.Close()
		return fmt.Errorf("admin.socket: another host answers at %s; stop it, or give this one a data folder of its own", path)
	}
	return os.Remove(path)
}

// private listens at a socket that is this user's alone from the first moment: it is made in a folder that nobody else may
// enter, and moved into place.
func private(path string) (net.Listener, error) {
	dir, err := os.MkdirTemp(filepath.Dir(path), ".s")
	if err != nil {
		return nil, err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	first := filepath.Join(dir, "s")
	l, err := net.Listen("unix", first)
	if err != nil {
		return nil, err
	}
	l.(*net.UnixListener).SetUnlinkOnClose(false) //nolint:forcetypeassert // of a unix socket it is
	if err = os.Chmod(first, 0o600); err == nil {
		err = os.Rename(first, path)
	}
	if err != nil {
		_ = l.Close()
		return nil, err
	}
	return l, nil
}

func (s *Server) handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /v1/status", func(w http.ResponseWriter, _ *http.Request) { s.answer(w, s.host.Status(), nil) })
	mux.HandleFunc("POST /v1/swap", func(w http.ResponseWriter, r *http.Request) {
		var q SwapRequest
		if err := read(w, r, &q); err != nil {
			s.answer(w, nil, err)
			return
		}
		report, err := s.host.Swap(context.WithoutCancel(r.Context()), q) // who asks may go, what has begun is ended
		s.answer(w, report, err)
	})
	mux.HandleFunc("POST /v1/reload", func(w http.ResponseWriter, r *http.Request) {
		var q ReloadRequest
		if err := read(w, r, &q); err != nil {
			s.answer(w, nil, err)
			return
		}
		report, err := s.host.Reload(context.WithoutCancel(r.Context()), q)
		s.answer(w, report, err)
	})
	return mux
}

func read(w http.ResponseWriter, r *http.Request, v any) error {
	text, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxRequest))
	if err != nil {
		return fmt.Errorf("read the request: %w", err)
	}
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	if err := d.Decode(v); err != nil {
		return fmt.Errorf("the request is not as expected: %w; the command and the host may be of different versions", err)
	}
	return nil
}

func (s *Server) answer(w http.ResponseWriter, v any, err error) {
	w.Header().Set("Content-Type", "application/json")
	if err != nil {
		w.WriteHeader(http.StatusUnprocessableEntity)
		v = failure{err.Error()}
	}
	if err := json.NewEncoder(w).Encode(v); err != nil {
		s.log.Debug("an answer at the admin socket was not read", "error", err)
	}
}

// Close stops answering and removes the socket.
func (s *Server) Close() error {
	ctx, cancel := context.WithTimeout(context.Background(), closeWait)
	defer cancel()
	err := s.http.Shutdown(ctx)
	if errors.Is(err, context.DeadlineExceeded) {
		err = nil // it is cut off
	}
	err = errors.Join(err, s.http.Close())
	<-s.ended
	if e := os.Remove(s.path); !errors.Is(e, os.ErrNotExist) {
		err = errors.Join(err, e)
	}
	return err
}
