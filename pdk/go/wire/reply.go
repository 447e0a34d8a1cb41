package wire

import (
	"encoding/binary"

	"github.com/dougong-dev/dougong/pdk/go"
)

const (
	statusOK    = 0
	statusError = 1
)

// AppendReply writes a reply to the end of dst: version, status, two bytes of zero, then the payload, or if err is not
// nil the error: i32 code, u32 sizes of name, message and data, and those.
func AppendReply(dst []byte, p pdk.Payload, err error) []byte {
	dst = AppendReplyHead(dst, p, err)
	if err != nil {
		return dst
	}
	return AppendBytes(dst, &p)
}

// AppendReplyHead is AppendReply without the payload's bytes, of which an error has none.
func AppendReplyHead(dst []byte, p pdk.Payload, err error) []byte {
	if err == nil {
		return appendSizes(append(dst, Version, statusOK, 0, 0), &p)
	}
	e := pdk.AsError(err)
	le := binary.LittleEndian
	dst = append(dst, Version, statusError, 0, 0)
	dst = le.AppendUint32(dst, uint32(int32(e.Code)))
	dst = le.AppendUint32(dst, uint32(len(e.Name)))
	dst = le.AppendUint32(dst, uint32(len(e.Message)))
	dst = le.AppendUint32(dst, uint32(len(e.Data)))
	dst = append(dst, e.Name...)
	dst = append(dst, e.Message...)
	return append(dst, e.Data...)
}

// DecodeReply reads a reply. A reply that carries an error is returned as failure, one that is malformed as err. The
// payload aliases b.
func DecodeReply(b []byte) (p pdk.Payload, failure *pdk.Error, err error) {
	if json, ok := PlainReply(b); ok {
		return pdk.Payload{JSON: json}, nil, nil
	}
	r := begin(b, "reply")
	status := r.u8("status")
	r.take(2, "padding")
	switch {
	case r.err != nil:
	case status == statusOK:
		p = r.payload()
	case status == statusError:
		failure = r.failure()
	default:
		r.fail("status %d, expected 0 (ok) or 1 (error)", status)
	}
	if err := r.end(); err != nil {
		return pdk.Payload{}, nil, err
	}
	return p, failure, nil
}

// PlainReply reads what most replies are: a result with some JSON, which aliases b, and no attachments. Of all others
// DecodeReply has to make out what they are.
func PlainReply(b []byte) (json []byte, ok bool) {
	const header = 12
	if len(b) <= header || len(b) > pdk.MaxPayload || b[0] != Version || b[1] != statusOK {
		return nil, false
	}
	size, blobs := binary.LittleEndian.Uint32(b[4:]), binary.LittleEndian.Uint32(b[8:])
	if blobs != 0 || uint64(size) != uint64(len(b)-header) {
		return nil, false
	}
	return b[header:len(b):len(b)], true
}

func (r *reader) failure() *pdk.Error {
	e := &pdk.Error{Code: int(int32(r.u32("error code")))}
	name, message, data := r.u32("name size"), r.u32("message size"), r.u32("data size")
	e.Name = string(r.take(uint64(name), "name"))
	e.Message = string(r.take(uint64(message), "message"))
	if data > 0 {
		e.Data = append([]byte(nil), r.take(uint64(data), "data")...)
	}
	if r.err == nil && e.Code == 0 {
		r.fail("an error with code 0")
	}
	return e
}

// ReplySize is the number of bytes that AppendReply writes.
func ReplySize(p pdk.Payload, err error) int {
	if err == nil {
		return 4 + payloadSize(&p)
	}
	e := pdk.AsError(err)
	return 20 + len(e.Name) + len(e.Message) + len(e.Data)
}
