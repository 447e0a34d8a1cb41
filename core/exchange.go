package core

import (
	"bytes"
	"context"
	"errors"
	"io"
	"io/fs"
	"strings"

	"github.com/dougong-dev/dougong/core/capability"
	"github.com/dougong-dev/dougong/pdk/go"
)

// Exchange brings files from the user to mini-programs and back. The host supplies it. It is called concurrently.
type Exchange interface {
	// Choose lets the user pick files; none means that the user canceled. done, which may be nil, is called once their
	// content has been read.
	Choose(ctx context.Context, who Party, q pdk.Choose) (files []Content, done func(), err error)
	// Deliver hands a file to the user.
	Deliver(ctx context.Context, who Party, q pdk.Deliver, file Content) error
	// Record works the microphone; after pdk.RecordStop it returns the recording, its length in milliseconds, and done as
	// Choose does.
	Record(ctx context.Context, who Party, q pdk.Record) (file *Content, length int64, done func(), err error)
}

// Party is for whom, and by which plugin, files are exchanged.
type Party struct{ Plugin, App, User string }

// Content is a file on its way.
type Content struct {
	Name string
	Type string // media type; may be empty
	Size int64
	Time int64 // of its last change, seconds since the epoch; 0: not known
	// Thumb is a picture of a video, a JPEG; empty where there is none.
	Thumb []byte
	// Open opens it; whoever got the Content does so once and closes it.
	Open func() (io.ReadCloser, error)
}

// filePiece is how many bytes of a file travel at a time.
const filePiece = 4 << 20

// errNoExchange says that the host has nobody to take files from.
var errNoExchange = pdk.Errorf(pdk.CodeUnsupported, "unsupported", "not supported: this host has no user to exchange files with")

func (s services) exchange(ctx context.Context, who Party, name string, in pdk.Payload) (pdk.Payload, error) {
	x := s.k.opts.Exchange
	if x == nil {
		return pdk.Payload{}, errNoExchange
	}
	switch name {
	case pdk.ServiceUIChoose:
		return s.choose(ctx, x, who, in)
	case pdk.ServiceUIDeliver:
		return s.deliver(ctx, x, who, in)
	}
	return s.record(ctx, x, who, in)
}

// maxChosen is how many files a user may pick at once.
const maxChosen = 100

func (s services) choose(ctx context.Context, x Exchange, who Party, in pdk.Payload) (pdk.Payload, error) {
	var q pdk.Choose
	if err := pdk.Decode(in, &q); err != nil {
		return pdk.Payload{}, err
	}
	if q.Count < 1 || q.Count > maxChosen {
		return pdk.Payload{}, pdk.Errorf(pdk.CodeInvalidParams, "invalidParams", "ui.choose: count: expected 1 to %d, found %d", maxChosen, q.Count)
	}
	picked, done, err := x.Choose(ctx, who, q)
	if err != nil {
		return pdk.Payload{}, err
	}
	if done != nil {
		defer done()
	}
	out := pdk.Chosen{Files: []pdk.ChosenFile{}}
	for _, c := range picked[:min(len(picked), q.Count)] {
		kept, err := s.keep(ctx, who, c)
		if err != nil {
			return pdk.Payload{}, err
		}
		if len(c.Thumb) > 0 {
			thumb, err := s.keep(ctx, who, Content{Name: "thumb.jpg", Open: func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(c.Thumb)), nil }})
			if err != nil { // what was chosen is there all the same
				s.k.log.Warn("the thumb of a chosen file is left out", "plugin", s.u.ID(), "app", who.App, "error", err)
			} else {
				kept.Thumb = thumb.Path
			}
		}
		out.Files = append(out.Files, *kept)
	}
	return pdk.Encode(out)
}

func (s services) record(ctx context.Context, x Exchange, who Party, in pdk.Payload) (pdk.Payload, error) {
	var q pdk.Record
	if err := pdk.Decode(in, &q); err != nil {
		return pdk.Payload{}, err
	}
	content, length, done, err := x.Record(ctx, who, q)
	if done != nil {
		defer done()
	}
	if err != nil || content == nil {
		return encodeOr(pdk.Recorded{}, err)
	}
	kept, err := s.keep(ctx, who, *content)
	return encodeOr(pdk.Recorded{File: kept, DurationMS: length}, err)
}

