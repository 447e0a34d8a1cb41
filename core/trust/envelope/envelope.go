// Package envelope holds signed statements: DSSE envelopes (Dead Simple Signing Envelope 1.0) around in-toto statements,
// signed by n of m keys. docs/trust.md shows the format.
//
//	e, err := envelope.Sign(ctx, suite, statement, signers...)
//	ids, err := e.Verify(suite, keys, 2)     // the keys that signed; two of them at least
//
// It must not know who may say what; core/trust decides that.
package envelope

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/dougong-dev/dougong/core/gm"
	"github.com/dougong-dev/dougong/core/trust/internal/strict"
	"github.com/dougong-dev/dougong/core/trust/key"
)

// Limits of an envelope.
const (
	Limit         = strict.Limit // bytes of its JSON
	MaxSignatures = 64
)

// Envelope is a payload and who signed it.
type Envelope struct {
	PayloadType string      `json:"payloadType"`
	Payload     Base64      `json:"payload"`
	Signatures  []Signature `json:"signatures"`
}

// Signature is one signature over the payload's pre-authentication encoding.
type Signature struct {
	KeyID string `json:"keyid"`
	Sig   Base64 `json:"sig"`
}

// Base64 is bytes in JSON. It writes the standard alphabet and reads that and the one for addresses, as DSSE asks.
type Base64 []byte

// MarshalJSON implements json.Marshaler.
func (b Base64) MarshalJSON() ([]byte, error) { return json.Marshal([]byte(b)) }

// UnmarshalJSON implements json.Unmarshaler.
func (b *Base64) UnmarshalJSON(data []byte) error {
	var text string
	if err := json.Unmarshal(data, &text); err != nil {
		return err
	}
	encoding := base64.StdEncoding
	if strings.ContainsAny(text, "-_") {
		encoding = base64.URLEncoding
	}
	out, err := encoding.Strict().DecodeString(text)
	*b = out
	return err
}

// ErrThreshold is wrapped when too few of the keys signed.
var ErrThreshold = errors.New("too few good signatures")

// PAE is DSSE's pre-authentication encoding: what is signed.
func PAE(payloadType string, payload []byte) []byte {
	return fmt.Appendf(nil, "DSSEv1 %d %s %d %s", len(payloadType), payloadType, len(payload), payload)
}

// New wraps a payload, unsigned.
func New(payloadType string, payload []byte) *Envelope {
	return &Envelope{PayloadType: payloadType, Payload: payload, Signatures: []Signature{}}
}

// Parse reads an envelope strictly.
func Parse(data []byte) (*Envelope, error) {
	e := &Envelope{}
	if err := strict.Decode(data, Limit, e); err != nil {
		return nil, fmt.Errorf("envelope: %w", err)
	}
	return e, e.check()
}

func (e *Envelope) check() error {
	switch {
	case e.PayloadType == "":
		return errors.New("envelope: payloadType is missing")
	case len(e.Signatures) > MaxSignatures:
		return fmt.Errorf("envelope: %d signatures, the limit is %d", len(e.Signatures), MaxSignatures)
	}
	return nil
}

// Bytes is the form that is stored, sent and logged.
func (e *Envelope) Bytes() []byte {
	data, err := json.Marshal(e)
	if err != nil {
		panic(err) // strings and bytes always marshal
	}
	return data
}

// Digest is the SHA-256 of Bytes, lower-case hex. It is what the log records.
func (e *Envelope) Digest() string { return Digest(e.Bytes()) }

// PayloadDigest is the SHA-256 of the payload, lower-case hex. It stays the same when signatures are added.
func (e *Envelope) PayloadDigest() string { return Digest(e.Payload) }

// Digest is the SHA-256 of data, lower-case hex.
func Digest(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}

// Add signs with one more key. Who signed already is not added again.
func (e *Envelope) Add(ctx context.Context, suite *gm.Suite, by key.Signer) error {
	id := by.Key().ID()
	for _, s := range e.Signatures {
		if s.KeyID == id {
			return fmt.Errorf("envelope: key %s has signed already", id)
		}
	}
	if len(e.Signatures) >= MaxSignatures {
		return fmt.Errorf("envelope: %d signatures are the limit", MaxSignatures)
	}
	sig, err := key.Sign(ctx, suite, by, PAE(e.PayloadType, e.Payload))
	if err != nil {
		return fmt.Errorf("envelope: %w", err)
	}
	e.Signatures = append(e.Signatures, Signature{KeyID: id, Sig: sig})
	return nil
}

// Verify gives the ids of those of the keys that signed. The error is ErrThreshold if they are fewer than the threshold. A
// key counts once, however often it signed and however often it is listed.
func (e *Envelope) Verify(suite *gm.Suite, keys []key.Key, threshold int) ([]string, error) {
	if threshold < 1 {
		return nil, fmt.Errorf("envelope: a threshold of %d would accept anything", threshold)
	}
	if err := e.check(); err != nil {
		return nil, err
	}
	msg := PAE(e.PayloadType, e.Payload)
	var good []string
	var why []error
	seen := map[string]bool{}
	for _, k := range keys {
		id := k.ID()
		if seen[id] {
			continue
		}
		seen[id] = true
		for _, s := range e.Signatures {
			if s.KeyID != id {
				continue
			}
			err := key.Verify(suite, k, msg, s.Sig)
			if err == nil {
				good = append(good, id)
				break
			}
			why = append(why, fmt.Errorf("key %s: %w", id, err))
		}
	}
	if len(good) < threshold {
		return good, errors.Join(append([]error{fmt.Errorf("envelope: %d of the %d signatures that are needed: %w", len(good), threshold, ErrThreshold)}, why...)...)
	}
	return good, nil
}
