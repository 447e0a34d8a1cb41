package server_test

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
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
	"github.com/dougong-dev/dougong/registry/internal/regtest"
	"github.com/dougong-dev/dougong/registry/server"
	"github.com/dougong-dev/dougong/registry/store"
)

// apart is a registry in a process of its own, with the people and keys of one that ran here.
type apart struct {
	*regtest.Registry
	p    *process
	root []byte
}

func inProcess(t *testing.T) *apart {
	t.Helper()
	r := regtest.Start(t, nil)
	a := &apart{Registry: r, root: r.House().Root()}
	r.Stop()
	a.p = spawn(t, r.Dir)
	r.URL = a.p.url
	r.Client = newClient(t, a.p.url, r.Token)
	return a
}

// authority is the signing service in the house's folder, beside the registry's process.
func (a *apart) authority(t *testing.T) *authority.Authority {
	t.Helper()
	passphrase, err := os.ReadFile(filepath.Join(a.Trust, "passphrase"))
	must(t, err)
	token := authority.NewFolder(a.Suite, filepath.Join(a.Trust, "keys"), bytes.TrimSpace(passphrase), authority.Sealing{})
	out, err := authority.OpenKept(a.Suite, a.Trust, token, time.Now, server.Keeper{Suite: a.Suite, Place: authority.Place{Data: a.Dir}, Now: time.Now})
	must(t, err)
	return out
}

// evidence reads the evidence of a version from an address.
func evidence(t *testing.T, address, version string) *trust.Evidence {
	t.Helper()
	e, err := newClient(t, address, "").Evidence(t.Context(), store.Plugin, "com.acme.face", version, "linux", "amd64")
	must(t, err)
	return e
}

func (a *apart) judge(t *testing.T, version string, e *trust.Evidence, o trust.Options) *trust.Verdict {
	t.Helper()
	o.Root = a.root
	return judge(t, a.Registry, regtest.Plugin(t, "com.acme.face", version, nil), e, o)
}

// inTheMiddle is a man in the middle: what instead gives is answered in place of the registry.
func inTheMiddle(t *testing.T, to string, instead func(path string) []byte) string {
	t.Helper()
	u, err := url.Parse(to)
	must(t, err)
	proxy := &httputil.ReverseProxy{Rewrite: func(p *httputil.ProxyRequest) { p.SetURL(u) }}
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if body := instead(r.URL.Path); body != nil {
			_, _ = w.Write(body) // if the client is gone, so be it
			return
		}
		proxy.ServeHTTP(w, r)
	}))
	t.Cleanup(s.Close)
	return s.URL
}

// TestOneStolenKeyIsNotEnough publishes in a house that asks for two holders.
func TestOneStolenKeyIsNotEnough(t *testing.T) {
	t.Parallel()
	dir, _ := ceremony(t, authority.Ceremony{Organisation: "House", Require: []trust.Requirement{{Predicate: envelope.VendorRelease, Threshold: 2}}})
	r := regtest.Start(t, func(c *server.Config) { c.Trust, c.Passphrase = dir, []byte("passphrase") })
	bob := regtest.Acme()
	bob.Name = "bob"
	second := r.Certify(gm.Ed25519, bob)
	same := r.Certify(gm.SM2, regtest.Acme()) // ann's second key is still ann
	for _, k := range []*key.Soft{second, same} {
		must(t, r.Client.Post(t.Context(), "/v1/orgs/acme/keys", k.Key(), nil))
	}
	root := r.House().Root()
	r.Stop()
	r.URL = spawn(t, r.Dir, childTrust+"="+dir).url
	r.Client = newClient(t, r.URL, r.Token)
	data := regtest.Plugin(t, "com.acme.face", "1.0.0", nil)
	claim := r.Claim(store.Plugin, "com.acme", "com.acme.face", "1.0.0", data)
	publish := func(by ...key.Signer) error {
		_, err := r.Client.Publish(t.Context(), r.Sign(claim, by...), bytes.NewReader(data))
		return err
	}
	refused(t, publish(r.Signer), "signature", "1 of the 2 holders")
	refused(t, publish(r.Signer, same), "signature", "1 of the 2 holders")
	must(t, publish(r.Signer, second))
	if v := verdict(t, r, "1.0.0", trust.Options{Root: root}); !v.OK() || len(v.Signers) != 2 {
		t.Errorf("verdict:\n%s", v)
	}
	// A registry that lets it through all the same convinces no host.
	e, err := r.As("").Evidence(t.Context(), store.Plugin, "com.acme.face", "1.0.0", "linux", "amd64")
	must(t, err)
	e.Statements[0].Envelope.Signatures = e.Statements[0].Envelope.Signatures[:1]
	if v := judge(t, r, data, e, trust.Options{Root: root}); v.OK() {
		t.Errorf("one signature is enough:\n%s", v)
	}
}

