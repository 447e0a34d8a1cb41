package release

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/dougong-dev/dougong/registry/accounts"
	"github.com/dougong-dev/dougong/registry/fault"
	"github.com/dougong-dev/dougong/registry/name"
	"github.com/dougong-dev/dougong/registry/store"
)

// maxReason bounds what is said about a yank or a deprecation.
const maxReason = 500

// sorted puts the newest version first.
func sorted(list []store.Release) []store.Release {
	slices.SortFunc(list, func(a, b store.Release) int {
		if name.Newer(a.Version, b.Version) {
			return -1
		}
		return 1
	})
	return list
}

// change finds a package that an identity may change, by a credential with the scope to yank.
func (s *Shelf) change(ctx context.Context, tx store.Reader, who accounts.Identity, kind store.Kind, id string) (*store.Package, error) {
	if err := who.NeedPackage(accounts.ScopeYank, id); err != nil {
		return nil, err
	}
	p, err := tx.Package(ctx, kind, id)
	if errors.Is(err, store.ErrNotFound) {
		return nil, gone(kind, id, "")
	}
	if err != nil {
		return nil, err
	}
	role, err := tx.Role(ctx, p.Org, who.ID())
	if err != nil {
		return nil, err
	}
	if !role.Allows(store.RolePublisher) && !who.Administers() {
		if p.Visibility != store.Public && !role.Allows(store.RoleReader) {
			return nil, gone(kind, id, "")
		}
		return nil, fault.New(fault.Denied, "account %q is no publisher of organisation %q, which owns %q", who.Name(), p.OrgName, id)
	}
	return p, nil
}

func reasonable(reason string) (string, error) {
	reason = strings.TrimSpace(reason)
	if len(reason) > maxReason {
		return "", fault.New(fault.Invalid, "the reason has %d bytes, the limit is %d", len(reason), maxReason)
	}
	return reason, nil
}

// event writes what happened to a package to the log, and tells the organisation's webhooks.
func (s *Shelf) event(ctx context.Context, tx store.Tx, who accounts.Identity, action string, p *store.Package, version string, detail map[string]any) error {
	text, err := json.Marshal(detail)
	if err != nil {
		return err
	}
	subject := p.Name
	if version != "" {
		subject += "@" + version
	}
	e := &store.Event{Actor: who.Name(), Action: action, Org: p.OrgName, Subject: subject, Detail: string(text), Private: p.Visibility != store.Public}
	if err := s.Book.Record(ctx, tx, e, nil); err != nil {
		return err
	}
	return notify(ctx, tx, p.Org, e)
}

// notify puts an event into the queue of the organisation's webhooks, in the transaction that it tells of.
func notify(ctx context.Context, tx store.Tx, org int64, e *store.Event) error {
	hooks, err := tx.Webhooks(ctx, org)
	if err != nil || len(hooks) == 0 {
		return err
	}
	body, err := json.Marshal(map[string]any{"event": e.Action, "subject": e.Subject, "organisation": e.Org, "actor": e.Actor, "time": e.Time, "log": e.Index, "detail": json.RawMessage(e.Detail)})
	if err != nil {
		return err
	}
	for _, h := range hooks {
		if err := tx.AddDelivery(ctx, h.ID, body, e.Time); err != nil {
			return err
		}
	}
	return nil
}

// Yank says that a version should not be installed any more; whoever has pinned it still gets it. An empty reason takes that
// back.
func (s *Shelf) Yank(ctx context.Context, who accounts.Identity, kind store.Kind, id, version, reason string) error {
	reason, err := reasonable(reason)
	if err != nil {
		return err
	}
	return s.Store.Update(ctx, func(tx store.Tx) error {
		if _, err := tx.LockLog(ctx); err != nil {
			return err
		}
		p, err := s.change(ctx, tx, who, kind, id)
		if err != nil {
			return err
		}
		if err := tx.SetYanked(ctx, p.ID, version, reason); err != nil {
			if errors.Is(err, store.ErrNotFound) {
				return gone(kind, id, version)
			}
			return err
		}
		if err := s.latest(ctx, tx, p); err != nil {
			return err
		}
		action := "release.yank"
		if reason == "" {
			action = "release.unyank"
		}
		return s.event(ctx, tx, who, action, p, version, map[string]any{"reason": reason})
	})
}

// latest makes the newest version that is not yanked the package's latest; its texts follow.
func (s *Shelf) latest(ctx context.Context, tx store.Tx, p *store.Package) error {
	list, err := tx.Releases(ctx, p.ID)
	if err != nil {
		return err
	}
	for _, r := range sorted(list) {
		if r.Yanked != "" {
			continue
		}
		full, err := tx.Release(ctx, p.Kind, p.Name, r.Version)
		if err != nil {
			return err
		}
		d, page := &Doc{}, &Page{}
		if err := errors.Join(json.Unmarshal(full.Meta, d), json.Unmarshal(full.Page, page)); err != nil {
			return fmt.Errorf("kept metadata of %s@%s: %w", p.Name, r.Version, err)
		}
		return show(ctx, tx, p, d, page)
	}
	return nil // all are yanked: it keeps showing the last one, marked so
}

// Deprecate says that a package should be replaced. An empty reason takes that back.
func (s *Shelf) Deprecate(ctx context.Context, who accounts.Identity, kind store.Kind, id, reason string) error {
	reason, err := reasonable(reason)
	if err != nil {
		return err
	}
	return s.Store.Update(ctx, func(tx store.Tx) error {
		p, err := s.change(ctx, tx, who, kind, id)
		if err != nil {
			return err
		}
		if err := tx.SetDeprecated(ctx, p.ID, reason); err != nil {
			return err
		}
		return s.event(ctx, tx, who, "package.deprecate", p, "", map[string]any{"reason": reason})
	})
}

// SetVisibility makes a package public or internal to its organisation.
func (s *Shelf) SetVisibility(ctx context.Context, who accounts.Identity, kind store.Kind, id string, v store.Visibility) error {
	if !v.Known() {
		return fault.New(fault.Invalid, "unknown visibility %q; known are %s and %s", v, store.Public, store.Internal)
	}
	return s.Store.Update(ctx, func(tx store.Tx) error {
		p, err := s.change(ctx, tx, who, kind, id)
		if err != nil {
			return err
		}
		if err := tx.SetVisibility(ctx, p.ID, v); err != nil {
			return err
		}
		if v == store.Internal {
			p.Visibility = v
		}
		return s.event(ctx, tx, who, "package.visibility", p, "", map[string]any{"visibility": v})
	})
}
