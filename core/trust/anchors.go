package trust

import (
	"encoding/json"
	"fmt"

	"github.com/dougong-dev/dougong/core/gm"
	"github.com/dougong-dev/dougong/core/trust/cert"
	"github.com/dougong-dev/dougong/core/trust/envelope"
	"github.com/dougong-dev/dougong/core/trust/internal/strict"
	"github.com/dougong-dev/dougong/core/trust/translog"
	"github.com/dougong-dev/dougong/core/trust/tuf"
)

// Anchors is what the root's keys vouch for, in the root metadata as "x-dougong-anchors". A new root replaces all of it:
// that is how a certificate root, a log key or a witness is exchanged.
type Anchors struct {
	// Certificates are the roots (DER) of the certificate hierarchies.
	Certificates []envelope.Base64 `json:"certificates"`
	// Log is the transparency log.
	Log translog.Log `json:"log"`
	// Witnesses co-sign the log's heads; WitnessThreshold of them are needed.
	Witnesses        []translog.Witness `json:"witnesses,omitempty"`
	WitnessThreshold int                `json:"witnessThreshold,omitempty"`
	// Require is what must be said about every artifact.
	Require []Requirement `json:"require"`
	// Crypto is the cryptographic policy that all hosts of the house obey; nil allows everything that is known.
	Crypto *gm.Policy `json:"cryptoPolicy,omitempty"`
}

// Requirement is a kind of statement and how many different holders must have signed it.
type Requirement struct {
	Predicate string `json:"predicate"`
	Threshold int    `json:"threshold"`
}

// Raw is the form that goes into tuf.Root.Anchors.
func (a Anchors) Raw() (json.RawMessage, error) { return strict.Marshal(a) }

// ReadAnchors reads the anchors of a root.
func ReadAnchors(r *tuf.Root) (*Anchors, error) {
	a := &Anchors{}
	if len(r.Anchors) == 0 {
		return nil, fmt.Errorf("root version %d has no x-dougong-anchors: it names no certificates and no log", r.Version)
	}
	if err := strict.DecodeOpen(r.Anchors, tuf.MaxFile, a); err != nil {
		return nil, fmt.Errorf("root version %d, x-dougong-anchors: %w", r.Version, err)
	}
	if a.WitnessThreshold < 0 || a.WitnessThreshold > len(a.Witnesses) {
		return nil, fmt.Errorf("root version %d: %d of %d witnesses", r.Version, a.WitnessThreshold, len(a.Witnesses))
	}
	for _, q := range a.Require {
		if q.Threshold < 1 || q.Predicate == "" {
			return nil, fmt.Errorf("root version %d: it requires %d holders to say %q", r.Version, q.Threshold, q.Predicate)
		}
	}
	if a.Crypto != nil {
		if err := a.Crypto.Validate(); err != nil {
			return nil, fmt.Errorf("root version %d, cryptoPolicy: %w", r.Version, err)
		}
	}
	return a, nil
}

// roots reads the certificate roots.
func (a *Anchors) roots() ([]*cert.Certificate, error) {
	var out []*cert.Certificate
	for _, der := range a.Certificates {
		c, err := cert.Parse(der)
		if err != nil {
			return nil, err
		}
		out = append(out, c)
	}
	return out, nil
}
