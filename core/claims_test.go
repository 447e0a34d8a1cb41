package core_test

import (
	"bytes"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/dougong-dev/dougong/core"
	"github.com/dougong-dev/dougong/core/capability"
	"github.com/dougong-dev/dougong/core/config"
	"github.com/dougong-dev/dougong/core/miniapp/message"
	"github.com/dougong-dev/dougong/pdk/go"
)

// vendorPlugin is a plugin folder with a contract of its own, whose one method has the names of apis.
func vendorPlugin(t *testing.T, id, capability, apis string, claims ...string) config.Plugin {
	t.Helper()
	entry := pluginDir(t, id, capability, "")
	text := "capability: " + capability + `
summary: {en: Faces, zh: 人脸}
methods:
  compare:
    api: [` + apis + `]
    mode: async
    summary: {en: Compare, zh: 比对}
    params:
      type: object
      required: [image]
      properties: {image: {type: string}, kind: {enum: [id, selfie]}}
    result: {type: object, properties: {score: {type: number}, box: {type: object, properties: {left: {type: integer}}}}}
`
	dir := filepath.Join(entry.Path, core.ContractDir)
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "face.yaml"), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	entry.APIs = claims
	return entry
}

func comparing(id, capability string) *pdk.Plugin {
	return pdk.New(id, "1.0.0").Provide(capability, pdk.Methods{
		"compare": pdk.Func(func(*pdk.Context, map[string]any) (map[string]any, error) { return map[string]any{"score": 1}, nil }),
	})
}

