package release

import (
	"context"

	"github.com/dougong-dev/dougong/core/trust/envelope"
	"github.com/dougong-dev/dougong/registry/accounts"
	"github.com/dougong-dev/dougong/registry/policy"
	"github.com/dougong-dev/dougong/registry/store"
)

// Rule decides what may be published, beyond what always holds.
type Rule interface {
	Check(ctx context.Context, f *policy.Facts) error
}

// admit holds a release that was inspected against the operator's rule.
func (s *Shelf) admit(ctx context.Context, who accounts.Identity, org *store.Org, claim *envelope.Release, d *Doc, p *Page) error {
	if s.Rule == nil {
		return nil
	}
	f := &policy.Facts{
		Release: policy.Release{Kind: string(d.Kind), ID: d.ID, Version: d.Version, Namespace: claim.Namespace, Licence: d.Licence, Runtime: d.Runtime, Provides: d.Provides, Readme: p.Readme != ""},
		Org:     policy.Org{Name: org.Name, Verified: org.Verified, Releases: org.Releases, Bytes: org.Bytes},
		Account: policy.Account{Name: who.Name(), Admin: who.Account.Admin},
	}
	for _, x := range d.Permissions {
		f.Release.Permissions = append(f.Release.Permissions, x.Name)
		if x.Name == "http" {
			f.Release.Hosts = append(f.Release.Hosts, x.Value)
		}
	}
	for _, a := range claim.Artifacts {
		f.Release.Platforms = append(f.Release.Platforms, a.Platform)
		f.Release.Size += a.Size
	}
	if p.Conformance != nil {
		f.Release.Passed, f.Release.Failed = int64(p.Conformance.Passed), int64(p.Conformance.Failed)
	}
	return s.Rule.Check(ctx, f)
}
