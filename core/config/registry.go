package config

import (
	"net/url"
	"strings"

	"github.com/dougong-dev/dougong/pdk/go/strict"
)

// Registry says where plugins and mini-programs come from that are named by version.
type Registry struct {
	// Address of a registry: "https://registry.example".
	Address string `yaml:"address"`
	// Token to read with, if the registry wants one: "env:NAME", "file:path" or "keyring:SERVICE/ACCOUNT".
	Token string `yaml:"token" env:"-"` // DOUGONG_REGISTRY_TOKEN is a token, not a reference to one
	// Mirror is a folder of offline files (.dgo) and of bundles with their evidence; relative to the file. What it has is
	// taken from there.
	Mirror string `yaml:"mirror"`
}

// Named tells whether the plugin is named by version, to be resolved by compose, rather than by a path.
func (p *Plugin) Named() bool { return p.Path == "" && p.Version != "" }

// Named tells whether the mini-program is named by version, to be resolved by compose, rather than by a path.
func (a *MiniApp) Named() bool { return a.Path == "" && a.Version != "" }

// Composed says of everything that is named by version that it has to be composed first; nil if everything has a path.
func (c *Config) Composed() error {
	var errs strict.Errors
	add := func(list string, i int, what, name, version string) {
		errs = append(errs, &strict.Error{Position: c.Place(list, i), Message: what + " " + name + " is named by version (" + version +
			"), not by a path; next: dougong compose " + c.File + " -o dist, and run what it makes"})
	}
	for i := range c.Plugins {
		if p := &c.Plugins[i]; p.Named() {
			add("plugins", i, "plugin", p.Name(), p.Version)
		}
	}
	for i := range c.MiniApps {
		if a := &c.MiniApps[i]; a.Named() {
			add("miniapps", i, "mini-program", a.ID, a.Version)
		}
	}
	if len(errs) > 0 {
		return errs
	}
	return nil
}

// Place is the position of a value in the file: Place("plugins", 2, "version"). What is not there has the position of what
// it would be in; a configuration that code made has none.
func (c *Config) Place(path ...any) strict.Position {
	at := c.source
	for _, step := range path {
		var next strict.Value
		switch step := step.(type) {
		case string:
			next = at.Get(step)
		case int:
			next = item(at.Items(), step)
		}
		if next.Kind() == strict.Absent {
			break
		}
		at = next
	}
	p := at.Position()
	if p.File == "" {
		p.File = c.File
	}
	return p
}

func (v *validator) registry(at strict.Value, r Registry) {
	if r.Address != "" {
		u, err := url.Parse(r.Address)
		if err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" {
			v.fail(at.Get("address"), "registry.address", "expected an address such as \"https://registry.example\", found %q", r.Address)
		}
	}
	if r.Token == "" {
		return
	}
	if r.Address == "" {
		v.fail(at.Get("token"), "registry.token", "a token is for a registry; name it: address: https://registry.example")
	}
	kind, rest, _ := strings.Cut(r.Token, ":")
	service, account, _ := strings.Cut(rest, "/")
	switch {
	case kind == "keyring" && service != "" && account != "":
	case (kind == "env" || kind == "file") && rest != "":
	default:
		v.fail(at.Get("token"), "registry.token", "expected \"env:NAME\", \"file:path\" or \"keyring:SERVICE/ACCOUNT\"; the token itself does not belong in this file")
	}
}

// origin checks that an entry says where it comes from, in one way.
func (v *validator) origin(here strict.Value, path, what, name, file, version string, r Registry) {
	switch {
	case file != "" && version != "":
		v.fail(here.Get("version"), path+".version", "%s %q has a path and a version; a path names one file, a version has one chosen: leave out either", what, name)
	case file == "" && version == "":
		v.fail(here, path+".path", "%s %q needs a path (its folder or bundle), or a version such as \"^1.2\" that dougong compose gets from the registry", what, name)
	case version != "" && r.Address == "" && r.Mirror == "":
		v.fail(here.Get("version"), path+".version", "nothing says where %s %q comes from; write registry: {address: https://registry.example}, or registry: {mirror: FOLDER}", what, name)
	}
}
