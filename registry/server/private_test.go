package server_test

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"net/url"
	"strings"
	"testing"

	"github.com/dougong-dev/dougong/core/trust"
	"github.com/dougong-dev/dougong/core/trust/envelope"
	"github.com/dougong-dev/dougong/core/trust/translog"
	"github.com/dougong-dev/dougong/registry/api"
	"github.com/dougong-dev/dougong/registry/client"
	"github.com/dougong-dev/dougong/registry/internal/regtest"
	"github.com/dougong-dev/dougong/registry/logbook"
	"github.com/dougong-dev/dougong/registry/release"
	"github.com/dougong-dev/dougong/registry/store"
)

// publishAs publishes a plugin that is shown to as many.
func publishAs(t *testing.T, r *regtest.Registry, id, version string, v store.Visibility) (*release.Published, error) {
	t.Helper()
	data := regtest.Plugin(t, id, version, nil)
	signed := r.Sign(r.Claim(store.Plugin, "com.acme", id, version, data))
	signed.Visibility = v
	return r.Client.Publish(t.Context(), signed, bytes.NewReader(data))
}

// leaves reads the log from an entry on.
func leaves(t *testing.T, r *regtest.Registry, from int64) (out []translog.Leaf) {
	t.Helper()
	raw, err := r.Store().LogLeaves(t.Context(), from, 1000)
	must(t, err)
	for _, one := range raw {
		l, err := translog.ParseLeaf(one)
		must(t, err)
		out = append(out, l)
	}
	return out
}

