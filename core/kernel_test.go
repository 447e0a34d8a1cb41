package core_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"go.uber.org/goleak"

	"github.com/dougong-dev/dougong/core"
	"github.com/dougong-dev/dougong/core/capability"
	"github.com/dougong-dev/dougong/core/config"
	"github.com/dougong-dev/dougong/core/permission"
	"github.com/dougong-dev/dougong/core/plugin"
	"github.com/dougong-dev/dougong/pdk/go"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// inside runs plugins in the test's own process, by the contract of plugin.Runtime.
type inside map[string]*pdk.Plugin

func (r inside) Start(_ context.Context, spec plugin.Spec) (plugin.Instance, error) {
	p := r[spec.Manifest.ID+"@"+spec.Manifest.Version]
	if p == nil {
		p = r[spec.Manifest.ID]
	}
	if p == nil {
		return nil, fmt.Errorf("no such file")
	}
	return &instance{p, spec, make(chan struct{})}, nil
}

type instance struct {
	plugin *pdk.Plugin
	spec   plugin.Spec
	done   chan struct{}
}

func (i *instance) Describe(context.Context) (plugin.Description, error) {
	d := i.plugin.Describe()
	return plugin.Description{ID: d.ID, Version: d.Version, Capabilities: d.Capabilities}, nil
}
func (i *instance) Configure(ctx context.Context, config []byte) error {
	return i.plugin.ApplyConfig(pdk.NewContext(ctx, pdk.Info{}, guest{i}), config)
}
func (i *instance) Call(ctx context.Context, call *capability.Call) (pdk.Payload, error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	ended := make(chan struct{})
	defer close(ended)
	go func() { // as a runtime does, it stops the calls of a plugin that is closed
		select {
		case <-i.done:
			cancel()
		case <-ended:
		}
	}()
	return i.plugin.Dispatch(pdk.NewContext(ctx, call.Info, guest{i}), call.Payload)
}
func (i *instance) Done() <-chan struct{}       { return i.done }
func (i *instance) Err() error                  { return nil }
func (i *instance) Close(context.Context) error { close(i.done); return nil }

type guest struct{ i *instance }

func (g guest) Service(ctx context.Context, info pdk.Info, name string, in pdk.Payload) (pdk.Payload, error) {
	return g.i.spec.Services.Service(ctx, g.i.plugin.ID, info, name, in)
}
func (g guest) Emit(_ context.Context, info pdk.Info, event string, in pdk.Payload, final bool) error {
	g.i.spec.Services.Emit(g.i.plugin.ID, info, event, in, final)
	return nil
}
func (g guest) Log(_ context.Context, level, message string, fields map[string]string) {
	g.i.spec.Services.Log(g.i.plugin.ID, level, message, fields)
}

// memory is a storage provider that keeps the contract: one space per caller, app and user.
func memory(id string) *pdk.Plugin {
	var mu sync.Mutex
	spaces := map[string]map[string]pdk.Blob{}
	space := func(c *pdk.Context) map[string]pdk.Blob {
		k := fmt.Sprintf("%q %q %q", c.Caller, c.App, c.User)
		if spaces[k] == nil {
			spaces[k] = map[string]pdk.Blob{}
		}
		return spaces[k]
	}
	type item struct {
		Key   string   `json:"key"`
		Value pdk.Blob `json:"value"`
	}
	type text struct {
		Key  string `json:"key"`
		Data string `json:"data"`
	}
	return pdk.New(id, "1.0.0").Provide("dougong.storage/v1", pdk.Methods{
		"kvSet": pdk.Func(func(c *pdk.Context, in item) (struct{}, error) {
			mu.Lock()
			defer mu.Unlock()
			space(c)[in.Key] = in.Value
			return struct{}{}, nil
		}),
		"kvGet": pdk.Func(func(c *pdk.Context, in item) (map[string]any, error) {
			mu.Lock()
			defer mu.Unlock()
			if v, ok := space(c)[in.Key]; ok {
				return map[string]any{"value": v}, nil
			}
			return map[string]any{"value": nil}, nil
		}),
		"setStorage": pdk.Func(func(c *pdk.Context, in text) (struct{}, error) {
			mu.Lock()
			defer mu.Unlock()
			space(c)[in.Key] = pdk.Blob(in.Data)
			return struct{}{}, nil
		}),
		"getStorage": pdk.Func(func(c *pdk.Context, in text) (map[string]any, error) {
			mu.Lock()
			defer mu.Unlock()
			if v, ok := space(c)[in.Key]; ok {
				return map[string]any{"data": string(v)}, nil
			}
			return nil, pdk.Errorf(pdk.CodeNotFound, "notFound", "data not found")
		}),
	})
}

