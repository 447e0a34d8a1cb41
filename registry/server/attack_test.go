package server_test

import (
	"archive/zip"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/dougong-dev/dougong/core/gm"
	"github.com/dougong-dev/dougong/core/trust/envelope"
	"github.com/dougong-dev/dougong/core/trust/key"
	"github.com/dougong-dev/dougong/registry/accounts"
	"github.com/dougong-dev/dougong/registry/api"
	"github.com/dougong-dev/dougong/registry/client"
	"github.com/dougong-dev/dougong/registry/internal/regtest"
	"github.com/dougong-dev/dougong/registry/release"
	"github.com/dougong-dev/dougong/registry/server"
	"github.com/dougong-dev/dougong/registry/store"
)

// untouched checks that an attack has left nothing: no package, no artifact, no leaf.
func untouched(t *testing.T, r *regtest.Registry, leaves int64) {
	t.Helper()
	kept, unfinished := r.Artifacts()
	if kept != 0 || unfinished != 0 {
		t.Errorf("%d artifacts and %d unfinished uploads are left", kept, unfinished)
	}
	if n, err := r.Store().LogSize(t.Context()); err != nil || n != leaves {
		t.Errorf("the log has %d leaves (%v), it had %d", n, err, leaves)
	}
	if list, _, err := r.Store().Search(t.Context(), store.Query{Limit: 10, Viewer: 2}); err != nil || len(list) != 0 {
		t.Errorf("packages are there: %+v, %v", list, err)
	}
}

// hostile is a zip whose names are written as they are.
func hostile(t *testing.T, files map[string]string) []byte {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for name, text := range files {
		f, err := w.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Deflate})
		must(t, err)
		_, err = io.WriteString(f, text)
		must(t, err)
	}
	must(t, w.Close())
	return b.Bytes()
}

