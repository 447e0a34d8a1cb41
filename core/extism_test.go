package core_test

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"github.com/dougong-dev/dougong/core"
	"github.com/dougong-dev/dougong/core/capability"
	"github.com/dougong-dev/dougong/core/config"
	"github.com/dougong-dev/dougong/core/internal/extismtest"
	"github.com/dougong-dev/dougong/core/plugin"
	"github.com/dougong-dev/dougong/core/plugin/wasm"
	"github.com/dougong-dev/dougong/pdk/go"
	"github.com/dougong-dev/dougong/pdk/go/contract"
)

const extismContract = `
capability: example.page/v1
summary: {en: Pages, zh: 页面}
methods:
  fetch:
    api: [wx.exampleFetch]
    mode: async
    summary: {en: Fetches, zh: 取}
    params: {type: string}
    result: {type: string}
  echo:
    api: [wx.exampleEcho]
    mode: async
    summary: {en: Bytes in and out, zh: 字节}
    params: {type: bytes}
    result: {type: bytes}
`

// mixed starts Extism plugins on the real runtime and the others inside.
type mixed struct {
	inside
	wasm plugin.Runtime
}

func (m mixed) Start(ctx context.Context, spec plugin.Spec) (plugin.Instance, error) {
	if m.inside[spec.Manifest.ID] == nil {
		return m.wasm.Start(ctx, spec)
	}
	return m.inside.Start(ctx, spec)
}

// extismDir is a plugin folder with the AssemblyScript plugin.
func extismDir(t *testing.T, requires string) config.Plugin {
	t.Helper()
	dir := t.TempDir()
	text := `id: a.page
version: 1.0.0
publisher: Test
summary: {en: x, zh: x}
provides: [example.page/v1]
runtime: {wasm: {module: page.wasm, abi: extism}}
requires: {` + requires + "}\n"
	for name, data := range map[string][]byte{"plugin.yaml": []byte(text), "page.wasm": extismtest.AssemblyScript(t)} {
		if err := os.WriteFile(filepath.Join(dir, name), data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return config.Plugin{ID: "a.page", Path: dir, APIs: []string{config.AllAPIs}}
}

// TestExtismThroughTheKernel calls an unmodified Extism plugin with a contract; what it may fetch is what its manifest and
// the app allow.
func TestExtismThroughTheKernel(t *testing.T) {
	t.Parallel()
	r, err := wasm.New(wasm.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { // after the kernels
		if err := r.Close(context.Background()); err != nil {
			t.Error(err)
		}
	})
	net := pdk.New("a.net", "1.0.0").Provide("dougong.network/v1", pdk.Methods{
		"request": pdk.Func(func(_ *pdk.Context, in struct {
			URL string `json:"url"`
		}) (map[string]any, error) {
			return map[string]any{"data": pdk.Blob("page of " + in.URL), "statusCode": 200, "header": map[string]string{}, "cookies": []string{}}, nil
		})})
	c, err := contract.Parse("page.yaml", []byte(extismContract))
	if err != nil {
		t.Fatal(err)
	}
	for _, x := range []struct {
		requires, app, url string
		code               int
	}{
		{"http: [api.example.com]", "shop", "https://api.example.com/", 0},
		{"http: [api.example.com]", "notes", "https://api.example.com/", pdk.CodeDomain},
		{"http: [api.example.com]", "shop", "https://evil.example.com/", pdk.CodeDomain},
		{"", "shop", "https://api.example.com/", pdk.CodeDenied},
	} {
		cfg := setup(t, pluginDir(t, "a.net", "dougong.network/v1", ""), extismDir(t, x.requires))
		k := start(t, cfg, nil, func(o *core.Options) {
			o.Runtime, o.Contracts = mixed{inside{"a.net": net}, r}, append(o.Contracts, c)
		})
		out, err := do(t, k, x.app, "ann", "example.page/v1 fetch", `"`+x.url+`"`)
		if want := `"page of ` + x.url + `"`; pdk.Code(err) != x.code || err == nil && out != want {
			t.Errorf("%+v: %s, %v", x, out, err)
		}
		raw := []byte{0xff, 0, 1}
		p, err := k.Call(t.Context(), &capability.Call{Info: pdk.Info{Capability: "example.page/v1", Method: "echo", App: "shop", User: "ann"},
			Payload: pdk.Payload{JSON: []byte(`{"$blob":0}`), Blobs: [][]byte{raw}}})
		if err != nil || len(p.Blobs) != 1 || string(p.Blobs[0]) != string(raw) || string(p.JSON) != `{"$blob":0}` {
			t.Errorf("bytes came back as %+v, %v", p, err)
		}
	}
}
