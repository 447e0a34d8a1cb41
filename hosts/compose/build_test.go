package compose_test

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/santhosh-tekuri/jsonschema/v6"
	spdxjson "github.com/spdx/tools-golang/json"
	"github.com/spdx/tools-golang/spdxlib"

	"github.com/dougong-dev/dougong/core/admission"
	"github.com/dougong-dev/dougong/core/config"
	"github.com/dougong-dev/dougong/core/trust"
	"github.com/dougong-dev/dougong/core/trust/authority"
	"github.com/dougong-dev/dougong/hosts/compose"
)

// The same in another folder and at another time.
func TestSameBytes(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.standard()
	o := h.options(twoParts)
	o.Platforms = []string{"windows/amd64", "linux/arm64"}
	p, err := compose.Make(t.Context(), o)
	check(t, err)
	check(t, p.Save())
	first := h.build(p, "one")

	h.now = h.now.Add(48 * time.Hour)
	elsewhere := t.TempDir()
	check(t, os.CopyFS(elsewhere, os.DirFS(h.dir)))
	check(t, filepath.WalkDir(elsewhere, func(path string, _ os.DirEntry, err error) error {
		return errors.Join(err, os.Chtimes(path, h.now, h.now))
	}))
	o.Config, err = config.Load(elsewhere, nil)
	check(t, err)
	o.Cache, o.Locked = filepath.Join(elsewhere, "cache2"), true
	p, err = compose.Make(t.Context(), o)
	check(t, err)
	h.dir = elsewhere
	second := h.build(p, "two")
	for i := range first {
		a, err := os.ReadFile(first[i].Archive)
		check(t, err)
		b, err := os.ReadFile(second[i].Archive)
		check(t, err)
		if !bytes.Equal(a, b) || first[i].SHA256 != second[i].SHA256 {
			t.Errorf("%s differs from %s", first[i].Archive, second[i].Archive)
		}
	}
	for _, format := range []string{compose.CycloneDX, compose.SPDX} {
		a, _, err := p.Bill(format)
		check(t, err)
		b, _, err := p.Bill(format)
		check(t, err)
		if !bytes.Equal(a, b) {
			t.Errorf("the bill (%s) differs from itself", format)
		}
	}
}

func TestArchiveHoldsTheFolder(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.standard()
	o := h.options(twoParts)
	o.Platforms = []string{"linux/amd64", "windows/amd64"}
	p, err := compose.Make(t.Context(), o)
	check(t, err)
	for _, b := range h.build(p, "dist") {
		want := map[string]string{}
		check(t, filepath.WalkDir(b.Folder, func(path string, d os.DirEntry, err error) error {
			if err != nil || d.IsDir() {
				return err
			}
			data, err := os.ReadFile(path)
			name, _ := filepath.Rel(filepath.Dir(b.Folder), path)
			info, _ := d.Info()
			want[filepath.ToSlash(name)] = info.Mode().String() + string(data)
			return err
		}))
		got := untar
		if strings.HasSuffix(b.Archive, ".zip") {
			got = unzip
		}
		if found := got(t, b.Archive); !reflect.DeepEqual(found, want) {
			t.Errorf("%s: %d files, the folder has %d", b.Archive, len(found), len(want))
		}
		top := filepath.Base(b.Folder)
		for _, name := range []string{"superapp.yaml", "superapp.lock", "root.json", "plugins/com.acme.place-1.2.0.dgp", "plugins/com.acme.place-1.2.0.dgp.evidence", "miniapps/shop-1.0.0.dgm"} {
			if want[top+"/"+name] == "" {
				t.Errorf("%s lacks %s", b.Folder, name)
			}
		}
	}
}

