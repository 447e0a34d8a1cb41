package config

import (
	"errors"
	"net"
	"net/netip"
	"net/url"
	"regexp"
	"strconv"
	"strings"

	"github.com/dougong-dev/dougong/pdk/go/strict"
)

var (
	idForm         = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$`)
	capabilityForm = regexp.MustCompile(`^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)+/v[1-9][0-9]*$`)
	colourForm     = regexp.MustCompile(`^#([0-9A-Fa-f]{3}|[0-9A-Fa-f]{6})$`)
	checksumForm   = regexp.MustCompile(`^[0-9a-f]{64}$`)
	apiForm        = regexp.MustCompile(`^(\*|(wx|ft)\.[a-z][A-Za-z0-9]*)$`)
	userForm       = regexp.MustCompile(`^[^\x00-\x1f/\\]{1,128}$`)
	domainForm     = regexp.MustCompile(`^((https?|wss?)://)?(\*|(\*\.)?[^\s/:*@?#\[\]]+|\[[0-9A-Fa-f:.]+\])(:([0-9]{1,5}|\*))?/?$`)
	peerForm       = regexp.MustCompile(`^(\*|(\*\.)?[^\s/:*@?#\[\]]+|\[[0-9A-Fa-f:.]+\]):([0-9]{1,5}|\*)$`)
)

// Validate says everything that is wrong at once. Load has called it already.
func (c *Config) Validate() error { return c.validate(strict.Value{}) }

// validator collects mistakes; at is the file, to tell where they stand (or the zero Value).
type validator struct {
	errs strict.Errors
}

func (v *validator) fail(at strict.Value, path, format string, args ...any) {
	e := at.Errorf(format, args...)
	if e.Path == "" {
		e.Path = path
	}
	v.errs = append(v.errs, e)
}

func (c *Config) validate(file strict.Value) error {
	v := &validator{}
	if c.Name == "" {
		v.fail(file.Get("name"), "name", "a super-app needs a name")
	}
	if _, _, err := net.SplitHostPort(c.Listen); err != nil {
		v.fail(file.Get("listen"), "listen", "expected an address such as %q, found %q", DefaultListen, c.Listen)
	}
	if c.Data == "" {
		v.fail(file.Get("data"), "data", "expected a folder, found nothing")
	}
	v.branding(file.Get("branding"), c.Branding)
	v.ui(file.Get("ui"), c)
	v.mapTiles(file.Get("map_tiles"), c.MapTiles)
	v.users(file.Get("users"), c.Users)
	v.plugins(file.Get("plugins"), c)
	v.providers(file.Get("providers"), "providers", c.Providers, c)
	v.miniapps(file.Get("miniapps"), c)
	v.policy(file.Get("policy"), c.Policy)
	v.trust(file.Get("trust"), c.Trust)
	v.registry(file.Get("registry"), c.Registry)
	v.update(file.Get("update"), c.Update)
	v.watchers(file, c)
	v.outside(file, c)
	if len(v.errs) > 0 {
		return v.errs
	}
	return nil
}

func (v *validator) mapTiles(at strict.Value, address string) {
	if address == "" {
		return
	}
	u, err := url.Parse(address)
	ok := err == nil && (u.Scheme == "https" || u.Scheme == "http") && u.Host != ""
	for _, part := range []string{"{x}", "{y}", "{z}"} {
		ok = ok && (strings.Contains(address, part) || part == "{y}" && strings.Contains(address, "{-y}"))
	}
	if !ok {
		v.fail(at, "map_tiles", "expected an address with {x}, {y} and {z} such as \"https://tiles.example.com/{z}/{x}/{y}.png\", found %q", address)
	}
}

func (v *validator) users(at strict.Value, u Users) {
	for i, name := range append([]string{u.Default}, u.Names...) {
		if !userForm.MatchString(name) {
			where := at.Get("default")
			if i > 0 && i-1 < len(at.Get("names").Items()) {
				where = at.Get("names").Items()[i-1]
			}
			v.fail(where, "users", "expected a user's name of 1 to 128 characters without slashes, found %q", name)
		}
	}
}

