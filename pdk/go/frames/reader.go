package frames

import (
	"io"
)

// bufferSize is the size of the read buffer: many small frames at a time, and a frame of 64 KiB with its header.
const bufferSize = 80 << 10

// reader takes frames from a stream.
type reader struct {
	from   io.Reader
	sender Side
	buf    []byte
	r, w   int    // what is buffered: buf[r:w]
	at     uint64 // the place of buf[r] in the stream
}

func newReader(from io.Reader, sender Side, at uint64) *reader {
	return &reader{from: from, sender: sender, buf: make([]byte, bufferSize), at: at}
}

// header reads the next header. io.EOF means that the stream ended between two frames.
func (r *reader) header() (header, error) {
	for r.w-r.r < headerSize {
		if err := r.fill(); err != nil {
			if err == io.EOF && r.w > r.r {
				err = io.ErrUnexpectedEOF
			}
			return header{}, err
		}
	}
	h, err := parseHeader(r.buf[r.r:r.w], r.at, r.sender)
	r.skip(headerSize)
	return h, err
}

// fill reads once more into the buffer.
func (r *reader) fill() error {
	if r.r == r.w {
		r.r, r.w = 0, 0
	} else if len(r.buf)-r.r < headerSize || r.w == len(r.buf) {
		r.w = copy(r.buf, r.buf[r.r:r.w])
		r.r = 0
	}
	n, err := r.from.Read(r.buf[r.w:])
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

// body reads a body of n bytes into memory of its own: payloads alias it for as long as somebody keeps them.
func (r *reader) body(n int) ([]byte, error) {
	if r.w-r.r >= n {
		b := append([]byte(nil), r.buf[r.r:r.r+n]...)
		r.skip(n)
		return b, nil
	}
	b := make([]byte, n)
	return b, r.into(b)
}

// into reads a body into b, past the buffer if it is large.
func (r *reader) into(b []byte) error {
	n := copy(b, r.buf[r.r:r.w])
	r.skip(n)
	for n < len(b) {
		if len(b)-n < len(r.buf)/4 { // what is left comes with the frames behind it
			if err := r.fill(); err != nil {
				return unexpected(err)
			}
			m := copy(b[n:], r.buf[r.r:r.w])
			r.skip(m)
			n += m
			continue
		}
		m, err := r.from.Read(b[n:])
		n += m
		r.at += uint64(m)
		if err != nil && n < len(b) {
			return unexpected(err)
		}
	}
	return nil
}

// discard skips a body.
func (r *reader) discard(n int) error {
	for n > 0 {
		m := min(n, r.w-r.r)
		r.skip(m)
		if n -= m; n > 0 {
			if err := r.fill(); err != nil {
				return unexpected(err)
			}
		}
	}
	return nil
}

func unexpected(err error) error {
	if err == io.EOF {
		return io.ErrUnexpectedEOF
	}
	return err
}
