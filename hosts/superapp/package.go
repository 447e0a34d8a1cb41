package superapp

import (
	"maps"
	"slices"

	"github.com/dougong-dev/dougong/core/miniapp/program"
	"github.com/dougong-dev/dougong/core/trust"
	"github.com/dougong-dev/dougong/core/trust/cert"
	"github.com/dougong-dev/dougong/hosts/web"
)

// judged is the verdict about what the gate has just let in; nil: nobody vouches for it.
func (p *miniProgram) judged() *trust.Verdict {
	gate, ok := p.gate.(interface {
		Verdict(path string) *trust.Verdict
	})
	if !ok || p.content == "" || !p.bundled() {
		return nil
	}
	if v := gate.Verdict(p.path); v != nil && v.Trust == trust.Verified {
		return v
	}
	return nil
}

// packageOf is what a package says of itself and, if its evidence was verified, what was signed about it.
func packageOf(built *program.Program, v *trust.Verdict) *web.Package {
	out := &web.Package{ID: built.App.ID, Name: built.App.Name, Version: built.App.Version}
	scopes := map[string]string{}
	maps.Copy(scopes, built.App.Permission)
	if v != nil && v.Release != nil {
		out.ID, out.Version, out.Licence = v.Release.ID, v.Release.Version, v.Release.Licence
		index := v.LogIndex
		out.LogIndex, out.LoggedAt = &index, v.LoggedAt.UnixMilli()
		for _, scope := range v.Release.Permissions {
			scopes[scope] = built.App.Permission[scope]
		}
		for _, s := range v.Signers {
			if s.Holder.Role == cert.Vendor && out.Vendor == "" {
				out.Vendor = s.Holder.Organisation
			}
			out.Signers = append(out.Signers, web.Signer{Role: s.Holder.Role, Name: s.Holder.Name, Organisation: s.Holder.Organisation, Algorithm: s.Algorithm, Key: s.KeyID})
		}
	}
	for _, scope := range slices.Sorted(maps.Keys(scopes)) {
		out.Permissions = append(out.Permissions, web.PackagePermission{Scope: scope, Title: scopeTitle(scope), Purpose: scopes[scope]})
	}
	return out
}