func (v *validator) plugins(at strict.Value, c *Config) {
	items := at.Items()
	seen, claims := map[string]bool{}, map[string]string{}
	for i, p := range c.Plugins {
		here := item(items, i)
		path := "plugins[" + strconv.Itoa(i) + "]"
		v.apis(here.Get("apis"), path+".apis", p, claims)
		name := p.Name()
		switch {
		case !idForm.MatchString(p.ID):
			v.fail(here.Get("id"), path+".id", "expected a plugin's id such as \"com.example.locator\", found %q", p.ID)
		case p.As != "" && !idForm.MatchString(p.As):
			v.fail(here.Get("as"), path+".as", "expected a name such as \"%s.next\", found %q", p.ID, p.As)
		case seen[name] && p.As == "":
			v.fail(here.Get("id"), path+".id", "plugin %q is listed twice; two versions side by side need two names: give one of them `as: %s.next`", p.ID, p.ID)
		case seen[name]:
			v.fail(here.Get("as"), path+".as", "the name %q is taken by another plugin", name)
		}
		seen[name] = true
		v.origin(here, path, "plugin", name, p.Path, p.Version, c.Registry)
		if p.Checksum != "" && !checksumForm.MatchString(p.Checksum) {
			v.fail(here.Get("checksum"), path+".checksum", "expected a SHA-256 of 64 small hexadecimal digits, found %q", p.Checksum)
		}
		v.secrets(here, path, &p)
	}
}

// apis checks which names a plugin claims; claims has the plugin of those before.
func (v *validator) apis(at strict.Value, path string, p Plugin, claims map[string]string) {
	for i, name := range p.APIs {
		here := item(at.Items(), i)
		switch other, taken := claims[name]; {
		case !apiForm.MatchString(name):
			v.fail(here, path, "expected a name such as \"wx.acmeFace\", or \"*\" for all of the plugin's contracts, found %q", name)
		case taken && other == p.ID:
			v.fail(here, path, "%q is claimed twice", name)
		case taken && name != AllAPIs:
			v.fail(here, path, "%s is claimed for plugin %q and for plugin %q; a name can have one provider only, so remove one of the two", name, other, p.ID)
		}
		claims[name] = p.ID
	}
}

func (v *validator) providers(at strict.Value, path string, choice map[string]string, c *Config) {
	for capability, id := range choice {
		here := at.Get(capability)
		if !capabilityForm.MatchString(capability) {
			v.fail(here, path, "expected a capability such as \"dougong.payment/v1\", found %q", capability)
		}
		v.known(here, path+"."+capability, id, c)
	}
}

// known checks a plugin's name.
func (v *validator) known(at strict.Value, path, name string, c *Config) {
	if c.Plugin(name) == nil {
		v.fail(at, path, "no plugin with the id %q is listed under \"plugins\"%s", name, strict.NearMiss(name, c.pluginNames()))
	}
}

func (c *Config) pluginNames() []string {
	var names []string
	for _, p := range c.Plugins {
		names = append(names, p.Name())
	}
	return names
}

func (v *validator) miniapps(at strict.Value, c *Config) {
	items := at.Items()
	seen := map[string]bool{}
	for i, a := range c.MiniApps {
		here := item(items, i)
		path := "miniapps[" + strconv.Itoa(i) + "]"
		if a.ID != "" && !idForm.MatchString(a.ID) {
			v.fail(here.Get("id"), path+".id", "expected an id of letters, digits, dots and dashes, found %q", a.ID)
		}
		if a.ID != "" && seen[a.ID] {
			v.fail(here.Get("id"), path+".id", "mini-program %q is listed twice", a.ID)
		}
		seen[a.ID] = true
		if a.Version != "" && a.ID == "" {
			v.fail(here, path+".id", "a mini-program that is named by version needs an id")
		}
		v.texts(here.Get("name"), path+".name", a.Name)
		v.texts(here.Get("summary"), path+".summary", a.Summary)
		v.origin(here, path, "mini-program", a.ID, a.Path, a.Version, c.Registry)
		v.word(here.Get("trust"), path+".trust", a.Trust, "", TrustFirstParty, TrustThirdParty)
		v.providers(here.Get("providers"), path+".providers", a.Providers, c)
		v.word(here.Get("isolation"), path+".isolation", a.Isolation, "", IsolationShared, IsolationProcess, IsolationAuto)
		if a.MemoryMB != 0 && (a.MemoryMB < minMemoryMB || a.MemoryMB > maxMemoryMB) {
			v.fail(here.Get("memory_mb"), path+".memory_mb", "expected a number from %d to %d, found %d", minMemoryMB, maxMemoryMB, a.MemoryMB)
		}
		for _, l := range []struct {
			group, key string
			list       []string
		}{
			{"domains", "request", a.Domains.Request}, {"domains", "uploadFile", a.Domains.UploadFile}, {"domains", "downloadFile", a.Domains.DownloadFile},
			{"domains", "socket", a.Domains.Socket}, {"domains", "webView", a.Domains.WebView},
			{"csp", "font-src", a.CSP.Font}, {"csp", "frame-src", a.CSP.Frame}, {"csp", "img-src", a.CSP.Image}, {"csp", "media-src", a.CSP.Media},
		} {
			for j, d := range l.list {
				if !domainForm.MatchString(d) {
					v.fail(item(here.Get(l.group).Get(l.key).Items(), j), path+"."+l.group+"."+l.key,
						"expected a host such as \"api.example.com\" or \"*.example.com:8443\" or \"http://10.0.0.5:8080\", found %q", d)
				}
			}
		}
		v.peers(here, path, "tcp", a.Domains.TCP)
		v.peers(here, path, "udp", a.Domains.UDP)
	}
}