// TestRevokedBeforeAndAfter revokes a certificate: what it signed before the log's entry that is named stays good.
func TestRevokedBeforeAndAfter(t *testing.T) {
	t.Parallel()
	a := inProcess(t)
	first := a.Publish("com.acme.face", "1.0.0", nil)
	second := a.Publish("com.acme.face", "1.1.0", nil)
	certs, err := cert.ParsePEM(a.Certs)
	must(t, err)
	revoke := func(from *int64) {
		_, err := a.authority(t).Revoke(t.Context(), certs[0].Serial, authority.Revocation{Reason: 1, DistrustFrom: from})
		must(t, err)
	}
	revoke(nil)
	for _, version := range []string{"1.0.0", "1.1.0"} {
		if v := a.judge(t, version, evidence(t, a.URL, version), trust.Options{}); !v.OK() {
			t.Errorf("%s, logged before the revocation:\n%s", version, v)
		}
	}
	data := regtest.Plugin(t, "com.acme.face", "1.2.0", nil)
	_, err = a.Client.Publish(t.Context(), a.Sign(a.Claim(store.Plugin, "com.acme", "com.acme.face", "1.2.0", data)), bytes.NewReader(data))
	refused(t, err, "signature", "the certificate is revoked")
	// The key was stolen earlier than was thought.
	from := second.Log
	revoke(&from)
	if v := a.judge(t, "1.0.0", evidence(t, a.URL, "1.0.0"), trust.Options{}); !v.OK() || first.Log >= from {
		t.Errorf("logged before the theft:\n%s", v)
	}
	if v := a.judge(t, "1.1.0", evidence(t, a.URL, "1.1.0"), trust.Options{}); !v.Refuses(trust.CodeSigner) {
		t.Errorf("logged after the theft:\n%s", v)
	}
}

// TestOldMetadataIsReplayed shows a host what was true yesterday.
func TestOldMetadataIsReplayed(t *testing.T) {
	t.Parallel()
	a := inProcess(t)
	a.Publish("com.acme.face", "1.0.0", nil)
	old := evidence(t, a.URL, "1.0.0")
	a.Publish("com.acme.face", "1.1.0", nil)
	host := trust.Options{Metadata: true, Store: &trust.MemoryStore{}}
	if v := a.judge(t, "1.1.0", evidence(t, a.URL, "1.1.0"), host); !v.OK() {
		t.Fatalf("verdict:\n%s", v)
	}
	evil := inTheMiddle(t, a.URL, func(path string) []byte {
		if strings.Contains(path, "/evidence/") {
			return old.Bytes()
		}
		return nil
	})
	if v := a.judge(t, "1.0.0", evidence(t, evil, "1.0.0"), host); !v.Refuses(trust.CodeMetadata) {
		t.Errorf("metadata of yesterday:\n%s", v)
	}
	if v := a.judge(t, "1.0.0", evidence(t, evil, "1.0.0"), trust.Options{Metadata: true}); !v.OK() {
		t.Errorf("it was good yesterday:\n%s", v)
	}
}

// TestFrozenTimestamp goes on showing the same for days.
func TestFrozenTimestamp(t *testing.T) {
	t.Parallel()
	a := inProcess(t)
	a.Publish("com.acme.face", "1.0.0", nil)
	frozen := evidence(t, a.URL, "1.0.0")
	later := func() time.Time { return time.Now().Add(36 * time.Hour) }
	host := trust.Options{Metadata: true, Now: later, Store: &trust.MemoryStore{}}
	v := a.judge(t, "1.0.0", frozen, host)
	if !v.Refuses(trust.CodeMetadata) || !strings.Contains(v.String(), "timestamp version") {
		t.Errorf("a timestamp of the day before yesterday:\n%s", v)
	}
	host.Purpose = trust.Start
	if v := a.judge(t, "1.0.0", frozen, host); !v.OK() {
		t.Errorf("what is installed starts:\n%s", v)
	}
}

// file is the name of a role's file in evidence.
func file(t *testing.T, e *trust.Evidence, role string) string {
	t.Helper()
	for name := range e.Metadata {
		if strings.HasSuffix(name, "."+role+".json") {
			return name
		}
	}
	t.Fatalf("no file of %s in the evidence", role)
	return ""
}

