package server_test

import (
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/dougong-dev/dougong/core/gm"
	"github.com/dougong-dev/dougong/core/trust"
	"github.com/dougong-dev/dougong/core/trust/authority"
	"github.com/dougong-dev/dougong/core/trust/cert"
	"github.com/dougong-dev/dougong/core/trust/envelope"
	"github.com/dougong-dev/dougong/core/trust/key"
	"github.com/dougong-dev/dougong/core/trust/translog"
	"github.com/dougong-dev/dougong/registry/client"
	"github.com/dougong-dev/dougong/registry/internal/regtest"
	"github.com/dougong-dev/dougong/registry/server"
	"github.com/dougong-dev/dougong/registry/store"
	"github.com/dougong-dev/dougong/registry/witness"
)

// TestKilledApproving kills the server at many points while a review is sent in and metadata is signed. Afterwards the review
// counts or is not there, none that was acknowledged is lost, and a host that has seen metadata and heads before goes on.
func TestKilledApproving(t *testing.T) {
	t.Parallel()
	dir, _ := ceremony(t, authority.Ceremony{Organisation: "House", Algorithm: gm.SM2,
		Require: []trust.Requirement{{Predicate: envelope.VendorRelease, Threshold: 1}, {Predicate: envelope.ReviewApproval, Threshold: 1}}})
	r := regtest.Start(t, func(c *server.Config) { c.Trust, c.Passphrase = dir, []byte("passphrase") })
	rita := r.Certify(gm.SM2, cert.Holder{Name: "Rita", Organisation: "House", Role: cert.Reviewer})
	const rounds = 8
	for i := range rounds {
		r.Publish("com.acme.face", fmt.Sprintf("1.%d.0", i), nil)
	}
	root := r.House().Root()
	r.Stop()
	host := trust.Options{Store: &trust.MemoryStore{}, Metadata: true, Root: root}
	passed := 0
	for i := range rounds {
		version := fmt.Sprintf("1.%d.0", i)
		p := spawn(t, r.Dir, childTrust+"="+dir)
		r.Client = newClient(t, p.url, r.Admin)
		signed := review(t, r, version, rita)
		late := time.AfterFunc(time.Duration(i*i)*time.Millisecond, p.kill)
		_, err := r.Client.Approve(t.Context(), store.Plugin, "com.acme.face", version, signed)
		told := err == nil
		_, _ = newClient(t, p.url, "").Metadata(t.Context(), "timestamp.json") // signs what is new, or is cut off
		late.Stop()
		p.kill()

		p = spawn(t, r.Dir, childTrust+"="+dir)
		a := &apart{Registry: r, p: p, root: root}
		there := a.judge(t, version, evidence(t, p.url, version), trust.Options{Metadata: true}).OK()
		if told && !there {
			t.Errorf("the review of %s was acknowledged and does not count", version)
		}
		if there {
			passed++
		}
		r.Client = newClient(t, p.url, r.Admin)
		if _, err := r.Client.Approve(t.Context(), store.Plugin, "com.acme.face", version, signed); err != nil && !there {
			t.Errorf("review %s again: %v", version, err)
		}
		known := int64(0)
		if state, err := host.Store.Load(); err == nil && state != nil {
			known = state.Heads["House/log"].Size
		}
		e, err := newClient(t, p.url, "").Evidence(t.Context(), store.Plugin, "com.acme.face", version, "linux", "amd64", known)
		must(t, err)
		if v := a.judge(t, version, e, host); !v.OK() {
			t.Errorf("%s, at a host that knows what came before:\n%s", version, v)
		}
		p.kill()
	}
	t.Logf("%d of %d reviews were there before they were sent again", passed, rounds)
}

// review signs that a version has passed.
func review(t *testing.T, r *regtest.Registry, version string, by key.Signer) client.Signed {
	t.Helper()
	data, err := r.Client.Envelope(t.Context(), store.Plugin, "com.acme.face", version)
	must(t, err)
	vendor, err := envelope.Parse(data)
	must(t, err)
	s, err := envelope.NewApproval(envelope.ReviewApproval, vendor, true, "")
	must(t, err)
	return sign(t, r, s, by)
}

// TestForkedProcesses runs a house's log twice, as two servers with the same keys, and shows one to each of two clients. The
// witness that looks at both raises the alarm, and the client of the fork believes nothing of it.
func TestForkedProcesses(t *testing.T) {
	t.Parallel()
	suite, err := gm.New(gm.Policy{})
	must(t, err)
	by, err := key.Generate(suite, gm.Ed25519)
	must(t, err)
	memo := &witness.FileMemo{Path: filepath.Join(t.TempDir(), "seen.json")}
	cosigner := &translog.Cosigner{Suite: suite, Name: "w.example", By: by, Memo: memo}
	dir, _ := ceremony(t, authority.Ceremony{Organisation: "House", Algorithm: gm.SM2, Witnesses: []translog.Witness{cosigner.Witness()}, WitnessCount: 1})
	r := regtest.Start(t, func(c *server.Config) { c.Trust, c.Passphrase = dir, []byte("passphrase") })
	r.Publish("com.acme.face", "1.0.0", nil)
	root, log := r.House().Root(), r.House().Anchors().Log
	r.Stop()
	data, house := filepath.Join(t.TempDir(), "data"), filepath.Join(t.TempDir(), "house")
	must(t, os.CopyFS(data, os.DirFS(r.Dir)))
	must(t, os.CopyFS(house, os.DirFS(dir)))
	look := func(p *process) error {
		w := &witness.Witness{Client: newClient(t, p.url, ""), Log: log, Cosigner: cosigner, Logger: slog.New(slog.DiscardHandler)}
		_, err := w.Step(t.Context())
		return err
	}
	publish := func(p *process, version string) {
		r.Client = newClient(t, p.url, r.Token)
		r.Publish("com.acme.face", version, nil)
	}
	one, two := spawn(t, r.Dir, childTrust+"="+dir), spawn(t, data, childTrust+"="+house)
	must(t, look(one)) // the head that both have
	publish(one, "1.1.0")
	must(t, look(one))
	publish(two, "6.6.6") // for the second client's eyes alone
	publish(two, "6.6.7")
	if err := look(two); !errors.Is(err, translog.ErrFork) {
		t.Errorf("the witness was shown a fork: %v", err)
	}
	a := &apart{Registry: r, root: root}
	first := trust.Options{Store: &trust.MemoryStore{}}
	if v := a.judge(t, "1.1.0", evidence(t, one.url, "1.1.0"), first); !v.OK() {
		t.Errorf("the first client:\n%s", v)
	}
	if _, err := newClient(t, two.url, "").Evidence(t.Context(), store.Plugin, "com.acme.face", "6.6.6", "linux", "amd64"); err == nil {
		t.Error("a release that no witness has seen is given evidence")
	}
	// A server that gives its head out without the witness.
	bare, err := newClient(t, two.url, "").Raw(t.Context(), "/v1/log/head")
	must(t, err)
	e := evidence(t, one.url, "1.1.0")
	e.Head = string(bare)
	if v := a.judge(t, "1.1.0", e, trust.Options{Store: &trust.MemoryStore{}}); !v.Refuses(trust.CodeWitness) {
		t.Errorf("the second client:\n%s", v)
	}
	if err := look(one); err != nil {
		t.Errorf("the witness no longer signs the log that it knows: %v", err)
	}
}