func TestHostileUploads(t *testing.T) {
	t.Parallel()
	r := regtest.Start(t, func(c *server.Config) {
		c.Limits = release.DefaultLimits
		c.Limits.Artifact = 1 << 20
	})
	leaves, err := r.Store().LogSize(t.Context())
	must(t, err)
	good := regtest.Plugin(t, "com.acme.face", "1.0.0", nil)
	changed := bytes.Clone(good)
	changed[len(changed)/2] ^= 1
	stranger, err := key.Generate(r.Suite, gm.SM2)
	must(t, err)
	claim := func(id, version string, data []byte) envelope.Release {
		return r.Claim(store.Plugin, "com.acme", id, version, data)
	}
	edit := func(c envelope.Release, change func(*envelope.Release)) envelope.Release {
		change(&c)
		return c
	}
	bomb := hostile(t, map[string]string{"plugin.yaml": strings.Repeat("\x00", 40<<20)})
	for name, c := range map[string]struct {
		envelope client.Signed
		data     []byte
		code     string
		says     string
	}{
		"tampered":        {r.Sign(claim("com.acme.face", "1.0.0", good)), changed, "tampered", "SHA-256"},
		"cut off":         {r.Sign(claim("com.acme.face", "1.0.0", good)), good[:len(good)-5], "tampered", "bytes that were signed"},
		"longer":          {r.Sign(claim("com.acme.face", "1.0.0", good)), append(bytes.Clone(good), "more"...), "tampered", "bytes that were signed"},
		"wrong sm3":       {r.Sign(edit(claim("com.acme.face", "1.0.0", good), func(c *envelope.Release) { c.Artifacts[0].SM3 = strings.Repeat("0", 64) })), good, "tampered", "SM3"},
		"wrong content":   {r.Sign(edit(claim("com.acme.face", "1.0.0", good), func(c *envelope.Release) { c.Artifacts[0].Content = strings.Repeat("0", 64) })), good, "tampered", "digest"},
		"other version":   {r.Sign(claim("com.acme.face", "1.0.1", good)), good, "tampered", `signed was "com.acme.face" version "1.0.1"`},
		"other id":        {r.Sign(claim("com.acme.eye", "1.0.0", good)), good, "tampered", "com.acme.eye"},
		"other provides":  {r.Sign(edit(claim("com.acme.face", "1.0.0", good), func(c *envelope.Release) { c.Provides = []string{"dougong.payment/v1"} })), good, "tampered", "provides"},
		"foreign key":     {r.Sign(claim("com.acme.face", "1.0.0", good), stranger), good, "signature", "no key of organisation"},
		"no signature":    {client.Signed{Envelope: bytes.Replace(r.Sign(claim("com.acme.face", "1.0.0", good)).Envelope, []byte(`"signatures":[`), []byte(`"signatures":[],"x":[`), 1)}, good, "signature", ""},
		"no envelope":     {client.Signed{Envelope: []byte("hello")}, good, "signature", ""},
		"foreign space":   {r.Sign(edit(claim("org.other.face", "1.0.0", good), func(c *envelope.Release) { c.Namespace = "org.other" })), good, "denied", "in no namespace"},
		"wrong namespace": {r.Sign(edit(claim("com.acme.face", "1.0.0", good), func(c *envelope.Release) { c.Namespace = "com" })), good, "signature", "signed was the namespace"},
		"path as id":      {r.Sign(claim("../../etc/passwd", "1.0.0", good)), good, "invalid", "small letters"},
		"path as digest":  {r.Sign(edit(claim("com.acme.face", "1.0.0", good), func(c *envelope.Release) { c.Artifacts[0].SHA256 = "../../x" })), good, "invalid", "SHA-256"},
		"oversize":        {r.Sign(edit(claim("com.acme.face", "1.0.0", good), func(c *envelope.Release) { c.Artifacts[0].Size = 1 << 40 })), good, "too_large", "limit"},
		"zip bomb":        {r.Sign(claim("com.acme.face", "1.0.0", bomb)), bomb, "invalid", "unpacks to"},
		"traversal":       {client.Signed{}, hostile(t, map[string]string{"../../etc/cron.d/x": "x", "plugin.yaml": "id: x"}), "invalid", "leaves the bundle"},
		"no zip":          {client.Signed{}, []byte("MZ this is no zip"), "invalid", "not a valid zip"},
		"no manifest":     {client.Signed{}, hostile(t, map[string]string{"x": "x"}), "invalid", "plugin.yaml at its top"},
		"bad manifest":    {client.Signed{}, regtest.Plugin(t, "com.acme.face", "1.0.0", map[string]string{"plugin.yaml": "idd: x\n"}), "invalid", "plugin.yaml:1:1"},
		"bad contract":    {client.Signed{}, regtest.Plugin(t, "com.acme.face", "1.0.0", map[string]string{"contracts/face.yaml": "capability: 1\n"}), "invalid", "contracts/face.yaml"},
	} {
		if c.envelope.Envelope == nil {
			c.envelope = r.Sign(claim("com.acme.face", "1.0.0", c.data))
		}
		_, err := r.Client.Publish(t.Context(), c.envelope, bytes.NewReader(c.data))
		t.Run(name, func(t *testing.T) { refused(t, err, c.code, c.says) })
	}
	untouched(t, r, leaves)
	r.Publish("com.acme.face", "1.0.0", nil)
}

