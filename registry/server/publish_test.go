package server_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/dougong-dev/dougong/core/gm"
	"github.com/dougong-dev/dougong/core/trust/envelope"
	"github.com/dougong-dev/dougong/core/trust/key"
	"github.com/dougong-dev/dougong/core/trust/translog"
	"github.com/dougong-dev/dougong/registry/api"
	"github.com/dougong-dev/dougong/registry/client"
	"github.com/dougong-dev/dougong/registry/internal/regtest"
	"github.com/dougong-dev/dougong/registry/server"
	"github.com/dougong-dev/dougong/registry/store"
)

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// refused checks the stable code of a refusal.
func refused(t testing.TB, err error, code string, says ...string) {
	t.Helper()
	var e *client.Error
	if !errors.As(err, &e) || e.Code != code {
		t.Errorf("error = %v, want code %q", err, code)
		return
	}
	for _, s := range says {
		if !strings.Contains(e.Error(), s) {
			t.Errorf("error = %v, want it to say %q", e, s)
		}
	}
}

func TestPublish(t *testing.T) {
	t.Parallel()
	r := regtest.Start(t, nil)
	ctx := t.Context()
	p := r.Publish("com.acme.face", "1.0.0", nil)
	if p.Again || p.Organisation != "acme" || p.Publisher != "ann" || p.Runtime != "wasm" || len(p.Permissions) != 2 {
		t.Errorf("published %+v", p)
	}
	again := r.Publish("com.acme.face", "1.0.0", nil)
	if !again.Again || again.Log != p.Log {
		t.Errorf("published once more: %+v", again)
	}
	r.Publish("com.acme.face", "1.2.0", nil)
	r.Publish("com.acme.face", "1.10.0-beta.1", nil)

	anyone := r.As("")
	v, err := anyone.Versions(ctx, store.Plugin, "com.acme.face")
	must(t, err)
	if got, _ := json.Marshal(v); len(v.Versions) != 3 || v.Versions[0].Version != "1.2.0" || v.Latest != "1.2.0" || v.Versions[0].Platforms[0] != "any" {
		t.Errorf("versions = %s", got)
	}
	d, err := anyone.Release(ctx, store.Plugin, "com.acme.face", "1.2.0")
	must(t, err)
	if d.SummaryZH != "人脸识别与比对" || d.Provides[0] != "acme.face/v1" || d.Licence != "Apache-2.0" {
		t.Errorf("release = %+v", d)
	}
	var file bytes.Buffer
	found, err := anyone.Download(ctx, store.Plugin, "com.acme.face", "1.2.0", "linux", "amd64", &file)
	must(t, err)
	if !bytes.Equal(file.Bytes(), regtest.Plugin(t, "com.acme.face", "1.2.0", nil)) || found.Filename != "com.acme.face-1.2.0.dgp" {
		t.Errorf("downloaded %d bytes as %q", file.Len(), found.Filename)
	}
	raw, err := anyone.Envelope(ctx, store.Plugin, "com.acme.face", "1.2.0")
	must(t, err)
	e, err := envelope.Parse(raw)
	must(t, err)
	if _, err := e.Verify(r.Suite, []key.Key{r.Signer.Key()}, 1); err != nil {
		t.Errorf("the envelope given out: %v", err)
	}
	proven(t, r, anyone, e)
}

// proven checks the proof of a release as a client does that believes nothing but the log's keys.
func proven(t *testing.T, r *regtest.Registry, c *client.Client, e *envelope.Envelope) {
	t.Helper()
	p, err := c.Proof(t.Context(), store.Plugin, "com.acme.face", "1.2.0")
	must(t, err)
	head, err := translog.Open(r.Suite, p.Head, r.Shelf.Book.Log(), nil)
	must(t, err)
	leaf, err := translog.ParseLeaf(p.Leaf)
	must(t, err)
	if leaf.Kind != translog.Publish || leaf.Subject != "com.acme.face@1.2.0/any" || leaf.Digest != e.Digest() {
		t.Errorf("leaf = %+v", leaf)
	}
	must(t, head.CheckLeaf(leaf, p.Index, p.Proof))
	old := translog.Tree{Size: 3}
	root, err := r.Shelf.Book.Consistency(t.Context(), 3, head.Size)
	must(t, err)
	if len(root) == 0 || head.Size <= old.Size {
		t.Errorf("consistency of 3 in %d: %v", head.Size, root)
	}
}

