package wire

import (
	"encoding/binary"
	"math"
	"slices"
	"time"

	"github.com/dougong-dev/dougong/pdk/go"
)

// Op says what a request asks of the plugin.
type Op byte

// The operations. A number, once given, never changes its meaning.
const (
	OpDescribe  Op = 1 // no payload → pdk.Description as JSON
	OpConfigure Op = 2 // configuration as JSON → nothing
	OpCall      Op = 3 // arguments → result
	OpClose     Op = 4 // nothing → nothing; the plugin is not called again
)

// Request is a message from the host to the plugin.
type Request struct {
	Op      Op
	Info    pdk.Info
	Timeout time.Duration // time left; 0: no deadline
	Payload pdk.Payload
}

// requestHeader is the size of the fixed part: version, op, 2 bytes of zero, u32 milliseconds left, u64 task, seven u16
// string lengths, 2 bytes of zero. The strings follow back to back, then the payload.
const requestHeader = 32

// RequestSize is the number of bytes that AppendRequest writes.
func RequestSize(r *Request) int { return PartsSize(&r.Info, &r.Payload) }

// PartsSize is RequestSize for one that has not been put together.
func PartsSize(i *pdk.Info, p *pdk.Payload) int {
	return requestHeader + payloadSize(p) + len(i.Capability) + len(i.Method) + len(i.App) + len(i.User) + len(i.Page) + len(i.Trace) + len(i.Caller)
}

func infoStrings(i *pdk.Info) [7]string {
	return [7]string{i.Capability, i.Method, i.App, i.User, i.Page, i.Trace, i.Caller}
}

// CheckRequest reports what AppendRequest cannot express: a string over 64 KiB, too many or too large attachments.
func CheckRequest(r *Request) error { return CheckParts(&r.Info, &r.Payload) }

// CheckParts is CheckRequest for one that has not been put together yet.
func CheckParts(i *pdk.Info, p *pdk.Payload) error {
	if len(i.Capability)|len(i.Method)|len(i.App)|len(i.User)|len(i.Page)|len(i.Trace)|len(i.Caller) > math.MaxUint16 {
		return checkNames(i)
	}
	if len(p.Blobs) == 0 && len(p.JSON) <= pdk.MaxPayload {
		return nil
	}
	return CheckPayload(*p)
}

// checkNames reports the first name that is too long.
func checkNames(i *pdk.Info) error {
	for _, s := range infoStrings(i) {
		if len(s) > math.MaxUint16 {
			return pdk.Errorf(pdk.CodeTooLarge, "tooLarge", "a name of %d bytes in the call of %.40q; names may have %d", len(s), i.Method, math.MaxUint16)
		}
	}
	return nil
}

// CheckPayload reports a payload that is over pdk.MaxPayload or has more than MaxBlobs attachments.
func CheckPayload(p pdk.Payload) error {
	if n := p.Size(); n > pdk.MaxPayload {
		return pdk.Errorf(pdk.CodeTooLarge, "tooLarge", "payload of %d bytes; the limit is %d, larger data goes by file", n, pdk.MaxPayload)
	}
	if len(p.Blobs) > MaxBlobs {
		return pdk.Errorf(pdk.CodeTooLarge, "tooLarge", "%d attachments; the limit is %d", len(p.Blobs), MaxBlobs)
	}
	return nil
}

// AppendRequest writes r, for which CheckRequest holds, to the end of dst.
func AppendRequest(dst []byte, r *Request) []byte {
	return AppendBytes(appendRequestHead(slices.Grow(dst, RequestSize(r)), r.Op, r.Timeout, &r.Info, &r.Payload), &r.Payload)
}

// PutParts is AppendRequest to memory of just PartsSize bytes, for a request that has not been put together: to copy its
// names into one would take as long as to write them.
func PutParts(dst []byte, op Op, timeout time.Duration, i *pdk.Info, p *pdk.Payload) {
	AppendBytes(appendRequestHead(dst[:0], op, timeout, i, p), p)
}

// AppendRequestHead is AppendRequest without the payload's bytes.
func AppendRequestHead(dst []byte, r *Request) []byte {
	return appendRequestHead(slices.Grow(dst, RequestSize(r)-r.Payload.Size()), r.Op, r.Timeout, &r.Info, &r.Payload)
}

