package install

import (
	"context"
	"fmt"

	"github.com/dougong-dev/dougong/hosts/constraint"
)

// Rules say what may be updated to what.
type Rules struct {
	// Constraints by id; a package without one may go to every newer release.
	Constraints map[string]constraint.Constraint
	// Preview lets packages without a constraint go to pre-releases as well.
	Preview bool
	// Skip tells that a package stays as it is, a pinned one say; may be nil.
	Skip func(id string) bool
}

func (r Rules) allows(id, version string) bool {
	c, found := r.Constraints[id]
	if !found {
		if r.Preview {
			c = c.WithPreview()
		}
	}
	return c.Allows(version)
}

// Check tells what an update would bring. It learns what the sources say about the house, and fetches nothing else.
func (m *Manager) Check(ctx context.Context, r Rules) (*Change, error) {
	c := &Change{}
	if err := m.learn(ctx, c); err != nil {
		return c, err
	}
	l, err := m.Ledger()
	if err != nil {
		return c, err
	}
	for _, item := range m.Running(l.Current) {
		found, err := m.newer(ctx, l, item, r, c)
		if err != nil {
			c.warn(fmt.Errorf("%s: %w", item.ID, err))
		}
		if len(found) > 0 {
			c.Done = append(c.Done, Update{Kind: item.Kind, ID: item.ID, From: item.Version, To: found[0].Version, Source: found[0].source.Name()})
		}
	}
	return c, nil
}

// newer lists the versions that a package may be updated to, the best first.
func (m *Manager) newer(ctx context.Context, l *Ledger, item Item, r Rules, c *Change) ([]candidate, error) {
	if r.Skip != nil && r.Skip(item.ID) {
		return nil, nil
	}
	s, err := m.options.Gate.State()
	if err != nil {
		return nil, err
	}
	return m.candidates(ctx, item.ID, c, func(o Offer) bool {
		if _, forbidden := s.Forbids(o.ID, o.Version); forbidden { // the one before it may be allowed
			return false
		}
		return o.Kind == item.Kind && o.Yanked == "" && constraint.Newer(o.Version, item.Version) && r.allows(o.ID, o.Version) && l.bad(o.ID, o.Version) == nil
	})
}

// Update installs what Check tells of as one generation. A package that cannot be updated stays as it is, with a warning.
func (m *Manager) Update(ctx context.Context, r Rules) (*Change, error) {
	c := &Change{}
	if err := m.learn(ctx, c); err != nil {
		return c, err
	}
	err := m.locked(ctx, func(l *Ledger) (*Ledger, error) {
		b := &batch{m: m, was: l, change: c}
		for _, item := range m.Running(l.Current) {
			if err := b.update(ctx, item, r); err != nil {
				if ctx.Err() != nil || full(err) {
					return nil, err
				}
				c.warn(err)
			}
		}
		return b.finish(), nil
	})
	return c, err
}

// update fetches the newer version of a package, and what that requires.
func (b *batch) update(ctx context.Context, item Item, r Rules) error {
	found, err := b.m.newer(ctx, b.was, item, r, b.change)
	if err != nil || len(found) == 0 {
		return err
	}
	kept := len(b.fresh)
	now, release, err := b.first(ctx, found)
	if err != nil {
		b.change.Failed = append(b.change.Failed, item.ID)
		return err
	}
	for queue := b.requires(now, release, nil); len(queue) > 0; queue = queue[1:] {
		more, its, err := b.install(ctx, queue[0])
		if err != nil { // without what it requires it does not go
			b.fresh, b.change.Done = b.fresh[:kept], b.change.Done[:kept]
			b.change.Failed = append(b.change.Failed, item.ID)
			return fmt.Errorf("%s@%s: %w", now.ID, now.Version, err)
		}
		queue = append(queue, b.requires(more, its, queue)...)
	}
	return nil
}