func (s services) deliver(ctx context.Context, x Exchange, who Party, in pdk.Payload) (pdk.Payload, error) {
	var q pdk.Deliver
	if err := pdk.Decode(in, &q); err != nil {
		return pdk.Payload{}, err
	}
	r := &localReader{ctx: ctx, s: s, who: who, path: q.Path}
	first, err := r.fetch()
	if err != nil {
		return pdk.Payload{}, err
	}
	content := Content{Name: q.Name, Type: first.ContentType, Size: first.Size, Open: func() (io.ReadCloser, error) { return r, nil }}
	return encodeOr(struct{}{}, x.Deliver(ctx, who, q, content))
}

func encodeOr(v any, err error) (pdk.Payload, error) {
	if err != nil {
		return pdk.Payload{}, err
	}
	return pdk.Encode(v)
}

// keep makes content a temporary file of the mini-program and user.
func (s services) keep(ctx context.Context, who Party, c Content) (*pdk.ChosenFile, error) {
	r, err := c.Open()
	if err != nil {
		return nil, err
	}
	defer func() { _ = r.Close() }()
	q := pdk.FileWrite{Extension: extension(c.Name)}
	buf := make([]byte, filePiece)
	for {
		n, err := io.ReadFull(r, buf)
		if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
			return nil, err
		}
		if n == 0 && q.Append {
			return &pdk.ChosenFile{Path: q.Path, Name: c.Name, Type: c.Type, Size: c.Size, Time: c.Time}, nil
		}
		q.Data = buf[:n]
		var written pdk.FileWritten
		if err := s.file(ctx, who, "writeLocal", q, &written); err != nil {
			return nil, err
		}
		q.Path, q.Append, c.Size = written.Path, true, written.Size
	}
}

// file calls the file provider for a mini-program and user.
func (s services) file(ctx context.Context, who Party, method string, in, out any) error {
	p, err := pdk.Encode(in)
	if err != nil {
		return err
	}
	p, err = s.k.chain.Answer(ctx, &capability.Call{Payload: p, Host: who.Plugin == "", Info: pdk.Info{
		Capability: fileCapability, Method: method, App: who.App, User: who.User, Caller: who.Plugin, Trace: newTrace(),
	}})
	if err != nil {
		return err
	}
	return pdk.Decode(p, out)
}

// localFile is the services file.read and file.write: readLocal and writeLocal of the file provider.
func (s services) localFile(ctx context.Context, id string, info pdk.Info, name string, in pdk.Payload) (pdk.Payload, error) {
	method := map[string]string{pdk.ServiceFileRead: "readLocal", pdk.ServiceFileWrite: "writeLocal"}[name]
	return s.call(ctx, id, info, fileCapability, method, in)
}

func (s services) packageFile(info pdk.Info, in pdk.Payload) (pdk.Payload, error) {
	var q pdk.PackageRead
	if err := pdk.Decode(in, &q); err != nil {
		return pdk.Payload{}, err
	}
	if s.k.opts.Package == nil || info.App == "" {
		return pdk.Payload{}, pdk.Errorf(pdk.CodeNotFound, "notFound", "no such file in the package: %q", q.Path)
	}
	data, err := s.k.opts.Package(info.App, q.Path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return pdk.Payload{}, pdk.Errorf(pdk.CodeNotFound, "notFound", "no such file in the package: %q", q.Path)
	case err != nil:
		return pdk.Payload{}, err
	case len(data) > pdk.MaxPayload-64<<10:
		return pdk.Payload{}, pdk.Errorf(pdk.CodeTooLarge, "tooLarge", "the package's file %q has %d bytes, more than can be handed over", q.Path, len(data))
	}
	if data == nil {
		data = []byte{}
	}
	return pdk.Encode(pdk.PackageFile{Data: data})
}

