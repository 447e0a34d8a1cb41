package server_test

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/dougong-dev/dougong/core/gm"
	"github.com/dougong-dev/dougong/core/trust"
	"github.com/dougong-dev/dougong/core/trust/authority"
	"github.com/dougong-dev/dougong/core/trust/cert"
	"github.com/dougong-dev/dougong/core/trust/envelope"
	"github.com/dougong-dev/dougong/core/trust/key"
	"github.com/dougong-dev/dougong/core/trust/translog"
	"github.com/dougong-dev/dougong/registry/internal/regtest"
	"github.com/dougong-dev/dougong/registry/server"
	"github.com/dougong-dev/dougong/registry/store"
)

// verdict downloads a release and its evidence as a host does that knows nothing but the pinned root.
func verdict(t *testing.T, r *regtest.Registry, version string, o trust.Options, known ...int64) *trust.Verdict {
	t.Helper()
	var file bytes.Buffer
	c := r.As("")
	_, err := c.Download(t.Context(), store.Plugin, "com.acme.face", version, "linux", "amd64", &file)
	must(t, err)
	e, err := c.Evidence(t.Context(), store.Plugin, "com.acme.face", version, "linux", "amd64", known...)
	must(t, err)
	return judge(t, r, file.Bytes(), e, o)
}

func judge(t *testing.T, r *regtest.Registry, file []byte, e *trust.Evidence, o trust.Options) *trust.Verdict {
	t.Helper()
	a, err := trust.Measure(r.Suite, bytes.NewReader(file))
	must(t, err)
	a.Platform = "linux/amd64"
	if o.Root == nil {
		o.Root = r.House().Root()
	}
	return trust.Verify(t.Context(), a, e, o)
}

func TestEvidenceIsAcceptedWithTheRootAlone(t *testing.T) {
	t.Parallel()
	r := regtest.Start(t, nil)
	p := r.Publish("com.acme.face", "1.0.0", nil)
	v := verdict(t, r, "1.0.0", trust.Options{})
	if !v.OK() || v.LogIndex != p.Log || len(v.Signers) != 1 || v.Signers[0].Holder.Organisation != "Acme" {
		t.Fatalf("verdict:\n%s", v)
	}
	// A host that has seen a head is shown that the log only grew; one that is not shown it does not believe.
	host := trust.Options{Store: &trust.MemoryStore{}}
	if v := verdict(t, r, "1.0.0", host); !v.OK() {
		t.Fatalf("verdict:\n%s", v)
	}
	state, err := host.Store.Load()
	must(t, err)
	known := state.Heads[r.House().Anchors().Log.Origin].Size
	r.Publish("com.acme.face", "1.1.0", nil)
	if v := verdict(t, r, "1.1.0", host); !v.Refuses(trust.CodeFork) {
		t.Errorf("a head that shows no connection with the one known:\n%s", v)
	}
	if v := verdict(t, r, "1.1.0", host, 1, known, 1<<40); !v.OK() {
		t.Errorf("verdict:\n%s", v)
	}
	e, err := r.As("").Evidence(t.Context(), store.Plugin, "com.acme.face", "1.1.0", "linux", "amd64")
	must(t, err)
	if v := judge(t, r, regtest.Plugin(t, "com.acme.face", "1.0.0", nil), e, trust.Options{}); !v.Refuses(trust.CodeArtifact) {
		t.Errorf("another file under this evidence:\n%s", v)
	}
	other := regtest.Start(t, nil)
	if v := verdict(t, r, "1.0.0", trust.Options{Root: other.House().Root()}); v.OK() {
		t.Error("a house believes another one's registry")
	}
}

func TestEvidenceAsksOnlyForWhatIsNew(t *testing.T) {
	t.Parallel()
	r := regtest.Start(t, nil)
	r.Publish("com.acme.face", "1.0.0", nil)
	address := r.URL + "/v1/plugins/com.acme.face/1.0.0/evidence/linux/amd64"
	body, etag := get(t, address, "")
	if body == "" || etag == "" {
		t.Fatalf("evidence %q with the ETag %q", body, etag)
	}
	if again, _ := get(t, address, etag); again != "304" {
		t.Errorf("nothing is new, and it comes again: %.80s", again)
	}
	r.Publish("com.acme.face", "1.0.1", nil)
	if again, tag := get(t, address, etag); again == "304" || tag == etag {
		t.Error("the log grew, and the old evidence is said to be good")
	}
	_, err := r.As("").Evidence(t.Context(), store.Plugin, "com.acme.face", "9.9.9", "linux", "amd64")
	refused(t, err, "not_found")
	many := make([]int64, 17)
	if _, err := r.As("").Evidence(t.Context(), store.Plugin, "com.acme.face", "1.0.0", "linux", "amd64", many...); err == nil {
		t.Error("17 heads are said to be known, and that is taken")
	}
}