// TestPrivateFromTheFirstVersion: a package that its publisher or its organisation keeps to itself is never seen by anybody else, in
// the log neither; who may read it can hold the log to it all the same.
func TestPrivateFromTheFirstVersion(t *testing.T) {
	t.Parallel()
	databases(t, func(t *testing.T, r, _ *regtest.Registry) {
		ctx := t.Context()
		begin, err := r.Store().LogSize(ctx)
		must(t, err)
		p, err := publishAs(t, r, "com.acme.secret", "1.0.0", store.Internal)
		must(t, err)
		stranger := r.As("")
		if _, err := stranger.Versions(ctx, store.Plugin, "com.acme.secret"); err == nil {
			t.Error("a stranger reads it")
		}
		must(t, r.Client.Yank(ctx, store.Plugin, "com.acme.secret", "1.0.0", "broken"))
		must(t, r.Client.Deprecate(ctx, store.Plugin, "com.acme.secret", "old"))
		_, err = publishAs(t, r, "com.acme.secret", "1.1.0", "")
		must(t, err)
		for _, l := range leaves(t, r, begin) {
			if strings.Contains(l.Subject, "secret") || !strings.HasPrefix(l.Subject, "private:") {
				t.Errorf("the log shows %+v", l)
			}
		}
		// Who may read it: the leaf is about this release and no other, and hosts take its evidence.
		raw, err := r.Client.Envelope(ctx, store.Plugin, "com.acme.secret", "1.0.0")
		must(t, err)
		e, err := envelope.Parse(raw)
		must(t, err)
		leaf := leaves(t, r, p.Log)[0]
		if leaf.Subject != logbook.HiddenSubject(e.Bytes(), "com.acme.secret@1.0.0/any") || leaf.Digest != e.Digest() || leaf.Kind != translog.Publish {
			t.Errorf("leaf = %+v", leaf)
		}
		ev, err := r.Client.Evidence(ctx, store.Plugin, "com.acme.secret", "1.1.0", "linux", "amd64")
		must(t, err)
		if v := judge(t, r, regtest.Plugin(t, "com.acme.secret", "1.1.0", nil), ev, trust.Options{}); !v.OK() || !strings.HasPrefix(ev.Statements[0].Leaf.Subject, "private:") {
			t.Errorf("evidence %+v, verdict:\n%s", ev.Statements, v)
		}
		// The audit trail's entries lead to their leaves by the salt in them.
		var events []api.Event
		must(t, r.Client.Get(ctx, "/v1/orgs/acme/audit", &events))
		held := 0
		for _, one := range events {
			var detail struct{ Salt string }
			must(t, json.Unmarshal([]byte(one.Detail), &detail))
			if salt, err := hex.DecodeString(detail.Salt); err == nil && len(salt) == 32 {
				l := leaves(t, r, one.Log)[0]
				kept := &store.Event{Index: one.Log, Time: one.Time, Actor: one.Actor, Action: one.Action, Org: one.Org, Subject: one.Subject, Detail: one.Detail}
				if l.Subject != logbook.HiddenSubject(salt, one.Subject) || l.Digest != logbook.EventDigest(kept) {
					t.Errorf("entry %+v, leaf %+v", one, l)
				}
				held++
			}
		}
		if held != 2 {
			t.Errorf("%d entries with a salt, want those of yank and deprecate", held)
		}
		// What is wished and what is there.
		_, err = publishAs(t, r, "com.acme.secret", "1.2.0", store.Public)
		refused(t, err, "conflict", "is internal, not public", "next: change it first: dougong registry visibility com.acme.secret public")
		_, err = publishAs(t, r, "com.acme.other", "1.0.0", "secret")
		refused(t, err, "invalid", "known are public and internal")
		// An organisation's default, and a publisher who says otherwise.
		must(t, r.Client.Put(ctx, "/v1/orgs/acme/visibility", map[string]string{"visibility": "internal"}, nil))
		refused(t, r.As(r.Account("eve", false, "manage")).Put(ctx, "/v1/orgs/acme/visibility", map[string]string{"visibility": "public"}, nil), "denied")
		_, err = publishAs(t, r, "com.acme.inside", "1.0.0", "")
		must(t, err)
		open, err := publishAs(t, r, "com.acme.outside", "1.0.0", store.Public)
		must(t, err)
		if _, err := stranger.Versions(ctx, store.Plugin, "com.acme.inside"); err == nil {
			t.Error("a stranger reads what begins as internal")
		}
		if _, err := stranger.Versions(ctx, store.Plugin, "com.acme.outside"); err != nil {
			t.Error(err)
		}
		if l := leaves(t, r, open.Log)[0]; l.Subject != "com.acme.outside@1.0.0/any" {
			t.Errorf("leaf of a public one: %+v", l)
		}
	})
}

// TestPrivateNamesAreNotInTheMetadata: everybody reads the repository's metadata, and it comes with the evidence of public packages
// of the same namespace. Who has the private one's envelope finds it there all the same, also once it is shown to everybody.
func TestPrivateNamesAreNotInTheMetadata(t *testing.T) {
	t.Parallel()
	databases(t, func(t *testing.T, r, _ *regtest.Registry) {
		ctx := t.Context()
		_, err := publishAs(t, r, "com.acme.secret", "1.0.0", store.Internal)
		must(t, err)
		_, err = publishAs(t, r, "com.acme.open", "1.0.0", store.Public)
		must(t, err)
		seen := ""
		stranger := r.As("")
		shown, err := stranger.Evidence(ctx, store.Plugin, "com.acme.open", "1.0.0", "linux", "amd64")
		must(t, err)
		for name := range shown.Metadata {
			raw, err := stranger.Raw(ctx, "/v1/trust/metadata/"+name)
			must(t, err)
			seen += string(raw)
		}
		if !strings.Contains(seen, "com.acme.open") || strings.Contains(seen, "secret") || strings.Contains(string(shown.Bytes()), "secret") {
			t.Errorf("a stranger reads in the metadata %s", seen)
		}
		offered := func(who string) {
			t.Helper()
			e, err := r.As(who).Evidence(ctx, store.Plugin, "com.acme.secret", "1.0.0", "linux", "amd64")
			must(t, err)
			if v := judge(t, r, regtest.Plugin(t, "com.acme.secret", "1.0.0", nil), e, trust.Options{Metadata: true}); !v.OK() {
				t.Errorf("verdict:\n%s", v)
			}
		}
		offered(r.Token)
		must(t, r.Client.Post(ctx, "/v1/plugins/com.acme.secret/visibility", map[string]string{"visibility": "public"}, nil))
		offered("")
	})
}