// TestFirstStartIsNoInstallation: what was verified when it was composed starts whenever it is started first, long after lists and
// timestamps have run out; and the host has seen what was seen then, so that nothing older is put in its place.
func TestFirstStartIsNoInstallation(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.standard()
	o := h.options(twoParts)
	o.Platforms = []string{runtime.GOOS + "/" + runtime.GOARCH}
	p, err := compose.Make(t.Context(), o)
	check(t, err)
	folder := h.build(p, "dist")[0].Folder
	later := h.now.AddDate(0, 0, authority.ListDays+5)
	start := func() error {
		cfg, err := config.Load(folder, nil)
		check(t, err)
		gate, err := admission.New(cfg, admission.Options{Logger: slog.New(slog.DiscardHandler), Now: func() time.Time { return later }})
		check(t, err)
		var errs []error
		for _, path := range []string{"miniapps/shop-1.0.0.dgm", "plugins/com.acme.place-1.2.0.dgp"} {
			_, err := gate.Admit(filepath.Join(folder, path))
			errs = append(errs, err)
		}
		s, err := gate.State()
		check(t, err)
		if len(errs) == 2 && errs[0] == nil && (len(s.Heads) != 1 || len(s.Installed) != 2) {
			t.Errorf("the host has seen %+v", s)
		}
		return errors.Join(errs...)
	}
	check(t, start())
	check(t, start())
	// Without it, it is an installation.
	check(t, os.RemoveAll(filepath.Join(folder, "data")))
	seed := filepath.Join(folder, trust.SeedFile)
	check(t, os.Remove(seed))
	if err := start(); !errors.Is(err, trust.ErrRefused) {
		t.Errorf("without what was seen: %v", err)
	}
}

func untar(t *testing.T, file string) map[string]string {
	t.Helper()
	f, err := os.Open(file)
	check(t, err)
	defer func() { _ = f.Close() }()
	zr, err := gzip.NewReader(f)
	check(t, err)
	if !zr.ModTime.IsZero() || zr.Name != "" {
		t.Errorf("the archive says when and what it was: %v %q", zr.ModTime, zr.Name)
	}
	out := map[string]string{}
	for tr := tar.NewReader(zr); ; {
		entry, err := tr.Next()
		if errors.Is(err, io.EOF) {
			return out
		}
		check(t, err)
		if entry.Uid != 0 || entry.Uname != "" || entry.ModTime.Year() != 1980 {
			t.Errorf("%s says who and when: %+v", entry.Name, entry)
		}
		data, err := io.ReadAll(tr)
		check(t, err)
		out[entry.Name] = entry.FileInfo().Mode().String() + string(data)
	}
}

func unzip(t *testing.T, file string) map[string]string {
	t.Helper()
	zr, err := zip.OpenReader(file)
	check(t, err)
	defer func() { _ = zr.Close() }()
	out := map[string]string{}
	for _, entry := range zr.File {
		r, err := entry.Open()
		check(t, err)
		data, err := io.ReadAll(r)
		check(t, err)
		out[entry.Name] = entry.Mode().String() + string(data)
	}
	return out
}

// What was composed is accepted at a host's door, with nothing but what is in the folder.
func TestHostAdmitsWhatWasComposed(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.standard()
	made := h.build(h.saved(twoParts), "dist")
	moved := filepath.Join(t.TempDir(), "moved")
	check(t, os.Rename(made[0].Folder, moved))
	c, err := config.Load(moved, nil)
	check(t, err)
	gate, err := admission.New(c, admission.Options{Now: func() time.Time { return h.now }})
	check(t, err)
	for _, path := range []string{c.MiniApps[0].Path, c.Plugins[0].Path} {
		if _, err := gate.Admit(c.Abs(path)); err != nil {
			t.Errorf("%s: %v", path, err)
		}
	}
	state, err := (&trust.FileStore{Path: filepath.Join(c.DataDir(), admission.StateFile)}).Load()
	if err != nil || len(state.Installed) != 2 {
		t.Errorf("%+v, %v", state, err)
	}
}

func TestFolderOfAHostIsLeftAlone(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.standard()
	p := h.saved(twoParts)
	h.build(p, "dist")
	made := h.build(p, "dist") // over its own work
	options := compose.BuildOptions{Dir: filepath.Join(h.dir, "dist"), Hosts: h.host, NoArchive: true}
	check(t, os.Mkdir(filepath.Join(made[0].Folder, "data"), 0o700))
	if _, err := p.Build(t.Context(), options); err == nil || !strings.Contains(err.Error(), "keeps its data there") {
		t.Errorf("over somebody's data: %v", err)
	}
	check(t, errors.Join(os.RemoveAll(made[0].Folder), os.MkdirAll(filepath.Join(made[0].Folder, "thesis"), 0o700)))
	if _, err := p.Build(t.Context(), options); err == nil || !strings.Contains(err.Error(), "was not made by compose") {
		t.Errorf("over somebody's work: %v", err)
	}
	left, err := filepath.Glob(filepath.Join(h.dir, "dist", ".new-*"))
	if err != nil || len(left) > 0 {
		t.Errorf("left over: %v, %v", left, err)
	}
}

