package server_test

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/dougong-dev/dougong/core/gm"
	"github.com/dougong-dev/dougong/core/trust"
	"github.com/dougong-dev/dougong/core/trust/authority"
	"github.com/dougong-dev/dougong/core/trust/cert"
	"github.com/dougong-dev/dougong/core/trust/envelope"
	"github.com/dougong-dev/dougong/core/trust/key"
	"github.com/dougong-dev/dougong/registry/client"
	"github.com/dougong-dev/dougong/registry/internal/regtest"
	"github.com/dougong-dev/dougong/registry/release"
	"github.com/dougong-dev/dougong/registry/server"
	"github.com/dougong-dev/dougong/registry/store"
)

// strict starts a registry in a house that asks for a review and a sign-off by the department legal.
func strict(t *testing.T) *regtest.Registry {
	t.Helper()
	require := []trust.Requirement{{Predicate: envelope.VendorRelease, Threshold: 1}, {Predicate: envelope.ReviewApproval, Threshold: 1}, {Predicate: envelope.SignOff("legal"), Threshold: 1}}
	dir, _ := ceremony(t, authority.Ceremony{Organisation: "House", Algorithm: gm.SM2, Require: require})
	return regtest.Start(t, func(c *server.Config) { c.Trust, c.Passphrase = dir, []byte("passphrase") })
}

// approve signs a statement about version 1.0.0 of com.acme.face.
func approve(t *testing.T, r *regtest.Registry, predicate string, passed bool, by ...key.Signer) client.Signed {
	t.Helper()
	data, err := r.Client.Envelope(t.Context(), store.Plugin, "com.acme.face", "1.0.0")
	must(t, err)
	vendor, err := envelope.Parse(data)
	must(t, err)
	s, err := envelope.NewApproval(predicate, vendor, passed, "")
	must(t, err)
	return sign(t, r, s, by...)
}

func sign(t *testing.T, r *regtest.Registry, s *envelope.Statement, by ...key.Signer) client.Signed {
	t.Helper()
	e, err := envelope.Sign(t.Context(), r.Suite, s, by...)
	must(t, err)
	return client.Signed{Envelope: e.Bytes(), Certificates: r.Certs}
}

func TestApprovals(t *testing.T) {
	t.Parallel()
	r := strict(t)
	p := r.Publish("com.acme.face", "1.0.0", nil)
	rita := r.Certify(gm.SM2, cert.Holder{Name: "Rita", Organisation: "House", Role: cert.Reviewer})
	legal := r.Certify(gm.Ed25519, cert.Holder{Name: "Li", Organisation: "House", Role: cert.Department, Department: "legal"})
	risk := r.Certify(gm.SM2, cert.Holder{Name: "Wang", Organisation: "House", Role: cert.Department, Department: "risk"})
	say := func(s client.Signed) (*release.Said, error) {
		return r.As(r.Admin).Approve(t.Context(), store.Plugin, "com.acme.face", "1.0.0", s)
	}
	if v := verdict(t, r, "1.0.0", trust.Options{}); !v.Refuses(trust.CodeThreshold) {
		t.Errorf("nobody has passed it:\n%s", v)
	}
	for name, c := range map[string]struct {
		signed client.Signed
		says   string
	}{
		"the vendor as reviewer":      {approve(t, r, envelope.ReviewApproval, true, r.Signer), "may not say"},
		"another department":          {approve(t, r, envelope.SignOff("legal"), true, risk), "may not say"},
		"a reviewer for a department": {approve(t, r, envelope.SignOff("legal"), true, rita), "may not say"},
		"a vendor's statement":        {r.Sign(r.Claim(store.Plugin, "com.acme", "com.acme.face", "1.0.0", regtest.Plugin(t, "com.acme.face", "1.0.0", nil))), "expected"},
		"no envelope":                 {client.Signed{Envelope: []byte(`{}`)}, ""},
	} {
		_, err := say(c.signed)
		t.Run(name, func(t *testing.T) { refused(t, err, "signature", c.says) })
	}
	_, err := r.As("").Approve(t.Context(), store.Plugin, "com.acme.face", "1.0.0", approve(t, r, envelope.ReviewApproval, true, rita))
	refused(t, err, "unauthenticated")
	no, err := say(approve(t, r, envelope.ReviewApproval, false, rita))
	must(t, err)
	if no.Passed || no.Log <= p.Log {
		t.Errorf("rejected: %+v", no)
	}
	if v := verdict(t, r, "1.0.0", trust.Options{}); !v.Refuses(trust.CodeApproval) {
		t.Errorf("the reviewer rejected it:\n%s", v)
	}
	yes := approve(t, r, envelope.ReviewApproval, true, rita)
	first, err := say(yes)
	must(t, err)
	again, err := say(yes)
	if err != nil || !again.Again || again.Log != first.Log {
		t.Errorf("sent once more: %+v, %v; it was %+v", again, err, first)
	}
	if v := verdict(t, r, "1.0.0", trust.Options{}); !v.Refuses(trust.CodeThreshold) || v.Refuses(trust.CodeApproval) {
		t.Errorf("legal has not signed:\n%s", v)
	}
	_, err = say(approve(t, r, envelope.SignOff("legal"), true, legal))
	must(t, err)
	if v := verdict(t, r, "1.0.0", trust.Options{}); !v.OK() || len(v.Signers) != 3 {
		t.Errorf("all have signed:\n%s", v)
	}
	// What was said of one version is worth nothing for another.
	r.Publish("com.acme.face", "1.0.1", nil)
	_, err = r.As(r.Admin).Approve(t.Context(), store.Plugin, "com.acme.face", "1.0.1", yes)
	refused(t, err, "signature", "subject")
}

