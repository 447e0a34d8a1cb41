package admission_test

import (
	"bytes"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
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
)

func check(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// signed is a bundle with its evidence, and the house's root beside it.
type signed struct {
	dir, bundle, content string
	now                  time.Time

	suite     *gm.Suite
	authority *authority.Authority
	key       *key.Soft
	cert      *cert.Certificate
}

var files = map[string][]byte{"plugin.yaml": []byte("id: com.acme.pay\n"), "pay": bytes.Repeat([]byte("p"), 5000)}

func newSigned(t testing.TB) *signed {
	t.Helper()
	x := &signed{dir: t.TempDir(), now: time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC)}
	clock := func() time.Time { return x.now }
	s, err := gm.New(gm.Policy{})
	check(t, err)
	a, err := authority.Init(t.Context(), s, x.dir, authority.NewFolder(s, x.dir+"/keys", []byte("p"), authority.Sealing{Cost: 1 << 10}), authority.Ceremony{Organisation: "House"}, clock)
	check(t, err)
	k, err := key.Generate(s, gm.SM2)
	check(t, err)
	r, err := cert.NewRequest(t.Context(), s, cert.Holder{Name: "acme", Organisation: "Acme", Role: cert.Vendor, Namespaces: []string{"com.acme"}}, k)
	check(t, err)
	c, err := a.Issue(t.Context(), r, 24*time.Hour)
	check(t, err)
	x.authority, x.key, x.cert, x.suite = a, k, c, s
	x.bundle, x.content = x.add(t, "com.acme.pay", files), bundle.NewIndex(files).Digest()
	return x
}

// add makes a bundle of files, signed and logged.
func (x *signed) add(t testing.TB, id string, files map[string][]byte) (path string) {
	t.Helper()
	var b bytes.Buffer
	check(t, bundle.Write(&b, files))
	path = filepath.Join(x.dir, id+".dgp")
	check(t, os.WriteFile(path, b.Bytes(), 0o600))
	m, err := trust.MeasureFile(x.suite, path)
	check(t, err)
	statement, err := envelope.NewRelease(envelope.Release{Kind: trust.KindPlugin, Namespace: "com.acme", ID: id, Version: "1.0.0",
		Artifacts: []envelope.Artifact{{Platform: envelope.Any, Size: m.Size, SHA256: m.SHA256, SM3: m.SM3, Content: bundle.NewIndex(files).Digest()}}})
	check(t, err)
	e, err := envelope.Sign(t.Context(), x.suite, statement, x.key)
	check(t, err)
	x.publish(t, path, &trust.Evidence{Statements: []trust.Logged{{Envelope: e}}, Certificates: []envelope.Base64{x.cert.DER}})
	return path
}

func (x *signed) publish(t testing.TB, path string, e *trust.Evidence) {
	t.Helper()
	evidence, err := x.authority.Publish(t.Context(), e)
	check(t, err)
	check(t, os.WriteFile(path+trust.EvidenceSuffix, evidence.Bytes(), 0o600))
}

// again has all evidence lead to one head.
func (x *signed) again(t testing.TB, paths []string) {
	t.Helper()
	for _, path := range paths {
		e, err := trust.ReadEvidence(path)
		check(t, err)
		x.publish(t, path, e)
	}
}

func (x *signed) gate(t testing.TB, edit func(*config.Config)) *admission.Gate {
	t.Helper()
	c := config.Default()
	c.Dir, c.Trust.Root = x.dir, authority.RootFile
	c.Trust.Metadata = false // the house has no registry
	if edit != nil {
		edit(c)
	}
	g, err := admission.New(c, admission.Options{Logger: slog.New(slog.DiscardHandler), Now: func() time.Time { return x.now }})
	check(t, err)
	return g
}

func TestSignedBundleIsAdmitted(t *testing.T) {
	t.Parallel()
	x := newSigned(t)
	g := x.gate(t, nil)
	content, err := g.Admit(x.bundle)
	if err != nil || content != x.content {
		t.Fatalf("%q, %v", content, err)
	}
	g.Dev("com.acme.other", "src")
	list := g.Entries()
	if len(list) != 2 || list[0].Verdict.Trust != trust.Verified || list[1].Verdict.Trust != trust.Dev {
		t.Errorf("%+v", list)
	}
}

// A file that is edited keeps its size and its time, and is found all the same.
func TestEditedFileIsFound(t *testing.T) {
	t.Parallel()
	x := newSigned(t)
	g := x.gate(t, nil)
	_, err := g.Admit(x.bundle)
	check(t, err)
	info, err := os.Stat(x.bundle)
	check(t, err)
	data, err := os.ReadFile(x.bundle)
	check(t, err)
	data[len(data)/2] ^= 1
	check(t, os.WriteFile(x.bundle, data, 0o600))
	check(t, os.Chtimes(x.bundle, info.ModTime(), info.ModTime()))
	if _, err := g.Admit(x.bundle); !errors.Is(err, trust.ErrRefused) || !strings.Contains(err.Error(), "they were changed") {
		t.Errorf("%v", err)
	}
}

func TestWhatWasInstalledStartsAfterListsRanOut(t *testing.T) {
	t.Parallel()
	x := newSigned(t)
	_, err := x.gate(t, nil).Admit(x.bundle)
	check(t, err)
	x.now = x.now.AddDate(0, 0, authority.ListDays+5)
	if _, err := x.gate(t, nil).Admit(x.bundle); err != nil {
		t.Errorf("start: %v", err)
	}
	if _, err := x.gate(t, func(c *config.Config) { c.Trust.MaxOffline = 24 * time.Hour }).Admit(x.bundle); !errors.Is(err, trust.ErrRefused) {
		t.Errorf("start after more than max_offline: %v", err)
	}
	if _, err := x.gate(t, func(c *config.Config) { c.Data = t.TempDir() }).Admit(x.bundle); !errors.Is(err, trust.ErrRefused) {
		t.Errorf("first use: %v", err)
	}
}

