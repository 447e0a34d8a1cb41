package server_test

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/dougong-dev/dougong/core/gm"
	"github.com/dougong-dev/dougong/core/trust"
	"github.com/dougong-dev/dougong/core/trust/authority"
	"github.com/dougong-dev/dougong/core/trust/cert"
	"github.com/dougong-dev/dougong/core/trust/envelope"
	"github.com/dougong-dev/dougong/core/trust/translog"
	"github.com/dougong-dev/dougong/registry/internal/regtest"
	"github.com/dougong-dev/dougong/registry/server"
	"github.com/dougong-dev/dougong/registry/store"
)

// signingService is a house's folder as the command line opens it while a registry keeps the log.
type signingService struct {
	*authority.Authority
	t     *testing.T
	suite *gm.Suite
	token authority.Token
}

func openService(t *testing.T, r *regtest.Registry, dir string) *signingService {
	t.Helper()
	suite, err := gm.New(gm.Policy{})
	must(t, err)
	token := authority.NewFolder(suite, filepath.Join(dir, "keys"), []byte("passphrase"), authority.Sealing{Cost: 1 << 10})
	a, err := authority.OpenKept(suite, dir, token, time.Now, server.Keeper{Suite: suite, Place: authority.Place{Data: r.Dir}, Now: time.Now})
	must(t, err)
	return &signingService{a, t, suite, token}
}

// rootSigns has the root answer, and the house install the answer.
func (s *signingService) rootSigns(q *authority.IssuerRequest, err error) {
	s.t.Helper()
	must(s.t, err)
	_, err = s.InstallIssuer(s.t.Context(), s.answer(q))
	must(s.t, err)
}

func (s *signingService) answer(q *authority.IssuerRequest) *authority.IssuerAnswer {
	s.t.Helper()
	lists, err := s.Lists()
	must(s.t, err)
	h := &authority.RootHolder{Suite: s.suite, Certificate: s.Root, List: lists[len(lists)-1], Now: time.Now()}
	h.By, err = authority.Signer(s.t.Context(), s.token, authority.RootLabel)
	must(s.t, err)
	a, _, err := h.Answer(s.t.Context(), q)
	must(s.t, err)
	return a
}

func (s *signingService) rotate() {
	s.t.Helper()
	s.rootSigns(s.NextIssuer(s.t.Context(), "", authority.IssuerYears))
}

func (s *signingService) end(number int, from int64) {
	s.t.Helper()
	s.rootSigns(s.EndIssuer(s.t.Context(), number, authority.Revocation{Reason: 2, DistrustFrom: &from}))
}

