package compose

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/dougong-dev/dougong/core/capability/apiname"
	"github.com/dougong-dev/dougong/core/config"
	"github.com/dougong-dev/dougong/hosts/compose/lock"
	"github.com/dougong-dev/dougong/pdk/contracts"
	"github.com/dougong-dev/dougong/pdk/go/contract"
	"github.com/dougong-dev/dougong/pdk/go/manifest"
	"github.com/dougong-dev/dougong/pdk/go/strict"
)

// Capabilities by which the host's services are carried out, and those that any number of plugins may provide.
const (
	storageCapability  = "dougong.storage/v1"
	networkCapability  = "dougong.network/v1"
	fileCapability     = "dougong.file/v1"
	guardCapability    = "dougong.guard/v1"
	observerCapability = "dougong.observer/v1"
)

// fitting holds the parts against one another, as a kernel does at its start, before anything is built.
type fitting struct {
	*Plan
	config   *config.Config
	wrong    *Problems
	standard []*contract.Contract
	names    *apiname.Names
	known    map[string]*contract.Contract // by capability
	provides map[string][]*Package         // by capability
	complete bool                          // every part could be had: what is missing is missing
}

func (p *Plan) fit(wrong *Problems, complete bool) {
	f := &fitting{Plan: p, config: p.options.Config, wrong: wrong, known: map[string]*contract.Contract{}, provides: map[string][]*Package{}, complete: complete}
	standard, err := contract.Load(contracts.Files)
	if err != nil {
		wrong.add(strict.Position{}, "", fmt.Sprintf("standard contracts: %v", err))
		return
	}
	f.standard, f.names = standard, apiname.New(standard)
	for _, c := range standard {
		f.known[c.Capability] = c
	}
	f.gather()
	for _, pack := range p.Packages {
		if pack.manifest != nil {
			f.plugin(pack)
		}
	}
	f.claims()
	f.choices()
	f.watchers()
	for _, pack := range p.Packages {
		if pack.app != nil {
			f.miniProgram(pack)
		}
	}
}

// entry is what superapp.yaml says of a plugin; nothing of one that was added.
func (f *fitting) entry(p *Package) config.Plugin {
	if p.node.index < 0 {
		return config.Plugin{ID: p.node.id}
	}
	return f.config.Plugins[p.node.index]
}

func (f *fitting) place(p *Package, path ...any) strict.Position {
	list := "plugins"
	if p.node.kind == lock.MiniProgram {
		list = "miniapps"
	}
	if p.node.index < 0 {
		return p.node.at
	}
	return f.config.Place(append([]any{list, p.node.index}, path...)...)
}

// gather notes the contracts that plugins bring along, and who provides what.
func (f *fitting) gather() {
	for _, p := range f.Packages {
		if p.manifest == nil {
			continue
		}
		for _, c := range p.contracts {
			if err := f.names.Check(c); err != nil {
				f.wrong.add(f.place(p), "ask its vendor for a version that keeps to its own names", fmt.Sprintf("%s %s: %v", p.node.what(), p.manifest.Version, oneLine(err)))
			}
			f.known[c.Capability] = c
		}
		for _, c := range p.manifest.Provides {
			f.provides[c] = append(f.provides[c], p)
		}
	}
}

// plugin checks one plugin against its entry and against what others provide.
func (f *fitting) plugin(p *Package) {
	entry, m := f.entry(p), p.manifest
	for _, c := range m.Provides {
		if f.known[c] == nil {
			f.wrong.add(f.place(p), "use a version of the plugin for an API that this host knows, or a newer host",
				fmt.Sprintf("%s %s provides %s, and neither this host nor the plugin has a contract of it%s", p.node.what(), m.Version, c, strict.NearMiss(c, slices.Collect(maps.Keys(f.known)))))
		}
	}
	if m.Requires.Net == manifest.NetAll && !entry.Grants.Net {
		f.wrong.add(f.place(p, "grants"), "grants: {net: true}, if it may", fmt.Sprintf("%s %s needs the network (requires.net: all), and nobody grants it", p.node.what(), m.Version))
	}
	if m.Requires.Exec && !entry.Grants.Exec {
		f.wrong.add(f.place(p, "grants"), "grants: {exec: true}, if it may", fmt.Sprintf("%s %s starts other programs (requires.exec: true), and nobody grants it", p.node.what(), m.Version))
	}
	for _, need := range []struct {
		needed     bool
		why        string
		capability string
	}{
		{m.Requires.KV, "requires.kv", storageCapability},
		{len(m.Requires.HTTP) > 0, "requires.http", networkCapability},
		{m.Requires.LocalFiles, "requires.local_files", fileCapability},
	} {
		if need.needed {
			f.provided(p, need.capability, fmt.Sprintf("%s %s needs it (%s)", p.node.what(), m.Version, need.why))
		}
	}
	for _, name := range m.Requires.Secrets {
		if entry.Secrets[name] == "" {
			f.note("%s asks for a secret %q that superapp.yaml does not give: secrets: {%s: \"env:NAME\"}", p.node.what(), name, name)
		}
	}
	f.settings(p, entry)
}

