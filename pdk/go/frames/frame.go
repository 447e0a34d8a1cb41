package frames

import (
	"encoding/binary"
	"fmt"

	"github.com/dougong-dev/dougong/pdk/go"
)

// kind says what a frame is.
type kind byte

// The kinds. A number, once given, never changes its meaning.
const (
	kindHello        kind = 1
	kindRequest      kind = 2
	kindReply        kind = 3
	kindCancel       kind = 4
	kindService      kind = 5
	kindServiceReply kind = 6
	kindEvent        kind = 7
	kindLog          kind = 8
	kindCredit       kind = 9
	kindAdmit        kind = 10
	kindPing         kind = 11
	kindPong         kind = 12
	kindGoaway       kind = 13
)

const (
	flagMore   = 1  // other frames of this message follow
	flagSize   = 2  // the body is the size of the message to come
	flagAbort  = 4  // the message that was begun is not sent after all
	flagLasts  = 8  // events of this call may come after its reply
	flagShared = 16 // the body is in shared memory, and its descriptor takes its place; on hello: there is such memory
)

// headerSize is the size of what stands before a body: u32 size of the body, u8 kind, u8 flags, 2 bytes of zero, u64 id.
const headerSize = 16

// Side is one end of a connection.
type Side bool

// The two ends.
const (
	HostSide   Side = false
	PluginSide Side = true
)

func (s Side) String() string {
	if s == PluginSide {
		return "plugin"
	}
	return "host"
}

// rule is what is allowed for a kind of frame.
type rule struct {
	name              string
	host, plugin      bool // who may send it
	flags             byte
	smallest, largest uint32 // sizes of a body
}

const inParts = flagMore | flagSize | flagAbort

var rules = [...]rule{
	kindHello:        {"hello", true, true, flagShared, helloSize, helloSize},
	kindRequest:      {"request", true, false, inParts | flagLasts | flagShared, 1, MaxFrame},
	kindReply:        {"reply", false, true, inParts | flagShared, 1, MaxFrame},
	kindCancel:       {"cancel", true, true, 0, 0, 0},
	kindService:      {"service", false, true, inParts | flagShared, 1, MaxFrame},
	kindServiceReply: {"service reply", true, false, inParts | flagShared, 1, MaxFrame},
	kindEvent:        {"event", false, true, inParts, 1, MaxFrame},
	kindLog:          {"log", false, true, 0, 1, MaxFrame},
	kindCredit:       {"credit", true, false, 0, 4, 4},
	kindAdmit:        {"admit", true, true, 0, 1, 1},
	kindPing:         {"ping", true, true, 0, 0, 0},
	kindPong:         {"pong", true, true, 0, 0, 0},
	kindGoaway:       {"goaway", true, true, 0, 0, MaxReason},
}

func (k kind) String() string {
	if int(k) < len(rules) && rules[k].name != "" {
		return rules[k].name
	}
	return fmt.Sprintf("kind %d", byte(k))
}

// header is what stands before a body.
type header struct {
	size  uint32
	kind  kind
	flags byte
	id    uint64
}

// appendHeader writes h.
func appendHeader(dst []byte, h header) []byte {
	dst = binary.LittleEndian.AppendUint32(dst, h.size)
	dst = append(dst, byte(h.kind), h.flags, 0, 0)
	return binary.LittleEndian.AppendUint64(dst, h.id)
}

// parseHeader reads a header that sender wrote, and checks all that can be checked without knowing what went before.
// at is where it stands in the stream.
func parseHeader(b []byte, at uint64, sender Side) (header, error) {
	h := header{binary.LittleEndian.Uint32(b), kind(b[4]), b[5], binary.LittleEndian.Uint64(b[8:])}
	if int(h.kind) >= len(rules) || rules[h.kind].name == "" {
		return h, violation(at+4, "a frame of kind %d, expected 1 to %d", b[4], len(rules)-1)
	}
	r := &rules[h.kind]
	if sender == PluginSide && !r.plugin || sender == HostSide && !r.host {
		return h, violation(at+4, "a %s frame from the %s, which may not send it", r.name, sender)
	}
	if h.flags&^r.flags != 0 {
		return h, violation(at+5, "flags %#02x on a %s frame, allowed are %#02x", h.flags, r.name, r.flags)
	}
	if b[6] != 0 || b[7] != 0 {
		return h, violation(at+6, "two bytes %02x %02x, expected zeros", b[6], b[7])
	}
	return h, h.check(at, r)
}

func (h header) check(at uint64, r *rule) error {
	smallest, largest := r.smallest, r.largest
	switch h.flags & (inParts | flagShared) {
	case 0, flagMore: // whole, or a part
	case flagShared:
		if h.kind != kindHello {
			smallest, largest = descriptorSize, descriptorSize
		}
	case flagMore | flagSize:
		smallest, largest = 4, 4
	case flagAbort:
		smallest, largest = 0, 0
	default:
		return violation(at+5, "flags %#02x on a %s frame: 'size' needs 'more', 'abort' and 'shared' stand alone", h.flags, r.name)
	}
	if h.size < smallest || h.size > largest {
		return violation(at, "a %s frame with a body of %d bytes, expected %d to %d", r.name, h.size, smallest, largest)
	}
	return nil
}

// violation is a breach of the protocol by the other side, at a byte of what it sent.
func violation(at uint64, format string, args ...any) *pdk.Error {
	return pdk.Errorf(pdk.CodeUnavailable, "frames", "malformed frames at byte %d: %s (docs/frames.md)", at, fmt.Sprintf(format, args...))
}
