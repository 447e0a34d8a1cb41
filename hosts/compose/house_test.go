package compose_test

import (
	"bytes"
	"context"
	"errors"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/dougong-dev/dougong/core/bundle"
	"github.com/dougong-dev/dougong/core/config"
	"github.com/dougong-dev/dougong/core/gm"
	"github.com/dougong-dev/dougong/core/miniapp/compiler"
	"github.com/dougong-dev/dougong/core/trust"
	"github.com/dougong-dev/dougong/core/trust/authority"
	"github.com/dougong-dev/dougong/core/trust/cert"
	"github.com/dougong-dev/dougong/core/trust/envelope"
	"github.com/dougong-dev/dougong/core/trust/key"
	"github.com/dougong-dev/dougong/hosts/compose"
)

func check(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// house is a house with its root of trust, a vendor, and a mirror of what the vendor has published.
type house struct {
	t     testing.TB
	dir   string
	suite *gm.Suite
	auth  *authority.Authority
	key   *key.Soft
	cert  *cert.Certificate
	now   time.Time
}

func newHouse(t testing.TB) *house {
	t.Helper()
	return newHouseAt(t, time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC))
}

func newHouseAt(t testing.TB, now time.Time) *house {
	t.Helper()
	h := &house{t: t, dir: t.TempDir(), now: now}
	var err error
	h.suite, err = gm.New(gm.Policy{})
	check(t, err)
	clock := func() time.Time { return h.now }
	house := filepath.Join(h.dir, "house")
	h.auth, err = authority.Init(t.Context(), h.suite, house, authority.NewFolder(h.suite, house+"/keys", []byte("p"), authority.Sealing{Cost: 1 << 10}), authority.Ceremony{Organisation: "House"}, clock)
	check(t, err)
	h.key, err = key.Generate(h.suite, gm.SM2)
	check(t, err)
	r, err := cert.NewRequest(t.Context(), h.suite, cert.Holder{Name: "acme", Organisation: "Acme", Role: cert.Vendor, Namespaces: []string{"com.acme", "shop"}}, h.key)
	check(t, err)
	h.cert, err = h.auth.Issue(t.Context(), r, 300*24*time.Hour)
	check(t, err)
	check(t, os.Mkdir(filepath.Join(h.dir, "mirror"), 0o755))
	return h
}

// plugin are the files of a WebAssembly plugin; more are lines of its manifest.
func plugin(id, version, provides string, more ...string) map[string][]byte {
	files := map[string][]byte{
		"plugin.yaml": []byte("id: " + id + "\nversion: " + version + "\npublisher: Acme\nsummary: {en: x}\nprovides: [" + provides + "]\nruntime: {wasm: {module: plugin.wasm}}\nlicence: Apache-2.0\n" + strings.Join(more, "\n") + "\n"),
		"plugin.wasm": []byte(id + version),
	}
	if strings.HasPrefix(provides, "com.acme.") {
		files["contracts/own.yaml"] = []byte("capability: " + provides + "\nsummary: {en: Does., zh: 做}\nmethods:\n  do: {api: [wx.acmeDo], mode: async, summary: {en: Does., zh: 做}}\n")
	}
	return files
}

// shop are the files of a mini-program's bundle that asks for a scope.
func shop(t testing.TB, version, scope string) map[string][]byte {
	t.Helper()
	dir := t.TempDir()
	for name, text := range map[string]string{
		"project.config.json": `{"appid": "shop"}`,
		"app.json":            `{"pages": ["home"], "permission": {"` + scope + `": {"desc": "because"}}, "requiredPrivateInfos": ["getLocation"], "version": "` + version + `"}`,
		"app.js":              "App({})", "home.js": "Page({})", "home.json": "{}", "home.wxml": "<view>hello</view>",
	} {
		check(t, os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600))
	}
	result, err := compiler.Build(t.Context(), compiler.Options{Dir: dir})
	check(t, err)
	return result.Files
}

