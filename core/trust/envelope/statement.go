package envelope

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/dougong-dev/dougong/core/gm"
	"github.com/dougong-dev/dougong/core/trust/internal/strict"
	"github.com/dougong-dev/dougong/core/trust/key"
)

// Types of what envelopes hold.
const (
	StatementType = "https://in-toto.io/Statement/v1"
	InToto        = "application/vnd.in-toto+json" // payload type of a statement
)

// Statement says something about artifacts (in-toto Statement v1).
type Statement struct {
	Type          string          `json:"_type"`
	Subject       []Subject       `json:"subject"`
	PredicateType string          `json:"predicateType"`
	Predicate     json.RawMessage `json:"predicate"`
}

// Subject is one artifact, by digest: "sha256" and "sm3", lower-case hex.
type Subject struct {
	Name   string            `json:"name"`
	Digest map[string]string `json:"digest"`
}

// NewRelease makes the vendor's statement.
func NewRelease(r Release) (*Statement, error) {
	s, err := newStatement(VendorRelease, r)
	if err != nil {
		return nil, err
	}
	s.Subject = r.subjects()
	return s, nil
}

func (r Release) subjects() []Subject {
	out := make([]Subject, 0, len(r.Artifacts))
	for _, a := range r.Artifacts {
		out = append(out, Subject{Name: r.ID + "@" + r.Version + "/" + a.Platform, Digest: map[string]string{"sha256": a.SHA256, "sm3": a.SM3}})
	}
	return out
}

// NewApproval makes the statement of a reviewer (ReviewApproval) or a department (SignOff) about a vendor's envelope.
func NewApproval(predicateType string, vendor *Envelope, passed bool, note string) (*Statement, error) {
	release, err := vendor.Release()
	if err != nil {
		return nil, err
	}
	s, err := newStatement(predicateType, Approval{Release: vendor.PayloadDigest(), Passed: passed, Note: note})
	if err != nil {
		return nil, err
	}
	s.Subject = release.subjects()
	return s, nil
}

// NewTakedown makes the operator's statement. Its subject is the list itself.
func NewTakedown(t Takedown) (*Statement, error) {
	s, err := newStatement(TakedownList, t)
	if err != nil {
		return nil, err
	}
	s.Subject = []Subject{{Name: fmt.Sprintf("takedown/%d", t.Serial), Digest: map[string]string{"sha256": Digest(s.Predicate)}}}
	return s, nil
}

// NewKeyEvent makes the statement of a signing service about a certificate.
func NewKeyEvent(e KeyEvent) (*Statement, error) {
	s, err := newStatement(KeyChange, e)
	if err != nil {
		return nil, err
	}
	s.Subject = []Subject{{Name: "certificate/" + e.Serial, Digest: map[string]string{"sha256": e.Key}}}
	return s, nil
}

func newStatement(predicateType string, predicate any) (*Statement, error) {
	data, err := json.Marshal(predicate)
	if err != nil {
		return nil, err
	}
	return &Statement{Type: StatementType, PredicateType: predicateType, Predicate: data}, nil
}

// Wrap puts the statement into an unsigned envelope.
func (s *Statement) Wrap() (*Envelope, error) {
	data, err := json.Marshal(s)
	if err != nil {
		return nil, err
	}
	return New(InToto, data), nil
}

// Sign wraps a statement and signs it.
func Sign(ctx context.Context, suite *gm.Suite, s *Statement, by ...key.Signer) (*Envelope, error) {
	e, err := s.Wrap()
	if err != nil {
		return nil, err
	}
	for _, signer := range by {
		if err := e.Add(ctx, suite, signer); err != nil {
			return nil, err
		}
	}
	return e, nil
}

// Statement reads what the envelope says. It says nothing of who signed it: verify first or afterwards, but do.
func (e *Envelope) Statement() (*Statement, error) {
	if e.PayloadType != InToto {
		return nil, fmt.Errorf("envelope: payload type is %q, expected %q", e.PayloadType, InToto)
	}
	s := &Statement{}
	if err := strict.DecodeOpen(e.Payload, Limit, s); err != nil {
		return nil, fmt.Errorf("statement: %w", err)
	}
	if s.Type != StatementType {
		return nil, fmt.Errorf("statement: type is %q, expected %q", s.Type, StatementType)
	}
	return s, nil
}

// predicate reads the statement's predicate of a type.
func (e *Envelope) predicate(predicateType string, v any) (*Statement, error) {
	s, err := e.Statement()
	if err != nil {
		return nil, err
	}
	if s.PredicateType != predicateType {
		return nil, fmt.Errorf("statement: predicate type is %q, expected %q", s.PredicateType, predicateType)
	}
	if err := strict.DecodeOpen(s.Predicate, Limit, v); err != nil {
		return nil, fmt.Errorf("statement %s: %w", s.PredicateType, err)
	}
	return s, nil
}

// Release reads a vendor's statement. Its subjects are exactly the artifacts.
func (e *Envelope) Release() (*Release, error) {
	r := &Release{}
	s, err := e.predicate(VendorRelease, r)
	if err != nil {
		return nil, err
	}
	if r.ID == "" || r.Version == "" || len(r.Artifacts) == 0 {
		return nil, errors.New("release: id, version and artifacts are needed")
	}
	return r, sameSubjects(s.Subject, r.subjects())
}

// Approval reads the statement of a reviewer or a department about a release.
func (e *Envelope) Approval(predicateType string, r *Release) (*Approval, error) {
	a := &Approval{}
	s, err := e.predicate(predicateType, a)
	if err != nil {
		return nil, err
	}
	return a, sameSubjects(s.Subject, r.subjects())
}

// Takedown reads an operator's list.
func (e *Envelope) Takedown() (*Takedown, error) {
	t := &Takedown{}
	if _, err := e.predicate(TakedownList, t); err != nil {
		return nil, err
	}
	if t.Serial < 1 {
		return nil, fmt.Errorf("takedown: serial %d; expected at least 1", t.Serial)
	}
	return t, nil
}

// KeyEvent reads a signing service's statement.
func (e *Envelope) KeyEvent() (*KeyEvent, error) {
	k := &KeyEvent{}
	_, err := e.predicate(KeyChange, k)
	return k, err
}

func sameSubjects(got, want []Subject) error {
	if len(got) != len(want) {
		return fmt.Errorf("statement: %d subjects, the release has %d artifacts", len(got), len(want))
	}
	for i, g := range got {
		w := want[i]
		if g.Name != w.Name || g.Digest["sha256"] != w.Digest["sha256"] || g.Digest["sm3"] != w.Digest["sm3"] {
			return fmt.Errorf("statement: subject %q differs from the release's artifact %q", g.Name, w.Name)
		}
	}
	return nil
}