// yaml writes a plugin folder and returns its entry for superapp.yaml.
func pluginDir(t *testing.T, id, provides, requires string) config.Plugin {
	t.Helper()
	dir := t.TempDir()
	text := fmt.Sprintf("id: %s\nversion: 1.0.0\npublisher: Test\nsummary: {en: x, zh: x}\nprovides: [%s]\nruntime: {wasm: {module: x.wasm}}\nrequires: {%s}\nlicence: Apache-2.0\n", id, provides, requires)
	if err := os.WriteFile(filepath.Join(dir, "plugin.yaml"), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return config.Plugin{ID: id, Path: dir}
}

// processDir is pluginDir of a plugin that is a process.
func processDir(t *testing.T, id, provides, requires string) config.Plugin {
	t.Helper()
	p := pluginDir(t, id, provides, requires)
	file := filepath.Join(p.Path, "plugin.yaml")
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte(strings.Replace(string(text), "wasm: {module: x.wasm}", "process: {any: x}", 1)), 0o600); err != nil {
		t.Fatal(err)
	}
	return p
}

func setup(t *testing.T, plugins ...config.Plugin) *config.Config {
	t.Helper()
	c := config.Default()
	c.Data = t.TempDir()
	c.Plugins = plugins
	c.Policy.Trace = config.TraceOff
	c.MiniApps = []config.MiniApp{{ID: "shop", Path: ".", Domains: config.Domains{Request: []string{"api.example.com"}}}, {ID: "notes", Path: "."}}
	return c
}

func start(t *testing.T, c *config.Config, r inside, edit func(*core.Options)) *core.Kernel {
	t.Helper()
	o := core.Options{Runtime: r, Logger: slog.New(slog.DiscardHandler)}
	if edit != nil {
		edit(&o)
	}
	k, err := core.New(t.Context(), c, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := k.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
	})
	return k
}

func do(t *testing.T, k *core.Kernel, app, user, name, json string) (string, error) {
	t.Helper()
	area, method, _ := strings.Cut(name, " ")
	p, err := k.Call(t.Context(), &capability.Call{Info: pdk.Info{Capability: area, Method: method, App: app, User: user}, Payload: pdk.Payload{JSON: []byte(json)}})
	return string(p.JSON), err
}

// vault is a plugin that keeps a secret per app and user through host services, and tells its data key.
func vault(id, capabilityName string) *pdk.Plugin {
	return pdk.New(id, "1.0.0").Provide(capabilityName, pdk.Methods{
		"setEncryptedStorage": pdk.Func(func(c *pdk.Context, in struct {
			Key  string `json:"key"`
			Data string `json:"data"`
		}) (struct{}, error) {
			return struct{}{}, c.KV().Set(in.Key, []byte(in.Data))
		}),
		"getEncryptedStorage": pdk.Func(func(c *pdk.Context, in struct {
			Key string `json:"key"`
		}) (map[string]any, error) {
			if in.Key == "data-key" {
				key, err := c.DataKey(32)
				return map[string]any{"data": fmt.Sprintf("%x", key)}, err
			}
			v, found, err := c.KV().Get(in.Key)
			if err != nil {
				return nil, err
			}
			if !found {
				return nil, pdk.Errorf(pdk.CodeNotFound, "notFound", "nothing there")
			}
			return map[string]any{"data": string(v)}, nil
		}),
	})
}

const (
	store  = "dougong.storage/v1"
	secure = "dougong.securestorage/v1"
)

