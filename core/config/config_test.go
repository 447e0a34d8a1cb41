package config

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

const sample = `
name: Corner
listen: 127.0.0.1:9000
branding:
  title: {en: Corner, zh: 街角}
  theme: {primary: "#07c160"}
users: {default: local, names: [alice]}
plugins:
  - {id: dougong.network, path: ../plugins/network, grants: {net: true, exec: true}, config: {timeout_ms: 5000}}
  - {id: dougong.pay.sandbox, path: ../plugins/pay, secrets: {merchant_key: "env:PAY_KEY"}}
  - {id: com.example.pay, path: ../plugins/pay2}
providers:
  dougong.payment/v1: com.example.pay
miniapps:
  - id: shop
    path: ../miniapps/shop
    domains: {request: [api.example.com, "*.cdn.example.com:8443", "http://127.0.0.1:8081"], socket: ["wss://push.example.com"]}
    trust: first_party
policy:
  trace: required
  sandbox: required
  prompt_timeout: 30s
  private_addresses: [127.0.0.1]
`

func TestParse(t *testing.T) {
	t.Parallel()
	c, err := Parse("conf/superapp.yaml", []byte(sample), nil)
	if err != nil {
		t.Fatal(err)
	}
	if c.Name != "Corner" || c.Policy.Trace != TraceRequired || c.Policy.PromptTimeout != 30*time.Second ||
		c.Policy.Isolation != DefaultIsolation || c.Policy.MemoryMB != DefaultMemoryMB || c.Policy.Sandbox != SandboxRequired || !c.Plugin("dougong.network").Grants.Exec || c.Providers["dougong.payment/v1"] != "com.example.pay" {
		t.Errorf("got %+v", c)
	}
	if got := c.Abs(c.Plugin("dougong.network").Path); got != "plugins/network" {
		t.Errorf("path = %q", got)
	}
	if c.Plugin("dougong.network").Config["timeout_ms"] != 5000 {
		t.Errorf("config = %#v", c.Plugin("dougong.network").Config)
	}
	if a := c.MiniApp("shop"); a == nil || len(a.Domains.Request) != 3 {
		t.Errorf("shop = %+v", a)
	}
}

func TestEnvironment(t *testing.T) {
	t.Parallel()
	c, err := Parse("superapp.yaml", []byte(sample), []string{
		"DOUGONG_LISTEN=0.0.0.0:80", "DOUGONG_POLICY_TRACE=off", "DOUGONG_POLICY_PROMPT_TIMEOUT=5s",
		"DOUGONG_POLICY_CALLS_PER_SECOND=7", "DOUGONG_USERS_DEFAULT=bob", "DOUGONG_PLUGIN_COOKIE=x", "HOME=/root",
	})
	if err != nil {
		t.Fatal(err)
	}
	if c.Listen != "0.0.0.0:80" || c.Policy.Trace != TraceOff || c.Policy.PromptTimeout != 5*time.Second ||
		c.Policy.CallsPerSecond != 7 || c.Users.Default != "bob" || c.Providers["dougong.payment/v1"] != "com.example.pay" {
		t.Errorf("got %+v", c)
	}
	for _, e := range []struct{ env, want string }{
		{"DOUGONG_POLCY_TRACE=off", `DOUGONG_POLCY_TRACE is not a setting; did you mean "DOUGONG_POLICY_TRACE"?`},
		{"DOUGONG_POLICY_CALLS_PER_SECOND=many", `expected int`},
		{"DOUGONG_POLICY_SANDBOX=none", `policy.sandbox: expected one of best_effort, required, off, found "none"`},
		{"DOUGONG_POLICY_TRACE=maybe", `policy.trace: expected one of off, best_effort, required, found "maybe"`},
	} {
		_, err := Parse("superapp.yaml", []byte(sample), []string{e.env})
		if err == nil || !strings.Contains(err.Error(), e.want) {
			t.Errorf("%s: got %v, want %s", e.env, err, e.want)
		}
	}
}

