package release

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/dougong-dev/dougong/core/gm"
	"github.com/dougong-dev/dougong/core/trust/cert"
	"github.com/dougong-dev/dougong/core/trust/envelope"
	"github.com/dougong-dev/dougong/core/trust/key"
	"github.com/dougong-dev/dougong/registry/accounts"
	"github.com/dougong-dev/dougong/registry/catalog"
	"github.com/dougong-dev/dougong/registry/fault"
	"github.com/dougong-dev/dougong/registry/house"
	"github.com/dougong-dev/dougong/registry/name"
	"github.com/dougong-dev/dougong/registry/orgs"
	"github.com/dougong-dev/dougong/registry/store"
)

// Published is the outcome of an upload.
type Published struct {
	Doc
	// Again tells that this very release was there already: a client that lost the answer may ask again.
	Again bool `json:"again,omitempty"`
}

// Publish takes a release in:
//
//  1. the envelope is read: what is claimed, by whom it is signed; who uploads has to be allowed to;
//  2. each artifact is streamed in, hashed, and compared with the claim, from the outside (digests) and inside (manifest);
//  3. the artifacts are kept under their digests;
//  4. one transaction writes the release, its leaf and its place in the catalogue.
//
// Whatever ends it before the end of 4 leaves nothing that anybody sees; artifacts without a release are swept up later.
func (s *Shelf) Publish(ctx context.Context, who accounts.Identity, parts Parts) (p *Published, err error) {
	if err := who.Need(accounts.ScopePublish); err != nil {
		return nil, err
	}
	c, err := readEnvelope(parts)
	if err != nil {
		return nil, err
	}
	r := c.release
	if err := s.checkClaim(r); err != nil {
		return nil, err
	}
	if parts, err = c.readWish(parts); err != nil {
		return nil, err
	}
	if parts, err = c.readCertificates(parts); err != nil {
		return nil, err
	}
	if err := s.House.Refresh(ctx); err != nil {
		return nil, err
	}
	org, _, err := s.mayPublish(ctx, s.Store, who, c)
	if err != nil {
		return nil, err
	}
	var all []*staged
	defer func() {
		for _, st := range all {
			err = errors.Join(err, st.upload.Discard())
		}
	}()
	for _, claim := range r.Artifacts {
		st, err := s.stage(ctx, parts, r, claim)
		if err != nil {
			return nil, err
		}
		all = append(all, st)
		if err := s.admit(ctx, who, org, r, &st.found.doc, &st.found.page); err != nil { // each: they may ask for different things
			return nil, err
		}
	}
	for _, st := range all {
		if err := st.upload.Commit(ctx, st.claim.SHA256); err != nil {
			return nil, fault.New(fault.Unavailable, "the registry cannot keep the artifact: %w", err).Next("nothing was published; try again later")
		}
	}
	return s.commit(ctx, who, c, merge(all))
}

// merge makes one description of what the artifacts say: the first one's, which all others have to agree with in id, version
// and what they provide (inspect compares each with the claim).
func merge(all []*staged) *found {
	f := all[0].found
	for _, st := range all {
		f.doc.Artifacts = append(f.doc.Artifacts, store.Artifact{Platform: st.claim.Platform, SHA256: st.claim.SHA256, SM3: st.claim.SM3, Size: st.claim.Size, Content: st.claim.Content})
	}
	return f
}

// mayPublish checks that the uploader may publish the id, that there is room, and that who signed may say so: it gives the
// certificates that show it.
func (s *Shelf) mayPublish(ctx context.Context, r store.Reader, who accounts.Identity, c *claimed) (*store.Org, []*cert.Certificate, error) {
	org, err := s.mayUpload(ctx, r, who, c.release)
	if err != nil {
		return nil, nil, err
	}
	if err := s.pinned(ctx, r, org, c.Envelope); err != nil {
		return nil, nil, err
	}
	certs, err := s.House.Admit(ctx, r, c.Envelope, c.certs, c.release.ID)
	return org, certs, err
}

func (s *Shelf) mayUpload(ctx context.Context, r store.Reader, who accounts.Identity, claim *envelope.Release) (*store.Org, error) {
	if err := who.NeedPackage(accounts.ScopePublish, claim.ID); err != nil {
		return nil, err
	}
	ns, err := orgs.Owner(ctx, r, claim.ID)
	if err != nil {
		return nil, err
	}
	if claim.Namespace != ns.Name {
		return nil, fault.New(fault.Signature, "signed was the namespace %.80q, but %q is in %q", claim.Namespace, claim.ID, ns.Name)
	}
	if a, err := r.AccountByID(ctx, who.ID()); err != nil || a.Disabled { // while it was uploading
		return nil, errors.Join(err, fault.New(fault.Denied, "account %q is disabled", who.Name()))
	}
	role, err := r.Role(ctx, ns.Org, who.ID())
	if err != nil {
		return nil, err
	}
	if !role.Allows(store.RolePublisher) {
		return nil, fault.New(fault.Denied, "account %q is no publisher of organisation %q, which owns %q", who.Name(), ns.OrgName, ns.Name)
	}
	org, err := r.OrgByID(ctx, ns.Org)
	if err != nil {
		return nil, err
	}
	if !org.Verified {
		return nil, orgs.Unverified(org.Name)
	}
	if !ns.Verified {
		return nil, fault.New(fault.Denied, "the namespace %q is not verified yet", ns.Name).
			Next("ask an administrator of this registry: dougong registry org approve %s", ns.Name)
	}
	size := org.Bytes
	for _, a := range claim.Artifacts {
		size += a.Size
	}
	if size > s.Limits.Org {
		return nil, fault.New(fault.Quota, "organisation %q would keep %d bytes, its limit is %d", org.Name, size, s.Limits.Org)
	}
	return org, nil
}