func TestPicturesGoAlong(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.standard()
	check(t, os.Mkdir(filepath.Join(h.dir, "art"), 0o755))
	check(t, os.WriteFile(filepath.Join(h.dir, "art", "Logo.PNG"), []byte("logo"), 0o600))
	check(t, os.WriteFile(filepath.Join(h.dir, "art", "shop.svg"), []byte("icon"), 0o600))
	made := h.build(h.saved(twoParts[:strings.Index(twoParts, "miniapps")]+"miniapps: [{id: shop, version: ^1, icon: art/shop.svg}]\nbranding: {logo: art/Logo.PNG}\n"), "dist")
	c, err := config.Load(made[0].Folder, nil)
	check(t, err)
	for file, want := range map[string]string{c.Branding.Logo: "logo", c.MiniApps[0].Icon: "icon"} {
		if data, err := os.ReadFile(c.Abs(file)); err != nil || string(data) != want {
			t.Errorf("%s: %q, %v", file, data, err)
		}
	}
}

func TestUnsigned(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.standard()
	files, err := filepath.Glob(filepath.Join(h.dir, "mirror", "*"+trust.EvidenceSuffix))
	check(t, err)
	for _, name := range files {
		check(t, os.Remove(name))
	}
	if _, err := h.make(twoParts); err == nil || !strings.Contains(err.Error(), "there is no evidence beside it") {
		t.Errorf("%v", err)
	}
	p, err := h.make(strings.Replace(twoParts, "root: house/root.json", "bundles: unsigned", 1))
	check(t, err)
	if p.Lock.Root != "" || p.Lock.Entries[0].Files[0].Evidence != "" || !slices.ContainsFunc(p.Notes, func(n string) bool { return strings.Contains(n, `plugin "com.acme.place" 1.2.0 is not verified`) }) {
		t.Errorf("%v\n%s", p.Notes, p.Lock.Bytes())
	}
}

// The bill is held against the schema that its format's makers publish, which is in the library's module.
func TestCycloneDXBill(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.standard()
	p := h.saved(twoParts)
	text, ending, err := p.Bill(compose.CycloneDX)
	check(t, err)
	if ending != ".cdx.json" {
		t.Errorf("ending %q", ending)
	}
	out, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", "github.com/CycloneDX/cyclonedx-go").Output()
	check(t, err)
	schemas := filepath.Join(strings.TrimSpace(string(out)), "schema")
	compiler := jsonschema.NewCompiler()
	for url, file := range map[string]string{"http://cyclonedx.org/schema/bom-1.6.schema.json": "bom-1.6.schema.json", "http://cyclonedx.org/schema/spdx.schema.json": "spdx.schema.json", "http://cyclonedx.org/schema/jsf-0.82.schema.json": "jsf-0.82.schemax.json"} {
		data, err := os.ReadFile(filepath.Join(schemas, file))
		check(t, err)
		doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(data))
		check(t, err)
		check(t, compiler.AddResource(url, doc))
	}
	schema, err := compiler.Compile("http://cyclonedx.org/schema/bom-1.6.schema.json")
	check(t, err)
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	check(t, err)
	if err := schema.Validate(doc); err != nil {
		t.Errorf("%v\n%s", err, text)
	}
	var bill struct {
		Components []struct {
			Ref    string `json:"bom-ref"`
			Hashes []struct{ Alg, Content string }
		}
	}
	check(t, json.Unmarshal(text, &bill))
	hash := p.Lock.Find("plugin", "com.acme.place").Files[0].SHA256
	if !slices.ContainsFunc(bill.Components, func(c struct {
		Ref    string `json:"bom-ref"`
		Hashes []struct{ Alg, Content string }
	}) bool {
		return c.Ref == "plugin:com.acme.place@1.2.0" && len(c.Hashes) == 1 && c.Hashes[0].Content == hash
	}) {
		t.Errorf("the plugin with its digest is not in the bill: %+v", bill.Components)
	}
	bad := bytes.Replace(text, []byte(`"type": "application"`), []byte(`"type": "spell"`), 1)
	if doc, err = jsonschema.UnmarshalJSON(bytes.NewReader(bad)); err != nil || schema.Validate(doc) == nil {
		t.Errorf("the schema accepts anything: %v", err)
	}
}

