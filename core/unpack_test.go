package core_test

import (
	"bytes"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/dougong-dev/dougong/core"
	"github.com/dougong-dev/dougong/core/bundle"
	"github.com/dougong-dev/dougong/core/config"
	"github.com/dougong-dev/dougong/pdk/go"
)

const greeterContract = `capability: com.example.greeter/v1
summary: {en: greets, zh: 打招呼}
methods:
  greet: {api: [wx.greetings], mode: async, summary: {en: greets, zh: 打招呼}}
`

func packed(t *testing.T, files map[string]string) string {
	t.Helper()
	data := map[string][]byte{}
	for name, text := range files {
		data[name] = []byte(text)
	}
	var b bytes.Buffer
	if err := bundle.Write(&b, data); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "greeter.dgp")
	if err := os.WriteFile(path, b.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

var greeterFiles = map[string]string{
	"plugin.yaml":            "id: com.example.greeter\nversion: 1.0.0\npublisher: Test\nsummary: {en: x}\nprovides: [com.example.greeter/v1]\nruntime: {process: {any: bin/greeter}}\n",
	"bin/greeter":            "#!/bin/sh\n",
	"contracts/greeter.yaml": greeterContract,
}

// unsigned is a super-app whose bundles nobody has signed, and that says so.
func unsigned(t *testing.T, plugins ...config.Plugin) *config.Config {
	t.Helper()
	c := setup(t, plugins...)
	c.Trust.Bundles = config.BundlesUnsigned
	return c
}

func greeter() inside {
	return inside{"com.example.greeter": pdk.New("com.example.greeter", "1.0.0").Provide("com.example.greeter/v1", pdk.Methods{
		"greet": pdk.Func(func(*pdk.Context, struct{}) (struct{}, error) { return struct{}{}, nil }),
	})}
}

// TestBundle loads a plugin from its bundle: its contract is read, its program may be executed, and what somebody changed
// in the folder of unpacked plugins is not used.
func TestBundle(t *testing.T) {
	t.Parallel()
	c := unsigned(t, config.Plugin{ID: "com.example.greeter", Path: packed(t, greeterFiles), APIs: []string{config.AllAPIs}})
	find := func() string {
		t.Helper()
		found, err := filepath.Glob(filepath.Join(c.DataDir(), "cache", "plugins", "*", "bin", "greeter"))
		if err != nil || len(found) != 1 {
			t.Fatalf("unpacked programs: %v, %v", found, err)
		}
		return found[0]
	}
	for _, change := range []func(program string){
		func(program string) {
			if err := os.WriteFile(program, []byte("#!/bin/sh\nevil\n"), 0o700); err != nil {
				t.Fatal(err)
			}
		},
		func(program string) {
			if err := os.WriteFile(program+"-more", nil, 0o600); err != nil {
				t.Fatal(err)
			}
		},
		func(program string) {
			if err := os.Remove(program); err != nil {
				t.Fatal(err)
			}
		},
	} {
		k := start(t, c, greeter(), nil)
		if k.Catalogue().Contract("com.example.greeter/v1") == nil {
			t.Error("the contract in the bundle was not read")
		}
		program := find()
		info, err := os.Stat(program)
		if err != nil || info.Mode().Perm() != 0o700 {
			t.Errorf("mode of the program = %v, %v; want 0700", info.Mode(), err)
		}
		if text, _ := os.ReadFile(program); string(text) != "#!/bin/sh\n" {
			t.Errorf("the program is %q", text)
		}
		if err := k.Close(); err != nil {
			t.Fatal(err)
		}
		change(program)
	}
}

func TestBadBundles(t *testing.T) {
	t.Parallel()
	noBundle := filepath.Join(t.TempDir(), "x.dgp")
	if err := os.WriteFile(noBundle, []byte("hello"), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct{ path, want string }{
		"no zip":      {noBundle, "not a valid zip file"},
		"no manifest": {packed(t, map[string]string{"a": "b"}), "`dougong plugin pack` makes one"},
		"manifest":    {packed(t, map[string]string{"plugin.yaml": "idd: x\n"}), `plugin.yaml:1:1: unknown key "idd"`},
		"missing":     {filepath.Join(t.TempDir(), "none.dgp"), "is not there"},
	} {
		cfg := unsigned(t, config.Plugin{ID: "com.example.greeter", Path: c.path, APIs: []string{config.AllAPIs}})
		if _, err := core.New(t.Context(), cfg, core.Options{Runtime: greeter()}); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", name, err, c.want)
		}
	}
	cfg := unsigned(t, config.Plugin{ID: "com.example.greeter", Path: packed(t, greeterFiles), APIs: []string{config.AllAPIs}})
	open := filepath.Join(cfg.DataDir(), "cache", "plugins")
	if err := os.MkdirAll(open, 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(open, 0o777); err != nil {
		t.Fatal(err)
	}
	if _, err := core.New(t.Context(), cfg, core.Options{Runtime: greeter()}); err == nil || !strings.Contains(err.Error(), "chmod 0700") {
		t.Errorf("a folder that others can write to: %v", err)
	}
}

// TestUnsignedBundleIsRefused: a host that does not say otherwise runs nothing that nobody vouches for.
func TestUnsignedBundleIsRefused(t *testing.T) {
	t.Parallel()
	c := setup(t, config.Plugin{ID: "com.example.greeter", Path: packed(t, greeterFiles), APIs: []string{config.AllAPIs}})
	k, err := core.New(t.Context(), c, core.Options{Runtime: greeter(), Logger: slog.New(slog.DiscardHandler)})
	if err == nil {
		t.Fatal("it runs", k.Close())
	}
	for _, want := range []string{"greeter.dgp", "not trusted", "there is no evidence beside it", "trust: {bundles: unsigned}"} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %q", err, want)
		}
	}
	if found, _ := filepath.Glob(filepath.Join(c.DataDir(), "cache", "plugins", "*")); len(found) > 0 {
		t.Errorf("it was unpacked all the same: %v", found)
	}
}