// pinned checks that one of the keys signed that the organisation has named, if it has named any: it may narrow down by itself
// which of the house's certificates are good for its releases, and take a stolen key out at once.
func (s *Shelf) pinned(ctx context.Context, r store.Reader, org *store.Org, e *envelope.Envelope) error {
	list, err := r.Keys(ctx, org.ID)
	if err != nil || len(list) == 0 {
		return err
	}
	var good []key.Key
	for _, k := range list {
		if !k.Revoked.IsZero() {
			continue
		}
		public, err := gm.ParsePublicKey(gm.Algorithm(k.Algorithm), k.Public)
		if err != nil {
			return fmt.Errorf("kept key %s: %w", k.ID, err)
		}
		good = append(good, key.New(public))
	}
	if _, err := e.Verify(s.Suite, good, 1); err != nil {
		return fault.New(fault.Signature, "no key of organisation %q has signed: %w", org.Name, err).Next("register the key: dougong registry org add-key %s KEY", org.Name)
	}
	return nil
}

// commit is the transaction. What may have changed since the upload began is looked at again, behind the log's lock.
func (s *Shelf) commit(ctx context.Context, who accounts.Identity, c *claimed, f *found) (*Published, error) {
	out, e, r := &Published{}, c.Envelope, c.release
	err := s.Store.Update(ctx, func(tx store.Tx) error {
		if _, err := tx.LockLog(ctx); err != nil {
			return err
		}
		org, certs, err := s.mayPublish(ctx, tx, who, c)
		if err != nil {
			return err
		}
		if err := house.Keep(ctx, tx, certs); err != nil {
			return err
		}
		if old, err := tx.Release(ctx, f.doc.Kind, r.ID, r.Version); err == nil {
			return s.again(out, e, r, old)
		} else if !errors.Is(err, store.ErrNotFound) {
			return err
		}
		p, err := s.pkg(ctx, tx, f.doc.Kind, r.ID, org, c.wish)
		if err != nil {
			return err
		}
		event := &store.Event{Actor: who.Name(), Action: "release.publish", Org: org.Name, Subject: r.ID + "@" + r.Version, Detail: fmt.Sprintf(`{"envelope":%q}`, e.Digest()), Private: p.Visibility != store.Public}
		if err := s.Book.Record(ctx, tx, event, e); err != nil {
			return err
		}
		f.doc.Organisation, f.doc.Published, f.doc.Publisher, f.doc.Log = org.Name, event.Time, who.Name(), event.Index
		meta, err := json.Marshal(f.doc)
		if err != nil {
			return err
		}
		page, err := json.Marshal(f.page)
		if err != nil {
			return err
		}
		row := &store.Release{Package: p.ID, Version: r.Version, Created: event.Time, Publisher: who.Name(), Artifacts: f.doc.Artifacts, Meta: meta, Page: page, Envelope: e.Bytes(), Leaf: event.Index}
		if err := tx.AddRelease(ctx, row); err != nil {
			return err
		}
		if name.Newer(r.Version, p.Latest) {
			if err := show(ctx, tx, p, &f.doc, &f.page); err != nil {
				return err
			}
		}
		out.Doc = f.doc
		return notify(ctx, tx, org.ID, event)
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}

// again answers the upload of a version that is there.
func (s *Shelf) again(out *Published, e *envelope.Envelope, r *envelope.Release, old *store.Release) error {
	kept, err := envelope.Parse(old.Envelope)
	if err != nil {
		return err
	}
	if kept.PayloadDigest() != e.PayloadDigest() {
		return fault.New(fault.Conflict, "version %q of %q is published already, with other content", r.Version, r.ID).Next("a published version never changes: raise the version")
	}
	out.Again = true
	return json.Unmarshal(old.Meta, &out.Doc)
}

// pkg finds the package or makes it: as its publisher wishes, or else as the organisation's begin.
func (s *Shelf) pkg(ctx context.Context, tx store.Tx, kind store.Kind, id string, org *store.Org, wish store.Visibility) (*store.Package, error) {
	p, err := tx.Package(ctx, kind, id)
	if errors.Is(err, store.ErrNotFound) {
		p = &store.Package{Kind: kind, Name: id, Org: org.ID, OrgName: org.Name, OrgTitle: org.Title, Visibility: cmp.Or(wish, org.Visibility, store.Public), Updated: s.Now()}
		return p, tx.AddPackage(ctx, p)
	}
	if err == nil && p.Org != org.ID {
		return nil, fault.New(fault.Denied, "%q belongs to organisation %q", id, p.OrgName)
	}
	if err == nil && wish != "" && wish != p.Visibility {
		return nil, fault.New(fault.Conflict, "%s %q is %s, not %s", kind, id, p.Visibility, wish).
			Next("change it first: dougong registry visibility %s %s", id, wish)
	}
	return p, err
}

// show puts a release's texts into the catalogue.
func show(ctx context.Context, tx store.Tx, p *store.Package, d *Doc, page *Page) error {
	p.Latest, p.Title, p.SummaryEN, p.SummaryZH, p.Updated = d.Version, d.Title, d.SummaryEN, d.SummaryZH, d.Published
	p.Capabilities, p.Category = d.Provides, category(d.Provides)
	texts := append([]string{p.Name, d.Title, d.SummaryEN, d.SummaryZH, p.OrgName, p.OrgTitle, p.Category}, d.Provides...)
	return tx.SetPackage(ctx, p, catalog.Words(append(texts, page.Readme)...))
}