// peers checks a list of hosts with ports.
func (v *validator) peers(app strict.Value, path, key string, list []string) {
	for j, d := range list {
		if d != "*" && !peerForm.MatchString(d) {
			v.fail(item(app.Get("domains").Get(key).Items(), j), path+".domains."+key,
				"expected a host and a port such as \"echo.example.com:7000\" or \"*.example.com:*\", found %q", d)
		}
	}
}

// Bounds of memory_mb: below the least the engine itself has no room.
const (
	minMemoryMB = 96
	maxMemoryMB = 1 << 20
)

func (v *validator) trust(at strict.Value, t Trust) {
	v.word(at.Get("bundles"), "trust.bundles", t.Bundles, BundlesVerified, BundlesUnsigned)
	if t.Witnesses < 0 || t.Witnesses > 100 {
		v.fail(at.Get("witnesses"), "trust.witnesses", "expected a number from 0 to 100, found %d", t.Witnesses)
	}
	if t.MaxOffline < 0 {
		v.fail(at.Get("max_offline"), "trust.max_offline", "expected a time, or 0 for ever, found %s", t.MaxOffline)
	}
}

func (v *validator) policy(at strict.Value, p Policy) {
	v.word(at.Get("domains"), "policy.domains", p.Domains, DomainsListed, DomainsAny)
	v.word(at.Get("debug"), "policy.debug", p.Debug, DebugAllow, DebugDeny)
	v.word(at.Get("prompts"), "policy.prompts", p.Prompts, PromptsAsk, PromptsAllow, PromptsDeny)
	v.word(at.Get("trace"), "policy.trace", p.Trace, TraceOff, TraceBestEffort, TraceRequired)
	v.word(at.Get("isolation"), "policy.isolation", p.Isolation, IsolationShared, IsolationProcess, IsolationAuto)
	v.word(at.Get("sandbox"), "policy.sandbox", p.Sandbox, SandboxBestEffort, SandboxRequired, SandboxOff)
	for i, a := range p.PrivateAddresses {
		_, e1 := netip.ParseAddr(a)
		_, e2 := netip.ParsePrefix(a)
		if e1 != nil && e2 != nil {
			v.fail(item(at.Get("private_addresses").Items(), i), "policy.private_addresses", "expected an address such as \"127.0.0.1\" or a range such as \"10.0.0.0/8\", found %q", a)
		}
	}
	for _, n := range []struct {
		key      string
		value    int
		min, max int
	}{{"calls_per_second", p.CallsPerSecond, 1, 1e6}, {"trace_spool_mb", p.TraceSpoolMB, 1, 1 << 20}, {"trace_heads", p.TraceHeads, 1, 1e6}, {"isolation_pool", p.IsolationPool, 0, 64}, {"memory_mb", p.MemoryMB, minMemoryMB, maxMemoryMB}} {
		if n.value < n.min || n.value > n.max {
			v.fail(at.Get(n.key), "policy."+n.key, "expected a number from %d to %d, found %d", n.min, n.max, n.value)
		}
	}
	if p.PromptTimeout <= 0 {
		v.fail(at.Get("prompt_timeout"), "policy.prompt_timeout", "expected a time above 0, found %s", p.PromptTimeout)
	}
	if k := p.KeepAlive; k.Open < 1 || k.Open > 64 {
		v.fail(at.Get("keep_alive").Get("open"), "policy.keep_alive.open", "expected a number from 1 to 64, found %d", k.Open)
	}
	if k := p.KeepAlive; k.Hidden <= 0 {
		v.fail(at.Get("keep_alive").Get("hidden"), "policy.keep_alive.hidden", "expected a time above 0, found %s", k.Hidden)
	}
	if p.Drain <= 0 {
		v.fail(at.Get("drain"), "policy.drain", "expected a time above 0, found %s", p.Drain)
	}
}

func (v *validator) word(at strict.Value, path, word string, known ...string) {
	for _, k := range known {
		if word == k {
			return
		}
	}
	v.fail(at, path, "expected one of %s, found %q%s", strings.TrimPrefix(strings.Join(known, ", "), ", "), word, strict.NearMiss(word, known))
}

func item(items []strict.Value, i int) strict.Value {
	if i < len(items) {
		return items[i]
	}
	return strict.Value{}
}

// Mistakes lists the single mistakes of an error that Load, Parse or Validate returned; nil if it is of another kind.
func Mistakes(err error) []*strict.Error {
	var list strict.Errors
	if errors.As(err, &list) {
		return list
	}
	return nil
}
