package web

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"os"
	"path"
	"path/filepath"
	"strings"
	"sync"

	"github.com/dougong-dev/dougong/pdk/go"
)

// Bounds of what a user may hand in at once.
const (
	maxGivenFiles = 100
	maxGivenBytes = 512 << 20
)

// File is a file on its way between the user and a mini-program.
type File struct {
	Name string
	Type string // media type; may be empty
	Size int64
	Time int64 // of its last change, seconds since the epoch; 0: not known
	// Thumb is a picture of a video, a JPEG; empty where there is none.
	Thumb []byte
	// Open opens it; whoever got the File does so once and closes it.
	Open func() (io.ReadCloser, error)
}

// transfer is an exchange with a user that waits for files, or holds one for them.
type transfer struct {
	user  string
	limit int // files that may be handed in
	dir   string
	take  *File // what the user gets

	mu       sync.Mutex
	used     bool
	files    []File
	duration int64
}

// exchange are the transfers under way, by id.
type exchange struct {
	mu   sync.Mutex
	open map[string]*transfer
}

func (x *exchange) add(id string, t *transfer) (remove func()) {
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.open == nil {
		x.open = map[string]*transfer{}
	}
	x.open[id] = t
	return func() {
		x.mu.Lock()
		defer x.mu.Unlock()
		delete(x.open, id)
	}
}