// appendRequestHead is AppendRequestHead where there is room already.
func appendRequestHead(dst []byte, op Op, timeout time.Duration, i *pdk.Info, p *pdk.Payload) []byte {
	le := binary.LittleEndian
	from := len(dst)
	dst = dst[:from+requestHeader]
	h := (*[requestHeader]byte)(dst[from:])
	*h = [requestHeader]byte{}
	h[0], h[1] = Version, byte(op)
	le.PutUint32(h[4:], millis(timeout))
	le.PutUint64(h[8:], i.Task)
	le.PutUint16(h[16:], uint16(len(i.Capability)))
	le.PutUint16(h[18:], uint16(len(i.Method)))
	le.PutUint16(h[20:], uint16(len(i.App)))
	le.PutUint16(h[22:], uint16(len(i.User)))
	le.PutUint16(h[24:], uint16(len(i.Page)))
	le.PutUint16(h[26:], uint16(len(i.Trace)))
	le.PutUint16(h[28:], uint16(len(i.Caller)))
	dst = append(append(append(dst, i.Capability...), i.Method...), i.App...)
	dst = append(append(append(append(dst, i.User...), i.Page...), i.Trace...), i.Caller...)
	return appendSizes(dst, p)
}

// millis rounds up, so that a deadline that has not passed is never sent as "none".
func millis(d time.Duration) uint32 {
	if d <= 0 {
		return 0
	}
	return uint32(min((d+time.Millisecond-1)/time.Millisecond, math.MaxUint32))
}

// DecodeRequest reads a request. Its payload aliases b.
func DecodeRequest(b []byte) (Request, error) {
	r := begin(b, "request")
	q := Request{Op: Op(r.u8("operation"))}
	r.take(2, "padding")
	q.Timeout = time.Duration(r.u32("deadline")) * time.Millisecond
	q.Info.Task = r.u64("task")
	table := r.take(16, "name sizes")
	if r.err != nil {
		return Request{}, r.err
	}
	r.info(&q.Info, table)
	q.Payload = r.payload()
	return q, r.end()
}

// Decode reads a request into q as DecodeRequest does. Names that q has already, from the request before, are not made
// anew: of one caller's requests mostly the trace differs. On failure q is not to be used.
func (q *Request) Decode(b []byte) (err error) {
	le := binary.LittleEndian
	if len(b) < requestHeader+8 || b[0] != Version {
		*q, err = DecodeRequest(b)
		return err
	}
	h, i := (*[requestHeader]byte)(b), &q.Info
	size := func(at int) int { return int(le.Uint16(h[at:])) }
	end := requestHeader + size(16) + size(18) + size(20) + size(22) + size(24) + size(26) + size(28)
	if end+8 > len(b) || le.Uint32(b[end:]) != uint32(len(b)-end-8) || le.Uint32(b[end+4:]) != 0 || len(b) > pdk.MaxPayload {
		*q, err = DecodeRequest(b) // attachments, or something is wrong
		return err
	}
	q.Op, q.Timeout, i.Task = Op(h[1]), time.Duration(le.Uint32(h[4:]))*time.Millisecond, le.Uint64(h[8:])
	names := b[requestHeader:end]
	names = again(&i.Capability, names, size(16))
	names = again(&i.Method, names, size(18))
	names = again(&i.App, names, size(20))
	names = again(&i.User, names, size(22))
	names = again(&i.Page, names, size(24))
	names = again(&i.Trace, names, size(26))
	again(&i.Caller, names, size(28))
	q.Payload = pdk.Payload{}
	if end+8 < len(b) {
		q.Payload.JSON = b[end+8 : len(b) : len(b)]
	}
	return nil
}

// again makes name what stands at the beginning of b, unless it is that already, and returns what follows.
func again(name *string, b []byte, size int) []byte {
	if *name != string(b[:size]) {
		*name = string(b[:size])
	}
	return b[size:]
}

// info reads the seven names with one allocation.
func (r *reader) info(i *pdk.Info, table []byte) {
	total := uint64(0)
	for n := range 7 {
		total += uint64(binary.LittleEndian.Uint16(table[2*n:]))
	}
	names := string(r.take(total, "names"))
	if r.err != nil {
		return
	}
	for n, field := range [7]*string{&i.Capability, &i.Method, &i.App, &i.User, &i.Page, &i.Trace, &i.Caller} {
		size := int(binary.LittleEndian.Uint16(table[2*n:]))
		*field, names = names[:size], names[size:]
	}
}
