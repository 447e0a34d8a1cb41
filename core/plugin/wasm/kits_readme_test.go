package wasm_test

import (
	"context"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"testing"
	"testing/fstest"

	"github.com/dougong-dev/dougong/core/plugin/wasm"
	"github.com/dougong-dev/dougong/pdk/assemblyscript"
	"github.com/dougong-dev/dougong/pdk/c"
	"github.com/dougong-dev/dougong/pdk/go"
	"github.com/dougong-dev/dougong/pdk/go/contract"
	"github.com/dougong-dev/dougong/pdk/rust"
)

// fileBlock is a fenced block that names a file after its language.
var fileBlock = regexp.MustCompile("(?ms)^```\\w+ (\\S+)\n(.*?)^```$")

// readmeFiles are the files that a kit's manual tells to write, which have to be the same in both languages.
func readmeFiles(t *testing.T, kit string) fstest.MapFS {
	t.Helper()
	read := func(name string) fstest.MapFS {
		text, err := os.ReadFile(filepath.Join(pdkDir, kit, name))
		if err != nil {
			t.Fatal(err)
		}
		files := fstest.MapFS{}
		for _, m := range fileBlock.FindAllSubmatch(text, -1) {
			files[string(m[1])] = &fstest.MapFile{Data: m[2], Mode: 0o644}
		}
		return files
	}
	files := read("README.md")
	if other := read("README.zh-CN.md"); !reflect.DeepEqual(files, other) {
		t.Errorf("the files in README.zh-CN.md are not those of README.md")
	}
	return files
}

// TestKitReadmes does what the manual of every kit says: the files in it, beside a copy of the kit, are a plugin.
func TestKitReadmes(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		return // it needs the kits' toolchains
	}
	for _, k := range []struct {
		name string
		kit  fs.FS
	}{
		{"c", c.Kit()},
		{"rust", rust.Kit()},
		{"assemblyscript", assemblyscript.Kit()},
	} {
		t.Run(k.name, func(t *testing.T) {
			t.Parallel()
			files := readmeFiles(t, k.name)
			maps.Copy(files, scaffold(t, fstest.MapFS{}, k.kit).(fstest.MapFS))
			dir := builtCopy(t, k.name+"-readme", files, ".")
			r, err := wasm.New(wasm.Options{CacheDir: filepath.Join(dir, "cache")})
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { _ = r.Close(context.Background()) })
			contracts, err := contract.Load(os.DirFS(filepath.Join(dir, "contracts")))
			if err != nil || len(contracts) != 1 {
				t.Fatalf("%d contracts, %v", len(contracts), err)
			}
			e := &example{startKit(t, r, dir, nil), contracts[0]}
			e.expect(t, "greet", `{"name":"Ann"}`, `{"text":"hello, Ann","count":1}`)
			if err := e.Configure(context.Background(), []byte(`{"polite":"您好"}`)); err != nil {
				t.Fatal(err)
			}
			e.expect(t, "greet", `{"name":"安"}`, `{"text":"您好, 安","count":2}`)
			e.expect(t, "greet", `{"name":""}`, "no-name: name is empty")
			info := kitInfo("countdown", 5)
			info.Capability = e.contract.Capability
			if err := e.do(info, map[string]int{"from": 3}, nil); err != nil {
				t.Errorf("countdown: %v", err)
			}
			var ticks []string
			for _, event := range e.host.Events() {
				ticks = append(ticks, event.Name+string(event.Payload.JSON))
			}
			if want := []string{`tick{"left":2}`, `tick{"left":1}`, `tick{"left":0}`}; !reflect.DeepEqual(ticks, want) {
				t.Errorf("events %v, want %v", ticks, want)
			}
			if err := e.do(info, map[string]string{"from": "x"}, nil); pdk.Code(err) != pdk.CodeInvalidParams {
				t.Errorf("countdown from x: %v", err)
			}
		})
	}
}