func TestWhoMaySign(t *testing.T) {
	t.Parallel()
	r := regtest.Start(t, nil)
	data := regtest.Plugin(t, "com.acme.face", "1.0.0", nil)
	claim := r.Claim(store.Plugin, "com.acme", "com.acme.face", "1.0.0", data)
	publish := func(by ...key.Signer) error {
		_, err := r.Client.Publish(t.Context(), r.Sign(claim, by...), bytes.NewReader(data))
		return err
	}
	uncertified, err := key.Generate(r.Suite, gm.SM2)
	must(t, err)
	reviewer := r.Certify(gm.SM2, cert.Holder{Name: "rita", Organisation: "House", Role: cert.Reviewer})
	bella := r.Certify(gm.SM2, cert.Holder{Name: "bella", Organisation: "Bella", Role: cert.Vendor, Namespaces: []string{"com.bella"}})
	near := r.Certify(gm.SM2, cert.Holder{Name: "near", Organisation: "Near", Role: cert.Vendor, Namespaces: []string{"com.acmeface"}})
	for _, k := range []*key.Soft{uncertified, reviewer, bella, near} { // so that it is the certificate that decides
		must(t, r.Client.Post(t.Context(), "/v1/orgs/acme/keys", k.Key(), nil))
	}
	for name, c := range map[string]struct {
		by   []key.Signer
		says string
	}{
		"no certificate":           {[]key.Signer{uncertified}, "no certificate of this house came with it"},
		"a reviewer":               {[]key.Signer{reviewer}, "may not say"},
		"another vendor":           {[]key.Signer{bella}, "not of com.acme.face"},
		"a namespace that is near": {[]key.Signer{near}, "not of com.acme.face"},
		"one good, one bad":        {[]key.Signer{r.Signer, bella}, "not of com.acme.face"},
	} {
		t.Run(name, func(t *testing.T) { refused(t, publish(c.by...), "signature", c.says) })
	}
	must(t, publish())
}

func TestWhatIsSignedIsWhatIsInside(t *testing.T) {
	t.Parallel()
	r := regtest.Start(t, nil)
	data := regtest.Plugin(t, "com.acme.face", "1.0.0", nil)
	for name, c := range map[string]struct {
		change func(*envelope.Release)
		says   []string
	}{
		"fewer permissions":   {func(c *envelope.Release) { c.Permissions = []string{"kv"} }, []string{`field "permissions"`, `expected ["http:api.acme.com" "kv"]`, `found ["kv"]`}},
		"more permissions":    {func(c *envelope.Release) { c.Permissions = append(c.Permissions, "net") }, []string{`field "permissions"`, `"net"`}},
		"no permissions":      {func(c *envelope.Release) { c.Permissions = nil }, []string{`field "permissions"`, "found []"}},
		"another licence":     {func(c *envelope.Release) { c.Licence = "MIT" }, []string{`field "licence"`, `expected "Apache-2.0"`, `found "MIT"`}},
		"another capability":  {func(c *envelope.Release) { c.Provides = []string{"dougong.payment/v1"} }, []string{`field "provides"`}},
		"permission by twice": {func(c *envelope.Release) { c.Permissions = []string{"kv", "kv", "http:api.acme.com"} }, []string{`field "permissions"`}},
	} {
		claim := r.Claim(store.Plugin, "com.acme", "com.acme.face", "1.0.0", data)
		c.change(&claim)
		_, err := r.Client.Publish(t.Context(), r.Sign(claim), bytes.NewReader(data))
		t.Run(name, func(t *testing.T) { refused(t, err, "tampered", c.says...) })
	}
}

