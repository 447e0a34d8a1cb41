package provider_test

import (
	"context"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"github.com/dougong-dev/dougong/pdk/go"
	"github.com/dougong-dev/dougong/plugins/file/provider"
)

// Whatever an archive holds, nothing is written outside of the provider's folder and within the quota.
func FuzzUnzip(f *testing.F) {
	f.Add(zipped(f, entry{name: "a/b", content: "x"}, entry{name: "c", content: "y"}))
	f.Add(zipped(f, entry{name: "../x", content: "x"}))
	f.Add(zipped(f, entry{name: "link", content: "/etc", link: true}))
	f.Add([]byte("PK\x05\x06"))
	dir := f.TempDir()
	p := provider.New(filepath.Join(dir, "data"))
	plugin := pdk.New("dougong.file", "1.0.0").Provide(provider.Capability, p.Methods())
	do := func(method string, in m) error {
		payload, err := pdk.Encode(in)
		if err == nil {
			info := pdk.Info{Capability: provider.Capability, Method: method, App: "app", User: "ann"}
			_, err = plugin.Dispatch(pdk.NewContext(context.Background(), info, nil), payload)
		}
		return err
	}
	f.Fuzz(func(t *testing.T, archive []byte) {
		_ = do("unlink", m{"filePath": "wxfile://tmp/a.zip"})
		_ = do("rmdir", m{"dirPath": "wxfile://usr/out", "recursive": true})
		if err := do("writeFile", m{"filePath": "wxfile://tmp/a.zip", "data": pdk.Blob(append([]byte{}, archive...))}); err != nil {
			t.Fatal(err)
		}
		_ = do("unzip", m{"zipFilePath": "wxfile://tmp/a.zip", "targetPath": "wxfile://usr/out"})
		_ = do("readZipEntry", m{"filePath": "wxfile://tmp/a.zip", "entries": "all"})
		if entries, err := os.ReadDir(dir); err != nil || len(entries) != 1 {
			t.Errorf("there is more than the provider's folder: %v, %v", entries, err)
		}
		err := filepath.WalkDir(dir, func(name string, d fs.DirEntry, err error) error {
			if err == nil && d.Type()&fs.ModeSymlink != 0 {
				t.Errorf("%s is a link", name)
			}
			return err
		})
		if err != nil {
			t.Error(err)
		}
	})
}
