package release

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/dougong-dev/dougong/core/trust/cert"
	"github.com/dougong-dev/dougong/core/trust/envelope"
	"github.com/dougong-dev/dougong/registry/accounts"
	"github.com/dougong-dev/dougong/registry/fault"
	"github.com/dougong-dev/dougong/registry/house"
	"github.com/dougong-dev/dougong/registry/store"
)

// MaxStatements bounds what may be said about a release: evidence has to show all of it.
const MaxStatements = 48

// Said is the outcome of a statement that was sent in.
type Said struct {
	Predicate string `json:"predicate"`
	Passed    bool   `json:"passed"`
	Log       int64  `json:"log" doc:"Number of the leaf in the transparency log"`
	// Again tells that this very statement was there already.
	Again bool `json:"again,omitempty"`
}

// Approve takes a review or a department's sign-off in. Who sends it needs an account; what it counts for, its signers'
// certificates say.
func (s *Shelf) Approve(ctx context.Context, who accounts.Identity, kind store.Kind, id, version string, e *envelope.Envelope, carried []*cert.Certificate) (*Said, error) {
	if err := errors.Join(who.NeedPackage(accounts.ScopePublish, id), s.House.Refresh(ctx)); err != nil {
		return nil, err
	}
	seen, err := s.Read(ctx, who, kind, id, version)
	if err != nil {
		return nil, err
	}
	out := &Said{}
	err = s.Store.Update(ctx, func(tx store.Tx) error {
		if _, err := tx.LockLog(ctx); err != nil {
			return err
		}
		r, err := tx.Release(ctx, kind, id, version)
		if err != nil {
			return err
		}
		a, err := about(e, r)
		if err != nil {
			return fault.New(fault.Signature, "%w", err)
		}
		st, err := e.Statement()
		if err != nil {
			return err
		}
		out.Predicate, out.Passed = st.PredicateType, a.Passed
		if done, err := s.said(ctx, tx, r, e, out); done || err != nil {
			return err
		}
		certs, err := s.House.Admit(ctx, tx, e, carried, id)
		if err != nil {
			return err
		}
		if err := house.Keep(ctx, tx, certs); err != nil {
			return err
		}
		return s.say(ctx, tx, who, seen, id, r, e, out)
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}

// about reads an approval and checks that it is about this release and no other.
func about(e *envelope.Envelope, r *store.Release) (*envelope.Approval, error) {
	vendor, err := envelope.Parse(r.Envelope)
	if err != nil {
		return nil, err
	}
	claim, err := vendor.Release()
	if err != nil {
		return nil, err
	}
	st, err := e.Statement()
	if err != nil {
		return nil, err
	}
	if _, signOff := envelope.Department(st.PredicateType); !signOff && st.PredicateType != envelope.ReviewApproval {
		return nil, fmt.Errorf("the statement says %.200q; expected %s or %s", st.PredicateType, envelope.ReviewApproval, envelope.SignOff("DEPARTMENT"))
	}
	a, err := e.Approval(st.PredicateType, claim)
	if err != nil {
		return nil, err
	}
	if a.Release != vendor.PayloadDigest() {
		return nil, fmt.Errorf("the statement is about %.80s, and the vendor's statement of version %s is %s", a.Release, r.Version, vendor.PayloadDigest())
	}
	return a, nil
}

// said tells whether a statement is there already, and whether there is room for one more.
func (s *Shelf) said(ctx context.Context, tx store.Tx, r *store.Release, e *envelope.Envelope, out *Said) (bool, error) {
	list, err := tx.Statements(ctx, r.Package, r.Version)
	if err != nil {
		return false, err
	}
	for _, st := range list {
		if st.Digest == e.Digest() {
			out.Again, out.Log = true, st.Leaf
			return true, nil
		}
	}
	if len(list) >= MaxStatements {
		return false, fault.New(fault.Quota, "%d statements are there about version %s, which is the limit", len(list), r.Version)
	}
	return false, nil
}

// say logs and keeps a statement.
func (s *Shelf) say(ctx context.Context, tx store.Tx, who accounts.Identity, seen *store.Read, id string, r *store.Release, e *envelope.Envelope, out *Said) error {
	org, err := tx.OrgByID(ctx, seen.Org)
	if err != nil {
		return err
	}
	detail, err := json.Marshal(map[string]any{"predicate": out.Predicate, "passed": out.Passed, "envelope": e.Digest()})
	if err != nil {
		return err
	}
	event := &store.Event{Actor: who.Name(), Action: "release.approve", Org: org.Name, Subject: id + "@" + r.Version, Detail: string(detail), Private: seen.Visibility != store.Public}
	if !out.Passed {
		event.Action = "release.reject"
	}
	if err := s.Book.Record(ctx, tx, event, e); err != nil {
		return err
	}
	out.Log = event.Index
	if err := tx.AddStatement(ctx, &store.Statement{Package: r.Package, Version: r.Version, Digest: e.Digest(), Predicate: out.Predicate, Envelope: e.Bytes(), Leaf: event.Index}); err != nil {
		return err
	}
	return notify(ctx, tx, org.ID, event)
}
