package install

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"

	"golang.org/x/mod/semver"

	"github.com/dougong-dev/dougong/core/trust"
	"github.com/dougong-dev/dougong/core/trust/envelope"
	"github.com/dougong-dev/dougong/hosts/constraint"
)

// batch is what becomes one generation.
type batch struct {
	m      *Manager
	was    *Ledger
	change *Change
	fresh  []Item
}

// candidate is an offer and who makes it.
type candidate struct {
	Offer
	source Source
	rank   int
}

// candidates lists what fits, the best first. A source that does not answer is a warning as long as another one has it.
func (m *Manager) candidates(ctx context.Context, id string, c *Change, fits func(Offer) bool) ([]candidate, error) {
	var out []candidate
	var errs []error
	for rank, s := range m.sources() {
		offers, err := s.Offers(ctx, id)
		if err != nil {
			errs = append(errs, err)
			continue
		}
		for _, o := range offers {
			if o.ID == id && constraint.Version(o.Version) && fits(o) {
				out = append(out, candidate{o, s, rank})
			}
		}
	}
	slices.SortStableFunc(out, func(a, b candidate) int {
		return cmp.Or(semver.Compare("v"+b.Version, "v"+a.Version), a.rank-b.rank)
	})
	if len(out) == 0 {
		return nil, errors.Join(errs...)
	}
	c.warn(errors.Join(errs...))
	return out, nil
}

// install fetches and verifies one package that is asked for.
func (b *batch) install(ctx context.Context, w Want) (*Item, *envelope.Release, error) {
	if len(b.m.sources()) == 0 {
		return nil, nil, fmt.Errorf("install %s: there is no source\nnext: name one with --from, or in superapp.yaml: update: {sources: […]}", w.ID)
	}
	found, err := b.m.candidates(ctx, w.ID, b.change, func(o Offer) bool {
		return w.Allows.Allows(o.Version) && (o.Yanked == "" || w.Allows.Exact())
	})
	if err != nil {
		return nil, nil, fmt.Errorf("install %s: %w", w.ID, err)
	}
	if len(found) == 0 {
		if err := b.m.forbidden(w); err != nil {
			return nil, nil, err
		}
		return nil, nil, fmt.Errorf("install %s: no source has a version that fits %s\nnext: ask for another version, or name another source with --from", w.ID, w.Allows)
	}
	return b.first(ctx, found)
}

// first takes the first candidate that this host's platform has a file of.
func (b *batch) first(ctx context.Context, found []candidate) (*Item, *envelope.Release, error) {
	var errs []error
	for _, c := range found {
		o, err := c.source.Locate(ctx, c.Offer)
		if errors.Is(err, ErrPlatform) {
			errs = append(errs, err)
			continue
		}
		if err != nil {
			return nil, nil, fmt.Errorf("%s@%s: %w", c.ID, c.Version, err)
		}
		return b.take(ctx, c.source, o)
	}
	return nil, nil, errors.Join(errs...)
}

// take fetches and verifies an offer.
func (b *batch) take(ctx context.Context, s Source, o Offer) (*Item, *envelope.Release, error) {
	old, path := b.m.find(&b.was.Current, o.ID)
	item := Item{Kind: o.Kind, ID: o.ID, Version: o.Version, SHA256: o.SHA256, Size: o.Size, Source: s.Name()}
	if old != nil && old.SHA256 == item.SHA256 && (b.m.shelf.whole(*old) || path != b.m.Path(*old)) {
		return old, nil, nil
	}
	d := &download{source: s, offer: o, partial: b.m.shelf.path(partialDir, o.SHA256)}
	if old != nil && old.SHA256 != item.SHA256 {
		d.old = path
	}
	if err := d.run(ctx); err != nil {
		return nil, nil, err
	}
	release, file, err := b.verify(ctx, s, d)
	if err != nil {
		return nil, nil, err
	}
	u := Update{Kind: item.Kind, ID: item.ID, To: item.Version, Source: s.Name(), Tally: d.tally}
	if old != nil {
		u.From = old.Version
	}
	b.change.Done = append(b.change.Done, u)
	b.fresh = append(b.fresh, item)
	return &item, release, b.m.shelf.put(file, item)
}

// verify brings what was fetched before the gate, under the name of its kind.
func (b *batch) verify(ctx context.Context, s Source, d *download) (*envelope.Release, string, error) {
	file := d.partial + ending(d.offer.Kind)
	if err := os.Rename(d.partial, file); err != nil {
		return nil, "", err
	}
	known, err := b.m.known()
	if err != nil {
		return nil, "", err
	}
	e, err := s.Evidence(ctx, d.offer, known)
	if err == nil && e != nil {
		err = trust.Replace(file+trust.EvidenceSuffix, e.Bytes())
	}
	if err != nil {
		return nil, "", fmt.Errorf("evidence of %s@%s: %w", d.offer.ID, d.offer.Version, err)
	}
	v, err := b.m.options.Gate.Install(file)
	if err != nil {
		return nil, "", fmt.Errorf("%s@%s from %s: %w", d.offer.ID, d.offer.Version, s.Name(), err)
	}
	if v == nil {
		return nil, file, nil // nobody vouches for it, and nobody has to
	}
	r := v.Release
	if r.ID != d.offer.ID || r.Version != d.offer.Version || r.Kind != d.offer.Kind || v.Artifact.SHA256 != d.offer.SHA256 {
		return nil, "", fmt.Errorf("%s gave out %s %s@%s as %s %s@%s: %w", s.Name(), r.Kind, r.ID, r.Version, d.offer.Kind, d.offer.ID, d.offer.Version, trust.ErrRefused)
	}
	return r, file, nil
}

// requires lists what a package needs and nobody has.
func (b *batch) requires(item *Item, r *envelope.Release, queue []Want) (out []Want) {
	if r == nil {
		return nil
	}
	for _, id := range slices.Sorted(maps.Keys(r.Requires)) {
		here := b.was.Current.Find(id) != nil || b.m.base(id) != nil || b.m.options.Has(id) ||
			slices.ContainsFunc(b.fresh, func(i Item) bool { return i.ID == id }) || slices.ContainsFunc(queue, func(w Want) bool { return w.ID == id })
		if here || !goodID(id) {
			continue
		}
		c, err := constraint.Parse(r.Requires[id])
		if err != nil {
			b.change.warn(fmt.Errorf("%s@%s requires %s: %w", item.ID, item.Version, id, err))
			continue
		}
		out = append(out, Want{ID: id, Allows: c})
	}
	return out
}

// finish gives the ledger with the new generation; nil if nothing is new.
func (b *batch) finish() *Ledger {
	news := slices.DeleteFunc(slices.Clone(b.fresh), func(i Item) bool {
		old := b.was.Current.Find(i.ID)
		return old != nil && old.SHA256 == i.SHA256
	})
	if len(news) == 0 {
		return nil
	}
	next := b.was.next(b.m.options.Now().Unix(), news, nil)
	next.Bad = slices.DeleteFunc(slices.Clone(b.was.Bad), func(bad Bad) bool { // who asks for it by name tries it again
		return slices.ContainsFunc(news, func(i Item) bool { return i.ID == bad.ID && !constraint.Newer(bad.Version, i.Version) })
	})
	b.change.Number = next.Current.Number
	return next
}

// Summary says a change in a line.
func (u Update) Summary() string {
	switch {
	case u.From == "":
		return u.ID + " " + u.To
	case u.To == "":
		return u.ID + " " + u.From + " removed"
	case u.From == u.To:
		return u.ID + " " + u.To + " mended"
	}
	return strings.Join([]string{u.ID, u.From, "→", u.To}, " ")
}