func TestDataIsolation(t *testing.T) {
	t.Parallel()
	c := setup(t, pluginDir(t, "a.memory", store, ""), pluginDir(t, "a.vault", secure, "kv: true, keys: true"))
	k := start(t, c, inside{"a.memory": memory("a.memory"), "a.vault": vault("a.vault", secure)}, nil)
	keys := map[string]string{}
	for _, who := range [][2]string{{"shop", "ann"}, {"shop", "bob"}, {"notes", "ann"}} {
		id := who[0] + "/" + who[1]
		if _, err := do(t, k, who[0], who[1], store+" setStorage", `{"key":"k","data":"plain `+id+`"}`); err != nil {
			t.Fatal(err)
		}
		if _, err := do(t, k, who[0], who[1], secure+" setEncryptedStorage", `{"key":"k","data":"vault `+id+`"}`); err != nil {
			t.Fatal(err)
		}
		key, err := do(t, k, who[0], who[1], secure+" getEncryptedStorage", `{"key":"data-key"}`)
		if err != nil {
			t.Fatal(err)
		}
		if again, _ := do(t, k, who[0], who[1], secure+" getEncryptedStorage", `{"key":"data-key"}`); again != key {
			t.Errorf("%s: the data key changed between calls", id)
		}
		if other, ok := keys[key]; ok {
			t.Errorf("%s and %s share a data key", id, other)
		}
		keys[key] = id
	}
	for _, who := range [][2]string{{"shop", "ann"}, {"shop", "bob"}, {"notes", "ann"}} {
		id := who[0] + "/" + who[1]
		if got, err := do(t, k, who[0], who[1], store+" getStorage", `{"key":"k"}`); err != nil || got != `{"data":"plain `+id+`"}` {
			t.Errorf("%s reads %s, %v from storage", id, got, err)
		}
		if got, err := do(t, k, who[0], who[1], secure+" getEncryptedStorage", `{"key":"k"}`); err != nil || got != `{"data":"vault `+id+`"}` {
			t.Errorf("%s reads %s, %v from the vault", id, got, err)
		}
	}
	if _, err := do(t, k, "notes", "bob", store+" getStorage", `{"key":"k"}`); pdk.Code(err) != pdk.CodeNotFound {
		t.Errorf("a stranger finds something: %v", err)
	}
	if _, err := do(t, k, "shop", "ann", store+" kvGet", `{"key":"k"}`); pdk.Code(err) != pdk.CodeUnsupported {
		t.Errorf("a mini-program calls kvGet: %v", err)
	}
}

func TestDataKeySurvivesRestartAndIsNeverInTheClear(t *testing.T) {
	t.Parallel()
	c := setup(t, pluginDir(t, "a.memory", store, ""), pluginDir(t, "a.vault", secure, "kv: true, keys: true"))
	r := inside{"a.memory": memory("a.memory"), "a.vault": vault("a.vault", secure)}
	read := func() string {
		k, err := core.New(t.Context(), c, core.Options{Runtime: r, Logger: slog.New(slog.DiscardHandler)})
		if err != nil {
			t.Fatal(err)
		}
		defer k.Close()
		key, err := do(t, k, "shop", "ann", secure+" getEncryptedStorage", `{"key":"data-key"}`)
		if err != nil {
			t.Fatal(err)
		}
		return key
	}
	first := read()
	if read() != first {
		t.Error("the data key is another one after a restart")
	}
	var hexKey string
	if _, err := fmt.Sscanf(first, `{"data":"%64s`, &hexKey); err != nil {
		t.Fatal(err)
	}
	var raw []byte
	if _, err := fmt.Sscanf(hexKey, "%x", &raw); err != nil {
		t.Fatal(err)
	}
	db, err := os.ReadFile(filepath.Join(c.Data, "host.db"))
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(string(db), string(raw)) || strings.Contains(string(db), hexKey) {
		t.Error("the store holds the data key in the clear")
	}
	if err := os.Remove(filepath.Join(c.Data, "keys", "master.key")); err != nil {
		t.Fatal(err)
	}
	k := start(t, c, r, nil)
	if _, err := do(t, k, "shop", "ann", secure+" getEncryptedStorage", `{"key":"data-key"}`); pdk.Code(err) != pdk.CodeCorrupt {
		t.Errorf("with another master key: %v", err)
	}
}

func TestServicesNeedTheManifest(t *testing.T) {
	t.Parallel()
	c := setup(t, pluginDir(t, "a.memory", store, ""), pluginDir(t, "a.vault", secure, ""))
	k := start(t, c, inside{"a.memory": memory("a.memory"), "a.vault": vault("a.vault", secure)}, nil)
	for _, json := range []string{`{"key":"k"}`, `{"key":"data-key"}`} {
		_, err := do(t, k, "shop", "ann", secure+" getEncryptedStorage", json)
		if pdk.Code(err) != pdk.CodeDenied || !strings.Contains(err.Error(), "its manifest does not say requires:") {
			t.Errorf("%s: %v", json, err)
		}
	}
}