func TestSPDXBill(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.standard()
	p := h.saved(twoParts)
	text, ending, err := p.Bill(compose.SPDX)
	check(t, err)
	doc, err := spdxjson.Read(bytes.NewReader(text))
	check(t, err)
	check(t, spdxlib.ValidateDocument(doc))
	if ending != ".spdx.json" || doc.SPDXVersion != "SPDX-2.3" || doc.DataLicense != "CC0-1.0" || doc.CreationInfo.Created == "" || !strings.HasPrefix(doc.DocumentNamespace, "https://") {
		t.Errorf("%q %+v", ending, doc)
	}
	ids := map[string]bool{}
	for _, pack := range doc.Packages {
		id := string(pack.PackageSPDXIdentifier)
		if ids[id] || pack.PackageName == "" || pack.PackageDownloadLocation == "" {
			t.Errorf("package %+v", pack)
		}
		ids[id] = true
		if pack.PackageName == "com.acme.place" && (pack.PackageLicenseDeclared != "Apache-2.0" || pack.PackageSupplier.Supplier != "Acme" || pack.PackageChecksums[0].Value != p.Lock.Find("plugin", "com.acme.place").Files[0].SHA256) {
			t.Errorf("%+v", pack)
		}
	}
	if _, _, err := p.Bill("spdy"); err == nil || !strings.Contains(err.Error(), `did you mean "spdx"?`) {
		t.Errorf("%v", err)
	}
}

func TestHostFinder(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	mine := filepath.Join(dir, "mine")
	check(t, os.WriteFile(mine, nil, 0o700))
	here := runtime.GOOS + "/" + runtime.GOARCH
	ctx := t.Context()
	f := &compose.HostFinder{Given: map[string]string{"windows/arm64": mine, "darwin/arm64": filepath.Join(dir, "none")}, Running: mine, Dir: dir, Source: dir}
	for platform, want := range map[string]string{"windows/arm64": mine, here: mine} {
		if got, err := f.Find(ctx, platform); err != nil || got != want {
			t.Errorf("%s: %q, %v", platform, got, err)
		}
	}
	if _, err := f.Find(ctx, "darwin/arm64"); err == nil || !strings.Contains(err.Error(), "none is not a file") {
		t.Errorf("%v", err)
	}
	if _, err := f.Find(ctx, "darwin/amd64"); err == nil || !strings.Contains(err.Error(), "next: name a folder of dougong's source with --source") {
		t.Errorf("in a folder without source: %v", err)
	}
}

// A host for another system is built, twice the same.
func TestHostIsBuilt(t *testing.T) {
	t.Parallel()
	source := t.TempDir()
	check(t, os.WriteFile(filepath.Join(source, "go.mod"), []byte("module example.com/host\n\ngo 1.26\n"), 0o600))
	check(t, os.WriteFile(filepath.Join(source, "main.go"), []byte("package main\n\nfunc main() { println(\"host\") }\n"), 0o600))
	var built [][]byte
	for range 2 {
		f := &compose.HostFinder{Source: source, Package: "example.com/host", Dir: t.TempDir()}
		file, err := f.Find(context.Background(), "windows/arm64")
		check(t, err)
		data, err := os.ReadFile(file)
		check(t, err)
		built = append(built, data)
	}
	if !bytes.Equal(built[0], built[1]) || !bytes.HasPrefix(built[0], []byte("MZ")) {
		t.Errorf("%d and %d bytes", len(built[0]), len(built[1]))
	}
}