func TestRefusals(t *testing.T) {
	t.Parallel()
	x := newSigned(t)
	unsigned := filepath.Join(x.dir, "unsigned.dgp")
	check(t, os.WriteFile(unsigned, []byte("x"), 0o600))
	for name, c := range map[string]struct {
		path string
		edit func(*config.Config)
		want string
	}{
		"no evidence":    {unsigned, nil, "there is no evidence beside it"},
		"no root":        {x.bundle, func(c *config.Config) { c.Trust.Root = "" }, "no root of trust is configured"},
		"root missing":   {x.bundle, func(c *config.Config) { c.Trust.Root = "none.json" }, "none.json"},
		"more witnesses": {x.bundle, func(c *config.Config) { c.Trust.Witnesses = 1 }, "0 of the 1 witnesses"},
		"metadata":       {x.bundle, func(c *config.Config) { c.Trust.Metadata, c.Data = true, filepath.Join(x.dir, "other") }, "no repository metadata"},
	} {
		if content, err := x.gate(t, c.edit).Admit(c.path); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %q, %v; want %q", name, content, err, c.want)
		}
	}
}

func TestUnsignedIsSaidAndNeverCalledDev(t *testing.T) {
	t.Parallel()
	x := newSigned(t)
	unsigned := filepath.Join(x.dir, "unsigned.dgp")
	check(t, os.WriteFile(unsigned, []byte("x"), 0o600))
	g := x.gate(t, func(c *config.Config) { c.Trust.Bundles = config.BundlesUnsigned })
	if content, err := g.Admit(unsigned); err != nil || content != "" {
		t.Fatalf("%q, %v", content, err)
	}
	if e := g.Entries()[0]; !e.Unsigned || e.Verdict.Trust != trust.Refused {
		t.Errorf("%+v", e)
	}
	if content, err := g.Admit(x.bundle); err != nil || content != x.content {
		t.Errorf("a signed one beside it: %q, %v", content, err)
	}
}

// "unsigned" lets a bundle in that nobody has signed. One with evidence that is wrong is refused, as without that word.
func TestUnsignedAdmitsNothingWrong(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		spoil func(t *testing.T, x *signed)
		want  string
	}{
		"changed bytes": {func(t *testing.T, x *signed) {
			data, err := os.ReadFile(x.bundle)
			check(t, err)
			data[len(data)/2] ^= 1
			check(t, os.WriteFile(x.bundle, data, 0o600))
		}, "they were changed"},
		"a changed signature": {func(t *testing.T, x *signed) {
			e, err := trust.ReadEvidence(x.bundle)
			check(t, err)
			e.Statements[0].Envelope.Signatures[0].Sig[5] ^= 1
			check(t, os.WriteFile(x.bundle+trust.EvidenceSuffix, e.Bytes(), 0o600))
		}, "not trusted"},
		"no signature at all": {func(t *testing.T, x *signed) {
			e, err := trust.ReadEvidence(x.bundle)
			check(t, err)
			e.Statements[0].Envelope.Signatures = nil
			check(t, os.WriteFile(x.bundle+trust.EvidenceSuffix, e.Bytes(), 0o600))
		}, "not trusted"},
		"another house": {func(t *testing.T, x *signed) {
			other := newSigned(t)
			data, err := os.ReadFile(other.bundle + trust.EvidenceSuffix)
			check(t, err)
			check(t, os.WriteFile(x.bundle+trust.EvidenceSuffix, data, 0o600))
		}, "not trusted"},
		"evidence that is no evidence": {func(t *testing.T, x *signed) {
			check(t, os.WriteFile(x.bundle+trust.EvidenceSuffix, []byte("{}x"), 0o600))
		}, "evidence"},
		"taken down": {func(t *testing.T, x *signed) {
			g := x.gate(t, nil)
			s, err := g.State()
			check(t, err)
			s.Takedown = &envelope.Takedown{Serial: 1, Entries: []envelope.TakedownEntry{{ID: "com.acme.pay", Reason: "leaks"}}}
			store := &trust.FileStore{Path: filepath.Join(x.dir, config.DefaultData, admission.StateFile)}
			check(t, store.Update(func(now *trust.State) (bool, error) { now.Takedown = s.Takedown; return true, nil }))
		}, "was taken down"},
		"no root file": {func(t *testing.T, x *signed) { check(t, os.Remove(filepath.Join(x.dir, authority.RootFile))) }, "trust.root"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			x := newSigned(t)
			c.spoil(t, x)
			g := x.gate(t, func(c *config.Config) { c.Trust.Bundles = config.BundlesUnsigned })
			if content, err := g.Admit(x.bundle); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("admitted with %q, or refused for something else: %v", content, err)
			}
			if _, err := g.Install(x.bundle); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("installed, or refused for something else: %v", err)
			}
		})
	}
	// Without a root there is nothing to hold evidence against: as good as none.
	x := newSigned(t)
	g := x.gate(t, func(c *config.Config) { c.Trust.Bundles, c.Trust.Root = config.BundlesUnsigned, "" })
	if content, err := g.Admit(x.bundle); err != nil || content != "" {
		t.Errorf("%q, %v", content, err)
	}
}
