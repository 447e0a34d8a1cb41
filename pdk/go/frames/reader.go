package frames

import (
	"errors"
	"io"
)

// bufferSize is the size of the read buffer: many small frames at a time, and a frame of 64 KiB with its header.
const bufferSize = 80 << 10

// reader takes frames from a stream.
type reader struct {
	from   io.Reader
	sender Side
	buf    []byte
	r, w   int     // what is buffered: buf[r:w]
	before func()  // called before it may have to wait; may be nil
	at     uint64  // the place of buf[r] in the stream
	shelf  []byte  // memory for small bodies
	spares *spares // of the requests' bodies; nil: bodies are kept by whoever gets them
	large  bool    // the last body was: the next one is likely to be, and then is not read into the buffer first
	size   int     // of the last large body

	scatter *scatterer         // nil: there is none
	memory  func(n int) []byte // where a large body is likely to go that nothing is known of yet; nil: ask spares
	guess   []byte             // what of that has been read into, with the header in the buffer
	ahead   int                // how much of it
}

// taste is how much is read when a large body is expected: its header and little of it.
const taste = 512

func newReader(from io.Reader, sender Side, at uint64) *reader {
	return &reader{from: from, sender: sender, buf: make([]byte, bufferSize), at: at, scatter: newScatterer(from)}
}

// header reads the next header. io.EOF means that the stream ended between two frames.
func (r *reader) header() (header, error) {
	most := len(r.buf)
	if r.large {
		most = taste
	}
	for r.w-r.r < headerSize {
		err, tried := r.fillAhead()
		if !tried {
			err = r.fill(most)
		}
		if err != nil {
			if errors.Is(err, io.EOF) && r.w > r.r {
				err = io.ErrUnexpectedEOF
			}
			return header{}, err
		}
	}
	h, err := parseHeader(r.buf[r.r:r.w], r.at, r.sender)
	r.skip(headerSize)
	return h, err
}

// fillAhead reads a header into the buffer and what follows it to where a body like the last one is likely to go. It does
// not try if that one was small, or nobody knows where.
func (r *reader) fillAhead() (err error, tried bool) {
	if !r.large || r.scatter == nil || r.r != r.w || r.size > len(r.buf) {
		return nil, false
	}
	guess := r.likely()
	if guess == nil {
		return nil, false
	}
	if r.before != nil {
		r.before()
	}
	n, err := r.scatter.read(r.buf[:headerSize], guess)
	r.r, r.w = 0, min(n, headerSize)
	r.guess, r.ahead = guess, max(n-headerSize, 0)
	if r.ahead == 0 {
		r.spill()
	}
	return err, true
}

func (r *reader) likely() []byte {
	if r.memory != nil {
		return r.memory(r.size)
	}
	if r.spares == nil {
		return nil
	}
	return r.spares.get(r.size)
}

// spill puts what was read ahead into the buffer, as if nobody had guessed. The buffer is empty then, and large enough.
func (r *reader) spill() {
	if r.ahead > 0 {
		r.r, r.w = 0, copy(r.buf, r.guess[:r.ahead])
	}
	if r.memory == nil && r.spares != nil {
		r.spares.put(r.guess)
	}
	r.guess, r.ahead = nil, 0
}

// settle accounts for what was read ahead, once it is known where the frame's body goes.
func (r *reader) settle(f *incoming) {
	if r.ahead == 0 {
		return
	}
	if len(f.body) == 0 || f.n > 0 || &f.body[0] != &r.guess[0] {
		r.spill()
		return
	}
	f.n = min(r.ahead, len(f.body))
	r.at += uint64(f.n)
	r.r, r.w = 0, copy(r.buf, r.guess[f.n:r.ahead]) // of the frames behind it
	r.guess, r.ahead = nil, 0
}

// fill reads once more into the buffer, at most so much.
func (r *reader) fill(most int) error {
	if r.before != nil {
		r.before()
	}
	if r.r == r.w {
		r.r, r.w = 0, 0
	} else if len(r.buf)-r.r < headerSize || r.w == len(r.buf) {
		r.w = copy(r.buf, r.buf[r.r:r.w])
		r.r = 0
	}
	n, err := r.from.Read(r.buf[r.w:min(len(r.buf), r.w+most)])
	r.w += n
	if n > 0 {
		return nil
	}
	if err == nil {
		err = io.ErrNoProgress
	}
	return err
}

func (r *reader) skip(n int) {
	r.r += n
	r.at += uint64(n)
}

// body makes memory of its own for a body of n bytes, since payloads alias it for as long as somebody keeps them, and puts
// into it what has been read. It returns how much that is.
func (r *reader) body(n int) ([]byte, int) {
	if r.large = n >= worthwhile; r.large {
		r.size = n
	}
	if n == 0 {
		return nil, 0
	}
	if r.large && r.ahead > 0 && n <= cap(r.guess) && r.memory == nil {
		return r.guess[:n], 0
	}
	if have := r.w - r.r; have < n {
		if n >= worthwhile && r.spares != nil {
			return r.spares.get(n), 0
		}
		return fresh(n), 0
	}
	b := r.keep(r.buf[r.r : r.r+n])
	r.skip(n)
	return b, n
}

// into reads what is missing of a body, past the buffer if it is much.
func (r *reader) into(f *incoming) error {
	for {
		n := copy(f.body[f.n:], r.buf[r.r:r.w])
		r.skip(n)
		f.n += n
		missing := len(f.body) - f.n
		switch {
		case missing == 0:
			return nil
		case missing < len(r.buf)/4: // comes with the frames behind it
			if err := r.fill(len(r.buf)); err != nil {
				return unexpected(err)
			}
		default:
			if r.before != nil {
				r.before()
			}
			n, err := r.from.Read(f.body[f.n:])
			f.n += n
			r.at += uint64(n)
			if err != nil && n == 0 {
				return unexpected(err)
			}
		}
	}
}

// buffered reports whether something has been read that has not been used.
func (r *reader) buffered() bool { return r.w > r.r }

func unexpected(err error) error {
	if errors.Is(err, io.EOF) {
		return io.ErrUnexpectedEOF
	}
	return err
}