// put publishes bundles by platform into the mirror; edit may change what the vendor says.
func (h *house) put(kind, id, version string, by map[string]map[string][]byte, edit func(*envelope.Release)) {
	h.t.Helper()
	r := envelope.Release{Kind: kind, Namespace: "com.acme", ID: id, Version: version, MinVersion: "0.0.0"}
	if kind == trust.KindMiniProgram {
		r.Namespace = "shop"
	}
	var names []string
	for platform, files := range by {
		name := filepath.Join(h.dir, "mirror", strings.ReplaceAll(id+"-"+version+"-"+platform, "/", "-")+map[string]string{trust.KindPlugin: ".dgp", trust.KindMiniProgram: ".dgm"}[kind])
		var b bytes.Buffer
		check(h.t, bundle.Write(&b, files))
		check(h.t, os.WriteFile(name, b.Bytes(), 0o600))
		m, err := trust.MeasureFile(h.suite, name)
		check(h.t, err)
		r.Artifacts = append(r.Artifacts, envelope.Artifact{Platform: platform, Size: m.Size, SHA256: m.SHA256, SM3: m.SM3, Content: bundle.NewIndex(files).Digest()})
		names = append(names, name)
	}
	if edit != nil {
		edit(&r)
	}
	statement, err := envelope.NewRelease(r)
	check(h.t, err)
	signed, err := envelope.Sign(h.t.Context(), h.suite, statement, h.key)
	check(h.t, err)
	for _, name := range names {
		h.log(name, &trust.Evidence{Statements: []trust.Logged{{Envelope: signed}}, Certificates: []envelope.Base64{h.cert.DER}})
	}
	h.again()
}

func (h *house) log(name string, e *trust.Evidence) {
	h.t.Helper()
	out, err := h.auth.Publish(h.t.Context(), e)
	check(h.t, err)
	check(h.t, os.WriteFile(name+trust.EvidenceSuffix, out.Bytes(), 0o600))
}

// again has all evidence lead to the newest head.
func (h *house) again() {
	h.t.Helper()
	files, err := filepath.Glob(filepath.Join(h.dir, "mirror", "*.dg[pm]"))
	check(h.t, err)
	for _, name := range files {
		e, err := trust.ReadEvidence(name)
		check(h.t, err)
		if e != nil {
			h.log(name, e)
		}
	}
}

func (h *house) anywhere(files map[string][]byte) map[string]map[string][]byte {
	return map[string]map[string][]byte{envelope.Any: files}
}

// standard publishes what most tests begin with.
func (h *house) standard() {
	h.t.Helper()
	for _, v := range []string{"1.0.0", "1.2.0"} {
		h.put(trust.KindPlugin, "com.acme.place", v, h.anywhere(plugin("com.acme.place", v, "dougong.geolocation/v1")), nil)
	}
	h.put(trust.KindMiniProgram, "shop", "1.0.0", h.anywhere(shop(h.t, "1.0.0", "scope.userLocation")), nil)
}

const head = "name: Test\ntrust: {root: house/root.json, metadata: false}\nregistry: {mirror: mirror}\n"

// options loads a superapp.yaml.
func (h *house) options(yaml string) compose.Options {
	h.t.Helper()
	file := filepath.Join(h.dir, config.FileName)
	check(h.t, os.WriteFile(file, []byte(yaml), 0o600))
	c, err := config.Load(file, nil)
	check(h.t, err)
	return compose.Options{Config: c, Platforms: []string{"linux/amd64"}, HostVersion: "1.0.0", Cache: filepath.Join(h.dir, "cache"), Suite: h.suite,
		Now: func() time.Time { return h.now }, Logger: slog.New(slog.DiscardHandler)}
}

func (h *house) make(yaml string) (*compose.Plan, error) {
	h.t.Helper()
	return compose.Make(h.t.Context(), h.options(yaml))
}

// saved makes and saves a plan.
func (h *house) saved(yaml string) *compose.Plan {
	h.t.Helper()
	p, err := h.make(yaml)
	check(h.t, err)
	check(h.t, p.Save())
	return p
}

const twoParts = head + "plugins: [{id: com.acme.place, version: ^1}]\nminiapps: [{id: shop, version: ^1}]\n"

