package wire

import (
	"encoding/binary"
	"slices"

	"github.com/dougong-dev/dougong/pdk/go"
)

// payload: u32 size of the JSON, u32 number of attachments, u32 size of each, then the JSON and the attachments.

func payloadSize(p *pdk.Payload) int { return 8 + 4*len(p.Blobs) + p.Size() }

func appendPayload(dst []byte, p *pdk.Payload) []byte {
	dst = binary.LittleEndian.AppendUint32(dst, uint32(len(p.JSON)))
	dst = binary.LittleEndian.AppendUint32(dst, uint32(len(p.Blobs)))
	for _, b := range p.Blobs {
		dst = binary.LittleEndian.AppendUint32(dst, uint32(len(b)))
	}
	dst = append(dst, p.JSON...)
	for _, b := range p.Blobs {
		dst = append(dst, b...)
	}
	return dst
}

func (r *reader) payload() pdk.Payload {
	size, count := r.u32("JSON size"), r.u32("number of attachments")
	if count > MaxBlobs {
		r.fail("%d attachments, at most %d are allowed", count, MaxBlobs)
	}
	table := r.take(4*uint64(count), "attachment sizes")
	if r.err != nil {
		return pdk.Payload{}
	}
	total := uint64(size)
	for i := range int(count) {
		total += uint64(binary.LittleEndian.Uint32(table[4*i:]))
	}
	if total > pdk.MaxPayload {
		r.fail("payload of %d bytes, at most %d are allowed", total, pdk.MaxPayload)
	}
	var p pdk.Payload
	if size > 0 {
		p.JSON = r.take(uint64(size), "JSON")
	}
	if count > 0 && r.err == nil {
		p.Blobs = make([][]byte, count)
		for i := range p.Blobs {
			p.Blobs[i] = r.take(uint64(binary.LittleEndian.Uint32(table[4*i:])), "attachment")
		}
	}
	return p
}

// Clone copies p out of the message that it aliases, in one allocation for all bytes.
func Clone(p pdk.Payload) pdk.Payload {
	if len(p.Blobs) == 0 {
		return pdk.Payload{JSON: slices.Clone(p.JSON)}
	}
	all := make([]byte, 0, p.Size())
	keep := func(b []byte) []byte {
		if b == nil {
			return nil
		}
		from := len(all)
		all = append(all, b...)
		return all[from:len(all):len(all)]
	}
	out := pdk.Payload{JSON: keep(p.JSON)}
	if len(p.Blobs) > 0 {
		out.Blobs = make([][]byte, len(p.Blobs))
		for i, b := range p.Blobs {
			out.Blobs[i] = keep(b)
		}
	}
	return out
}