// ceremony makes a house in a folder as `dougong trust init` does, with something in its log already.
func ceremony(t *testing.T, c authority.Ceremony) (dir string, a *authority.Authority) {
	t.Helper()
	suite, err := gm.New(gm.Policy{})
	must(t, err)
	dir = filepath.Join(t.TempDir(), "house")
	token := authority.NewFolder(suite, filepath.Join(dir, "keys"), []byte("passphrase"), authority.Sealing{Cost: 1 << 10})
	a, err = authority.Init(t.Context(), suite, dir, token, c, time.Now)
	must(t, err)
	k, err := key.Generate(suite, gm.SM2)
	must(t, err)
	request, err := cert.NewRequest(t.Context(), suite, cert.Holder{Name: "old", Organisation: "Old", Role: cert.Vendor, Namespaces: []string{"com.old"}}, k)
	must(t, err)
	_, err = a.Issue(t.Context(), request, time.Hour)
	must(t, err)
	return dir, a
}

func TestTheHousesLogGoesOn(t *testing.T) {
	t.Parallel()
	dir, a := ceremony(t, authority.Ceremony{Organisation: "House", Algorithm: gm.SM2})
	before, err := a.Log().Tree()
	must(t, err)
	r := regtest.Start(t, func(c *server.Config) { c.Trust, c.Passphrase = dir, []byte("passphrase") })
	r.Publish("com.acme.face", "1.0.0", nil)
	if got := r.House().Anchors().Log.Origin; got != "House/log" || r.Shelf.Book.Log().Origin != got {
		t.Errorf("the log is called %q and %q", got, r.Shelf.Book.Log().Origin)
	}
	pinned, err := os.ReadFile(filepath.Join(dir, authority.RootFile))
	must(t, err)
	if v := verdict(t, r, "1.0.0", trust.Options{Root: pinned}); !v.OK() {
		t.Errorf("verdict:\n%s", v)
	}
	text, size, err := r.Shelf.Book.Head(t.Context())
	must(t, err)
	head, err := translog.Open(r.Suite, text, r.House().Anchors().Log, nil)
	must(t, err)
	proof, err := r.Shelf.Book.Consistency(t.Context(), before.Size, size)
	must(t, err)
	if err := head.CheckExtends(before, proof); err != nil {
		t.Errorf("the registry's log is not the house's: %v", err)
	}
	// The folder's log is closed: nobody can write a second one.
	if _, err := authority.Open(r.Suite, dir, nil, time.Now); !errors.Is(err, authority.ErrMoved) {
		t.Errorf("the folder's log is open: %v", err)
	}
	r.Stop()
	if _, err := server.Open(t.Context(), server.Config{Data: r.Dir}); err == nil || !strings.Contains(err.Error(), "another house") {
		t.Errorf("the database of one house, opened by another: %v", err)
	}
	again, err := server.Open(t.Context(), server.Config{Data: r.Dir, Trust: dir, Passphrase: []byte("passphrase")})
	must(t, err)
	must(t, again.Close())
	if _, err := server.Open(t.Context(), server.Config{Data: r.Dir, Trust: dir, Passphrase: []byte("wrong")}); !errors.Is(err, authority.ErrPassphrase) {
		t.Errorf("a wrong passphrase: %v", err)
	}
	if _, err := server.Open(t.Context(), server.Config{Data: r.Dir, Trust: dir}); err == nil || !strings.Contains(err.Error(), "DOUGONG_PASSPHRASE") {
		t.Errorf("no passphrase: %v", err)
	}
}

func TestTwoHistoriesAreNotJoined(t *testing.T) {
	t.Parallel()
	// A database whose log has begun without the house, and a house whose log has begun without the database.
	dir, _ := ceremony(t, authority.Ceremony{Organisation: "House"})
	data := t.TempDir()
	s, err := server.Open(t.Context(), server.Config{Data: data, Keyless: true})
	must(t, err)
	_, err = s.Desk.Bootstrap(t.Context(), regtest.Nobody, "ann", regtest.Password, true)
	must(t, err)
	must(t, s.Close())
	if _, err := server.Open(t.Context(), server.Config{Data: data, Trust: dir, Passphrase: []byte("passphrase")}); err == nil || !strings.Contains(err.Error(), "does not begin with") {
		t.Errorf("two logs became one: %v", err)
	}
	if place, err := authority.MovedTo(dir); err != nil || place != nil {
		t.Errorf("the house's log was moved all the same: %v, %v", place, err)
	}
	own, err := server.Open(t.Context(), server.Config{Data: data})
	must(t, err)
	must(t, own.Close())
}
