package authority

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"github.com/dougong-dev/dougong/core/trust"
	"github.com/dougong-dev/dougong/core/trust/cert"
	"github.com/dougong-dev/dougong/core/trust/envelope"
	"github.com/dougong-dev/dougong/core/trust/internal/strict"
	"github.com/dougong-dev/dougong/core/trust/key"
	"github.com/dougong-dev/dougong/core/trust/translog"
)

// Witness co-signs a log head: translog.Cosigner does, and whatever reaches one over a wire.
type Witness interface {
	Seen(origin string) (translog.Tree, error)
	Cosign(ctx context.Context, text string, log translog.Log, proof []translog.Hash) (string, error)
}

// Log is the house's log; nil if a keeper has it.
func (a *Authority) Log() *Log { return a.log }

// Publish puts the statements of evidence into the log and completes it: proofs, the signed head, the authorities'
// certificates, revocation lists, the takedown list. Statements that are logged already keep their place.
func (a *Authority) Publish(ctx context.Context, e *trust.Evidence, witnesses ...Witness) (out *trust.Evidence, err error) {
	if err := a.own("publish"); err != nil {
		return nil, err
	}
	err = a.Exclusive(ctx, func() error {
		out, err = a.publish(ctx, e, witnesses)
		return err
	})
	return out, err
}

func (a *Authority) publish(ctx context.Context, e *trust.Evidence, witnesses []Witness) (*trust.Evidence, error) {
	_, later, err := a.Roots(a.suite)
	if err != nil {
		return nil, err
	}
	issuers, err := a.Issuers()
	if err != nil {
		return nil, err
	}
	out := &trust.Evidence{Metadata: e.Metadata}
	for _, i := range issuers {
		out.Certificates = append(out.Certificates, i.Certificate.DER)
	}
	for name, data := range later {
		if out.Metadata == nil {
			out.Metadata = map[string]envelope.Base64{}
		}
		out.Metadata[name] = data
	}
	holders := map[string][]*cert.Certificate{} // renewed ones share a key
	for _, der := range e.Certificates {
		c, err := cert.Parse(der)
		if err != nil {
			return nil, err
		}
		if c.Holder.Role != cert.Issuer {
			holders[c.Key.ID()] = append(holders[c.Key.ID()], c)
			out.Certificates = append(out.Certificates, der)
		}
	}
	for _, s := range e.Statements {
		if n, _ := a.log.find(s.Envelope.Digest()); n < 0 {
			if err := a.admit(ctx, s.Envelope, holders); err != nil {
				return nil, fmt.Errorf("publish: %w", err)
			}
		}
		l, err := a.logStatement(s.Envelope)
		if err != nil {
			return nil, fmt.Errorf("publish: %w", err)
		}
		out.Statements = append(out.Statements, *l)
	}
	lists, err := a.Lists()
	if err != nil {
		return nil, err
	}
	for _, l := range lists {
		out.Lists = append(out.Lists, l.DER)
	}
	if out.Takedown, err = a.takedown(out); err != nil {
		return nil, err
	}
	return out, a.prove(ctx, out, witnesses)
}

// admit lets only statements into the log that are signed by holders whose certificates are good now.
func (a *Authority) admit(ctx context.Context, e *envelope.Envelope, holders map[string][]*cert.Certificate) error {
	for _, s := range e.Signatures {
		if len(holders[s.KeyID]) == 0 {
			return fmt.Errorf("key %s signed, and its certificate is not there", s.KeyID)
		}
		if err := a.anyGood(ctx, holders[s.KeyID]); err != nil {
			return err
		}
		if _, err := e.Verify(a.suite, []key.Key{holders[s.KeyID][0].Key}, 1); err != nil {
			return err
		}
	}
	if len(e.Signatures) == 0 {
		return errors.New("nobody has signed the statement")
	}
	return nil
}

// anyGood checks that one of a key's certificates is good now.
func (a *Authority) anyGood(ctx context.Context, list []*cert.Certificate) error {
	var why []error
	for _, c := range list {
		err := a.Check(ctx, c)
		if err == nil {
			return nil
		}
		why = append(why, err)
	}
	return errors.Join(why...)
}

func (a *Authority) logStatement(e *envelope.Envelope) (*trust.Logged, error) {
	s, err := e.Statement()
	if err != nil {
		return nil, err
	}
	n, leaf := a.log.find(e.Digest())
	if n >= 0 {
		return &trust.Logged{Envelope: e, Leaf: leaf, Index: n}, nil
	}
	leaf, err = trust.LeafOf(e, s)
	if err != nil {
		return nil, err
	}
	leaf.Time = a.now().Unix()
	n, leaf, err = a.log.Append(leaf)
	return &trust.Logged{Envelope: e, Leaf: leaf, Index: n}, err
}

