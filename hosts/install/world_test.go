package install_test

import (
	"bytes"
	"context"

	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/dougong-dev/dougong/core/admission"
	"github.com/dougong-dev/dougong/core/bundle"
	"github.com/dougong-dev/dougong/core/config"
	"github.com/dougong-dev/dougong/core/gm"
	"github.com/dougong-dev/dougong/core/trust"
	"github.com/dougong-dev/dougong/core/trust/authority"
	"github.com/dougong-dev/dougong/core/trust/cert"
	"github.com/dougong-dev/dougong/core/trust/envelope"
	"github.com/dougong-dev/dougong/core/trust/key"
	"github.com/dougong-dev/dougong/hosts/install"
)

// house is an authority with a vendor and an operator, and a folder that its offline files go to.
type house struct {
	t      testing.TB
	suite  *gm.Suite
	keeper *authority.Authority
	clock  atomic.Int64
	vendor *key.Soft
	holder *cert.Certificate
	chief  *key.Soft
	badge  *cert.Certificate
	root   string // file
	shop   string // folder
}

func newHouse(t testing.TB) *house {
	t.Helper()
	h := &house{t: t, root: filepath.Join(t.TempDir(), "root.json"), shop: t.TempDir()}
	h.clock.Store(1_800_000_000)
	var err error
	h.suite, err = gm.New(gm.Policy{})
	check(t, err)
	dir := t.TempDir()
	token := authority.NewFolder(h.suite, dir+"/keys", []byte("passphrase"), authority.Sealing{Cost: 1 << 10})
	h.keeper, err = authority.Init(t.Context(), h.suite, dir, token, authority.Ceremony{Organisation: "House", Algorithm: gm.Ed25519,
		Require: []trust.Requirement{{Predicate: envelope.VendorRelease, Threshold: 1}}}, h.now)
	check(t, err)
	root, err := h.keeper.RootMetadata()
	check(t, err)
	check(t, os.WriteFile(h.root, root, 0o600))
	h.vendor, h.holder = h.enrol(cert.Holder{Name: "acme", Organisation: "Acme", Role: cert.Vendor, Namespaces: []string{"com.acme"}})
	h.chief, h.badge = h.enrol(cert.Holder{Name: "chief", Organisation: "House", Role: cert.Operator})
	return h
}

func (h *house) now() time.Time { return time.Unix(h.clock.Load(), 0) }