func TestMistakes(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, in, want string }{
		{"unknown key", "plugin: []", `s.yaml:1:1: unknown key "plugin"; did you mean "plugins"?`},
		{"nested key", "policy:\n  tarce: off", `s.yaml:2:3: policy: unknown key "tarce"; did you mean "trace"?`},
		{"missing plugin", "providers:\n  dougong.payment/v1: com.exmple.pay\nplugins: [{id: com.example.pay, path: x}]",
			`s.yaml:2:23: providers.dougong.payment/v1: no plugin with the id "com.exmple.pay" is listed under "plugins"; did you mean "com.example.pay"?`},
		{"plugin twice", "plugins:\n  - {id: a.b, path: x}\n  - {id: a.b, path: y}", `s.yaml:3:10: plugins[1].id: plugin "a.b" is listed twice`},
		{"no path", "plugins:\n  - id: a.b", `plugin "a.b" needs a path`},
		{"path and version", "plugins:\n  - {id: a.b, path: x, version: ^1}", `s.yaml:2:33: plugins[0].version: plugin "a.b" has a path and a version`},
		{"version of nowhere", "plugins:\n  - {id: a.b, version: ^1}", `s.yaml:2:24: plugins[0].version: nothing says where plugin "a.b" comes from; write registry: {address:`},
		{"mini-program of nowhere", "miniapps: [{id: shop, version: ^1}]", `nothing says where mini-program "shop" comes from`},
		{"mini-program without id", "registry: {mirror: m}\nminiapps: [{version: ^1}]", `s.yaml:2:12: miniapps[0]: a mini-program that is named by version needs an id`},
		{"registry address", "registry: {address: registry.example}", `s.yaml:1:21: registry.address: expected an address such as "https://registry.example", found "registry.example"`},
		{"registry token", "registry: {address: \"https://r.example\", token: dgr_abc}", `registry.token: expected "env:NAME", "file:path" or "keyring:SERVICE/ACCOUNT"; the token itself`},
		{"token of nothing", "registry: {token: \"env:T\"}", `a token is for a registry; name it`},
		{"H5 policy key", "miniapps:\n  - path: x\n    csp: {img-scr: [img.example.com]}", `s.yaml:3:11: miniapps[0].csp: unknown key "img-scr"; did you mean "img-src"?`},
		{"H5 policy", "miniapps:\n  - path: x\n    cps: {img-src: [img.example.com]}", `s.yaml:3:5: miniapps[0]: unknown key "cps"; did you mean "csp"?`},
		{"H5 domains key", "miniapps: [{path: x, domains: {webview: [h5.example.com]}}]", `s.yaml:1:32: miniapps[0].domains: unknown key "webview"; did you mean "webView"?`},
		{"registry key", "registry: {addresss: x}", `s.yaml:1:12: registry: unknown key "addresss"; did you mean "address"?`},
		{"secret in the clear", "plugins: [{id: a.b, path: x, secrets: {k: hunter2}}]", `expected "env:NAME", "file:path" or "keyring:SERVICE/ACCOUNT"; a secret itself`},
		{"keyring without account", "plugins: [{id: a.b, path: x, secrets: {k: keyring:pay}}]", `expected "keyring:SERVICE/ACCOUNT", found "keyring:pay"`},
		{"tcp without a port", "miniapps: [{path: x, domains: {tcp: [echo.example.com]}}]", `domains.tcp[0]: expected a host and a port such as`},
		{"udp with a scheme", "miniapps: [{path: x, domains: {udp: ['*', '*.a.b:*', 'udp://a.b:7']}}]", `domains.udp[2]: expected a host and a port such as`},
		{"domain", "miniapps: [{path: x, domains: {request: ['https://a.b/path']}}]", `domains.request[0]: expected a host such as`},
		{"trust", "miniapps: [{path: x, trust: firstparty}]", `did you mean "first_party"?`},
		{"listen", "listen: '8080'", `s.yaml:1:9: listen: expected an address such as "127.0.0.1:7700", found "8080"`},
		{"map tiles", "map_tiles: https://tiles.example.com/{z}.png", `expected an address with {x}, {y} and {z}`},
		{"colour", "branding: {theme: {primary: green}}", `expected a colour such as`},
		{"private", "policy: {private_addresses: [localhost]}", `expected an address such as "127.0.0.1"`},
		{"sandbox", "policy:\n  sandbox: requierd", `s.yaml:2:12: policy.sandbox: expected one of best_effort, required, off, found "requierd"; did you mean "required"?`},
		{"range", "policy: {calls_per_second: 0}", `expected a number from 1 to 1000000, found 0`},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := Parse("s.yaml", []byte(c.in), nil)
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got  %v\nwant %s", err, c.want)
			}
		})
	}
}

func TestAllAtOnce(t *testing.T) {
	t.Parallel()
	_, err := Parse("s.yaml", []byte("listen: x\npolicy: {trace: y, domains: z}\nplugins: [{id: '!'}]"), nil)
	if got := len(Mistakes(err)); got != 5 {
		t.Errorf("got %d mistakes, want 5:\n%v", got, err)
	}
}