func TestLockIsKept(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.standard()
	first := h.saved(twoParts)
	e := first.Lock.Find("plugin", "com.acme.place")
	if e == nil || e.Version != "1.2.0" || e.Want != "^1" || len(e.Files) != 1 || e.Files[0].Evidence == "" || e.Files[0].SM3 == "" || first.Lock.Root == "" {
		t.Fatalf("%s", first.Lock.Bytes())
	}
	h.put(trust.KindPlugin, "com.acme.place", "1.3.0", h.anywhere(plugin("com.acme.place", "1.3.0", "dougong.geolocation/v1")), nil)
	if p := h.saved(twoParts); p.Changed() && !bytes.Equal(p.Lock.Bytes(), first.Lock.Bytes()) {
		t.Errorf("the lock was not kept, although the evidence of then is at hand: %s", p.Difference())
	}
	o := h.options(twoParts)
	o.Update = []string{"com.acme.place"}
	p, err := compose.Make(t.Context(), o)
	check(t, err)
	if got := p.Difference(); !strings.Contains(got, "com.acme.place 1.2.0 → 1.3.0") {
		t.Errorf("update: %s", got)
	}
	o.Update = []string{"com.acme.plaice"}
	if _, err := compose.Make(t.Context(), o); err == nil || !strings.Contains(err.Error(), "names nothing so") {
		t.Errorf("update of nothing: %v", err)
	}
	o.Update, o.UpdateAll, o.Locked = nil, true, true
	if _, err := compose.Make(t.Context(), o); err == nil || !strings.Contains(err.Error(), "--locked forbids to change it: com.acme.place 1.2.0 → 1.3.0") {
		t.Errorf("locked: %v", err)
	}
}

// Evidence beside the lock is gone for what is not composed any more.
func TestEvidenceIsKeptAndCleaned(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.standard()
	h.saved(twoParts)
	count := func() int {
		list, err := os.ReadDir(filepath.Join(h.dir, compose.EvidenceDir))
		check(t, err)
		return len(list)
	}
	if n := count(); n != 2 {
		t.Errorf("%d files of evidence, want 2", n)
	}
	h.saved(head + "plugins: [{id: com.acme.place, version: ^1}]\n")
	if n := count(); n != 1 {
		t.Errorf("%d files of evidence, want 1", n)
	}
}

// When the revocation lists of then have run out, new evidence is asked for.
func TestEvidenceThatRanOutIsRenewed(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.standard()
	first := h.saved(twoParts)
	h.now = h.now.AddDate(0, 0, authority.ListDays+5)
	if _, err := h.make(twoParts); err == nil || !strings.Contains(err.Error(), "revocation") {
		t.Errorf("without new lists: %v", err)
	}
	check(t, h.auth.Refresh(t.Context()))
	h.again()
	p := h.saved(twoParts)
	if got := p.Difference(); !strings.Contains(got, "com.acme.place 1.2.0: what is said of it") || p.Lock.Entries[0].Files[0].SHA256 != first.Lock.Entries[0].Files[0].SHA256 {
		t.Errorf("%s", got)
	}
}

// What somebody has changed, in the mirror or in the cache, is found.
func TestChangedBytes(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.standard()
	h.saved(twoParts)
	file := filepath.Join(h.dir, "mirror", "com.acme.place-1.2.0-any.dgp")
	data, err := os.ReadFile(file)
	check(t, err)
	info, err := os.Stat(file)
	check(t, err)
	data[len(data)/2] ^= 1
	check(t, os.WriteFile(file, data, 0o600))
	check(t, os.Chtimes(file, info.ModTime(), info.ModTime()))
	_, err = h.make(twoParts)
	if err == nil {
		t.Fatal("a changed bundle was composed")
	}
}

