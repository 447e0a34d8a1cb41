// Package wire is the binary form of calls between host and plugin on the transports that frame for themselves: the
// native WebAssembly ABI and multiplexed socket frames. docs/wire-protocol.md shows every byte.
//
// It knows the layout and nothing else: not who sends a message nor how it travels. It depends on the standard library
// (and pdk) only. Numbers are little-endian, every message begins with its version, all lengths stand before the bytes
// they measure, and no decoder trusts one of them.
//
// Decoders do not copy: what they return aliases the message.
package wire

import (
	"encoding/binary"
	"fmt"

	"github.com/dougong-dev/dougong/pdk/go"
)

// Version is the version of all layouts in this package, the first byte of every message.
const Version = 1

// MaxBlobs is the largest number of attachments in one payload.
const MaxBlobs = 4096

// reader walks over a message. The first bad length sets err, and everything after it reads as zero.
type reader struct {
	buf  []byte
	at   int
	what string
	err  error
}

func (r *reader) fail(format string, args ...any) {
	if r.err == nil {
		r.err = pdk.Errorf(pdk.CodeInternal, "wire", "malformed %s at byte %d: %s", r.what, r.at, fmt.Sprintf(format, args...))
	}
}

// take returns the next n bytes.
func (r *reader) take(n uint64, field string) []byte {
	if r.err != nil {
		return nil
	}
	if n > uint64(len(r.buf)-r.at) {
		r.fail("%s needs %d bytes, %d are left", field, n, len(r.buf)-r.at)
		return nil
	}
	b := r.buf[r.at : r.at+int(n) : r.at+int(n)]
	r.at += int(n)
	return b
}

func (r *reader) u8(field string) byte {
	if b := r.take(1, field); b != nil {
		return b[0]
	}
	return 0
}

func (r *reader) u16(field string) uint16 {
	if b := r.take(2, field); b != nil {
		return binary.LittleEndian.Uint16(b)
	}
	return 0
}

func (r *reader) u32(field string) uint32 {
	if b := r.take(4, field); b != nil {
		return binary.LittleEndian.Uint32(b)
	}
	return 0
}

func (r *reader) u64(field string) uint64 {
	if b := r.take(8, field); b != nil {
		return binary.LittleEndian.Uint64(b)
	}
	return 0
}

// begin checks the version byte.
func begin(b []byte, what string) reader {
	r := reader{buf: b, what: what}
	if v := r.u8("version"); r.err == nil && v != Version {
		r.at = 0
		r.fail("version %d, this side speaks %d", v, Version)
	}
	return r
}

// end checks that nothing is left over.
func (r *reader) end() error {
	if r.err == nil && r.at != len(r.buf) {
		r.fail("%d bytes too many", len(r.buf)-r.at)
	}
	return r.err
}
