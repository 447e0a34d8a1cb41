package wasm_test

import (
	"bytes"
	"context"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
	"text/template"

	"github.com/dougong-dev/dougong/core/plugin/wasm"
	"github.com/dougong-dev/dougong/pdk/assemblyscript"
	"github.com/dougong-dev/dougong/pdk/c"
	"github.com/dougong-dev/dougong/pdk/go"
	"github.com/dougong-dev/dougong/pdk/go/contract"
	"github.com/dougong-dev/dougong/pdk/rust"
)

// TestKitTemplates fills in the template of every kit as `dougong plugin new` does, builds what comes out by its own build steps,
// and calls its method.
func TestKitTemplates(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		return // it needs the kits' toolchains
	}
	for _, k := range []struct {
		name          string
		template, kit fs.FS
	}{
		{"c", c.Template(), c.Kit()},
		{"rust", rust.Template(), rust.Kit()},
		{"assemblyscript", assemblyscript.Template(), assemblyscript.Kit()},
	} {
		t.Run(k.name, func(t *testing.T) {
			t.Parallel()
			dir := builtCopy(t, k.name+"-template", scaffold(t, k.template, k.kit), ".")
			r, err := wasm.New(wasm.Options{CacheDir: filepath.Join(dir, "cache")})
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { _ = r.Close(context.Background()) })
			p := startKit(t, r, dir, nil)
			contracts, err := contract.Load(os.DirFS(filepath.Join(dir, "contracts")))
			if err != nil || len(contracts) != 1 || contracts[0].Capability != p.manifest.Provides[0] {
				t.Fatalf("contracts = %+v, %v", contracts, err)
			}
			info := kitInfo("greet", 0)
			info.Capability = contracts[0].Capability
			var out struct{ Greeting string }
			if err := p.do(info, map[string]string{"name": "斗拱"}, &out); err != nil || out.Greeting != "hello, 斗拱" {
				t.Errorf("greet = %+v, %v", out, err)
			}
			if err := p.do(info, map[string]string{"name": ""}, nil); pdk.Code(err) != 10001 {
				t.Errorf("greet nobody: %v", err)
			}
		})
	}
}

// scaffold is a new project named hello.
func scaffold(t *testing.T, files, kit fs.FS) fs.FS {
	t.Helper()
	out := fstest.MapFS{}
	data := struct{ Name, ID string }{"hello", "com.example.hello"}
	each := func(from fs.FS, into func(path, text string)) {
		err := fs.WalkDir(from, ".", func(path string, e fs.DirEntry, err error) error {
			if err != nil || e.IsDir() {
				return err
			}
			text, err := fs.ReadFile(from, path)
			into(path, string(text))
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	each(files, func(path, text string) {
		var b bytes.Buffer
		if err := template.Must(template.New(path).Delims("<<", ">>").Parse(text)).Execute(&b, data); err != nil {
			t.Fatal(err)
		}
		out[strings.ReplaceAll(strings.TrimSuffix(path, ".tmpl"), "__name__", data.Name)] = &fstest.MapFile{Data: b.Bytes(), Mode: 0o644}
	})
	each(kit, func(path, text string) { out[path] = &fstest.MapFile{Data: []byte(text), Mode: 0o644} })
	return out
}