func TestDefaultIsValid(t *testing.T) {
	t.Parallel()
	c := Default()
	c.Listen = "x" // made by code, so that there is no file to point at
	if err := c.Validate(); err == nil || !strings.HasPrefix(err.Error(), "listen: expected an address") {
		t.Errorf("got %v", err)
	}
	if err := Default().Validate(); err != nil {
		t.Error(err)
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(sample))
	f.Add([]byte("plugins: [{id: a.b, path: x, config: {a: {b: [1]}}}]"))
	f.Fuzz(func(_ *testing.T, data []byte) { _, _ = Parse("f.yaml", data, nil) })
}

func TestClaims(t *testing.T) {
	t.Parallel()
	two := "plugins:\n  - {id: a.b, path: x, apis: [%s]}\n  - {id: c.d, path: y, apis: [%s]}\n"
	for _, c := range []struct{ name, first, second, want string }{
		{"apart", "wx.a, ft.a", "wx.b", ""},
		{"all for both", `"*"`, `"*"`, ""},
		{"twice", "wx.a, wx.a", "", `superapp.yaml:2:37: plugins[0].apis[1]: "wx.a" is claimed twice`},
		{"by both", "wx.a", "ft.a, wx.a", `superapp.yaml:3:37: plugins[1].apis[1]: wx.a is claimed for plugin "a.b" and for plugin "c.d"`},
		{"no name", "a", "", `plugins[0].apis[0]: expected a name such as "wx.acmeFace", or "*" for all of the plugin's contracts, found "a"`},
	} {
		_, err := Parse("superapp.yaml", []byte(fmt.Sprintf(two, c.first, c.second)), nil)
		if c.want == "" && err != nil || c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)) {
			t.Errorf("%s: got %v\nwant %s", c.name, err, c.want)
		}
	}
}

func TestIsolationOf(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		policy string
		app    MiniApp
		want   string
	}{
		"auto":                      {IsolationAuto, MiniApp{}, IsolationAuto},
		"auto, third party":         {IsolationAuto, MiniApp{Trust: TrustThirdParty}, IsolationAuto},
		"auto, first party":         {IsolationAuto, MiniApp{Trust: TrustFirstParty}, IsolationShared},
		"process, first party":      {IsolationProcess, MiniApp{Trust: TrustFirstParty}, IsolationProcess},
		"shared":                    {IsolationShared, MiniApp{}, IsolationShared},
		"its own over the policy's": {IsolationShared, MiniApp{Isolation: IsolationProcess}, IsolationProcess},
	} {
		if got := (&Config{Policy: Policy{Isolation: tt.policy}}).IsolationOf(tt.app); got != tt.want {
			t.Errorf("%s: %q, want %q", name, got, tt.want)
		}
	}
	c := Default()
	if got := c.MemoryOf(MiniApp{MemoryMB: 100}); got != 100<<20 {
		t.Errorf("MemoryOf with 100 MB = %d", got)
	}
	if got := c.MemoryOf(MiniApp{}); got != DefaultMemoryMB<<20 {
		t.Errorf("MemoryOf by default = %d", got)
	}
}

// A token in the environment is one, and not what superapp.yaml says of where it is.
func TestTokenIsNoSetting(t *testing.T) {
	t.Parallel()
	c, err := Parse("s.yaml", []byte("registry: {address: \"https://r.example\"}"), []string{"DOUGONG_REGISTRY_TOKEN=dgr_abc", "DOUGONG_REGISTRY_MIRROR=m"})
	if err != nil || c.Registry.Token != "" || c.Registry.Mirror != "m" {
		t.Errorf("%+v, %v", c, err)
	}
}

func TestComposed(t *testing.T) {
	t.Parallel()
	c, err := Parse("s.yaml", []byte("registry: {mirror: m}\nplugins:\n  - {id: a.b, path: x}\n  - {id: a.c, version: ^1}\nminiapps: [{id: shop, version: \"2\"}]"), nil)
	if err != nil {
		t.Fatal(err)
	}
	want := "s.yaml:4:5: plugin a.c is named by version (^1), not by a path; next: dougong compose s.yaml -o dist, and run what it makes\n" +
		"s.yaml:5:12: mini-program shop is named by version (2), not by a path; next: dougong compose s.yaml -o dist, and run what it makes"
	if err := c.Composed(); err == nil || err.Error() != want {
		t.Errorf("got\n%v\nwant\n%s", err, want)
	}
	if got := c.Place("plugins", 1, "version").String(); got != "s.yaml:4:24" {
		t.Errorf("version at %s", got)
	}
	if got := c.Place("plugins", 1, "secrets", "k").String(); got != "s.yaml:4:5" {
		t.Errorf("secret at %s", got)
	}
	c, err = Parse("s.yaml", []byte("plugins: [{id: a.b, path: x}]"), nil)
	if err != nil || c.Composed() != nil {
		t.Errorf("%v, %v", err, c.Composed())
	}
}
