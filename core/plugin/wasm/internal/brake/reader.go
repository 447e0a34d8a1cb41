package brake

import "fmt"

// reader walks over bytes. The first mistake sets err, and everything after it reads as zero.
type reader struct {
	buf  []byte
	at   int
	base int // where buf begins in the module
	err  error
	// globals is how many the module had: code that names another one names what is about to be added, and would be
	// valid afterwards.
	globals uint32
	work    *work // is told what the code asks of a compiler, if anybody wants to know
}

func (r *reader) blocks(n uint64) {
	if r.work != nil {
		r.work.blocks += n * (1 + r.work.loops/deepLoops)
	}
}

func (r *reader) offset() int { return r.base + r.at }

func (r *reader) fail(format string, args ...any) error {
	if r.err == nil {
		r.err = fmt.Errorf("at byte %d: %w", r.offset(), fmt.Errorf(format, args...))
	}
	return r.err
}

func (r *reader) take(n uint32, what string) []byte {
	if r.err != nil {
		return nil
	}
	if uint64(n) > uint64(len(r.buf)-r.at) {
		_ = r.fail("%s needs %d bytes, %d are left", what, n, len(r.buf)-r.at)
		return nil
	}
	b := r.buf[r.at : r.at+int(n)]
	r.at += int(n)
	return b
}

func (r *reader) byte(what string) byte {
	if b := r.take(1, what); b != nil {
		return b[0]
	}
	return 0
}

// leb skips a number of at most so many bytes and returns its low 64 bits, without sign.
func (r *reader) leb(most int, what string) (v uint64) {
	for i := range most {
		b := r.byte(what)
		v |= uint64(b&0x7f) << (7 * i)
		if b < 0x80 {
			return v
		}
	}
	_ = r.fail("%s is longer than %d bytes", what, most)
	return 0
}

func (r *reader) u32(what string) uint32 {
	v := r.leb(5, what)
	if v > 1<<32-1 {
		_ = r.fail("%s is %d, which is more than 32 bits", what, v)
		return 0
	}
	return uint32(v)
}

func (r *reader) limits() {
	flags := r.byte("limits")
	r.leb(10, "limit")
	if flags&1 != 0 {
		r.leb(10, "limit")
	}
}