// prove signs the head and proves every statement by it.
func (a *Authority) prove(ctx context.Context, e *trust.Evidence, witnesses []Witness) error {
	tree, err := a.log.Tree()
	if err != nil {
		return err
	}
	all := []*trust.Logged{}
	for i := range e.Statements {
		all = append(all, &e.Statements[i])
	}
	if e.Takedown != nil {
		all = append(all, e.Takedown)
	}
	for _, l := range all {
		if l.Proof, err = a.log.Prove(tree.Size, l.Index); err != nil {
			return err
		}
	}
	if e.Head, err = a.Head(ctx, tree, witnesses...); err != nil {
		return err
	}
	return a.extend(e, tree.Size)
}

// Head signs a tree with the log's keys and has it co-signed.
func (a *Authority) Head(ctx context.Context, tree translog.Tree, witnesses ...Witness) (string, error) {
	set, _, err := a.Roots(a.suite)
	if err != nil {
		return "", err
	}
	anchors, err := trust.ReadAnchors(set.Root())
	if err != nil {
		return "", err
	}
	signers, err := a.LogSigners(ctx, set.Root())
	if err != nil {
		return "", err
	}
	log := anchors.Log
	head, err := translog.Sign(ctx, a.suite, a.log.Origin, tree, signers...)
	if err != nil {
		return "", err
	}
	for _, w := range witnesses {
		seen, err := w.Seen(log.Origin)
		if err != nil {
			return "", err
		}
		proof, err := a.log.Extends(tree.Size, seen.Size)
		if err != nil {
			return "", err
		}
		if head, err = w.Cosign(ctx, head, log, proof); err != nil {
			return "", err
		}
	}
	return head, nil
}

// pending is the newest takedown list, with the certificate of the operator who signed it.
type pending struct {
	Envelope    *envelope.Envelope `json:"envelope"`
	Certificate envelope.Base64    `json:"certificate"`
}

// TakeDown makes a takedown list with the next serial, signed by an operator, and logs it. It holds all that is taken down,
// not only what is new.
func (a *Authority) TakeDown(ctx context.Context, t envelope.Takedown, by key.Signer, holder *cert.Certificate) (out *envelope.Takedown, err error) {
	if err := a.own("takedown"); err != nil {
		return nil, err
	}
	err = a.Exclusive(ctx, func() error {
		out, err = a.takeDown(ctx, t, by, holder)
		return err
	})
	return out, err
}

func (a *Authority) takeDown(ctx context.Context, t envelope.Takedown, by key.Signer, holder *cert.Certificate) (*envelope.Takedown, error) {
	if holder.Holder.Role != cert.Operator || holder.Key != by.Key() {
		return nil, errors.New("takedown: an operator's key and certificate are needed")
	}
	if err := a.Check(ctx, holder); err != nil {
		return nil, fmt.Errorf("takedown: %w", err)
	}
	old, err := a.readTakedown()
	if err != nil {
		return nil, err
	}
	t.Serial, t.Issued = 1, a.now().Unix()
	if old != nil {
		was, err := old.Envelope.Takedown()
		if err != nil {
			return nil, err
		}
		t.Serial = was.Serial + 1
	}
	s, err := envelope.NewTakedown(t)
	if err != nil {
		return nil, err
	}
	e, err := envelope.Sign(ctx, a.suite, s, by)
	if err != nil {
		return nil, err
	}
	if _, err := a.logStatement(e); err != nil {
		return nil, err
	}
	data, err := json.Marshal(pending{Envelope: e, Certificate: holder.DER})
	if err != nil {
		return nil, err
	}
	return &t, a.write(takedowns, data)
}

func (a *Authority) readTakedown() (*pending, error) {
	data, err := os.ReadFile(filepath.Join(a.dir, takedowns))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("authority: %w", err)
	}
	p := &pending{}
	if err := strict.Decode(data, envelope.Limit*2, p); err != nil {
		return nil, fmt.Errorf("authority: %s: %w", takedowns, err)
	}
	return p, nil
}

// takedown is the newest list as evidence has it.
func (a *Authority) takedown(e *trust.Evidence) (*trust.Logged, error) {
	p, err := a.readTakedown()
	if p == nil || err != nil {
		return nil, err
	}
	if !slices.ContainsFunc(e.Certificates, func(der envelope.Base64) bool { return bytes.Equal(der, p.Certificate) }) {
		e.Certificates = append(e.Certificates, p.Certificate)
	}
	return a.logStatement(p.Envelope)
}

var _ Witness = (*translog.Cosigner)(nil)