// TestMixedSnapshots puts files of different days together.
func TestMixedSnapshots(t *testing.T) {
	t.Parallel()
	a := inProcess(t)
	a.Publish("com.acme.face", "1.0.0", nil)
	old := evidence(t, a.URL, "1.0.0")
	a.Publish("com.acme.face", "1.1.0", nil)
	for name, mix := range map[string]func(e *trust.Evidence){
		"new timestamp, old snapshot under its name": func(e *trust.Evidence) { e.Metadata[file(t, e, "snapshot")] = old.Metadata[file(t, old, "snapshot")] },
		"old targets under the new name": func(e *trust.Evidence) {
			e.Metadata[file(t, e, "ns~com.acme")] = old.Metadata[file(t, old, "ns~com.acme")]
		},
		"old snapshot beside it alone": func(e *trust.Evidence) {
			delete(e.Metadata, file(t, e, "snapshot"))
			e.Metadata[file(t, old, "snapshot")] = old.Metadata[file(t, old, "snapshot")]
		},
		"old timestamp, new files": func(e *trust.Evidence) { e.Metadata["timestamp.json"] = old.Metadata["timestamp.json"] },
	} {
		t.Run(name, func(t *testing.T) {
			evil := inTheMiddle(t, a.URL, func(path string) []byte {
				if !strings.Contains(path, "/evidence/") {
					return nil
				}
				e := evidence(t, a.URL, "1.1.0")
				mix(e)
				return e.Bytes()
			})
			e := evidence(t, evil, "1.1.0")
			if v := a.judge(t, "1.1.0", e, trust.Options{Metadata: true}); !v.Refuses(trust.CodeMetadata) {
				t.Errorf("verdict:\n%s", v)
			}
		})
	}
}

// TestSwappedPlatformFile gives a host the file of another platform, with a download document that fits it.
func TestSwappedPlatformFile(t *testing.T) {
	t.Parallel()
	a := inProcess(t)
	linux := regtest.Plugin(t, "com.acme.face", "1.0.0", map[string]string{"plugin.wasm": "linux"})
	windows := regtest.Plugin(t, "com.acme.face", "1.0.0", map[string]string{"plugin.wasm": "windows"})
	claim := a.Claim(store.Plugin, "com.acme", "com.acme.face", "1.0.0", linux)
	claim.Artifacts = []envelope.Artifact{a.Artifact("linux/amd64", linux), a.Artifact("windows/amd64", windows)}
	_, err := a.Client.Publish(t.Context(), a.Sign(claim), bytes.NewReader(linux), bytes.NewReader(windows))
	must(t, err)
	other, err := a.Client.Find(t.Context(), store.Plugin, "com.acme.face", "1.0.0", "windows", "amd64")
	must(t, err)
	evil := inTheMiddle(t, a.URL, func(path string) []byte {
		if !strings.HasSuffix(path, "/download/linux/amd64") {
			return nil
		}
		d := *other
		d.Platform = "linux/amd64"
		body, err := json.Marshal(d)
		must(t, err)
		return body
	})
	get := func(address string) []byte {
		c, into := newClient(t, address, ""), &bytes.Buffer{}
		_, err := c.Download(t.Context(), store.Plugin, "com.acme.face", "1.0.0", "linux", "amd64", into)
		must(t, err)
		return into.Bytes()
	}
	got := get(evil)
	if !bytes.Equal(got, windows) {
		t.Fatal("the attack does not work")
	}
	v := judge(t, a.Registry, got, evidence(t, evil, "1.0.0"), trust.Options{Root: a.root})
	if !v.Refuses(trust.CodeArtifact) || !strings.Contains(v.String(), "these are the bytes for windows/amd64") {
		t.Errorf("verdict:\n%s", v)
	}
	if got = get(a.URL); !judge(t, a.Registry, got, evidence(t, a.URL, "1.0.0"), trust.Options{Root: a.root, Metadata: true}).OK() {
		t.Error("the right file is refused")
	}
}

// TestTakedownHeldBack takes the takedown list out of what a host is given.
func TestTakedownHeldBack(t *testing.T) {
	t.Parallel()
	a := inProcess(t)
	a.Publish("com.acme.face", "1.0.0", nil)
	k, err := key.Generate(a.Suite, gm.SM2)
	must(t, err)
	request, err := cert.NewRequest(t.Context(), a.Suite, cert.Holder{Name: "Ops", Organisation: "House", Role: cert.Operator}, k)
	must(t, err)
	c, err := a.authority(t).Issue(t.Context(), request, time.Hour)
	must(t, err)
	s, err := envelope.NewTakedown(envelope.Takedown{Serial: 1, Issued: time.Now().Unix(), Entries: []envelope.TakedownEntry{{ID: "com.acme.face", Reason: "leaks"}}})
	must(t, err)
	signed := sign(t, a.Registry, s, k)
	signed.Certificates = c.PEM()
	_, err = a.Client.TakeDown(t.Context(), signed)
	must(t, err)
	evil := inTheMiddle(t, a.URL, func(path string) []byte {
		if !strings.Contains(path, "/evidence/") {
			return nil
		}
		e := evidence(t, a.URL, "1.0.0")
		e.Takedown = nil
		return e.Bytes()
	})
	if v := a.judge(t, "1.0.0", evidence(t, a.URL, "1.0.0"), trust.Options{}); !v.Refuses(trust.CodeTakedown) {
		t.Errorf("taken down:\n%s", v)
	}
	if v := a.judge(t, "1.0.0", evidence(t, evil, "1.0.0"), trust.Options{Metadata: true}); !v.Refuses(trust.CodeMetadata) || !strings.Contains(v.String(), "takedown list 1 is out") {
		t.Errorf("the list is held back:\n%s", v)
	}
}