func check(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func (h *house) enrol(who cert.Holder) (*key.Soft, *cert.Certificate) {
	h.t.Helper()
	by, err := key.Generate(h.suite, gm.Ed25519)
	check(h.t, err)
	r, err := cert.NewRequest(h.t.Context(), h.suite, who, by)
	check(h.t, err)
	c, err := h.keeper.Issue(h.t.Context(), r, 365*24*time.Hour)
	check(h.t, err)
	return by, c
}

// pack makes a bundle of files; the same files give the same bytes.
func pack(t testing.TB, files map[string]string) []byte {
	t.Helper()
	all := map[string][]byte{}
	for name, text := range files {
		all[name] = []byte(text)
	}
	var out bytes.Buffer
	check(t, bundle.Write(&out, all))
	return out.Bytes()
}

// noise does not get smaller when it is packed.
func noise(seed, n int) string {
	out := make([]byte, n)
	x := uint64(seed)*2654435761 + 88172645463325252
	for i := range out {
		x ^= x << 13
		x ^= x >> 7
		x ^= x << 17
		out[i] = byte(x >> 24)
	}
	return string(out)
}

type edit func(*envelope.Release)

// release signs and logs a bundle.
func (h *house) release(kind, id, version string, data []byte, edits ...edit) *trust.Evidence {
	h.t.Helper()
	a, err := trust.Measure(h.suite, bytes.NewReader(data))
	check(h.t, err)
	b, err := bundle.Open(bytes.NewReader(data), int64(len(data)), bundle.DefaultLimits)
	check(h.t, err)
	index, err := b.Index()
	check(h.t, err)
	r := envelope.Release{Kind: kind, Namespace: id[:strings.LastIndex(id, ".")], ID: id, Version: version,
		Artifacts: []envelope.Artifact{{Platform: envelope.Any, Size: a.Size, SHA256: a.SHA256, SM3: a.SM3, Content: index.Digest()}}}
	for _, e := range edits {
		e(&r)
	}
	s, err := envelope.NewRelease(r)
	check(h.t, err)
	signed, err := envelope.Sign(h.t.Context(), h.suite, s, h.vendor)
	check(h.t, err)
	e, err := h.keeper.Publish(h.t.Context(), &trust.Evidence{Statements: []trust.Logged{{Envelope: signed}}, Certificates: []envelope.Base64{h.holder.DER}})
	check(h.t, err)
	return e
}

// offer puts an offline file into the shop.
func (h *house) offer(kind, id, version string, data []byte, edits ...edit) string {
	h.t.Helper()
	return h.write(kind, id+"-"+version, data, h.release(kind, id, version, data, edits...))
}

func (h *house) write(kind, name string, data []byte, e *trust.Evidence) string {
	h.t.Helper()
	name = filepath.Join(h.shop, name+trust.OfflineSuffix)
	f, err := os.Create(name)
	check(h.t, err)
	check(h.t, trust.WriteOffline(f, kind, data, e))
	check(h.t, f.Close())
	return name
}

// plugin offers a plugin whose content is told by a word.
func (h *house) plugin(id, version, word string, edits ...edit) string {
	return h.offer(trust.KindPlugin, id, version, pack(h.t, map[string]string{"plugin.yaml": "id: " + id, "code": word}), edits...)
}

// forbid takes packages down.
func (h *house) forbid(reason string, ids ...string) {
	h.t.Helper()
	t := envelope.Takedown{Entries: []envelope.TakedownEntry{}}
	for _, id := range ids {
		id, version, versioned := strings.Cut(id, "@")
		e := envelope.TakedownEntry{ID: id, Reason: reason}
		if versioned {
			e.Versions = []string{version}
		}
		t.Entries = append(t.Entries, e)
	}
	_, err := h.keeper.TakeDown(h.t.Context(), t, h.chief, h.badge)
	check(h.t, err)
}

// host is one that has its data in a folder.
type host struct {
	*install.Manager
	house *house
	gate  *admission.Gate
	data  string
}

func (h *house) host(data string, sources ...install.Source) *host {
	h.t.Helper()
	cfg := config.Default()
	cfg.Data, cfg.Dir, cfg.Trust.Root = data, data, h.root
	quiet := slog.New(slog.DiscardHandler)
	gate, err := admission.New(cfg, admission.Options{Logger: quiet, Now: h.now})
	check(h.t, err)
	if sources == nil {
		sources = []install.Source{h.source(h.shop)}
	}
	return &host{install.Open(install.Options{Dir: data, Gate: gate, Sources: sources, Logger: quiet, Now: h.now}), h, gate, data}
}

func (h *house) source(where string) install.Source {
	h.t.Helper()
	s, err := install.OpenSource(where, "")
	check(h.t, err)
	return s
}

func (h *host) install(wants ...string) (*install.Change, error) {
	h.house.t.Helper()
	var list []install.Want
	for _, w := range wants {
		want, err := install.ParseWant(w)
		check(h.house.t, err)
		list = append(list, want)
	}
	return h.Install(context.Background(), list)
}

// versions is what is installed, as "id version" joined, after each file was held against its digest.
func (h *host) versions() string {
	h.house.t.Helper()
	l, err := h.Ledger()
	check(h.house.t, err)
	return h.ofGeneration(l.Current)
}

func (h *host) ofGeneration(g install.Generation) string {
	h.house.t.Helper()
	var out []string
	for _, item := range g.Items {
		a, err := trust.MeasureFile(h.house.suite, h.Path(item))
		check(h.house.t, err)
		if a.SHA256 != item.SHA256 || a.Size != item.Size {
			h.house.t.Errorf("%s@%s has %d bytes with SHA-256 %s on disk, %d with %s in the ledger", item.ID, item.Version, a.Size, a.SHA256, item.Size, item.SHA256)
		}
		if _, err := h.gate.Admit(h.Path(item)); err != nil {
			h.house.t.Errorf("what is installed is refused: %v", err)
		}
		out = append(out, item.ID+" "+item.Version)
	}
	return strings.Join(out, ", ")
}

func (h *host) want(versions string) {
	h.house.t.Helper()
	if got := h.versions(); got != versions {
		h.house.t.Errorf("installed is %q, want %q", got, versions)
	}
}

func wantError(t testing.TB, err error, text string) {
	t.Helper()
	if err == nil || !strings.Contains(err.Error(), text) {
		t.Errorf("got error %v, want one with %q", err, text)
	}
}
