package evidence

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/dougong-dev/dougong/core/gm"
)

// FormatVersion of records and heads.
const FormatVersion = 1

// MaxRecord is the largest record in bytes. Arguments and results that would make it larger are kept as digests.
const MaxRecord = 64 << 10

// maxInline is the largest payload that is kept readable.
const maxInline = 16 << 10

// Digest is an SM3 digest, written in hex.
type Digest [gm.Size]byte

// MarshalText writes hex.
func (d Digest) MarshalText() ([]byte, error) { return fmt.Appendf(nil, "%x", d[:]), nil }

// UnmarshalText reads hex.
func (d *Digest) UnmarshalText(text []byte) error {
	var raw []byte
	if len(text) != 2*gm.Size {
		return fmt.Errorf("a digest has %d hexadecimal digits, found %d", 2*gm.Size, len(text))
	}
	if _, err := fmt.Sscanf(string(text), "%x", &raw); err != nil {
		return errors.New("a digest is written in hexadecimal")
	}
	copy(d[:], raw)
	return nil
}

// Record is what one call leaves behind. Its JSON, with the keys in this order, is what is stored and chained.
type Record struct {
	Version int    `json:"v"`
	Log     string `json:"log"`
	Number  uint64 `json:"n"` // from 1 without gaps
	Prev    Digest `json:"prev"`
	// Lost is how many records before this one could not be kept (trace: best_effort only).
	Lost       uint64    `json:"lost,omitempty"`
	Time       time.Time `json:"time"`
	Micros     int64     `json:"us"` // how long the call took
	App        string    `json:"app"`
	User       string    `json:"user"`
	Caller     string    `json:"caller,omitempty"` // a plugin
	Page       string    `json:"page,omitempty"`
	Capability string    `json:"cap"`
	Method     string    `json:"method"`
	Plugin     string    `json:"plugin,omitempty"`
	Trace      string    `json:"trace"`
	Params     *Content  `json:"params,omitempty"`
	Result     *Content  `json:"result,omitempty"`
	Error      *Failure  `json:"error,omitempty"`
}

// Content is a payload in a record. JSON is the payload with each sensitive value replaced by its keyed digest; it is
// absent, and Digest stands for the whole, if the payload is large or does not fit its contract.
type Content struct {
	JSON   json.RawMessage `json:"json,omitempty"`
	Size   int             `json:"size"`
	Digest *Digest         `json:"hmac,omitempty"`
	Blobs  []Blob          `json:"blobs,omitempty"`
}

// Blob is an attachment in a record: never its bytes.
type Blob struct {
	Size   int    `json:"size"`
	Digest Digest `json:"hmac"`
}

// Failure is the outcome of a call that failed. The message is left out, as it may quote what is private.
type Failure struct {
	Code int    `json:"code"`
	Name string `json:"name,omitempty"`
}

// Decode reads a record as strictly as it was written: known keys only, and no other way to write them.
func Decode(data []byte) (*Record, error) {
	if len(data) > MaxRecord {
		return nil, fmt.Errorf("a record has at most %d bytes, found %d", MaxRecord, len(data))
	}
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.DisallowUnknownFields()
	r := &Record{}
	if err := dec.Decode(r); err != nil {
		return nil, fmt.Errorf("not a record: %w", err)
	}
	if r.Version != FormatVersion {
		return nil, fmt.Errorf("record version %d is not known to this program (it knows %d)", r.Version, FormatVersion)
	}
	again, err := json.Marshal(r)
	if err != nil || !bytes.Equal(again, data) {
		return nil, errors.New("not a record: it is not written in the one way that records are")
	}
	return r, nil
}

// genesis is the Prev of a log's first record.
func genesis(s *gm.Suite, log string) (Digest, error) {
	d, err := s.Sum([]byte("dougong-trace/1\n"), []byte(log))
	return Digest(d), err
}
