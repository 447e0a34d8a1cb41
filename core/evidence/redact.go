package evidence

import (
	"encoding/json"
	"errors"
	"fmt"

	"github.com/dougong-dev/dougong/core/gm"
	"github.com/dougong-dev/dougong/pdk/go"
	"github.com/dougong-dev/dougong/pdk/go/contract"
)

// redactor turns payloads into what a record may hold.
type redactor struct {
	suite *gm.Suite
	key   []byte
}

// content writes a payload. Values that the schema marks as sensitive become {"$hmac": "…"}: whoever holds the key can
// tell whether a value was a certain one, nobody can read it back.
func (r *redactor) content(p pdk.Payload, s *contract.Schema) (*Content, error) {
	if len(p.JSON) == 0 && len(p.Blobs) == 0 {
		return nil, nil
	}
	c := &Content{Size: p.Size()}
	for _, b := range p.Blobs {
		d, err := r.suite.HMAC(r.key, b)
		if err != nil {
			return nil, err
		}
		c.Blobs = append(c.Blobs, Blob{len(b), Digest(d)})
	}
	spans, ok := s.SensitiveSpans(p.JSON, len(p.Blobs))
	if ok && json.Valid(p.JSON) {
		text, err := r.replace(p.JSON, spans)
		if err != nil {
			return nil, err
		}
		if len(text) <= maxInline {
			c.JSON = text
			return c, nil
		}
	}
	d, err := r.suite.HMAC(r.key, p.JSON)
	if err != nil {
		return nil, err
	}
	c.Digest = (*Digest)(&d)
	return c, nil
}

func (r *redactor) replace(text []byte, spans []contract.Span) (json.RawMessage, error) {
	out := make([]byte, 0, len(text)+80*len(spans))
	at := 0
	for _, s := range spans {
		d, err := r.suite.HMAC(r.key, text[s.Start:s.End])
		if err != nil {
			return nil, err
		}
		out = append(out, text[at:s.Start]...)
		out = fmt.Appendf(out, `{"$hmac":"%x"}`, d)
		at = s.End
	}
	return append(out, text[at:]...), nil
}

func failure(err error) *Failure {
	var e *pdk.Error
	switch {
	case err == nil:
		return nil
	case errors.As(err, &e):
		return &Failure{e.Code, e.Name}
	}
	return &Failure{Code: pdk.Code(err)}
}
