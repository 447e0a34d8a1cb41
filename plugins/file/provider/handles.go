package provider

import (
	"errors"
	"strconv"
	"sync"
	"time"

	"github.com/dougong-dev/dougong/pdk/go"
	"github.com/dougong-dev/dougong/plugins/file/space"
)

// Bounds of open files.
const (
	maxHandles = 64 // of a mini-program and user
	// handleIdle is how long a file stays open that nobody uses: nobody says when a mini-program has ended.
	handleIdle = 10 * time.Minute
)

// handles are the open files, by the numbers that mini-programs were given. The zero value is ready.
type handles struct {
	mu   sync.Mutex
	next int
	open map[handleKey]*handle
}

type handleKey struct {
	owner space.Owner
	fd    string
}

type handle struct {
	*space.Handle
	used time.Time
}

// add takes in what open opens, and gives it a number.
func (h *handles) add(o space.Owner, path space.Path, open func() (*space.Handle, error)) (string, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	count := 0
	for key, f := range h.open {
		switch {
		case time.Since(f.used) > handleIdle:
			delete(h.open, key)
			_ = f.Close()
		case key.owner == o:
			count++
		}
	}
	if count >= maxHandles {
		return "", space.Fail("open", path, space.TooManyOpen)
	}
	f, err := open()
	if err != nil {
		return "", err
	}
	h.next++
	fd := strconv.Itoa(h.next)
	if h.open == nil {
		h.open = map[handleKey]*handle{}
	}
	h.open[handleKey{o, fd}] = &handle{f, time.Now()}
	return fd, nil
}

func (h *handles) get(o space.Owner, op, fd string) (*space.Handle, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	f := h.open[handleKey{o, fd}]
	if f == nil {
		return nil, space.Fail(op, space.Path{Text: fd}, space.BadDescriptor)
	}
	f.used = time.Now()
	return f.Handle, nil
}

func (h *handles) close(o space.Owner, fd string) error {
	f, err := h.get(o, "close", fd)
	if err != nil {
		return err
	}
	h.mu.Lock()
	delete(h.open, handleKey{o, fd})
	h.mu.Unlock()
	return f.Close()
}

func (h *handles) closeAll() error {
	h.mu.Lock()
	defer h.mu.Unlock()
	var err error
	for key, f := range h.open {
		delete(h.open, key)
		err = errors.Join(err, f.Close())
	}
	return err
}

type openParam struct {
	FilePath string `json:"filePath"`
	Flag     string `json:"flag"`
}

type openResult struct {
	FD string `json:"fd"`
}

func (p *Provider) open(ctx *pdk.Context, in openParam) (openResult, error) {
	if in.Flag == "" {
		in.Flag = "r"
	}
	read := space.Parse
	if space.Writes(in.Flag) {
		read = writable
	}
	path, err := read("open", in.FilePath)
	if err == nil && path.Part == space.Package {
		err = space.Fail("open", path, space.NotPermitted)
	}
	if err != nil {
		return openResult{}, fail(err)
	}
	own, err := p.space(ctx)
	if err != nil {
		return openResult{}, err
	}
	fd, err := p.handles.add(owner(ctx), path, func() (*space.Handle, error) { return own.OpenFile(path, in.Flag) })
	return openResult{fd}, fail(err)
}

type fdParam struct {
	FD       string  `json:"fd"`
	Length   *int64  `json:"length"`
	Offset   int64   `json:"offset"`
	Position *int64  `json:"position"`
	Data     pdk.Any `json:"data"`
	Encoding string  `json:"encoding"`
}

// position is where to read or write; -1 is where the last operation ended.
func (in fdParam) position() int64 {
	if in.Position == nil {
		return -1
	}
	return *in.Position
}

func (p *Provider) close(ctx *pdk.Context, in fdParam) (none, error) {
	return done(p.handles.close(owner(ctx), in.FD))
}

type fstatResult struct {
	Stats stats `json:"stats"`
}

func (p *Provider) fstat(ctx *pdk.Context, in fdParam) (fstatResult, error) {
	f, err := p.handles.get(owner(ctx), "fstat", in.FD)
	if err != nil {
		return fstatResult{}, fail(err)
	}
	info, err := f.Stat()
	if err != nil {
		return fstatResult{}, fail(err)
	}
	return fstatResult{statsOf(info)}, nil
}

func (p *Provider) ftruncate(ctx *pdk.Context, in fdParam) (none, error) {
	f, err := p.handles.get(owner(ctx), "ftruncate", in.FD)
	if err != nil {
		return done(err)
	}
	if in.Length == nil {
		in.Length = new(int64)
	}
	return done(f.Truncate(*in.Length))
}

type fdReadResult struct {
	BytesRead int      `json:"bytesRead"`
	Data      pdk.Blob `json:"data"`
}

func (p *Provider) read(ctx *pdk.Context, in fdParam) (fdReadResult, error) {
	f, err := p.handles.get(owner(ctx), "read", in.FD)
	if err != nil {
		return fdReadResult{}, fail(err)
	}
	length := int64(0)
	if in.Length != nil {
		length = min(*in.Length, maxRead)
	}
	b, err := f.Read(int(length), in.position())
	if b == nil {
		b = []byte{}
	}
	return fdReadResult{len(b), b}, fail(err)
}

type fdWriteResult struct {
	BytesWritten int `json:"bytesWritten"`
}

// write writes a text, or a piece of bytes that offset and length cut out.
func (p *Provider) write(ctx *pdk.Context, in fdParam) (fdWriteResult, error) {
	f, err := p.handles.get(owner(ctx), "write", in.FD)
	if err != nil {
		return fdWriteResult{}, fail(err)
	}
	data, err := content(in.Data, in.Encoding)
	if err != nil {
		return fdWriteResult{}, fail(err)
	}
	if in.Data.Blob != nil {
		data = data[min(in.Offset, int64(len(data))):]
		if in.Length != nil {
			data = data[:min(*in.Length, int64(len(data)))]
		}
	}
	return fdWriteResult{len(data)}, fail(f.Write(data, in.position()))
}
