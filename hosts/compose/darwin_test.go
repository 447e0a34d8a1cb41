package compose_test

import (
	"bytes"
	"debug/macho"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/dougong-dev/dougong/core/bundle"
	"github.com/dougong-dev/dougong/core/trust"
	"github.com/dougong-dev/dougong/hosts/compose"
)

// program is a program's source: small, and real.
const program = "package main\n\nfunc main() { println(\"here\") }\n"

// compiled builds it for a platform.
func compiled(t *testing.T, platform string) []byte {
	t.Helper()
	system, arch, _ := strings.Cut(platform, "/")
	dir := t.TempDir()
	check(t, os.WriteFile(filepath.Join(dir, "main.go"), []byte(program), 0o600))
	cmd := exec.Command("go", "build", "-o", "out", "main.go")
	cmd.Dir, cmd.Env = dir, append(os.Environ(), "GOOS="+system, "GOARCH="+arch, "CGO_ENABLED=0")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	data, err := os.ReadFile(filepath.Join(dir, "out"))
	check(t, err)
	return data
}

// native are the files of a plugin that is a program for one platform.
func native(platform string, program []byte) map[string][]byte {
	return map[string][]byte{
		"plugin.yaml": []byte("id: com.acme.native\nversion: 1.0.0\npublisher: Acme\nsummary: {en: x}\nprovides: [com.acme.native/v1]\nruntime: {process: {" + platform + ": bin/native}}\nlicence: Apache-2.0\n"),
		"bin/native":  program, "contracts/own.yaml": []byte("capability: com.acme.native/v1\nsummary: {en: Does., zh: 做}\nmethods:\n  do: {api: [wx.acmeDo], mode: async, summary: {en: Does., zh: 做}}\n"),
	}
}

// codeSignature is the load command of a signature, without which a Mac with Apple's processor starts nothing.
const codeSignature = 0x1d

// signedMachO checks that a file is a program for darwin/arm64 that has a signature.
func signedMachO(t *testing.T, what string, data []byte) {
	t.Helper()
	f, err := macho.NewFile(bytes.NewReader(data))
	if err != nil {
		t.Errorf("%s is no Mach-O file: %v", what, err)
		return
	}
	signed := false
	for _, l := range f.Loads {
		raw := l.Raw()
		signed = signed || len(raw) >= 4 && f.ByteOrder.Uint32(raw) == codeSignature
	}
	if f.Cpu != macho.CpuArm64 || f.Type != macho.TypeExec || !signed {
		t.Errorf("%s: processor %v, type %v, signed %v", what, f.Cpu, f.Type, signed)
	}
}

// TestForDarwin composes for a Mac on another system: what is in the folder and the archive, of which type it is, who vouches for it.
func TestForDarwin(t *testing.T) {
	t.Parallel()
	const platform = "darwin/arm64"
	h := newHouse(t)
	h.standard()
	h.put(trust.KindPlugin, "com.acme.native", "1.0.0", map[string]map[string][]byte{
		platform: native(platform, compiled(t, platform)), "linux/amd64": native("linux/amd64", compiled(t, "linux/amd64")),
	}, nil)
	o := h.options(head + "plugins: [{id: com.acme.place, version: ^1}, {id: com.acme.native, version: ^1, grants: {net: true}}]\nminiapps: [{id: shop, version: ^1}]\n")
	o.Platforms = []string{platform}
	p, err := compose.Make(t.Context(), o)
	check(t, err)
	check(t, p.Save())
	source := t.TempDir()
	check(t, os.WriteFile(filepath.Join(source, "go.mod"), []byte("module example.com/host\n\ngo 1.26\n"), 0o600))
	check(t, os.WriteFile(filepath.Join(source, "main.go"), []byte(program), 0o600))
	finder := &compose.HostFinder{Source: source, Package: "example.com/host", Dir: t.TempDir()}
	made, err := p.Build(t.Context(), compose.BuildOptions{Dir: filepath.Join(h.dir, "dist"), Hosts: finder.Find})
	check(t, err)
	if len(made) != 1 || filepath.Base(made[0].Folder) != "test-darwin-arm64" || !strings.HasSuffix(made[0].Archive, "test-darwin-arm64.tar.gz") {
		t.Fatalf("made %+v", made)
	}
	folder := made[0].Folder
	var layout []string
	check(t, filepath.WalkDir(folder, func(path string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			name, _ := filepath.Rel(folder, path)
			layout = append(layout, filepath.ToSlash(name))
		}
		return err
	}))
	want := []string{
		"dougong", "miniapps/shop-1.0.0.dgm", "miniapps/shop-1.0.0.dgm.evidence", "plugins/com.acme.native-1.0.0.dgp", "plugins/com.acme.native-1.0.0.dgp.evidence",
		"plugins/com.acme.place-1.2.0.dgp", "plugins/com.acme.place-1.2.0.dgp.evidence", "root.json", "superapp.lock", "superapp.yaml", "trust-seen.json",
	}
	slices.Sort(want)
	slices.Sort(layout)
	if !slices.Equal(layout, want) {
		t.Errorf("layout:\n%s\nwant:\n%s", strings.Join(layout, "\n"), strings.Join(want, "\n"))
	}
	archived := untar(t, made[0].Archive)
	host := archived["test-darwin-arm64/dougong"]
	if len(archived) != len(want) || !strings.HasPrefix(host, "-rwxr-xr-x") {
		t.Errorf("the archive has %d files, the host's mode is %.10s", len(archived), host)
	}
	signedMachO(t, "the host in the archive", []byte(strings.TrimPrefix(host, "-rwxr-xr-x")))
	inside, err := bundle.OpenFile(filepath.Join(folder, "plugins/com.acme.native-1.0.0.dgp"), bundle.DefaultLimits)
	check(t, err)
	t.Cleanup(func() { check(t, inside.Close()) })
	data, err := inside.ReadFile("bin/native")
	check(t, err)
	signedMachO(t, "the plugin's program", data)
	h.vouched(folder, platform, layout)
}

// vouched checks that each bundle of a folder is vouched for by what lies beside it, for its platform and no other.
func (h *house) vouched(folder, platform string, files []string) {
	h.t.Helper()
	root, err := os.ReadFile(filepath.Join(folder, "root.json"))
	check(h.t, err)
	for _, name := range files {
		if !strings.HasSuffix(name, ".dgp") && !strings.HasSuffix(name, ".dgm") {
			continue
		}
		file := filepath.Join(folder, name)
		e, err := trust.ReadEvidence(file)
		check(h.t, err)
		for on, good := range map[string]bool{platform: true, "linux/amd64": !strings.Contains(name, "native")} {
			a, err := trust.MeasureFile(h.suite, file)
			check(h.t, err)
			a.Platform = on
			if v := trust.Verify(h.t.Context(), a, e, trust.Options{Suite: h.suite, Root: root, Now: func() time.Time { return h.now }}); v.OK() != good {
				h.t.Errorf("%s on %s: good %v, want %v:\n%s", name, on, v.OK(), good, v)
			}
		}
	}
}