func TestPermissionAPIs(t *testing.T) {
	t.Parallel()
	geo := pdk.New("a.geo", "1.0.0").Provide("dougong.geolocation/v1", pdk.Methods{
		"getLocation": pdk.Func(func(*pdk.Context, struct{}) (map[string]float64, error) {
			return map[string]float64{"latitude": 1, "longitude": 2}, nil
		})})
	c := setup(t, pluginDir(t, "a.geo", "dougong.geolocation/v1", ""))
	asked := 0
	k := start(t, c, inside{"a.geo": geo}, func(o *core.Options) {
		o.Prompter = prompter{ask: func(r permission.Request) (bool, error) { asked++; return r.User == "ann", nil }}
	})
	const perm, loc = "dougong.permission/v1 ", "dougong.geolocation/v1 getLocation"
	if got, err := do(t, k, "shop", "ann", perm+"getSetting", ""); err != nil || got != `{"authSetting":{}}` {
		t.Errorf("before: %s, %v", got, err)
	}
	if _, err := do(t, k, "shop", "ann", perm+"authorize", `{"scope":"scope.userLocation"}`); err != nil {
		t.Errorf("authorize: %v", err)
	}
	for range 2 {
		if _, err := do(t, k, "shop", "ann", loc, ""); err != nil {
			t.Errorf("getLocation: %v", err)
		}
	}
	if _, err := do(t, k, "shop", "bob", loc, ""); pdk.Code(err) != pdk.CodeDenied {
		t.Errorf("bob: %v", err)
	}
	if got, _ := do(t, k, "shop", "bob", perm+"getSetting", ""); got != `{"authSetting":{"scope.userLocation":false}}` {
		t.Errorf("bob's settings: %s", got)
	}
	if asked != 2 {
		t.Errorf("asked %d times, want 2", asked)
	}
	if err := k.Revoke("shop", "ann", "scope.userLocation"); err != nil {
		t.Fatal(err)
	}
	if _, err := do(t, k, "shop", "ann", loc, ""); err != nil || asked != 3 {
		t.Errorf("after revoking: %v, asked %d times", err, asked)
	}
}

type prompter struct {
	ask func(permission.Request) (bool, error)
}

func (p prompter) Ask(_ context.Context, r permission.Request) (bool, error) { return p.ask(r) }
func (p prompter) Settings(context.Context, string, string, map[string]bool) (map[string]bool, error) {
	return nil, permission.ErrDismissed
}
func (p prompter) Confirm(_ context.Context, c permission.Confirmation) (int, error) {
	return len(c.Buttons) - 1, nil
}

func TestAPIs(t *testing.T) {
	t.Parallel()
	c := setup(t, pluginDir(t, "a.memory", store, ""))
	k := start(t, c, inside{"a.memory": memory("a.memory")}, nil)
	have := map[string]string{}
	for _, a := range k.APIs("shop") {
		have[a.Name] = a.Mode + " " + strings.Join(a.Args, ",") + " " + a.Returns + " " + string(a.Missing)
	}
	for name, want := range map[string]string{
		"wx.getStorage": "async   ", "wx.getStorageSync": `sync key data ""`, "ft.setStorageSync": "sync key,data  ",
		"wx.getSetting": "async   ", "wx.request": "", "wx.kvGet": "",
	} {
		if have[name] != want {
			t.Errorf("%s: got %q, want %q", name, have[name], want)
		}
	}
}

