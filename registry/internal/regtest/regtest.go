// Package regtest runs a registry for tests: a real server on a real socket, with an organisation that publishes, and makes
// bundles and envelopes as a vendor's tools would.
package regtest

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/dougong-dev/dougong/core/bundle"
	"github.com/dougong-dev/dougong/core/gm"
	"github.com/dougong-dev/dougong/core/trust/cert"
	"github.com/dougong-dev/dougong/core/trust/envelope"
	"github.com/dougong-dev/dougong/core/trust/key"
	"github.com/dougong-dev/dougong/pdk/go/manifest"
	"github.com/dougong-dev/dougong/registry/accounts"
	"github.com/dougong-dev/dougong/registry/client"
	"github.com/dougong-dev/dougong/registry/release"
	"github.com/dougong-dev/dougong/registry/server"
	"github.com/dougong-dev/dougong/registry/store"
)

// Nobody is the identity of who holds the data.
var Nobody = accounts.Identity{}

// Password of every account that is made here.
const Password = "correct horse battery"

// Registry is a running one, with the organisation acme, its namespaces com.acme and shop, its owner ann and a key.
type Registry struct {
	*server.Server
	T      testing.TB
	URL    string
	Dir    string
	Trust  string // the house's folder
	Token  string // of ann, with every scope that is not an administrator's
	Admin  string // of chief, with every scope
	Client *client.Client
	Signer *key.Soft
	Certs  []byte // of everybody who was certified, as PEM
	Suite  *gm.Suite
	stop   func()
}

// Start starts one. change may alter its configuration.
func Start(t testing.TB, change func(*server.Config)) *Registry {
	t.Helper()
	r := &Registry{T: t, Dir: t.TempDir()}
	c := server.Config{Data: r.Dir, AutoVerify: true, Requests: 1e6, Log: slog.New(slog.NewTextHandler(logs{t}, &slog.HandlerOptions{Level: slog.LevelError}))}
	if change != nil {
		change(&c)
	}
	r.Dir, r.Trust = c.Data, c.Trust
	if r.Trust == "" {
		r.Trust = filepath.Join(r.Dir, "house")
	}
	ctx := context.Background()
	s, err := server.Open(ctx, c)
	must(t, err)
	r.Server = s
	l, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	r.URL = "http://" + l.Addr().String()
	r.stop = Serve(t, s, l)
	t.Cleanup(r.Stop)
	r.Suite, err = gm.New(gm.Policy{})
	must(t, err)
	r.Signer = r.Certify(gm.SM2, Acme())
	r.populate()
	r.Client = r.As(r.Token)
	return r
}

// Serve serves on a listener until stop is called, or the test ends.
func Serve(t testing.TB, s *server.Server, l net.Listener) (stop func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- s.Serve(ctx, l) }()
	stopped := false
	return func() {
		if stopped {
			return
		}
		stopped = true
		cancel()
		if err := <-done; err != nil {
			t.Errorf("serve: %v", err)
		}
		if err := s.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
	}
}

// Stop stops it.
func (r *Registry) Stop() { r.stop() }

// logs sends the server's log to the test.
type logs struct{ testing.TB }

