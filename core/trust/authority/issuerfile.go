package authority

import (
	"encoding/json"
	"fmt"

	"github.com/dougong-dev/dougong/core/trust/cert"
	"github.com/dougong-dev/dougong/core/trust/envelope"
	"github.com/dougong-dev/dougong/core/trust/internal/strict"
)

// First words of the files that go between a house's folder and the offline root.
const (
	requestFormat = "dougong-issuer-request/1"
	answerFormat  = "dougong-issuer-answer/1"
)

// maxCeremony bounds such a file: two revocation lists, which are the largest part, are some MiB each.
const maxCeremony = 16 << 20

// IssuerRequest is what a house asks its offline root for: a certificate for the next issuing authority, or that one is revoked. It is
// data that anybody may have changed on the way: the root shows what it is asked, and signs nothing that it cannot check.
type IssuerRequest struct {
	Format string `json:"format"`
	// Number of the issuing authority.
	Number int `json:"number"`
	// Issue is a certificate request (DER) of its key.
	Issue envelope.Base64 `json:"issue,omitempty"`
	// Years that it shall run.
	Years int `json:"years,omitempty"`
	// Revoke it.
	Revoke *IssuerRevocation `json:"revoke,omitempty"`
	// List is the root's revocation list (DER) that the house knows.
	List envelope.Base64 `json:"list"`
}

// IssuerRevocation is why and since when an issuing authority is not trusted any more.
type IssuerRevocation struct {
	Certificate  envelope.Base64 `json:"certificate"` // DER
	Reason       int             `json:"reason"`      // RFC 5280, section 5.3.1: 2 is a stolen key of an authority, 5 that it ends
	DistrustFrom int64           `json:"distrustFrom"`
	Last         envelope.Base64 `json:"last"` // its last revocation list (DER)
	Note         string          `json:"note,omitempty"`
}

// IssuerAnswer is what the root has signed.
type IssuerAnswer struct {
	Format string `json:"format"`
	Number int    `json:"number"`
	// Certificate (DER) of the new issuing authority.
	Certificate envelope.Base64 `json:"certificate,omitempty"`
	// Last is the last revocation list (DER) of the one that is revoked.
	Last envelope.Base64 `json:"last,omitempty"`
	Note string          `json:"note,omitempty"`
	// List is the root's new revocation list (DER).
	List envelope.Base64 `json:"list"`
}

// ParseIssuerRequest reads a request strictly. What it holds is not checked by that.
func ParseIssuerRequest(data []byte) (*IssuerRequest, error) {
	r := &IssuerRequest{}
	if err := strict.Decode(data, maxCeremony, r); err != nil {
		return nil, fmt.Errorf("issuer request: %w", err)
	}
	switch {
	case r.Format != requestFormat:
		return nil, fmt.Errorf("issuer request: format is %.60q, expected %q", r.Format, requestFormat)
	case r.Number < 1 || r.Number > maxIssuers:
		return nil, fmt.Errorf("issuer request: number is %d, expected 1 to %d", r.Number, maxIssuers)
	case (len(r.Issue) > 0) == (r.Revoke != nil):
		return nil, fmt.Errorf("issuer request: it asks for %s; expected a certificate request or a revocation", both(r.Revoke != nil))
	case len(r.Issue) > 0 && (r.Years < 1 || r.Years > RootYears):
		return nil, fmt.Errorf("issuer request: years is %d, expected 1 to %d", r.Years, RootYears)
	case r.Revoke != nil && (r.Revoke.DistrustFrom < 0 || r.Revoke.Reason < 0 || r.Revoke.Reason > 10):
		return nil, fmt.Errorf("issuer request: distrustFrom is %d and reason %d; expected a log entry, and a reason of 0 to 10", r.Revoke.DistrustFrom, r.Revoke.Reason)
	}
	return r, nil
}

func both(yes bool) string {
	if yes {
		return "both"
	}
	return "nothing"
}

// Bytes is what ParseIssuerRequest reads.
func (r *IssuerRequest) Bytes() []byte { return indented(r) }

// Bytes is what ParseIssuerAnswer reads.
func (r *IssuerAnswer) Bytes() []byte { return indented(r) }

func indented(v any) []byte {
	data, err := json.MarshalIndent(v, "", "  ")
	if err != nil {
		panic(err) // strings, bytes and integers always marshal
	}
	return append(data, '\n')
}

// ParseIssuerAnswer reads an answer strictly. What it holds is not checked by that.
func ParseIssuerAnswer(data []byte) (*IssuerAnswer, error) {
	r := &IssuerAnswer{}
	if err := strict.Decode(data, maxCeremony, r); err != nil {
		return nil, fmt.Errorf("issuer answer: %w", err)
	}
	switch {
	case r.Format != answerFormat:
		return nil, fmt.Errorf("issuer answer: format is %.60q, expected %q", r.Format, answerFormat)
	case r.Number < 1 || r.Number > maxIssuers:
		return nil, fmt.Errorf("issuer answer: number is %d, expected 1 to %d", r.Number, maxIssuers)
	case (len(r.Certificate) > 0) == (len(r.Last) > 0):
		return nil, fmt.Errorf("issuer answer: it brings %s; expected a certificate or a last revocation list", both(len(r.Last) > 0))
	}
	return r, nil
}

// checked reads what a revocation names: an issuing authority that the root made, and a list that it signed.
func (r *IssuerRevocation) checked(h *RootHolder) (*cert.Certificate, *cert.List, error) {
	c, err := cert.Parse(r.Certificate)
	if err != nil {
		return nil, nil, err
	}
	if err := h.made(c); err != nil {
		return nil, nil, err
	}
	last, err := cert.ParseList(r.Last)
	if err == nil {
		err = last.SignedBy(h.Suite, c)
	}
	return c, last, err
}