func TestClaims(t *testing.T) {
	t.Parallel()
	const acme, other = "com.acme.face", "com.other.face"
	for _, c := range []struct {
		name    string
		plugins func(t *testing.T) []config.Plugin
		names   string // of the vendors' that mini-programs get
		err     string
		warning string
	}{
		{"claimed", func(t *testing.T) []config.Plugin {
			return []config.Plugin{vendorPlugin(t, acme, acme+"/v1", "wx.acmeFace, ft.acmeFace", "wx.acmeFace", "ft.acmeFace")}
		}, "ft.acmeFace wx.acmeFace", "", ""},
		{"all claimed", func(t *testing.T) []config.Plugin {
			return []config.Plugin{vendorPlugin(t, acme, acme+"/v1", "wx.acmeFace, ft.acmeFace", config.AllAPIs)}
		}, "ft.acmeFace wx.acmeFace", "", ""},
		{"one claimed", func(t *testing.T) []config.Plugin {
			return []config.Plugin{vendorPlugin(t, acme, acme+"/v1", "wx.acmeFace, ft.acmeFace", "wx.acmeFace")}
		}, "wx.acmeFace", "", "plugins: [{id: com.acme.face, apis: [ft.acmeFace]}]"},
		{"unclaimed", func(t *testing.T) []config.Plugin {
			return []config.Plugin{vendorPlugin(t, acme, acme+"/v1", "wx.acmeFace")}
		}, "", "", "superapp.yaml does not claim them"},
		{"shadowing wx.login", func(t *testing.T) []config.Plugin {
			return []config.Plugin{vendorPlugin(t, acme, acme+"/v1", "wx.login", config.AllAPIs)}
		}, "", `contracts of plugin "com.acme.face": face.yaml:5:11: wx.login: com.acme.face/v1 cannot name wx.login, which belongs to the standard capability`, ""},
		{"shadowing wx.request, unclaimed", func(t *testing.T) []config.Plugin {
			return []config.Plugin{vendorPlugin(t, acme, acme+"/v1", "wx.request")}
		}, "", `which belongs to the standard capability "dougong.network/v1"`, ""},
		{"a second contract of a standard capability", func(t *testing.T) []config.Plugin {
			return []config.Plugin{vendorPlugin(t, acme, "dougong.payment/v1", "wx.acmePay", config.AllAPIs)}
		}, "", `capability "dougong.payment/v1" has two contracts`, ""},
		{"claim of a standard name", func(t *testing.T) []config.Plugin {
			return []config.Plugin{vendorPlugin(t, acme, acme+"/v1", "wx.acmeFace", "wx.acmeFace", "wx.request")}
		}, "", `plugin "com.acme.face": apis: wx.request belongs to the standard capability "dougong.network/v1"`, ""},
		{"claim with a slip", func(t *testing.T) []config.Plugin {
			return []config.Plugin{vendorPlugin(t, acme, acme+"/v1", "wx.acmeFace", "wx.acmeFase")}
		}, "", `no contract of the plugin names wx.acmeFase; did you mean "wx.acmeFace"?`, ""},
		{"two plugins, each claims all", func(t *testing.T) []config.Plugin {
			return []config.Plugin{vendorPlugin(t, acme, acme+"/v1", "wx.face", config.AllAPIs), vendorPlugin(t, other, other+"/v1", "wx.face", config.AllAPIs)}
		}, "", `wx.face is claimed by "com.acme.face/v1" (plugin "com.acme.face") and by "com.other.face/v1" (plugin "com.other.face")`, ""},
		{"two plugins have a name, one claims it", func(t *testing.T) []config.Plugin {
			return []config.Plugin{vendorPlugin(t, acme, acme+"/v1", "wx.face, wx.acmeFace", "wx.face", "wx.acmeFace"), vendorPlugin(t, other, other+"/v1", "wx.face, ft.otherFace", "ft.otherFace")}
		}, "ft.otherFace wx.acmeFace wx.face", "", "plugin=com.other.face"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			plugins := c.plugins(t)
			var logged bytes.Buffer
			runtime := inside{}
			for _, p := range plugins {
				runtime[p.ID] = comparing(p.ID, p.ID+"/v1")
			}
			k, err := core.New(t.Context(), setup(t, plugins...), core.Options{Runtime: runtime, Logger: slog.New(slog.NewTextHandler(&logged, nil))})
			if c.err != "" {
				if err == nil || !strings.Contains(err.Error(), c.err) {
					t.Fatalf("got %v\nwant %s", err, c.err)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			defer func() { _ = k.Close() }()
			if got := strings.Join(vendorNames(k), " "); got != c.names {
				t.Errorf("mini-programs get %q, want %q", got, c.names)
			}
			if c.warning == "" && strings.Contains(logged.String(), "WARN") || !strings.Contains(logged.String(), c.warning) {
				t.Errorf("logged %s\nwant %q", &logged, c.warning)
			}
		})
	}
}

func vendorNames(k *core.Kernel) (names []string) {
	for _, api := range k.APIs("shop") {
		if api.Vendor {
			names = append(names, api.Name)
		}
	}
	return names
}

// TestUnclaimedCannotBeCalled: a name that is not claimed is not reachable by its method either.
func TestUnclaimedCannotBeCalled(t *testing.T) {
	t.Parallel()
	const id = "com.acme.face"
	k, err := core.New(t.Context(), setup(t, vendorPlugin(t, id, id+"/v1", "wx.acmeFace")), core.Options{Runtime: inside{id: comparing(id, id+"/v1")}, Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = k.Close() }()
	if _, err := k.Call(t.Context(), &capability.Call{Info: pdk.Info{Capability: id + "/v1", Method: "compare", App: "shop", User: "ann"}, Payload: pdk.Payload{JSON: []byte(`{"image":"x"}`)}}); pdk.Code(err) != pdk.CodeUnsupported {
		t.Errorf("got %v", err)
	}
}

func TestDetails(t *testing.T) {
	t.Parallel()
	const id = "com.acme.face"
	k, err := core.New(t.Context(), setup(t, vendorPlugin(t, id, id+"/v1", "wx.acmeFace", "*")), core.Options{Runtime: inside{id: comparing(id, id+"/v1")}, Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = k.Close() }()
	for _, api := range k.APIs("shop") {
		want := "object object.image object.kind object.kind.id object.kind.selfie success success.score success.box success.box.left"
		if api.Name == "wx.acmeFace" && strings.Join(api.Details, " ") != want {
			t.Errorf("got  %v\nwant %s", api.Details, want)
		}
	}
	var found message.API
	for _, api := range k.APIs("shop") {
		if api.Name == "wx.getSetting" {
			found = api
		}
	}
	if found.Vendor || len(found.Details) == 0 {
		t.Errorf("the kernel's own capability: %+v", found)
	}
}

// TestAbsent: what a person is told of a name that cannot be called.
func TestAbsent(t *testing.T) {
	t.Parallel()
	const id = "com.acme.face"
	k, err := core.New(t.Context(), setup(t, vendorPlugin(t, id, id+"/v1", "wx.acmeFace, ft.acmeFace", "wx.acmeFace")), core.Options{Runtime: inside{id: comparing(id, id+"/v1")}, Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = k.Close() }()
	for name, want := range map[string]string{
		"ft.acmeFace":  `plugin "com.acme.face" offers ft.acmeFace, but superapp.yaml does not claim it; plugins: [{id: com.acme.face, apis: [ft.acmeFace]}]`,
		"wx.login":     `wx.login belongs to the standard capability "dougong.account/v1", which no plugin of this super-app provides; add a plugin`,
		"wx.showToast": `wx.showToast is a name of WeChat's, but of no capability: mini-programs get it from the base library or the device, if at all; try it`,
		"wx.acmeFase":  `no plugin of this super-app offers wx.acmeFase; did you mean "wx.acmeFace"?; dougong plugin list`,
		"login":        `no plugin of this super-app offers login; known are ft.authorize, `,
	} {
		why, next := k.Absent(name)
		if got := why + "; " + next; !strings.HasPrefix(got, want) {
			t.Errorf("%s:\ngot  %s\nwant %s", name, got, want)
		}
	}
}