// TestPrivateThroughSideDoors: neither what the marketplace counts nor a token for another namespace shows a private package.
func TestPrivateThroughSideDoors(t *testing.T) {
	t.Parallel()
	databases(t, func(t *testing.T, r, _ *regtest.Registry) {
		ctx := t.Context()
		_, err := publishAs(t, r, "com.acme.secret", "1.0.0", store.Internal)
		must(t, err)
		facets := func() int {
			t.Helper()
			list, err := r.Store().Capabilities(ctx)
			must(t, err)
			return len(list)
		}
		if n := facets(); n != 0 {
			t.Errorf("%d capabilities of nothing but a private package are shown", n)
		}
		bound := func(namespace string) *client.Client {
			t.Helper()
			var out api.Token
			must(t, r.Client.Post(ctx, "/v1/tokens", api.NewToken{Name: "ci", Scopes: []string{"read"}, Namespace: namespace, Days: 1}, &out))
			return r.As(out.Secret)
		}
		other, own := bound("com.other"), bound("com.acme.secret")
		if _, err := other.Versions(ctx, store.Plugin, "com.acme.secret"); err == nil {
			t.Error("a token for another namespace reads it")
		}
		var found api.Results
		if must(t, other.Get(ctx, "/v1/search?org=acme", &found)); found.Total != 0 {
			t.Errorf("a token for another namespace finds %+v", found)
		}
		if _, err := own.Versions(ctx, store.Plugin, "com.acme.secret"); err != nil {
			t.Errorf("a token for its namespace: %v", err)
		}
		must(t, r.Client.Post(ctx, "/v1/plugins/com.acme.secret/visibility", map[string]string{"visibility": "public"}, nil))
		if facets() == 0 {
			t.Error("the capabilities of a public package are not shown")
		}
	})
}

// TestPrivatePackagePages does it as a person.
func TestPrivatePackagePages(t *testing.T) {
	t.Parallel()
	r := regtest.Start(t, nil)
	p, stranger := visitor(t, r), visitor(t, r)
	p.signIn("ann")
	_, body := p.open("/upload")
	shows(t, body, `<select name="visibility">`)
	data := regtest.Plugin(t, "com.acme.face", "1.0.0", nil)
	signed := r.Sign(r.Claim(store.Plugin, "com.acme", "com.acme.face", "1.0.0", data))
	signed.Visibility = store.Internal
	status, body := p.upload(p.csrf, signed, data)
	if status != 200 {
		t.Fatalf("upload: %d %s", status, body)
	}
	shows(t, body, "members only", "Finds faces in pictures")
	for _, path := range []string{"/", "/search?q=face", "/plugins/com.acme.face", "/orgs/acme", "/v1/log/leaves?from=0"} {
		if _, body := stranger.open(path); strings.Contains(body, "com.acme.face") && !strings.Contains(body, "there is no plugin") {
			t.Errorf("%s shows it to a stranger", path)
		}
	}
	_, body = p.send("/visibility", url.Values{"kind": {"plugin"}, "id": {"com.acme.face"}, "visibility": {"public"}})
	shows(t, body, "Finds faces in pictures", `<option value="public" selected>`)
	if status, body := stranger.open("/plugins/com.acme.face"); status != 200 || strings.Contains(body, "Withdraw this version") {
		t.Errorf("made public: status %d, or a stranger may withdraw it", status)
	}
	_, body = p.send("/orgs/acme/visibility", url.Values{"visibility": {"internal"}})
	shows(t, body, `<option value="internal" selected>`)
}