func TestStartMistakes(t *testing.T) {
	t.Parallel()
	mem := inside{"a.memory": memory("a.memory"), "b.memory": memory("b.memory")}
	for _, c := range []struct {
		name    string
		plugins []config.Plugin
		edit    func(*config.Config)
		want    string
	}{
		{"two storages", []config.Plugin{pluginDir(t, "a.memory", store, ""), pluginDir(t, "b.memory", store, "")}, nil, `is provided by several plugins (a.memory, b.memory); choose one`},
		{"wrong id", []config.Plugin{func() config.Plugin { p := pluginDir(t, "a.memory", store, ""); p.ID = "x.y"; return p }()}, nil, `is "a.memory"; write that id in superapp.yaml`},
		{"no folder", []config.Plugin{{ID: "a.b", Path: "nowhere"}}, nil, `plugin.yaml is not there`},
		{"circle", []config.Plugin{pluginDir(t, "a.memory", store, "kv: true")}, nil, `plugins need one another in a circle: a.memory → a.memory`},
		{"does not start", []config.Plugin{pluginDir(t, "c.memory", store, "")}, nil, `start plugin "c.memory": no such file`},
		{"does not provide", []config.Plugin{pluginDir(t, "a.memory", secure, "")}, nil, `the manifest provides dougong.securestorage/v1, the code has no method for it`},
		{"network not granted", []config.Plugin{processDir(t, "a.memory", store, "net: all")}, nil, `plugin "a.memory" needs the network (requires.net: all); allow it in superapp.yaml: plugins[].grants: {net: true}`},
		{"programs not granted", []config.Plugin{processDir(t, "a.memory", store, "exec: true")}, nil, `plugin "a.memory" starts other programs (requires.exec: true); allow it in superapp.yaml: plugins[].grants: {exec: true}`},
		{"configuration", []config.Plugin{func() config.Plugin {
			p := pluginDir(t, "a.memory", store, "")
			p.Config = map[string]any{"x": 1}
			return p
		}()}, nil, `takes no configuration`},
	} {
		t.Run(c.name, func(t *testing.T) {
			cfg := setup(t, c.plugins...)
			k, err := core.New(t.Context(), cfg, core.Options{Runtime: mem, Logger: slog.New(slog.DiscardHandler)})
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got  %v\nwant %s", err, c.want)
			}
			if k != nil {
				k.Close()
			}
		})
	}
}

func TestProgramsGranted(t *testing.T) {
	t.Parallel()
	p := processDir(t, "a.memory", store, "exec: true, net: all")
	p.Grants = config.Grants{Exec: true, Net: true}
	k := start(t, setup(t, p), inside{"a.memory": memory("a.memory")}, nil)
	if r := k.Plugins()[0].Manifest.Requires; !r.Exec || r.Net != "all" {
		t.Errorf("requires %+v", r)
	}
}

func TestSwappingAVendorIsOneLine(t *testing.T) {
	t.Parallel()
	vendor := func(id string) *pdk.Plugin {
		return pdk.New(id, "1.0.0").Provide("dougong.payment/v1", pdk.Methods{
			"requestPayment": pdk.Func(func(c *pdk.Context, _ struct{}) (map[string]string, error) {
				if _, err := c.Confirm("Pay", "1.00", "no", "yes"); err != nil {
					return nil, err
				}
				return map[string]string{"transactionId": id}, nil
			})})
	}
	c := setup(t, pluginDir(t, "a.pay", "dougong.payment/v1", "confirm: true"), pluginDir(t, "b.pay", "dougong.payment/v1", "confirm: true"))
	for _, id := range []string{"a.pay", "b.pay"} {
		c.Providers = map[string]string{"dougong.payment/v1": id}
		c.Policy.Prompts = config.PromptsAllow
		k := start(t, c, inside{"a.pay": vendor("a.pay"), "b.pay": vendor("b.pay")}, func(o *core.Options) { o.Prompter = prompter{} })
		got, err := do(t, k, "shop", "ann", "dougong.payment/v1 requestPayment", `{"timeStamp":"1","nonceStr":"n","package":"p","paySign":"s"}`)
		if err != nil || got != `{"transactionId":"`+id+`"}` {
			t.Errorf("%s: got %s, %v", id, got, err)
		}
		if err := k.Close(); err != nil {
			t.Error(err)
		}
	}
}

// What the user reads is told to a plugin that may ask, for the app and user of the call, and to no other.
func TestLanguageService(t *testing.T) {
	t.Parallel()
	asks := func(id string) *pdk.Plugin {
		return pdk.New(id, "1.0.0").Provide("dougong.payment/v1", pdk.Methods{
			"requestPayment": pdk.Func(func(c *pdk.Context, _ struct{}) (map[string]string, error) {
				return map[string]string{"transactionId": c.Speaks("zh", "en") + "|" + c.Language()}, nil
			})})
	}
	for _, x := range []struct{ name, requires, user, want string }{
		{"may ask", "confirm: true", "ann", "en|en-GB"},
		{"another user", "confirm: true", "bob", "zh|"},
		{"may not ask", "kv: true", "ann", "zh|"},
	} {
		t.Run(x.name, func(t *testing.T) {
			t.Parallel()
			c := setup(t, pluginDir(t, "a.pay", "dougong.payment/v1", x.requires))
			c.Policy.Prompts = config.PromptsAllow
			k := start(t, c, inside{"a.pay": asks("a.pay")}, func(o *core.Options) {
				o.Language = func(app, user string) string { return map[string]string{"shop/ann": "en-GB"}[app+"/"+user] }
			})
			got, err := do(t, k, "shop", x.user, "dougong.payment/v1 requestPayment", `{"timeStamp":"1","nonceStr":"n","package":"p","paySign":"s"}`)
			if want := `{"transactionId":"` + x.want + `"}`; err != nil || got != want {
				t.Errorf("got %s, %v, want %s", got, err, want)
			}
		})
	}
}