// TestWhoMayPublish tries credentials that are not good enough.
func TestWhoMayPublish(t *testing.T) {
	t.Parallel()
	clock := time.Now()
	r := regtest.Start(t, func(c *server.Config) { c.Now = func() time.Time { return clock } })
	ctx := t.Context()
	data := regtest.Plugin(t, "com.acme.face", "1.0.0", nil)
	signed := r.Sign(r.Claim(store.Plugin, "com.acme", "com.acme.face", "1.0.0", data))
	publish := func(token string) error {
		_, err := r.As(token).Publish(ctx, signed, bytes.NewReader(data))
		return err
	}
	ann, err := accounts.ByToken(ctx, r.Store(), r.Token, clock)
	must(t, err)
	issue := func(namespace string, life time.Duration, scopes ...string) (string, string) {
		secret, tok, err := r.Desk.IssueToken(ctx, ann, "x", scopes, namespace, life)
		must(t, err)
		return secret, tok.ID
	}
	expired, _ := issue("", time.Minute, "publish")
	reading, _ := issue("", 24*time.Hour, "read")
	elsewhere, _ := issue("com.acme.other", 24*time.Hour, "publish")
	stolen, id := issue("", 24*time.Hour, "publish")
	must(t, r.Client.Delete(ctx, "/v1/tokens/"+id))
	clock = clock.Add(2 * time.Minute)
	eve := r.Account("eve", false, "publish", "read", "manage")
	for name, c := range map[string]struct{ token, code string }{
		"nobody": {"", "unauthenticated"}, "unknown": {"dgr_aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "unauthenticated"}, "malformed": {"hello", "unauthenticated"},
		"expired": {expired, "unauthenticated"}, "stolen and revoked": {stolen, "unauthenticated"}, "no scope": {reading, "denied"}, "other namespace": {elsewhere, "denied"}, "no member": {eve, "denied"},
	} {
		t.Run(name, func(t *testing.T) { refused(t, publish(c.token), c.code) })
	}
	must(t, r.Client.Put(ctx, "/v1/orgs/acme/members/eve", map[string]string{"role": "reader"}, nil))
	refused(t, publish(eve), "denied")
	must(t, r.Client.Put(ctx, "/v1/orgs/acme/members/eve", map[string]string{"role": "publisher"}, nil))
	must(t, publish(eve))
	refused(t, r.As(eve).Put(ctx, "/v1/orgs/acme/members/eve", map[string]string{"role": "owner"}, nil), "denied")
	refused(t, r.Client.Delete(ctx, "/v1/orgs/acme/members/ann"), "conflict", "last owner")
	account, err := r.Store().Account(ctx, "eve")
	must(t, err)
	must(t, r.Store().Update(ctx, func(tx store.Tx) error { return tx.SetDisabled(ctx, account.ID, true) }))
	refused(t, publish(eve), "unauthenticated")
}

func TestLookAlikes(t *testing.T) {
	t.Parallel()
	r := regtest.Start(t, nil)
	ctx := t.Context()
	eve := r.As(r.Account("eve", false, "manage", "publish"))
	for title, code := range map[string]string{"Аcmе 股份有限公司": "look_alike" /* Cyrillic */, "ACME股份有限公司": "look_alike", "Ac\u200bme": "invalid", "Eve": ""} {
		err := eve.Post(ctx, "/v1/orgs", map[string]string{"name": "evil" + fmt.Sprint(len(title)), "title": title}, nil)
		if code == "" {
			must(t, err)
		} else {
			refused(t, err, code)
		}
	}
	for ns, code := range map[string]string{
		"com.acme": "conflict", "com.acrne": "look_alike", "com-acme": "look_alike", "com.acme.evil": "denied", "com.acrne.pay": "look_alike", "com.асme": "invalid", "sh0p": "look_alike", "s.hop": "look_alike", "dougong": "invalid",
	} {
		refused(t, eve.Post(ctx, "/v1/orgs/evil3/namespaces", map[string]string{"name": ns}, nil), code)
	}
	must(t, eve.Post(ctx, "/v1/orgs/evil3/namespaces", map[string]string{"name": "net.eve"}, nil))
}

// TestLookAlikeOfWhatIsWithin: only a namespace further in is taken, and somebody claims what reads like the one around it.
func TestLookAlikeOfWhatIsWithin(t *testing.T) {
	t.Parallel()
	r := regtest.Start(t, nil)
	ctx := t.Context()
	must(t, r.Client.Post(ctx, "/v1/orgs/acme/namespaces", map[string]string{"name": "net.acme.pay"}, nil))
	must(t, r.Client.Post(ctx, "/v1/orgs/acme/namespaces", map[string]string{"name": "net.wern.pay"}, nil))
	eve := r.As(r.Account("eve", false, "manage", "publish"))
	must(t, eve.Post(ctx, "/v1/orgs", map[string]string{"name": "evil", "title": "Eve"}, nil))
	for _, ns := range []string{"net.acrne", "n3t.acme", "net.wem", "net.wem.x.y"} {
		err := eve.Post(ctx, "/v1/orgs/evil/namespaces", map[string]string{"name": ns}, nil)
		if ns == "net.wem.x.y" { // nothing of anybody reads like it, nor like what is around it
			must(t, err)
			continue
		}
		refused(t, err, "look_alike", ".pay")
	}
	must(t, eve.Post(ctx, "/v1/orgs/evil/namespaces", map[string]string{"name": "net.acmes"}, nil))
	must(t, r.Client.Post(ctx, "/v1/orgs/acme/namespaces", map[string]string{"name": "net.acrne"}, nil)) // one's own
}

// TestUnverifiedOrganisation: neither is a namespace of an organisation that nobody verified approved, nor published into; and what
// was verified can be taken back.
func TestUnverifiedOrganisation(t *testing.T) {
	t.Parallel()
	r := regtest.Start(t, nil)
	r.Desk.AutoVerify = false
	ctx, admin := t.Context(), r.As(r.Admin)
	must(t, r.Client.Post(ctx, "/v1/orgs", map[string]string{"name": "newco", "title": "Newco"}, nil))
	must(t, r.Client.Post(ctx, "/v1/orgs/newco/namespaces", map[string]string{"name": "net.acme"}, nil))
	refused(t, admin.Post(ctx, "/v1/namespaces/net.acme/verify", nil, nil), "denied", `"newco" is not verified`, "dougong registry org verify newco")
	data := regtest.Plugin(t, "net.acme.face", "1.0.0", nil)
	signed := r.Sign(r.Claim(store.Plugin, "net.acme", "net.acme.face", "1.0.0", data))
	publish := func() error {
		_, err := r.Client.Publish(ctx, signed, bytes.NewReader(data))
		return err
	}
	// A namespace that was approved before organisations were looked at.
	must(t, r.Store().Update(ctx, func(tx store.Tx) error { return tx.VerifyNamespace(ctx, "net.acme") }))
	refused(t, publish(), "denied", `"newco" is not verified`, "dougong registry org verify newco")
	refused(t, r.Client.Post(ctx, "/v1/orgs/newco/verify", nil, nil), "denied")
	refused(t, r.Client.Get(ctx, "/v1/orgs", nil), "denied")
	refused(t, admin.Post(ctx, "/v1/orgs/none/verify", nil, nil), "not_found")
	must(t, admin.Post(ctx, "/v1/orgs/newco/verify", nil, nil))
	must(t, publish())
	refused(t, r.Client.Delete(ctx, "/v1/orgs/newco/verify"), "denied")
	must(t, admin.Delete(ctx, "/v1/orgs/newco/verify"))
	data = regtest.Plugin(t, "net.acme.face", "1.0.1", nil)
	signed = r.Sign(r.Claim(store.Plugin, "net.acme", "net.acme.face", "1.0.1", data))
	refused(t, publish(), "denied", `"newco" is not verified`)
	var all []api.Organisation
	must(t, admin.Get(ctx, "/v1/orgs", &all))
	if len(all) != 2 || all[0].Name != "acme" || !all[0].Verified || all[1].Verified {
		t.Errorf("organisations = %+v", all)
	}
	p := visitor(t, r)
	_, body := p.open("/plugins/net.acme.face?lang=en")
	shows(t, body, ">Newco</a> <span class=\"bad\">unverified")
	_, body = p.open("/?lang=zh")
	shows(t, body, "未认证")
	p.signIn("chief")
	_, body = p.open("/orgs/newco?lang=en")
	shows(t, body, "Verify this organisation")
	_, body = p.send("/orgs/newco/verify", url.Values{})
	shows(t, body, "Take the verification back")
	must(t, publish())
	p.send("/orgs/newco/verify", url.Values{"undo": {"1"}})
	if o, err := r.Store().Org(ctx, "newco"); err != nil || o.Verified {
		t.Errorf("by the page: %+v, %v", o, err)
	}
}

func TestUnverifiedNamespace(t *testing.T) {
	t.Parallel()
	r := regtest.Start(t, nil)
	r.Desk.AutoVerify = false
	ctx := t.Context()
	must(t, r.Client.Post(ctx, "/v1/orgs/acme/namespaces", map[string]string{"name": "net.acme"}, nil))
	data := regtest.Plugin(t, "net.acme.face", "1.0.0", nil)
	signed := r.Sign(r.Claim(store.Plugin, "net.acme", "net.acme.face", "1.0.0", data))
	_, err := r.Client.Publish(ctx, signed, bytes.NewReader(data))
	refused(t, err, "denied", "not verified")
	refused(t, r.Client.Post(ctx, "/v1/namespaces/net.acme/verify", nil, nil), "denied")
	must(t, r.As(r.Admin).Post(ctx, "/v1/namespaces/net.acme/verify", nil, nil))
	_, err = r.Client.Publish(ctx, signed, bytes.NewReader(data))
	must(t, err)
}

func TestQuotaAndRate(t *testing.T) {
	t.Parallel()
	r := regtest.Start(t, func(c *server.Config) {
		c.Limits = release.DefaultLimits
		c.Limits.Org = 2000
		c.Requests = 10
	})
	ctx := t.Context()
	r.Publish("com.acme.face", "1.0.0", nil)
	data := regtest.Plugin(t, "com.acme.face", "1.0.1", nil)
	_, err := r.Client.Publish(ctx, r.Sign(r.Claim(store.Plugin, "com.acme", "com.acme.face", "1.0.1", data)), bytes.NewReader(data))
	refused(t, err, "quota", "2000")
	for range 100 {
		if err = r.As("").Get(ctx, "/v1/plugins/com.acme.face/1.0.0", nil); err != nil {
			break
		}
	}
	refused(t, err, "rate", "wait")
	if err := r.Client.Get(ctx, "/v1/whoami", nil); err != nil {
		t.Errorf("somebody else's hurry: %v", err)
	}
	for range 20 {
		if err = r.As("").Post(ctx, "/v1/login", map[string]any{"account": "ann", "password": "wrong password", "token": map[string]any{"name": "x", "scopes": []string{"read"}, "days": 1}}, nil); strings.Contains(err.Error(), "rate") {
			break
		}
	}
	refused(t, err, "rate")
}

// TestSlowUpload holds a connection that brings nothing.
func TestSlowUpload(t *testing.T) {
	t.Parallel()
	r := regtest.Start(t, func(c *server.Config) { c.Stall = 200 * time.Millisecond })
	leaves, err := r.Store().LogSize(t.Context())
	must(t, err)
	conn, err := net.Dial("tcp", strings.TrimPrefix(r.URL, "http://"))
	must(t, err)
	defer func() { _ = conn.Close() }()
	data := regtest.Plugin(t, "com.acme.face", "1.0.0", nil)
	signed := r.Sign(r.Claim(store.Plugin, "com.acme", "com.acme.face", "1.0.0", data))
	head := "--b\r\nContent-Disposition: form-data; name=\"envelope\"\r\n\r\n" + string(signed.Envelope) + "\r\n--b\r\nContent-Disposition: form-data; name=\"certificates\"\r\n\r\n" + string(signed.Certificates) +
		"\r\n--b\r\nContent-Disposition: form-data; name=\"artifact\"; filename=\"x\"\r\n\r\n" + string(data[:100])
	_, err = fmt.Fprintf(conn, "POST /v1/publish HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer %s\r\nContent-Type: multipart/form-data; boundary=b\r\nContent-Length: 1000000\r\n\r\n%s", r.Token, head)
	must(t, err)
	must(t, conn.SetReadDeadline(time.Now().Add(30*time.Second)))
	answer, err := io.ReadAll(conn)
	if err != nil && len(answer) == 0 {
		t.Fatalf("the server still waits: %v", err)
	}
	if !bytes.Contains(answer, []byte("broke off")) {
		t.Errorf("answer = %.300s", answer)
	}
	untouched(t, r, leaves)
}

// TestBrokenOffUpload ends the connection in the middle.
func TestBrokenOffUpload(t *testing.T) {
	t.Parallel()
	r := regtest.Start(t, nil)
	leaves, err := r.Store().LogSize(t.Context())
	must(t, err)
	data := regtest.Plugin(t, "com.acme.face", "1.0.0", map[string]string{"big.bin": strings.Repeat("0123456789", 100_000)})
	ctx, cancel := context.WithCancel(t.Context())
	body := &trigger{Reader: bytes.NewReader(data), after: 1000, do: cancel}
	_, err = r.Client.Publish(ctx, r.Sign(r.Claim(store.Plugin, "com.acme", "com.acme.face", "1.0.0", data)), body)
	if !errors.Is(err, context.Canceled) {
		t.Errorf("error = %v", err)
	}
	r.Stop() // waits for the handler
	if kept, unfinished := r.Artifacts(); kept != 0 || unfinished != 0 {
		t.Errorf("%d artifacts and %d unfinished uploads are left", kept, unfinished)
	}
	_ = leaves
}

// trigger does something once so many bytes have been read.
type trigger struct {
	io.Reader
	after int
	do    func()
}

// Read implements io.Reader.
func (r *trigger) Read(b []byte) (int, error) {
	n, err := r.Reader.Read(b[:min(len(b), 512)])
	if r.after -= n; r.after <= 0 && r.do != nil {
		r.do()
		r.do = nil
	}
	return n, err
}

func TestForwardedFor(t *testing.T) {
	t.Parallel()
	r := regtest.Start(t, func(c *server.Config) { c.Requests = 2 })
	limited := false
	for i := range 40 { // whoever may not say where a request comes from gains nothing by it
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, r.URL+"/v1/search", nil)
		must(t, err)
		req.Header.Set("X-Forwarded-For", fmt.Sprintf("10.0.0.%d", i))
		res, err := http.DefaultClient.Do(req)
		must(t, err)
		must(t, res.Body.Close())
		limited = limited || res.StatusCode == http.StatusTooManyRequests && res.Header.Get("Retry-After") != ""
	}
	if !limited {
		t.Error("X-Forwarded-For of a stranger was believed")
	}
}

