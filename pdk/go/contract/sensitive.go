package contract

// Span is a piece of a JSON text, as byte offsets.
type Span struct{ Start, End int }

// SensitiveSpans finds the sensitive values in JSON that fits the schema, outermost only and in order. ok is false if
// the JSON does not fit (or its attachments, of which there are blobs): then everything must count as sensitive.
func (s *Schema) SensitiveSpans(json []byte, blobs int) (spans []Span, ok bool) {
	if s == nil {
		return nil, true
	}
	if len(s.sensitive) == 0 {
		return nil, true
	}
	c := checker{src: json, blobs: blobs, spans: &spans}
	if len(json) == 0 {
		c.src = nullJSON
	}
	if string(c.src) == "null" && s.root.types&typeObject != 0 {
		return nil, true
	}
	return spans, c.document(s.root) == nil
}
