package pdk

// MaxPayload is the largest payload, JSON and attachments together, that may cross a plugin boundary, in bytes.
// Larger data travels by file handle.
const MaxPayload = 64 << 20

// Payload is the argument or the result of a call: a UTF-8 JSON value and byte attachments that the JSON refers to as
// {"$blob": n}, n counting from 0. It is the same on every transport, so that bytes are never written as base64.
//
// The zero Payload stands for JSON null without attachments.
type Payload struct {
	JSON  []byte
	Blobs [][]byte
}

// Size is the number of bytes of the JSON and of all attachments.
func (p Payload) Size() int {
	n := len(p.JSON)
	for _, b := range p.Blobs {
		n += len(b)
	}
	return n
}