func TestPlanIsRefused(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.standard()
	put := func(id, version, provides string, edit func(*envelope.Release), more ...string) {
		h.put(trust.KindPlugin, id, version, h.anywhere(plugin(id, version, provides, more...)), edit)
	}
	put("com.acme.kv", "1.0.0", "com.acme.kv/v1", nil, "requires: {kv: true, http: [api.acme.com]}", "config: {type: object, additionalProperties: false, properties: {colour: {type: string}}}")
	put("com.acme.place2", "1.0.0", "dougong.geolocation/v1", nil)
	put("com.acme.future", "1.0.0", "dougong.payment/v9", nil)
	put("com.acme.do", "1.0.0", "com.acme.do/v1", nil)
	put("com.acme.do2", "1.0.0", "com.acme.do2/v1", nil)
	put("com.acme.needs", "1.0.0", "com.acme.needs/v1", func(r *envelope.Release) { r.Requires = map[string]string{"com.acme.do": "^1", "com.acme.gone": "^1"} })
	put("com.acme.new", "1.0.0", "com.acme.new/v1", func(r *envelope.Release) { r.MinHost = "2.0.0" })
	h.put(trust.KindPlugin, "com.acme.native", "1.0.0", map[string]map[string][]byte{"windows/amd64": {
		"plugin.yaml": []byte("id: com.acme.native\nversion: 1.0.0\npublisher: Acme\nsummary: {en: x}\nprovides: [dougong.storage/v1]\nruntime: {process: {windows/amd64: a.exe}}\nrequires: {net: all, exec: true}\n"), "a.exe": []byte("x")}}, nil)
	for name, c := range map[string]struct {
		yaml string
		want []string
	}{
		"a mini-program's scope": {head + "miniapps: [{id: shop, version: ^1}]", []string{
			`superapp.yaml:4:12: nothing provides dougong.geolocation/v1, and mini-program "shop" 1.0.0 asks for scope.userLocation`,
			`mini-program "shop" 1.0.0 requires wx.getLocation (requiredPrivateInfos)`, "next: add a plugin that provides it"}},
		"a plugin's services": {head + "plugins: [{id: com.acme.kv, version: ^1}]", []string{
			"nothing provides dougong.storage/v1, and plugin \"com.acme.kv\" 1.0.0 needs it (requires.kv)", "nothing provides dougong.network/v1", "(requires.http)"}},
		"unknown key": {head + "plugins: [{id: com.acme.kv, version: ^1, config: {color: red}}]", []string{
			`superapp.yaml:4:58: plugin "com.acme.kv": config: unknown key "color"; did you mean "colour"?`}},
		"wrong value": {head + "plugins: [{id: com.acme.kv, version: ^1, config: {colour: 5}}]", []string{`superapp.yaml:4:50: configuration of plugin "com.acme.kv": config.colour: got number, want string`}},
		"two providers": {head + "plugins: [{id: com.acme.place, version: ^1}, {id: com.acme.place2, version: ^1}]", []string{
			"dougong.geolocation/v1 is provided by com.acme.place and by com.acme.place2, and nothing says by which", "next: providers: {dougong.geolocation/v1: com.acme.place}"}},
		"a provider that is none": {head + "plugins: [{id: com.acme.place, version: ^1}, {id: com.acme.do, version: ^1}]\nproviders: {dougong.geolocation/v1: com.acme.do}", []string{
			`superapp.yaml:5:37: plugin "com.acme.do" does not provide dougong.geolocation/v1; it provides com.acme.do/v1`}},
		"a capability that is none": {head + "plugins: [{id: com.acme.place, version: ^1}]\nproviders: {dougong.geolocaton/v1: com.acme.place}", []string{
			`there is no capability dougong.geolocaton/v1; did you mean "dougong.geolocation/v1"?`}},
		"an API of the future": {head + "plugins: [{id: com.acme.future, version: ^1}]", []string{
			`plugin "com.acme.future" 1.0.0 provides dougong.payment/v9, and neither this host nor the plugin has a contract of it; did you mean "dougong.payment/v1"?`}},
		"host too old":       {head + "plugins: [{id: com.acme.new, version: ^1}]", []string{"1.0.0: it needs a host of version 2.0.0, this one is 1.0.0"}},
		"no file":            {head + "plugins: [{id: com.acme.native, version: ^1}]", []string{"superapp.yaml:4:42: no version of plugin \"com.acme.native\" fits", "1.0.0: it has no file for linux/amd64, only for windows/amd64"}},
		"dependency missing": {head + "plugins: [{id: com.acme.needs, version: ^1}]", []string{`plugin "com.acme.gone", which "com.acme.needs" requires, is not in mirror mirror`}},
		"claim of all, twice": {head + "plugins: [{id: com.acme.do, version: ^1, apis: ['*']}, {id: com.acme.do2, version: ^1, apis: ['*']}]", []string{
			`superapp.yaml:4:95: wx.acmeDo is claimed for plugin "com.acme.do2" and for plugin "com.acme.do" (`}},
		"claim of nothing":           {head + "plugins: [{id: com.acme.do, version: ^1, apis: [wx.acmeDoo]}]", []string{`plugin "com.acme.do" 1.0.0 has no wx.acmeDoo; did you mean "wx.acmeDo"?`}},
		"claim of a standard name":   {head + "plugins: [{id: com.acme.do, version: ^1, apis: [wx.request]}]", []string{"wx.request belongs to the standard capability dougong.network/v1"}},
		"a guard that is none":       {head + "plugins: [{id: com.acme.do, version: ^1}]\nguards: [{plugin: com.acme.do, capabilities: [dougong.payments/v1]}]", []string{"does not provide dougong.guard/v1", `there is no capability dougong.payments/v1; did you mean "dougong.payment/v1"?`}},
		"a file that is not there":   {head + "plugins: [{id: com.acme.do, path: none.dgp}]", []string{`superapp.yaml:4:35: plugin "com.acme.do": stat`}},
		"a source folder":            {head + "plugins: [{id: com.acme.do, path: mirror}]", []string{"is a source folder; what is handed out is made of bundles", "next: dougong plugin pack mirror"}},
		"a project":                  {head + "miniapps: [{path: mirror}]", []string{"is a project's folder; what is handed out is made of bundles"}},
		"a file of something else":   {head + "plugins: [{id: com.acme.do, path: mirror/com.acme.do2-1.0.0-any.dgp}]", []string{`the file is of plugin "com.acme.do2"`}},
		"a file of another platform": {head + "plugins: [{id: com.acme.native, path: mirror/com.acme.native-1.0.0-windows-amd64.dgp}]", []string{"the file runs on windows/amd64, and linux/amd64 was asked for"}},
		"no root":                    {"name: T\nregistry: {mirror: mirror}\nplugins: [{id: com.acme.do, version: ^1}]", []string{"no root of trust is named"}},
		"no mirror":                  {"name: T\ntrust: {root: house/root.json}\nregistry: {mirror: none}\nplugins: [{id: com.acme.do, version: ^1}]", []string{"superapp.yaml:3:20: registry.mirror:"}},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := h.make(c.yaml) // one after the other: they share the file
			var wrong compose.Problems
			if !errors.As(err, &wrong) {
				t.Fatalf("got %v, want problems", err)
			}
			for _, want := range c.want {
				if !strings.Contains(wrong.Error(), want) {
					t.Errorf("got\n%v\nwant %s", wrong, want)
				}
			}
			if _, err := os.Stat(filepath.Join(h.dir, "superapp.lock")); !errors.Is(err, fs.ErrNotExist) {
				t.Errorf("a lock file was written: %v", err)
			}
		})
	}
}