// TestIssuerRotationWithoutRestart exchanges and revokes an issuing authority below a registry in a process of its own.
func TestIssuerRotationWithoutRestart(t *testing.T) {
	t.Parallel()
	dir, _ := ceremony(t, authority.Ceremony{Organisation: "House", Algorithm: gm.SM2})
	r := regtest.Start(t, func(c *server.Config) { c.Trust, c.Passphrase = dir, []byte("passphrase") })
	root := r.House().Root()
	eve := r.Certify(gm.SM2, cert.Holder{Name: "eve", Organisation: "Acme", Role: cert.Vendor, Namespaces: []string{"com.acme"}})
	certified := r.Certs
	r.Stop()
	p := spawn(t, r.Dir, childTrust+"="+dir)
	r.URL, r.Client = p.url, newClient(t, p.url, r.Token)
	host := trust.Options{Store: &trust.MemoryStore{}, Metadata: true, Root: root}
	ask := func(version string) *trust.Evidence {
		t.Helper()
		known := []int64{}
		if s, err := host.Store.Load(); err == nil && s.Heads["House/log"].Size > 0 {
			known = append(known, s.Heads["House/log"].Size)
		}
		e, err := r.Client.Evidence(t.Context(), store.Plugin, "com.acme.face", version, "linux", "amd64", known...)
		must(t, err)
		return e
	}
	plugin := func(version string) []byte { return regtest.Plugin(t, "com.acme.face", version, nil) }
	r.Publish("com.acme.face", "1.0.0", nil)
	old := ask("1.0.0")
	if v := judge(t, r, plugin("1.0.0"), old, host); !v.OK() {
		t.Fatalf("before:\n%s", v)
	}

	s := openService(t, r, dir)
	s.rotate()
	must(t, p.cmd.Process.Signal(syscall.SIGHUP))
	certs, err := cert.ParsePEM(r.Certs)
	must(t, err)
	mine, err := s.Renew(t.Context(), certs[0], nil, time.Hour)
	must(t, err)
	r.Certs = mine.PEM()
	r.Publish("com.acme.face", "1.1.0", nil)
	for _, version := range []string{"1.0.0", "1.1.0"} {
		if v := judge(t, r, plugin(version), ask(version), host); !v.OK() {
			t.Errorf("%s, after the exchange:\n%s", version, v)
		}
	}
	// Eve's certificate is of the old authority; it turns out that its key was stolen before she published.
	r.Certs = certified
	byEve := func(version string) error {
		data := plugin(version)
		_, err := r.Client.Publish(t.Context(), r.Sign(r.Claim(store.Plugin, "com.acme", "com.acme.face", version, data), r.Signer, eve), bytes.NewReader(data))
		return err
	}
	if err := byEve("1.2.0"); err != nil {
		t.Fatal(err)
	}
	known := ask("1.2.0")
	if v := judge(t, r, plugin("1.2.0"), known, host); !v.OK() {
		t.Fatalf("before anybody knew:\n%s", v)
	}
	s.end(1, known.Statements[0].Index)
	must(t, os.Remove(filepath.Join(dir, "keys", "ca-issuing.key")))
	if err := byEve("1.3.0"); err == nil || !strings.Contains(err.Error(), "dougong trust renew CERTIFICATE") {
		t.Errorf("the registry takes what a certificate of the revoked authority signed: %v", err)
	}
	now, fresh := ask("1.0.0"), trust.Options{Metadata: true, Root: root}
	for name, o := range map[string]trust.Options{"one that knows what was": host, "a new one": fresh} {
		for _, version := range []string{"1.0.0", "1.1.0"} {
			if v := judge(t, r, plugin(version), ask(version), o); !v.OK() {
				t.Errorf("%s at %s:\n%s", version, name, v)
			}
		}
		v := judge(t, r, plugin("1.2.0"), ask("1.2.0"), o)
		if eves := len(v.Signers); eves != 1 || v.Signers[0].Holder.Name != "ann" {
			t.Errorf("1.2.0 at %s is signed by %+v:\n%s", name, v.Signers, v)
		}
	}
	replayed := *old
	replayed.Metadata = now.Metadata
	if v := judge(t, r, plugin("1.0.0"), &replayed, fresh); !v.Refuses(trust.CodeMetadata) || !strings.Contains(v.Err().Error(), `of "House root" is out`) {
		t.Errorf("the lists of before, at a new host:\n%s", v)
	}
	other := trust.Options{Store: &trust.MemoryStore{}, Root: root}
	if v := judge(t, r, plugin("1.2.0"), known, other); len(v.Signers) != 2 {
		t.Errorf("a host of before:\n%s", v)
	}
	state, err := other.Store.Load()
	must(t, err)
	takedown, err := r.Client.Takedown(t.Context(), state.Heads["House/log"].Size)
	must(t, err)
	if v := trust.VerifyTakedown(t.Context(), takedown, other); !v.OK() {
		t.Errorf("between updates:\n%s", v)
	}
	other.Purpose = trust.Start
	if v := judge(t, r, plugin("1.2.0"), known, other); len(v.Signers) != 1 {
		t.Errorf("a host that has asked for takedowns, at its next start:\n%s", v)
	}
	must(t, p.cmd.Process.Signal(syscall.SIGHUP))
	if v := judge(t, r, plugin("1.1.0"), ask("1.1.0"), host); !v.OK() {
		t.Errorf("read again without the old key:\n%s", v)
	}
}