func TestPlatforms(t *testing.T) {
	t.Parallel()
	r := regtest.Start(t, nil)
	ctx := t.Context()
	linux := regtest.Plugin(t, "com.acme.cam", "1.0.0", map[string]string{"plugin.wasm": "linux"})
	darwin := regtest.Plugin(t, "com.acme.cam", "1.0.0", map[string]string{"plugin.wasm": "darwin"})
	claim := r.Claim(store.Plugin, "com.acme", "com.acme.cam", "1.0.0", nil)
	claim.Artifacts = []envelope.Artifact{r.Artifact("linux/amd64", linux), r.Artifact("darwin/arm64", darwin)}
	_, err := r.Client.Publish(ctx, r.Sign(claim), bytes.NewReader(linux), bytes.NewReader(darwin))
	must(t, err)
	for platform, want := range map[string][]byte{"linux/amd64": linux, "darwin/arm64": darwin} {
		os, arch, _ := strings.Cut(platform, "/")
		var got bytes.Buffer
		d, err := r.Client.Download(ctx, store.Plugin, "com.acme.cam", "1.0.0", os, arch, &got)
		must(t, err)
		if !bytes.Equal(got.Bytes(), want) || d.Platform != platform {
			t.Errorf("%s: %d bytes for %s", platform, got.Len(), d.Platform)
		}
	}
	_, err = r.Client.Find(ctx, store.Plugin, "com.acme.cam", "1.0.0", "windows", "amd64")
	refused(t, err, "not_found", "linux/amd64, darwin/arm64")
	swapped := claim
	swapped.Version = "1.0.1"
	_, err = r.Client.Publish(ctx, r.Sign(swapped), bytes.NewReader(darwin), bytes.NewReader(linux))
	refused(t, err, "tampered")
}

func TestMiniProgram(t *testing.T) {
	t.Parallel()
	r := regtest.Start(t, nil)
	data := regtest.MiniProgram(t, "shop", "2.0.0")
	p, err := r.Client.Publish(t.Context(), r.Sign(r.Claim(store.MiniProgram, "shop", "shop", "2.0.0", data)), bytes.NewReader(data))
	must(t, err)
	if p.Title != "斗拱商店" || p.Permissions[0].Reason != "找附近的店" {
		t.Errorf("published %+v", p)
	}
}

func TestSearch(t *testing.T) {
	t.Parallel()
	r := regtest.Start(t, nil)
	r.Publish("com.acme.face", "1.0.0", nil)
	data := regtest.MiniProgram(t, "shop", "2.0.0")
	_, err := r.Client.Publish(t.Context(), r.Sign(r.Claim(store.MiniProgram, "shop", "shop", "2.0.0", data)), bytes.NewReader(data))
	must(t, err)
	for query, want := range map[string]string{"人脸": "com.acme.face", "支付": "com.acme.face" /* README */, "商店": "shop", "FACES": "com.acme.face", "股份": "com.acme.face shop", "脸人": "", `"*`: "com.acme.face shop"} {
		res, err := r.As("").Search(t.Context(), query, nil)
		must(t, err)
		var got []string
		for _, x := range res.Results {
			got = append(got, x.ID)
		}
		if len(got) == 2 && got[0] == "shop" {
			got[0], got[1] = got[1], got[0]
		}
		if strings.Join(got, " ") != want {
			t.Errorf("%q finds %v, want %q", query, got, want)
		}
	}
	res, err := r.As("").Search(t.Context(), "", url.Values{"capability": {"acme.face/v1"}})
	if err != nil || res.Total != 1 {
		t.Errorf("by capability: %+v, %v", res, err)
	}
}

func TestYankAndDeprecate(t *testing.T) {
	t.Parallel()
	r := regtest.Start(t, nil)
	ctx := t.Context()
	r.Publish("com.acme.face", "1.0.0", nil)
	r.Publish("com.acme.face", "1.1.0", nil)
	before, tag := get(t, r.URL+"/v1/plugins/com.acme.face/1.1.0", "")
	must(t, r.Client.Yank(ctx, store.Plugin, "com.acme.face", "1.1.0", "leaks memory"))
	must(t, r.Client.Deprecate(ctx, store.Plugin, "com.acme.face", "use com.acme.face2"))
	after, tag2 := get(t, r.URL+"/v1/plugins/com.acme.face/1.1.0", tag)
	if strings.Contains(before, "leaks") || !strings.Contains(after, "leaks memory") || !strings.Contains(after, "com.acme.face2") || tag == tag2 {
		t.Errorf("before %s %s\nafter %s %s", tag, before, tag2, after)
	}
	if body, _ := get(t, r.URL+"/v1/plugins/com.acme.face/1.1.0", tag2); body != "304" {
		t.Errorf("with the newest ETag: %q, want 304", body)
	}
	v, err := r.Client.Versions(ctx, store.Plugin, "com.acme.face")
	must(t, err)
	if v.Latest != "1.0.0" || v.Versions[0].Yanked != "leaks memory" {
		t.Errorf("versions = %+v", v)
	}
	must(t, r.Client.Yank(ctx, store.Plugin, "com.acme.face", "1.1.0", ""))
	v, err = r.Client.Versions(ctx, store.Plugin, "com.acme.face")
	if err != nil || v.Latest != "1.1.0" {
		t.Errorf("after taking the yank back: %+v, %v", v, err)
	}
	refused(t, r.Client.Yank(ctx, store.Plugin, "com.acme.face", "9.9.9", "x"), "not_found")
	refused(t, r.As(r.Account("eve", false, "read", "yank")).Yank(ctx, store.Plugin, "com.acme.face", "1.0.0", "x"), "denied", "eve")
	var audit []api.Event
	must(t, r.Client.Get(ctx, "/v1/orgs/acme/audit", &audit))
	if len(audit) < 8 || audit[0].Action != "release.unyank" || audit[1].Action != "package.deprecate" {
		t.Errorf("audit trail = %+v", audit)
	}
}