// provided says that a capability is missing.
func (f *fitting) provided(p *Package, capability, why string) {
	if len(f.provides[capability]) > 0 || !f.complete {
		return
	}
	f.wrong.add(f.place(p), "add a plugin that provides it; `dougong registry search --capability "+capability+"` finds some", fmt.Sprintf("nothing provides %s, and %s", capability, why))
}

// settings checks a plugin's configuration against its manifest.
func (f *fitting) settings(p *Package, entry config.Plugin) {
	m := p.manifest
	at := f.place(p, "config")
	var keys []string
	properties, _ := m.Config["properties"].(map[string]any)
	for name := range properties {
		keys = append(keys, name)
	}
	closed, isBool := m.Config["additionalProperties"].(bool)
	known := map[string]any{}
	for name, value := range entry.Config {
		if _, ok := properties[name]; !ok && isBool && !closed {
			f.wrong.add(f.config.Place("plugins", p.node.index, "config", name), "its README says what it takes", fmt.Sprintf("%s: config: unknown key %q%s", p.node.what(), name, strict.NearMiss(name, keys)))
			continue
		}
		known[name] = value
	}
	secret := false
	filled, _ := config.ReplaceSecrets(known, func(string) (any, error) { secret = true; return config.Mask, nil }) // it never fails
	text, err := json.Marshal(filled)
	if err == nil {
		err = m.CheckConfig(text)
	}
	switch {
	case err == nil:
	case secret:
		f.note("%s: the configuration can only be checked when its secrets are known: %v", p.node.what(), err)
	default:
		f.wrong.add(at, "mend it as the plugin's manifest says", err.Error())
	}
}

// claims checks the names that plugins claim for mini-programs.
func (f *fitting) claims() {
	owner := map[string]*Package{}
	for _, p := range f.Packages {
		if p.manifest == nil {
			continue
		}
		offered := map[string]bool{}
		for _, c := range p.contracts {
			for _, name := range c.Named() {
				offered[name] = true
			}
		}
		names := slices.Sorted(maps.Keys(offered))
		for i, claim := range f.entry(p).APIs {
			at := f.place(p, "apis", i)
			switch {
			case claim == config.AllAPIs:
				for _, name := range names {
					f.claim(owner, p, name, at)
				}
			case f.names.Standard(claim) != "":
				f.wrong.add(at, "remove it from apis", fmt.Sprintf("%s: %s belongs to the standard capability %s, whose provider has it without a claim", p.node.what(), claim, f.names.Standard(claim)))
			case !offered[claim]:
				f.wrong.add(at, "claim a name that it has, or leave it out", fmt.Sprintf("%s %s has no %s%s", p.node.what(), p.manifest.Version, claim, strict.NearMiss(claim, names)))
			default:
				f.claim(owner, p, claim, at)
			}
		}
	}
}

func (f *fitting) claim(owner map[string]*Package, p *Package, name string, at strict.Position) {
	if other := owner[name]; other != nil && other != p && !shares(other, p, name) {
		f.wrong.add(at, "claim it for one of them only: list the other's names in apis instead of \"*\"",
			fmt.Sprintf("%s is claimed for %s and for %s (%s)", name, p.node.what(), other.node.what(), f.place(other)))
		return
	}
	owner[name] = p
}

// shares tells whether two plugins have a name from the same capability, as two versions of one plugin do.
func shares(a, b *Package, name string) bool {
	of := func(p *Package) string {
		for _, c := range p.contracts {
			if slices.Contains(c.Named(), name) {
				return c.Capability
			}
		}
		return ""
	}
	return of(a) == of(b)
}

// choices checks that each capability has one provider, and that those chosen provide it.
func (f *fitting) choices() {
	for _, c := range slices.Sorted(maps.Keys(f.provides)) {
		list := f.provides[c]
		if len(list) < 2 || c == guardCapability || c == observerCapability || f.config.Providers[c] != "" {
			continue
		}
		var names []string
		for _, p := range list {
			names = append(names, p.node.name())
		}
		f.wrong.add(f.config.Place("providers"), fmt.Sprintf("providers: {%s: %s}", c, names[0]), fmt.Sprintf("%s is provided by %s, and nothing says by which", c, strings.Join(names, " and by ")))
	}
	f.chosen(f.config.Providers, "providers")
	for i, a := range f.config.MiniApps {
		f.chosen(a.Providers, "miniapps", i, "providers")
	}
}