// TestIssuerOfAnotherReplica: a server whose copy of the house's folder is of before gives out what the other's has.
func TestIssuerOfAnotherReplica(t *testing.T) {
	t.Parallel()
	dir, _ := ceremony(t, authority.Ceremony{Organisation: "House", Algorithm: gm.Ed25519})
	r := regtest.Start(t, func(c *server.Config) { c.Trust, c.Passphrase = dir, []byte("passphrase") })
	r.Publish("com.acme.face", "1.0.0", nil)
	older := filepath.Join(t.TempDir(), "house")
	must(t, os.CopyFS(older, os.DirFS(dir)))
	replica, err := server.Open(t.Context(), server.Config{Data: r.Dir, Trust: older, Passphrase: []byte("passphrase"), AutoVerify: true, Requests: 1e6})
	must(t, err)
	t.Cleanup(func() { must(t, replica.Close()) })
	s := openService(t, r, dir)
	s.rotate()
	must(t, s.Refresh(t.Context()))
	s.end(1, 1<<40)
	must(t, s.Refresh(t.Context()))
	if v := verdict(t, r, "1.0.0", trust.Options{Metadata: true}); !v.OK() {
		t.Fatalf("the server whose folder it is:\n%s", v)
	}
	must(t, replica.House().Renew(t.Context())) // its folder still has one authority
	release, err := replica.Store().Release(t.Context(), store.Plugin, "com.acme.face", "1.0.0")
	must(t, err)
	e, err := replica.House().Evidence(t.Context(), release, envelope.Any, nil)
	must(t, err)
	if len(e.Lists) != 3 {
		t.Fatalf("%d lists", len(e.Lists))
	}
	if v := judge(t, r, regtest.Plugin(t, "com.acme.face", "1.0.0", nil), e, trust.Options{Metadata: true}); !v.OK() {
		t.Errorf("the other one:\n%s", v)
	}
	root, err := cert.ParseList(e.Lists[2])
	if err != nil || root.Number != 3 || len(root.Revoked) != 1 {
		t.Errorf("the root's list: %+v, %v", root, err)
	}
}

// lossy is a keeper whose connection breaks after it has appended a leaf.
type lossy struct {
	server.Keeper
	breaks bool
}

func (l *lossy) Append(ctx context.Context, leaf translog.Leaf) (int64, translog.Leaf, error) {
	n, out, err := l.Keeper.Append(ctx, leaf)
	if err == nil && l.breaks {
		err = errors.New("connection reset")
	}
	return n, out, err
}

// TestIssuerWhoseEventIsInDoubt: the log has that an authority was made, and who installed it was not told. The registry's log
// says it once.
func TestIssuerWhoseEventIsInDoubt(t *testing.T) {
	t.Parallel()
	dir, _ := ceremony(t, authority.Ceremony{Organisation: "House", Algorithm: gm.SM2})
	r := regtest.Start(t, func(c *server.Config) { c.Trust, c.Passphrase = dir, []byte("passphrase") })
	s := openService(t, r, dir)
	q, err := s.NextIssuer(t.Context(), "", authority.IssuerYears)
	must(t, err)
	keeper := &lossy{server.Keeper{Suite: s.suite, Place: authority.Place{Data: r.Dir}, Now: time.Now}, true}
	s.Authority, err = authority.OpenKept(s.suite, dir, s.token, time.Now, keeper)
	must(t, err)
	a := s.answer(q)
	if _, err := s.InstallIssuer(t.Context(), a); err == nil || !strings.Contains(err.Error(), "could not be logged yet: connection reset") {
		t.Fatalf("the connection breaks: %v", err)
	}
	keeper.breaks = false
	i, err := s.InstallIssuer(t.Context(), a)
	must(t, err)
	leaves, err := r.Store().LogLeaves(t.Context(), 0, 1000)
	must(t, err)
	if n := bytes.Count(bytes.Join(leaves, nil), []byte(`"certificate/`+i.Certificate.Serial+`"`)); n != 1 {
		t.Errorf("the log says it %d times", n)
	}
}