func TestSecrets(t *testing.T) {
	t.Parallel()
	p := pdk.New("a.pay", "1.0.0").Provide("dougong.payment/v1", pdk.Methods{
		"requestPayment": pdk.Func(func(c *pdk.Context, in struct {
			Package string `json:"package"`
		}) (map[string]string, error) {
			s, err := c.Secret(in.Package)
			return map[string]string{"transactionId": s}, err
		})})
	entry := pluginDir(t, "a.pay", "dougong.payment/v1", "secrets: [merchant, absent]")
	entry.Secrets = map[string]string{"merchant": "env:PAY_KEY", "other": "env:PAY_KEY"}
	c := setup(t, entry)
	c.Policy.Prompts = config.PromptsAllow
	k := start(t, c, inside{"a.pay": p}, func(o *core.Options) {
		o.Getenv = func(name string) string { return map[string]string{"PAY_KEY": "hunter2"}[name] }
	})
	for _, x := range []struct {
		name string
		code int
	}{{"merchant", 0}, {"absent", pdk.CodeNotFound}, {"other", pdk.CodeDenied}} {
		got, err := do(t, k, "shop", "ann", "dougong.payment/v1 requestPayment", `{"timeStamp":"1","nonceStr":"n","package":"`+x.name+`","paySign":"s"}`)
		if pdk.Code(err) != x.code || x.code == 0 && got != `{"transactionId":"hunter2"}` {
			t.Errorf("%s: got %s, %v", x.name, got, err)
		}
	}
}

func TestHTTPServiceIsBoundByManifestAndApp(t *testing.T) {
	t.Parallel()
	var seen []string
	net := pdk.New("a.net", "1.0.0").Provide("dougong.network/v1", pdk.Methods{
		"request": pdk.Func(func(c *pdk.Context, in struct {
			URL string `json:"url"`
		}) (map[string]any, error) {
			seen = append(seen, c.Caller+" "+in.URL)
			if err := c.CheckDomain("request", "https://elsewhere.example.com/"); pdk.Code(err) != pdk.CodeDomain {
				return nil, errors.New("a redirect elsewhere is allowed")
			}
			return map[string]any{"data": pdk.Blob("body"), "statusCode": 200, "header": map[string]string{"X-A": "b"}, "cookies": []string{"c=1"}}, nil
		})})
	geo := pdk.New("a.geo", "1.0.0").Provide("dougong.geolocation/v1", pdk.Methods{
		"stopLocationUpdate": pdk.Func(func(c *pdk.Context, in struct {
			URL string `json:"url"`
		}) (struct{}, error) {
			r, err := c.HTTP().Do(pdk.HTTPRequest{URL: in.URL})
			if err == nil && (string(r.Body) != "body" || r.Header("x-a") != "b" || r.Header("Set-Cookie") != "c=1") {
				err = fmt.Errorf("got %+v", r)
			}
			return struct{}{}, err
		})})
	c := setup(t, pluginDir(t, "a.net", "dougong.network/v1", ""), pluginDir(t, "a.geo", "dougong.geolocation/v1", "http: [api.example.com, ip.example.com]"))
	k := start(t, c, inside{"a.net": net, "a.geo": geo}, nil)
	for _, x := range []struct {
		app, url string
		code     int
	}{
		{"shop", "https://api.example.com/", 0},
		{"shop", "https://ip.example.com/", pdk.CodeDomain},
		{"notes", "https://api.example.com/", pdk.CodeDomain},
		{"shop", "https://evil.example.com/", pdk.CodeDomain},
	} {
		_, err := do(t, k, x.app, "ann", "dougong.geolocation/v1 stopLocationUpdate", `{"url":"`+x.url+`"}`)
		if pdk.Code(err) != x.code {
			t.Errorf("%s %s: %v, want code %d", x.app, x.url, err, x.code)
		}
	}
	if len(seen) != 1 || seen[0] != "a.geo https://api.example.com/" {
		t.Errorf("the network provider saw %q", seen)
	}
}