// LocalFile reads a piece of a file of a mini-program and user, whatever capability it came from: hosts show such files in
// <image> and the like. Without a provider of files the error has pdk.CodeUnsupported.
func (k *Kernel) LocalFile(ctx context.Context, app, user string, q pdk.FileRead) (pdk.FileContent, error) {
	var out pdk.FileContent
	p, err := pdk.Encode(q)
	if err != nil {
		return out, err
	}
	p, err = k.Call(ctx, &capability.Call{Info: pdk.Info{Capability: fileCapability, Method: "readLocal", App: app, User: user}, Payload: p, Host: true})
	if err != nil {
		return out, err
	}
	return out, pdk.Decode(p, &out)
}

// Bounds of a local file that is shown: what is read at a time, and all of it.
const (
	shownPiece = 16 << 20
	maxShown   = 256 << 20
)

// LocalContent reads a whole file of a mini-program and user, of up to 256 MiB: for <image> and the like.
func (k *Kernel) LocalContent(ctx context.Context, app, user, path string) (pdk.FileContent, error) {
	all, err := k.LocalFile(ctx, app, user, pdk.FileRead{Path: path, Length: shownPiece})
	if err == nil && all.Size > maxShown {
		return all, pdk.Errorf(pdk.CodeTooLarge, "tooLarge", "file %s has %d bytes, more than the %d that are shown", path, all.Size, maxShown)
	}
	for err == nil && int64(len(all.Data)) < all.Size {
		var next pdk.FileContent
		next, err = k.LocalFile(ctx, app, user, pdk.FileRead{Path: path, Position: int64(len(all.Data)), Length: shownPiece})
		if err == nil && len(next.Data) == 0 {
			break // it was cut meanwhile
		}
		all.Data = append(all.Data, next.Data...)
	}
	return all, err
}

// localPrefixes begin the paths of a mini-program's own files; the latter are how WeChat's tools write the former.
var localPrefixes = []string{"wxfile://", "http://tmp/", "http://usr/", "http://store/"}

// IsLocalFile reports whether an address is that of a mini-program's own file: "wxfile://tmp/a.png".
func IsLocalFile(address string) bool {
	for _, prefix := range localPrefixes {
		if strings.HasPrefix(address, prefix) {
			return true
		}
	}
	return false
}

// KeepFile makes content a temporary file of a mini-program and user and returns its path: what a canvas has drawn, for
// instance. name gives its kind: "drawing.png".
func (k *Kernel) KeepFile(ctx context.Context, app, user, name string, content io.Reader) (string, error) {
	open := func() (io.ReadCloser, error) { return io.NopCloser(content), nil }
	kept, err := services{k: k}.keep(ctx, Party{App: app, User: user}, Content{Name: name, Open: open})
	if err != nil {
		return "", err
	}
	return kept.Path, nil
}

// localReader reads a file of a mini-program piece by piece.
type localReader struct {
	ctx  context.Context //nolint:containedctx // an io.Reader has no other way
	s    services
	who  Party
	path string
	at   int64
	buf  []byte
	end  bool
}

func (r *localReader) fetch() (pdk.FileContent, error) {
	var c pdk.FileContent
	err := r.s.file(r.ctx, r.who, "readLocal", pdk.FileRead{Path: r.path, Position: r.at, Length: filePiece}, &c)
	if err == nil {
		r.buf, r.at = c.Data, r.at+int64(len(c.Data))
		r.end = len(c.Data) == 0 || r.at >= c.Size
	}
	return c, err
}

// Read implements io.Reader.
func (r *localReader) Read(p []byte) (int, error) {
	for len(r.buf) == 0 {
		if r.end {
			return 0, io.EOF
		}
		if _, err := r.fetch(); err != nil {
			return 0, err
		}
	}
	n := copy(p, r.buf)
	r.buf = r.buf[n:]
	return n, nil
}

// Close implements io.Closer.
func (r *localReader) Close() error { return nil }

// extension is the ending of a file's name, if it looks like one.
func extension(name string) string {
	for i := len(name) - 1; i >= 0 && len(name)-i <= 12; i-- {
		switch c := name[i]; {
		case c == '.':
			return name[i:]
		case c < '0' || c > 'z':
			return ""
		}
	}
	return ""
}
