package wire

import (
	"encoding/binary"
	"math"

	"github.com/dougong-dev/dougong/pdk/go"
)

// AppendService writes a plugin's request for a host service: version, zero, u16 size of the name, name, payload. The
// answer is a reply. Which call it belongs to is known to the transport and is not the plugin's to say.
func AppendService(dst []byte, name string, p pdk.Payload) []byte {
	return AppendBytes(AppendServiceHead(dst, name, p), &p)
}

// AppendServiceHead is AppendService without the payload's bytes.
func AppendServiceHead(dst []byte, name string, p pdk.Payload) []byte {
	return appendSizes(appendName(append(dst, Version, 0), name), &p)
}

// DecodeService reads what AppendService wrote. The payload aliases b.
func DecodeService(b []byte) (name string, p pdk.Payload, err error) {
	r := begin(b, "service request")
	r.take(1, "padding")
	name = r.name()
	p = r.payload()
	return name, p, r.end()
}

// AppendEvent writes an event of a plugin's task: version, final (0 or 1), u16 size of the name, u64 task, name, payload.
func AppendEvent(dst []byte, task uint64, event string, p pdk.Payload, final bool) []byte {
	return AppendBytes(AppendEventHead(dst, task, event, p, final), &p)
}

// AppendEventHead is AppendEvent without the payload's bytes.
func AppendEventHead(dst []byte, task uint64, event string, p pdk.Payload, final bool) []byte {
	last := byte(0)
	if final {
		last = 1
	}
	event = clip(event)
	dst = append(dst, Version, last)
	dst = binary.LittleEndian.AppendUint16(dst, uint16(len(event)))
	dst = binary.LittleEndian.AppendUint64(dst, task)
	dst = append(dst, event...)
	return appendSizes(dst, &p)
}

// DecodeEvent reads what AppendEvent wrote. The payload aliases b.
func DecodeEvent(b []byte) (task uint64, event string, p pdk.Payload, final bool, err error) {
	r := begin(b, "event")
	final = r.u8("final") != 0
	size := r.u16("name size")
	task = r.u64("task")
	event = string(r.take(uint64(size), "name"))
	p = r.payload()
	return task, event, p, final, r.end()
}

// levels in the order of their numbers on the wire.
var levels = [...]string{pdk.LevelDebug, pdk.LevelInfo, pdk.LevelWarn, pdk.LevelError}

// AppendLog writes a log line: version, level (0 debug, 1 info, 2 warn, 3 error), u16 number of fields, u32 size of the
// message, message, then per field u32 size and bytes of key and of value.
func AppendLog(dst []byte, level, message string, fields map[string]string) []byte {
	number := byte(1)
	for n, name := range levels {
		if name == level {
			number = byte(n)
		}
	}
	count := min(len(fields), math.MaxUint16)
	dst = append(dst, Version, number)
	dst = binary.LittleEndian.AppendUint16(dst, uint16(count))
	dst = appendText(dst, message)
	for k, v := range fields {
		if count--; count < 0 {
			break
		}
		dst = appendText(appendText(dst, k), v)
	}
	return dst
}

// DecodeLog reads what AppendLog wrote.
func DecodeLog(b []byte) (level, message string, fields map[string]string, err error) {
	r := begin(b, "log line")
	number := int(r.u8("level"))
	count := int(r.u16("number of fields"))
	if r.err == nil && number >= len(levels) {
		r.fail("level %d, expected 0 to %d", number, len(levels)-1)
	}
	message = r.text("message")
	for range count {
		if r.err != nil {
			break
		}
		if fields == nil {
			fields = map[string]string{}
		}
		key := r.text("field name")
		fields[key] = r.text("field value")
	}
	if err := r.end(); err != nil {
		return "", "", nil, err
	}
	return levels[number], message, fields, nil
}

func (r *reader) name() string { return string(r.take(uint64(r.u16("name size")), "name")) }

func (r *reader) text(field string) string {
	return string(r.take(uint64(r.u32(field+" size")), field))
}

func appendName(dst []byte, s string) []byte {
	s = clip(s)
	return append(binary.LittleEndian.AppendUint16(dst, uint16(len(s))), s...)
}

func appendText(dst []byte, s string) []byte {
	return append(binary.LittleEndian.AppendUint32(dst, uint32(len(s))), s...)
}

// clip keeps a name within its length field; no name of a service or event comes near.
func clip(s string) string { return s[:min(len(s), math.MaxUint16)] }

// ServiceSize is the number of bytes that AppendService writes.
func ServiceSize(name string, p pdk.Payload) int { return 4 + len(clip(name)) + payloadSize(&p) }

// EventSize is the number of bytes that AppendEvent writes.
func EventSize(event string, p pdk.Payload) int { return 12 + len(clip(event)) + payloadSize(&p) }