// use finds a user's transfer for the one time that it may be used.
func (x *exchange) use(id, user string) *transfer {
	x.mu.Lock()
	t := x.open[id]
	x.mu.Unlock()
	if t == nil || t.user != user {
		return nil
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.used {
		return nil
	}
	t.used = true
	return t
}

// Choose lets a user pick files in the shell; none means that they canceled. done removes the files.
func (s *Server) Choose(ctx context.Context, app, user string, q pdk.Choose) (files []File, done func(), err error) {
	id := newKey()
	m := ToShell{Choose: &ShellChoose{ID: id, App: app, AppName: s.appName(app), Choose: q}}
	t, done, err := s.receive(ctx, user, id, min(q.Count, maxGivenFiles), m)
	if err != nil {
		return nil, nil, err
	}
	return t.files, done, nil
}

// receive sends a message to a user's shells and waits for the files that they hand in.
func (s *Server) receive(ctx context.Context, user, id string, limit int, m ToShell) (*transfer, func(), error) {
	dir, err := os.MkdirTemp("", "dougong-given-")
	if err != nil {
		return nil, nil, err
	}
	done := func() { _ = os.RemoveAll(dir) }
	t := &transfer{user: user, limit: limit, dir: dir}
	defer s.exchange.add(id, t)()
	answer, err := s.shells.ask(ctx, user, id, m)
	t.mu.Lock() // what is being handed in comes to its end first
	defer t.mu.Unlock()
	t.used = true
	switch {
	case err != nil:
	case answer == answerBusy:
		err = pdk.Errorf(pdk.CodeBusy, "busy", "the microphone records already")
	case answer > 0:
		err = errRefused
	default:
		return t, done, nil
	}
	done()
	return nil, nil, err
}

// answerBusy is what a shell answers to a start of a recording while there is one.
const answerBusy = 2

// errRefused is what a browser says that does not do what is asked.
var errRefused = pdk.Errorf(pdk.CodeDenied, "denied", "not supported by the browser, or refused by the user")

// Deliver hands a file to a user.
func (s *Server) Deliver(ctx context.Context, app, user string, q pdk.Deliver, file File) error {
	id := newKey()
	defer s.exchange.add(id, &transfer{user: user, take: &file})()
	answer, err := s.shells.ask(ctx, user, id, ToShell{Deliver: &ShellDeliver{
		ID: id, App: app, AppName: s.appName(app), Name: q.Name, How: q.How, Menu: q.Menu, Size: file.Size,
	}})
	if err == nil && answer != 0 {
		err = pdk.Errorf(pdk.CodeCanceled, "cancel", "cancel")
	}
	return err
}

// Record works a user's microphone; after pdk.RecordStop it returns the recording, its length in milliseconds, and what
// removes it.
func (s *Server) Record(ctx context.Context, app, user string, q pdk.Record) (*File, int64, func(), error) {
	id := newKey()
	t, done, err := s.receive(ctx, user, id, 1, ToShell{Record: &ShellRecord{ID: id, App: app, Record: q}})
	if err != nil || len(t.files) == 0 {
		if done != nil {
			done()
		}
		return nil, 0, nil, err
	}
	return &t.files[0], t.duration, done, nil
}

func (s *Server) appName(id string) string {
	if app, ok := s.app(id); ok {
		return app.Name
	}
	return id
}

// give takes the files that a user hands in: a multipart form, each part a file.
func (s *Server) give(w http.ResponseWriter, r *http.Request, l *login) {
	id := r.PathValue("id")
	t := s.exchange.use(id, l.User())
	if t == nil || t.take != nil {
		http.Error(w, "nobody waits for these files any more", http.StatusGone)
		return
	}
	r.Body = http.MaxBytesReader(w, r.Body, maxGivenBytes)
	if err := t.read(r); err != nil {
		s.shells.choose(l.User(), id, 1)
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	s.shells.choose(l.User(), id, 0)
	w.WriteHeader(http.StatusNoContent)
}

// read keeps the parts of a form as files.
func (t *transfer) read(r *http.Request) error {
	form, err := r.MultipartReader()
	if err != nil {
		return err
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	for {
		part, err := form.NextPart()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if part.FileName() == "" {
			if err := t.field(part.FormName(), part); err != nil {
				return err
			}
			continue
		}
		if part.FormName() == "thumb" {
			if err := t.thumb(part); err != nil {
				return err
			}
			continue
		}
		if len(t.files) == t.limit {
			return fmt.Errorf("more than %d files", t.limit)
		}
		if err := t.keep(part.FileName(), part.Header.Get("Content-Type"), part); err != nil {
			return err
		}
	}
}

// maxThumb bounds a picture of a video, in bytes.
const maxThumb = 1 << 20

// thumb reads a picture of the file before it. What is no JPEG, too large or of no file is left out: the files are what the user
// hands in.
func (t *transfer) thumb(r io.Reader) error {
	data, err := io.ReadAll(io.LimitReader(r, maxThumb+1))
	if err == nil && len(t.files) > 0 && len(data) <= maxThumb && bytes.HasPrefix(data, []byte("\xff\xd8\xff")) {
		t.files[len(t.files)-1].Thumb = data
	}
	return err
}

// field reads a number that comes with the files: "time" belongs to the next file, "duration" to a recording.
func (t *transfer) field(name string, r io.Reader) error {
	var n int64
	if _, err := fmt.Fscan(io.LimitReader(r, 20), &n); err != nil || n < 0 {
		return fmt.Errorf("field %q is not a number", name)
	}
	switch {
	case name == "duration":
		t.duration = n
	case name == "time" && len(t.files) > 0:
		t.files[len(t.files)-1].Time = n
	}
	return nil
}

func (t *transfer) keep(name, kind string, r io.Reader) error {
	at := filepath.Join(t.dir, fmt.Sprint(len(t.files)))
	f, err := os.OpenFile(at, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	n, err := io.Copy(f, r)
	if err := errors.Join(err, f.Close()); err != nil {
		return err
	}
	kind, _, _ = mime.ParseMediaType(kind)
	t.files = append(t.files, File{
		Name: path.Base(strings.ReplaceAll(name, "\\", "/")), Type: kind, Size: n,
		Open: func() (io.ReadCloser, error) { return os.Open(at) },
	})
	return nil
}

// shown are the media types that a browser shows without running what is in them. Everything else is a file to keep.
var shown = map[string]bool{
	"application/pdf": true, "text/plain": true, "image/png": true, "image/jpeg": true, "image/gif": true, "image/webp": true,
	"audio/mpeg": true, "audio/wav": true, "video/mp4": true, "video/webm": true,
}

// take gives the user the file that waits for them, once.
func (s *Server) take(w http.ResponseWriter, r *http.Request, l *login) {
	t := s.exchange.use(r.PathValue("id"), l.User())
	if t == nil || t.take == nil {
		http.Error(w, "there is no such file any more", http.StatusGone)
		return
	}
	body, err := t.take.Open()
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	defer func() { _ = body.Close() }()
	kind, _, _ := mime.ParseMediaType(t.take.Type)
	if !shown[kind] {
		kind = "application/octet-stream"
	}
	h := w.Header()
	h.Set("Content-Type", kind)
	h.Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": t.take.Name}))
	h.Set("Content-Security-Policy", "default-src 'none'; sandbox")
	h.Set("Cache-Control", "no-store")
	io.Copy(w, body) //nolint:errcheck // the browser may be gone
}