// get reads a document with If-None-Match; "304" stands for the answer without one.
func get(t *testing.T, address, ifNoneMatch string) (body, etag string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address, nil)
	must(t, err)
	if ifNoneMatch != "" {
		req.Header.Set("If-None-Match", `"other", W/`+ifNoneMatch)
	}
	res, err := http.DefaultClient.Do(req)
	must(t, err)
	defer func() { _ = res.Body.Close() }()
	data, err := io.ReadAll(res.Body)
	must(t, err)
	if res.StatusCode == http.StatusNotModified && len(data) == 0 {
		return "304", res.Header.Get("ETag")
	}
	return string(data), res.Header.Get("ETag")
}

func TestVisibility(t *testing.T) {
	t.Parallel()
	r := regtest.Start(t, nil)
	ctx := t.Context()
	r.Publish("com.acme.face", "1.0.0", nil)
	must(t, r.Client.Post(ctx, "/v1/plugins/com.acme.face/visibility", map[string]string{"visibility": "internal"}, nil))
	eve := r.Account("eve", false, "read")
	for who, token := range map[string]string{"nobody": "", "a stranger": eve} {
		c := r.As(token)
		_, err := c.Release(ctx, store.Plugin, "com.acme.face", "1.0.0")
		refused(t, err, "not_found")
		_, err = c.Versions(ctx, store.Plugin, "com.acme.face")
		refused(t, err, "not_found")
		_, err = c.Envelope(ctx, store.Plugin, "com.acme.face", "1.0.0")
		refused(t, err, "not_found")
		_, err = c.Proof(ctx, store.Plugin, "com.acme.face", "1.0.0")
		refused(t, err, "not_found")
		d, err := r.Client.Find(ctx, store.Plugin, "com.acme.face", "1.0.0", "linux", "amd64")
		must(t, err)
		refused(t, c.Get(ctx, d.URL, nil), "not_found")
		if res, err := c.Search(ctx, "faces", nil); err != nil || res.Total != 0 {
			t.Errorf("%s finds %+v, %v", who, res, err)
		}
	}
	if _, err := r.Client.Release(ctx, store.Plugin, "com.acme.face", "1.0.0"); err != nil {
		t.Errorf("a member: %v", err)
	}
}

func TestPrivateHouse(t *testing.T) {
	t.Parallel()
	r := regtest.Start(t, func(c *server.Config) { c.Private = true })
	r.Publish("com.acme.face", "1.0.0", nil)
	_, err := r.As("").Release(t.Context(), store.Plugin, "com.acme.face", "1.0.0")
	refused(t, err, "unauthenticated", "Bearer dgr_")
	if _, err := r.Client.Release(t.Context(), store.Plugin, "com.acme.face", "1.0.0"); err != nil {
		t.Error(err)
	}
	if err := r.As("").Get(t.Context(), "/.well-known/dougong.json", nil); err != nil {
		t.Errorf("the discovery document: %v", err)
	}
}

func TestKeysOfBothKinds(t *testing.T) {
	t.Parallel()
	r := regtest.Start(t, nil)
	ed := r.Certify(gm.Ed25519, regtest.Acme())
	must(t, r.Client.Post(t.Context(), "/v1/orgs/acme/keys", ed.Key(), nil))
	data := regtest.Plugin(t, "com.acme.ed", "1.0.0", nil)
	signed := r.Sign(r.Claim(store.Plugin, "com.acme", "com.acme.ed", "1.0.0", data), ed)
	_, err := r.Client.Publish(t.Context(), signed, bytes.NewReader(data))
	must(t, err)
	must(t, r.Client.Post(t.Context(), "/v1/orgs/acme/keys/"+ed.Key().ID()+"/revoke", map[string]string{"reason": "lost"}, nil))
	data = regtest.Plugin(t, "com.acme.ed", "1.0.1", nil)
	_, err = r.Client.Publish(t.Context(), r.Sign(r.Claim(store.Plugin, "com.acme", "com.acme.ed", "1.0.1", data), ed), bytes.NewReader(data))
	refused(t, err, "signature", "dougong registry org add-key")
}

func TestOpenAPI(t *testing.T) {
	t.Parallel()
	r := regtest.Start(t, nil)
	var doc struct {
		OpenAPI string                    `json:"openapi"`
		Paths   map[string]map[string]any `json:"paths"`
	}
	must(t, r.As("").Get(t.Context(), "/openapi.json", &doc))
	if !strings.HasPrefix(doc.OpenAPI, "3.1") {
		t.Errorf("OpenAPI version %q", doc.OpenAPI)
	}
	for _, path := range []string{"/v1/publish", "/v1/plugins/{id}/{version}", "/v1/miniprograms/{id}/{version}/artifact/{sha256}", "/v1/search", "/v1/log/head", "/v1/tokens/{token}"} {
		if doc.Paths[path] == nil {
			t.Errorf("%s is not described", path)
		}
	}
}