func TestTakedown(t *testing.T) {
	t.Parallel()
	r := regtest.Start(t, nil)
	ctx := t.Context()
	for _, v := range []string{"1.0.0", "1.1.0", "1.2.0"} {
		r.Publish("com.acme.face", v, nil)
	}
	op := r.Certify(gm.SM2, cert.Holder{Name: "Ops", Organisation: "House", Role: cert.Operator})
	list := func(serial int64, by key.Signer) client.Signed {
		s, err := envelope.NewTakedown(envelope.Takedown{Serial: serial, Issued: time.Now().Unix(), Floors: map[string]string{"com.acme.face": "1.1.0"},
			Entries: []envelope.TakedownEntry{{ID: "com.acme.face", Versions: []string{"1.2.0"}, Reason: "leaks names"}}})
		must(t, err)
		return sign(t, r, s, by)
	}
	host := trust.Options{Store: &trust.MemoryStore{}, Root: r.House().Root()}
	e, err := r.As("").Takedown(ctx)
	must(t, err)
	if v := trust.VerifyTakedown(ctx, e, host); !v.OK() || v.Takedown != nil {
		t.Errorf("no list is out:\n%s", v)
	}
	before, err := r.As("").Evidence(ctx, store.Plugin, "com.acme.face", "1.2.0", "linux", "amd64")
	must(t, err)
	_, err = r.Client.TakeDown(ctx, list(1, r.Signer))
	refused(t, err, "signature", "may not say")
	_, err = r.Client.TakeDown(ctx, list(2, op))
	refused(t, err, "conflict", "serial 1")
	_, err = r.As("").TakeDown(ctx, list(1, op))
	refused(t, err, "unauthenticated")
	_, err = r.Client.TakeDown(ctx, list(1, op))
	must(t, err)
	_, err = r.Client.TakeDown(ctx, list(1, op))
	refused(t, err, "conflict", "list 1 after list 1")
	for version, says := range map[string]string{"1.2.0": "taken down (list 1): leaks names", "1.0.0": "older than 1.1.0"} {
		_, err := r.Client.Find(ctx, store.Plugin, "com.acme.face", version, "linux", "amd64")
		refused(t, err, "taken_down", says)
		d, err := r.Client.Release(ctx, store.Plugin, "com.acme.face", version)
		must(t, err)
		refused(t, r.Client.Get(ctx, "/v1/plugins/com.acme.face/"+version+"/artifact/"+d.Artifacts[0].SHA256, nil), "taken_down", says)
	}
	if v := verdict(t, r, "1.1.0", trust.Options{}); !v.OK() {
		t.Errorf("what is allowed:\n%s", v)
	}
	// A host learns of it, and refuses from then on what came before.
	file := regtest.Plugin(t, "com.acme.face", "1.2.0", nil)
	fresh := trust.Options{Store: &trust.MemoryStore{}, Root: host.Root}
	if v := judge(t, r, file, before, fresh); !v.OK() {
		t.Errorf("before the takedown:\n%s", v)
	}
	state, err := fresh.Store.Load()
	must(t, err)
	e, err = r.As("").Takedown(ctx, state.Heads[r.House().Anchors().Log.Origin].Size)
	must(t, err)
	if v := trust.VerifyTakedown(ctx, e, fresh); !v.OK() || v.Takedown == nil || v.Takedown.Serial != 1 {
		t.Errorf("the list:\n%s", v)
	}
	fresh.Purpose = trust.Start
	if v := judge(t, r, file, before, fresh); !v.Refuses(trust.CodeTakedown) {
		t.Errorf("a taken-down version starts:\n%s", v)
	}
	spoilt, err := trust.ParseEvidence(bytes.Replace(e.Bytes(), []byte(`"takedown/1"`), []byte(`"takedown/2"`), 1))
	must(t, err)
	if v := trust.VerifyTakedown(ctx, spoilt, fresh); !v.Refuses(trust.CodeTakedown) || !strings.Contains(v.String(), "proof") {
		t.Errorf("a list that is not in the log:\n%s", v)
	}
}