// Write implements io.Writer.
func (l logs) Write(p []byte) (int, error) {
	l.Logf("server: %s", p)
	return len(p), nil
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// Account makes an account and a token of it with scopes.
func (r *Registry) Account(name string, admin bool, scopes ...string) string {
	r.T.Helper()
	ctx := context.Background()
	a, err := r.Desk.Bootstrap(ctx, accounts.Identity{}, name, Password, admin)
	must(r.T, err)
	secret, _, err := r.Desk.IssueToken(ctx, accounts.Session(a), "test", scopes, "", 1e15)
	must(r.T, err)
	return secret
}

// Certify gives a new key a certificate of the house.
func (r *Registry) Certify(a gm.Algorithm, h cert.Holder) *key.Soft {
	r.T.Helper()
	by, err := key.Generate(r.Suite, a)
	must(r.T, err)
	r.CertifyKey(by, h)
	return by
}

// CertifyKey gives a key a certificate of the house, and keeps it in Certs.
func (r *Registry) CertifyKey(by *key.Soft, h cert.Holder) *cert.Certificate {
	r.T.Helper()
	ctx := context.Background()
	request, err := cert.NewRequest(ctx, r.Suite, h, by)
	must(r.T, err)
	c, err := r.House().Authority().Issue(ctx, request, 365*24*time.Hour)
	must(r.T, err)
	r.Certs = append(r.Certs, c.PEM()...)
	return c
}

// Acme is the holder of the organisation's certificate.
func Acme() cert.Holder {
	return cert.Holder{Name: "ann", Organisation: "Acme", Role: cert.Vendor, Namespaces: []string{"com.acme", "net.acme", "shop"}}
}

func (r *Registry) populate() {
	r.T.Helper()
	ctx := context.Background()
	if a, err := r.Store().Account(ctx, "ann"); err == nil { // another replica has done it
		_ = a
		return
	}
	r.Admin = r.Account("chief", true, "read", "publish", "yank", "manage", "admin")
	r.Token = r.Account("ann", false, "read", "publish", "yank", "manage")
	ann, err := accounts.ByToken(ctx, r.Store(), r.Token, r.Shelf.Now())
	must(r.T, err)
	_, err = r.Desk.CreateOrg(ctx, ann, "acme", "Acme 股份有限公司")
	must(r.T, err)
	for _, ns := range []string{"com.acme", "shop"} {
		_, err = r.Desk.ClaimNamespace(ctx, ann, "acme", ns)
		must(r.T, err)
	}
	_, err = r.Desk.AddKey(ctx, ann, "acme", r.Signer.Key())
	must(r.T, err)
}

// As makes a client with a token.
func (r *Registry) As(token string) *client.Client {
	r.T.Helper()
	c, err := client.New(r.URL, token)
	must(r.T, err)
	r.T.Cleanup(c.Close)
	return c
}

// Plugin makes a plugin's bundle; extra files replace or add to the usual ones.
func Plugin(t testing.TB, id, version string, extra map[string]string) []byte {
	t.Helper()
	files := map[string][]byte{
		"plugin.yaml": fmt.Appendf(nil, `id: %s
version: %s
publisher: Acme
summary: {en: Finds faces in pictures, zh: 人脸识别与比对}
provides: [acme.face/v1]
runtime:
  wasm: {module: plugin.wasm}
licence: Apache-2.0
readme: README.md
requires:
  http: [api.acme.com]
  kv: true
`, id, version),
		"plugin.wasm":         []byte("\x00asm\x01\x00\x00\x00"),
		"README.md":           []byte("# Face\n\nFinds faces. 适用于支付场景。\n"),
		"contracts/face.yaml": []byte(Contract),
	}
	for name, text := range extra {
		files[name] = []byte(text)
	}
	return Pack(t, files)
}

// Contract is the vendor's own capability.
const Contract = `capability: acme.face/v1
summary: {en: Finds faces., zh: 人脸识别。}
methods:
  find:
    api: [wx.findFace, ft.findFace]
    mode: async
    summary: {en: Finds the faces of a picture., zh: 找出图片里的人脸。}
    params:
      type: object
      properties:
        picture: {type: string, description: Path of the picture.}
      required: [picture]
    result:
      type: object
      properties:
        count: {type: integer}
`

// MiniProgram makes a mini-program's bundle.
func MiniProgram(t testing.TB, id, version string) []byte {
	t.Helper()
	return Pack(t, map[string][]byte{
		"manifest.json": fmt.Appendf(nil, `{"app_id":%q,"name":"斗拱商店","version":{"name":%q,"code":1},"description":"买东西","req_permissions":[{"name":"scope.userLocation","reason":"找附近的店"}]}`, id, version),
		"app.js":        []byte("App({})"),
	})
}

// Pack writes a bundle.
func Pack(t testing.TB, files map[string][]byte) []byte {
	t.Helper()
	var b bytes.Buffer
	must(t, bundle.Write(&b, files))
	return b.Bytes()
}

// Claim is what a vendor signs about an artifact for all platforms.
func (r *Registry) Claim(kind store.Kind, namespace, id, version string, data []byte) envelope.Release {
	r.T.Helper()
	return envelope.Release{Kind: string(kind), Namespace: namespace, ID: id, Version: version, Permissions: permissions(kind, data), Artifacts: []envelope.Artifact{r.Artifact(envelope.Any, data)}}
}

// permissions are those of the manifest in a bundle; data that is none has the usual ones.
func permissions(kind store.Kind, data []byte) []string {
	if kind == store.MiniProgram {
		return []string{"scope.userLocation"}
	}
	if b, err := bundle.Open(bytes.NewReader(data), int64(len(data)), bundle.DefaultLimits); err == nil {
		if text, err := b.ReadFile(manifest.FileName); err == nil {
			if m, err := manifest.Parse(manifest.FileName, text); err == nil {
				return m.Permissions()
			}
		}
	}
	return []string{"http:api.acme.com", "kv"}
}

// Artifact describes a file.
func (r *Registry) Artifact(platform string, data []byte) envelope.Artifact {
	r.T.Helper()
	sum := sha256.Sum256(data)
	sm3, err := r.Suite.Sum(data)
	must(r.T, err)
	a := envelope.Artifact{Platform: platform, Size: int64(len(data)), SHA256: hex.EncodeToString(sum[:]), SM3: hex.EncodeToString(sm3[:])}
	if b, err := bundle.Open(bytes.NewReader(data), int64(len(data)), bundle.DefaultLimits); err == nil {
		if index, err := b.Index(); err == nil {
			a.Content = index.Digest()
		}
	}
	return a
}

// Sign signs a claim.
func (r *Registry) Sign(claim envelope.Release, by ...key.Signer) client.Signed {
	r.T.Helper()
	if len(by) == 0 {
		by = []key.Signer{r.Signer}
	}
	s, err := envelope.NewRelease(claim)
	must(r.T, err)
	e, err := envelope.Sign(context.Background(), r.Suite, s, by...)
	must(r.T, err)
	return client.Signed{Envelope: e.Bytes(), Certificates: r.Certs}
}

// Publish publishes a plugin and has to succeed.
func (r *Registry) Publish(id, version string, extra map[string]string) *release.Published {
	r.T.Helper()
	data := Plugin(r.T, id, version, extra)
	p, err := r.Client.Publish(context.Background(), r.Sign(r.Claim(store.Plugin, "com.acme", id, version, data)), bytes.NewReader(data))
	must(r.T, err)
	return p
}

// Artifacts counts what the folder of artifacts holds, and what is in its folder of uploads.
func (r *Registry) Artifacts() (kept, unfinished int) {
	r.T.Helper()
	must(r.T, filepath.WalkDir(filepath.Join(r.Dir, "artifacts"), func(path string, d os.DirEntry, err error) error {
		switch {
		case err != nil || d.IsDir():
		case filepath.Base(filepath.Dir(path)) == "tmp":
			unfinished++
		default:
			kept++
		}
		return err
	}))
	return kept, unfinished
}

var _ io.Writer = logs{}