// TestLimitedTokens: what a token is limited to holds for the management of organisations as well. Whoever steals one of an
// administrator's, or one that is bound to a namespace, cannot make themselves owner of somebody's organisation.
func TestLimitedTokens(t *testing.T) {
	t.Parallel()
	r := regtest.Start(t, nil)
	ctx := t.Context()
	r.Account("eve", false, "read")
	owner := map[string]string{"role": "owner"}

	ann, err := r.Store().Account(ctx, "ann")
	must(t, err)
	bound, _, err := r.Desk.IssueToken(ctx, accounts.Session(ann), "bound", []string{"manage", "publish"}, "net.unrelated", time.Hour)
	must(t, err)
	refused(t, r.As(bound).Put(ctx, "/v1/orgs/acme/members/eve", owner, nil), "denied", "net.unrelated")
	refused(t, r.As(bound).Post(ctx, "/v1/orgs", map[string]string{"name": "other", "title": "Other"}, nil), "denied", "net.unrelated")

	root, err := r.Desk.Bootstrap(ctx, accounts.Identity{}, "boss", regtest.Password, true)
	must(t, err)
	narrow, _, err := r.Desk.IssueToken(ctx, accounts.Session(root), "narrow", []string{"manage", "publish", "read"}, "", time.Hour)
	must(t, err)
	refused(t, r.As(narrow).Put(ctx, "/v1/orgs/acme/members/eve", owner, nil), "denied", "acme")
	wide, _, err := r.Desk.IssueToken(ctx, accounts.Session(root), "wide", []string{"manage", "admin"}, "", time.Hour)
	must(t, err)
	must(t, r.As(wide).Put(ctx, "/v1/orgs/acme/members/eve", map[string]string{"role": "reader"}, nil))
}