func TestDependenciesAreAdded(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.put(trust.KindPlugin, "com.acme.base", "1.0.0", h.anywhere(plugin("com.acme.base", "1.0.0", "com.acme.base/v1")), nil)
	h.put(trust.KindPlugin, "com.acme.face", "1.0.0", h.anywhere(plugin("com.acme.face", "1.0.0", "com.acme.face/v1")), func(r *envelope.Release) { r.Requires = map[string]string{"com.acme.base": "^1"} })
	p := h.saved(head + "plugins:\n  # finds faces\n  - {id: com.acme.face, version: ^1}\n")
	e := p.Lock.Find("plugin", "com.acme.base")
	if e == nil || e.By != "com.acme.face" || e.Want != "^1" {
		t.Fatalf("%s", p.Lock.Bytes())
	}
	made := h.build(p, "dist")
	c, err := config.Load(made[0].Folder, nil)
	check(t, err)
	if len(c.Plugins) != 2 || c.Plugins[1].ID != "com.acme.base" || c.Plugins[1].Path != "plugins/com.acme.base-1.0.0.dgp" || c.Registry.Mirror != "" {
		t.Errorf("%+v", c.Plugins)
	}
	text, err := os.ReadFile(filepath.Join(made[0].Folder, config.FileName))
	check(t, err)
	if !strings.Contains(string(text), "# finds faces") || !strings.Contains(string(text), "# required by com.acme.face") {
		t.Errorf("comments: %s", text)
	}
	if p := h.saved(head + "plugins:\n  # finds faces\n  - {id: com.acme.face, version: ^1}\n"); p.Changed() {
		t.Errorf("the same again: %s", p.Difference())
	}
}

func (h *house) build(p *compose.Plan, dir string) []compose.Built {
	h.t.Helper()
	made, err := p.Build(h.t.Context(), compose.BuildOptions{Dir: filepath.Join(h.dir, dir), Hosts: h.host})
	check(h.t, err)
	return made
}

// host gives a file in the host's place: what is in it is of no interest to what is packed.
func (h *house) host(_ context.Context, platform string) (string, error) {
	file := filepath.Join(h.dir, "host-"+strings.ReplaceAll(platform, "/", "-"))
	return file, os.WriteFile(file, []byte("host for "+platform), 0o700)
}