func (f *fitting) chosen(choice map[string]string, path ...any) {
	for _, c := range slices.Sorted(maps.Keys(choice)) {
		at := f.config.Place(append(slices.Clone(path), c)...)
		list := f.provides[c]
		if f.known[c] == nil {
			if f.complete {
				f.wrong.add(at, "name a capability of a plugin", fmt.Sprintf("there is no capability %s%s", c, strict.NearMiss(c, slices.Collect(maps.Keys(f.known)))))
			}
			continue
		}
		if p := f.named(choice[c]); p != nil && !slices.Contains(list, p) {
			f.wrong.add(at, "choose a plugin that does", fmt.Sprintf("%s does not provide %s; it provides %s", p.node.what(), c, strings.Join(p.manifest.Provides, ", ")))
		}
	}
}

func (f *fitting) named(name string) *Package {
	for _, p := range f.Packages {
		if p.manifest != nil && p.node.name() == name {
			return p
		}
	}
	return nil
}

// watchers checks the plugins behind guards and observers.
func (f *fitting) watchers() {
	check := func(list string, i int, name, capability string, watched []string) {
		if p := f.named(name); p != nil && !slices.Contains(p.manifest.Provides, capability) {
			f.wrong.add(f.config.Place(list, i, "plugin"), "name a plugin that does", fmt.Sprintf("%s does not provide %s; it provides %s", p.node.what(), capability, strings.Join(p.manifest.Provides, ", ")))
		}
		for j, c := range watched {
			if f.known[c] == nil && f.complete {
				f.wrong.add(f.config.Place(list, i, "capabilities", j), "name a capability of a plugin", fmt.Sprintf("there is no capability %s%s", c, strict.NearMiss(c, slices.Collect(maps.Keys(f.known)))))
			}
		}
	}
	for i, g := range f.config.Guards {
		check("guards", i, g.Plugin, guardCapability, g.Capabilities)
	}
	for i, o := range f.config.Observers {
		check("observers", i, o.Plugin, observerCapability, o.Capabilities)
	}
}

// miniProgram checks that what a mini-program's manifest asks for is there: scopes, private APIs, vendors' APIs.
func (f *fitting) miniProgram(p *Package) {
	scopes, apis := map[string][]string{}, map[string]string{}
	for name, c := range f.known {
		for _, m := range c.Methods {
			if m.Scope != "" && !slices.Contains(scopes[m.Scope], name) {
				scopes[m.Scope] = append(scopes[m.Scope], name)
			}
			for _, api := range m.Offered() {
				apis[api] = name
			}
		}
		for _, e := range c.Events {
			for _, api := range e.Offered() {
				apis[api] = name
			}
		}
	}
	for _, scope := range slices.Sorted(maps.Keys(p.app.Permission)) {
		list := scopes[scope]
		if len(list) > 0 && !slices.ContainsFunc(list, func(c string) bool { return len(f.provides[c]) > 0 }) {
			slices.Sort(list)
			f.provided(p, list[0], fmt.Sprintf("%s %s asks for %s, which is part of it", p.node.what(), p.app.Version, scope))
		}
	}
	private, _ := p.app.Config["requiredPrivateInfos"].([]any)
	for _, one := range private {
		name, _ := one.(string)
		if c := apis["wx."+name]; c != "" {
			f.provided(p, c, fmt.Sprintf("%s %s requires wx.%s (requiredPrivateInfos)", p.node.what(), p.app.Version, name))
		}
	}
	f.vendorAPIs(p, apis)
}

// vendorAPIs checks the APIs of vendors that a mini-program declares.
func (f *fitting) vendorAPIs(p *Package, apis map[string]string) {
	if !f.complete {
		return
	}
	for _, ext := range p.app.ExtAPIs {
		if apis["ft."+ext.Name] != "" || apis["wx."+ext.Name] != "" {
			continue
		}
		f.wrong.add(f.place(p), "add the plugin of its vendor", fmt.Sprintf("%s %s declares the vendor's API %q, and no plugin has it%s", p.node.what(), p.app.Version, ext.Name, strict.NearMiss("ft."+ext.Name, slices.Collect(maps.Keys(apis)))))
	}
}
