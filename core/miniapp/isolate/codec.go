package isolate

import (
	"encoding/binary"
	"encoding/json"
	"fmt"
	"reflect"

	"github.com/dougong-dev/dougong/core/miniapp/message"
	"github.com/dougong-dev/dougong/pdk/go"
)

// A message travels as its JSON without the payload, then the payload's JSON and attachments as they are: each part with
// its length (4 bytes, big endian) before it. Bytes are never written as base64.

const (
	// maxEnvelope is the longest JSON of a message without its payload.
	maxEnvelope = 16 << 20
	// maxBlobs is how many attachments one payload may have.
	maxBlobs = 4096
)

// encode splits a message that has a payload: v is the message, without it.
func encode(v any, p *pdk.Payload) ([][]byte, error) {
	envelope, err := json.Marshal(v)
	if err != nil {
		return nil, err
	}
	if len(envelope) > maxEnvelope {
		return nil, fmt.Errorf("a message of %d bytes, at most %d are allowed beside attachments", len(envelope), maxEnvelope)
	}
	parts := appendPart(nil, envelope)
	if p == nil {
		return parts, nil
	}
	if p.Size() > pdk.MaxPayload || len(p.Blobs) > maxBlobs {
		return nil, fmt.Errorf("a payload of %d bytes with %d attachments, at most %d with %d are allowed", p.Size(), len(p.Blobs), pdk.MaxPayload, maxBlobs)
	}
	parts = appendPart(parts, p.JSON)
	for _, b := range p.Blobs {
		parts = appendPart(parts, b)
	}
	return parts, nil
}

func appendPart(parts [][]byte, data []byte) [][]byte {
	return append(parts, binary.BigEndian.AppendUint32(nil, uint32(len(data))), data)
}

func encodeTo(m message.ToActor) ([][]byte, error) {
	switch {
	case m.Reply != nil:
		return encodeReply(m.Reply)
	case m.Task != nil:
		task := *m.Task
		task.Payload = pdk.Payload{}
		return encode(message.ToActor{Task: &task}, &m.Task.Payload)
	}
	return encode(m, nil)
}

func encodeReply(r *message.Reply) ([][]byte, error) {
	bare := *r
	bare.Payload = pdk.Payload{}
	return encode(message.ToActor{Reply: &bare}, &r.Payload)
}

func encodeFrom(m message.FromActor) ([][]byte, error) {
	if m.Call == nil {
		return encode(m, nil)
	}
	call := *m.Call
	call.Payload = pdk.Payload{}
	return encode(message.FromActor{Call: &call}, &m.Call.Payload)
}

// decode reads a message into v and its payload, nil if it has none. Attachments share body's memory.
func decode(body []byte, v any) (*pdk.Payload, error) {
	envelope, rest, err := part(body)
	if err != nil {
		return nil, err
	}
	if len(envelope) > maxEnvelope {
		return nil, fmt.Errorf("message: %d bytes beside attachments, at most %d are allowed", len(envelope), maxEnvelope)
	}
	if err := json.Unmarshal(envelope, v); err != nil {
		return nil, fmt.Errorf("message: %w", err)
	}
	if len(rest) == 0 {
		return nil, nil
	}
	p := &pdk.Payload{}
	if p.JSON, rest, err = part(rest); err != nil {
		return nil, err
	}
	if len(p.JSON) == 0 {
		p.JSON = nil
	}
	for len(rest) > 0 {
		if len(p.Blobs) == maxBlobs {
			return nil, fmt.Errorf("message: more than %d attachments", maxBlobs)
		}
		var blob []byte
		if blob, rest, err = part(rest); err != nil {
			return nil, err
		}
		p.Blobs = append(p.Blobs, blob)
	}
	if p.Size() > pdk.MaxPayload {
		return nil, fmt.Errorf("message: a payload of %d bytes, at most %d are allowed", p.Size(), pdk.MaxPayload)
	}
	return p, nil
}

func part(data []byte) (part, rest []byte, err error) {
	if len(data) < 4 {
		return nil, nil, fmt.Errorf("message: expected the length of a part, found %d bytes", len(data))
	}
	n := binary.BigEndian.Uint32(data)
	if uint64(n) > uint64(len(data)-4) {
		return nil, nil, fmt.Errorf("message: a part of %d bytes is announced, %d are there", n, len(data)-4)
	}
	return data[4 : 4+n : 4+n], data[4+n:], nil
}

func decodeTo(body []byte) (m message.ToActor, err error) {
	p, err := decode(body, &m)
	if err != nil || p == nil {
		return m, err
	}
	switch {
	case m.Reply != nil:
		m.Reply.Payload = *p
	case m.Task != nil:
		m.Task.Payload = *p
	default:
		return m, fmt.Errorf("message: a payload that belongs to nothing")
	}
	return m, nil
}

// decodeFrom reads what a child says, which may be anything.
func decodeFrom(body []byte) (m message.FromActor, err error) {
	p, err := decode(body, &m)
	if err != nil {
		return m, err
	}
	if n := fieldsSet(m); n != 1 {
		return m, fmt.Errorf("message: %d things are said at once, expected one", n)
	}
	if (p != nil) != (m.Call != nil) {
		return m, fmt.Errorf("message: a call without a payload, or a payload without a call")
	}
	if p != nil {
		m.Call.Payload = *p
	}
	return m, nil
}

func fieldsSet(m message.FromActor) (n int) {
	v := reflect.ValueOf(m)
	for i := range v.NumField() {
		if !v.Field(i).IsNil() {
			n++
		}
	}
	return n
}
