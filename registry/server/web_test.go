package server_test

import (
	"bytes"
	"html"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/dougong-dev/dougong/core/config"
	"github.com/dougong-dev/dougong/registry/client"
	"github.com/dougong-dev/dougong/registry/internal/regtest"
	"github.com/dougong-dev/dougong/registry/server"
	"github.com/dougong-dev/dougong/registry/store"
)

// person is a browser without JavaScript.
type person struct {
	*testing.T
	*http.Client
	base string
	csrf string
}

func visitor(t *testing.T, r *regtest.Registry) *person {
	t.Helper()
	jar, err := cookiejar.New(nil)
	must(t, err)
	return &person{T: t, Client: &http.Client{Jar: jar}, base: r.URL}
}

var csrfField = regexp.MustCompile(`name="csrf" value="([0-9a-f]{64})"`)

func (p *person) answer(res *http.Response, err error) (int, string) {
	p.Helper()
	must(p.T, err)
	defer func() { _ = res.Body.Close() }()
	body, err := io.ReadAll(res.Body)
	must(p.T, err)
	if m := csrfField.FindSubmatch(body); m != nil {
		p.csrf = string(m[1])
	}
	if csp := res.Header.Get("Content-Security-Policy"); !strings.Contains(csp, "default-src 'none'") || strings.Contains(csp, "unsafe") {
		p.Errorf("%s: policy = %q", res.Request.URL, csp)
	}
	return res.StatusCode, string(body)
}

func (p *person) open(path string) (int, string) {
	p.Helper()
	return p.answer(p.Get(p.base + path))
}

func (p *person) send(path string, form url.Values) (int, string) {
	p.Helper()
	if form.Get("csrf") == "" {
		form.Set("csrf", p.csrf)
	}
	return p.answer(p.PostForm(p.base+path, form))
}

func (p *person) signIn(name string) {
	p.Helper()
	status, body := p.send("/signin", url.Values{"name": {name}, "password": {regtest.Password}})
	if status != 200 || !strings.Contains(body, name) {
		p.Fatalf("sign in: %d %s", status, body)
	}
}

func shows(t *testing.T, body string, want ...string) {
	t.Helper()
	for _, w := range want {
		if !strings.Contains(body, w) {
			t.Errorf("the page does not show %q:\n%.3000s", w, body)
		}
	}
}

func TestMarketplace(t *testing.T) {
	t.Parallel()
	r := regtest.Start(t, nil)
	r.Publish("com.acme.face", "1.0.0", nil)
	r.Publish("com.acme.face", "1.2.0", nil)
	data := regtest.MiniProgram(t, "shop", "2.0.0")
	_, err := r.Client.Publish(t.Context(), r.Sign(r.Claim(store.MiniProgram, "shop", "shop", "2.0.0", data)), bytes.NewReader(data))
	must(t, err)
	must(t, r.Client.Yank(t.Context(), store.Plugin, "com.acme.face", "1.0.0", "leaks"))
	p := visitor(t, r)
	_, body := p.open("/")
	shows(t, body, "Marketplace", "acme.face/v1", "Finds faces in pictures", "斗拱商店", `lang="en"`)
	_, body = p.open("/search?q=%E6%94%AF%E4%BB%98")
	shows(t, body, "com.acme.face", "1 found", `value="支付"`)
	_, body = p.open("/search?q=face&kind=plugin&capability=acme.face/v1&org=acme")
	shows(t, body, "1 found", `href="/search?capability=acme.face%2Fv1&amp;kind=miniprogram&amp;org=acme&amp;q=face"`, `href="/search?kind=plugin&amp;org=acme&amp;q=face"`, `href="/search?capability=acme.face%2Fv1&amp;kind=plugin&amp;q=face"`)
	_, body = p.open("/plugins/com.acme.face?lang=zh")
	shows(t, body, `lang="zh-CN"`, "人脸识别与比对", "通过网络访问 api.acme.com", "✓ sm2", "id: com.acme.face", "Acme 股份有限公司", "findFace", "厂商未提供报告", "已撤回: leaks", "所有系统", "Dougong-registry/log")
	_, body = p.open("/plugins/com.acme.face/1.0.0") // the language is remembered
	shows(t, body, "此版本已撤回： leaks")
	_, body = p.open("/miniprograms/shop?lang=en")
	shows(t, body, "Learns where you are: 找附近的店", "registry:\n  address: "+r.URL+"\nminiapps:\n  - id: shop\n    version: &#34;2.0.0&#34;")
	for _, path := range []string{"/plugins/com.acme.face", "/miniprograms/shop"} { // what is shown is what superapp.yaml takes
		_, body = p.open(path)
		text := html.UnescapeString(between(t, body, `class="copy"><code>`, "</code>"))
		c, err := config.Parse("superapp.yaml", []byte(text), nil)
		if err != nil || c.Registry.Address != r.URL || len(c.Plugins)+len(c.MiniApps) != 1 {
			t.Errorf("%s: %v, %+v of\n%s", path, err, c, text)
		}
	}
	for path, want := range map[string]int{"/plugins/none": 404, "/nothing": 404, "/plugins/com.acme.face/9.9.9": 404, "/orgs/acme": 200, "/orgs/none": 404, "/account": 200, "/search?q=" + strings.Repeat("x", 300): 422} {
		if status, _ := p.open(path); status != want {
			t.Errorf("%.40s: status %d, want %d", path, status, want)
		}
	}
}

// TestSigners: a key that the house has certified is shown so, whether its organisation has named keys or not.
func TestSigners(t *testing.T) {
	t.Parallel()
	r := regtest.Start(t, nil)
	ctx := t.Context()
	must(t, r.Client.Post(ctx, "/v1/orgs", map[string]string{"name": "free", "title": "Free"}, nil))
	must(t, r.Client.Post(ctx, "/v1/orgs/free/namespaces", map[string]string{"name": "net.acme"}, nil))
	data := regtest.Plugin(t, "net.acme.face", "1.0.0", nil)
	_, err := r.Client.Publish(ctx, r.Sign(r.Claim(store.Plugin, "net.acme", "net.acme.face", "1.0.0", data)), bytes.NewReader(data))
	must(t, err)
	r.Publish("com.acme.face", "1.0.0", nil)
	p := visitor(t, r)
	_, body := p.open("/plugins/net.acme.face?lang=en")
	shows(t, body, "signed and logged", "certified by this registry&#39;s house:</span> ann (Acme)")
	if strings.Contains(body, "not registered") {
		t.Error("a certified key is called unknown")
	}
	_, body = p.open("/plugins/com.acme.face")
	shows(t, body, "signed and logged", "✓ sm2, registered by the organisation</span> ann (Acme)")
	must(t, r.Client.Post(ctx, "/v1/orgs/acme/keys/"+r.Signer.Key().ID()+"/revoke", map[string]string{"reason": "stolen"}, nil))
	if _, body = p.open("/plugins/com.acme.face"); strings.Contains(body, "signed and logged") {
		t.Error("good by a key that its organisation has revoked")
	}
}

func TestScriptsOfVendors(t *testing.T) {
	t.Parallel()
	r := regtest.Start(t, nil)
	readme := "# Hi <script>alert(1)</script>\n\n<img src=x onerror=alert(2)> <iframe src=//evil></iframe> [a](javascript:alert(3)) [b](data:text/html,x) ![c](https://evil.example/track.png)\n\n<svg onload=alert(4)>\n\n<style>*{display:none}</style>\n\n" +
		"<form action=https://evil.example><input name=password></form> <div id=content class=warn style='position:fixed'>x</div>\n\n| a |\n|:-:|\n| <b onclick=alert(5)>x</b> |\n\n```html\n<script>alert(6)</script>\n```\n"
	manifest := strings.Replace(pluginYAML, "Finds faces", `'<script>alert(7)</script>"''>'`, 1)
	r.Publish("com.acme.xss", "1.0.0", map[string]string{"README.md": readme, "plugin.yaml": manifest})
	must(t, r.Client.Deprecate(t.Context(), store.Plugin, "com.acme.xss", `<img src=x onerror=alert(8)>`))
	must(t, r.Client.Post(t.Context(), "/v1/orgs", map[string]string{"name": "evil", "title": `"><script>alert(9)</script>`}, nil))
	p := visitor(t, r)
	for _, path := range []string{"/", "/search?q=%3Cscript%3Ealert(10)%3C/script%3E", "/plugins/com.acme.xss", "/orgs/evil", "/plugins/%3Cscript%3E", "/search?category=%22%3E%3Cscript%3E"} {
		_, body := p.open(path)
		for _, bad := range []string{"<script", "<img", "<iframe", "<svg", "<style", "javascript:", "data:text", "evil.example", "style=", "<b onclick", "id=content", "<input name=\"password"} {
			if strings.Contains(strings.ToLower(body), bad) {
				t.Errorf("%s holds %q:\n%.4000s", path, bad, body)
			}
		}
	}
	_, body := p.open("/plugins/com.acme.xss")
	shows(t, body, "&lt;script&gt;alert(6)", "&lt;img src=x onerror=alert(8)&gt;", `<th align="center">a</th>`)
}

const pluginYAML = `id: com.acme.xss
version: 1.0.0
publisher: Acme
summary: {en: Finds faces}
provides: [acme.face/v1]
runtime:
  wasm: {module: plugin.wasm}
licence: Apache-2.0
readme: README.md
`

func TestPublisherPages(t *testing.T) {
	t.Parallel()
	r := regtest.Start(t, nil)
	p := visitor(t, r)
	if status, body := p.send("/signin", url.Values{"name": {"ann"}, "password": {"wrong password"}}); status != 401 || !strings.Contains(body, "wrong") {
		t.Errorf("wrong password: %d %s", status, body)
	}
	p.signIn("ann")
	_, body := p.send("/account/tokens", url.Values{"name": {"ci"}, "scope": {"publish", "read"}, "days": {"30"}})
	token := regexp.MustCompile(`dgr_[a-z2-7]{52}`).FindString(body)
	if err := r.As(token).Get(t.Context(), "/v1/whoami", nil); err != nil {
		t.Errorf("the new token %q: %v", token, err)
	}
	if _, body := p.open("/account"); strings.Contains(body, token) {
		t.Error("the token is shown once more")
	}
	r.Account("bob", false, "read")
	_, body = p.send("/orgs/acme/members", url.Values{"account": {"bob"}, "role": {"publisher"}})
	shows(t, body, "bob", "publisher", "member.set")
	_, body = p.send("/orgs/acme/namespaces", url.Values{"name": {"com.acrne"}}) // a look-alike of one's own
	shows(t, body, "com.acrne")
	status, body := p.send("/orgs/acme/keys", url.Values{"key": {"no json"}})
	if status != 422 {
		t.Errorf("a key that is none: %d %s", status, body)
	}
	data := regtest.Plugin(t, "com.acme.face", "1.0.0", nil)
	status, body = p.upload(p.csrf, r.Sign(r.Claim(store.Plugin, "com.acme", "com.acme.face", "1.0.0", data)), data)
	if status != 200 {
		t.Fatalf("upload: %d %s", status, body)
	}
	shows(t, body, "Finds faces in pictures", "Withdraw this version")
	_, body = p.send("/yank", url.Values{"kind": {"plugin"}, "id": {"com.acme.face"}, "version": {"1.0.0"}, "reason": {"broken"}})
	shows(t, body, "This version was withdrawn: broken")
	p.send("/signout", url.Values{})
	if _, body := p.open("/account"); !strings.Contains(body, "Password") {
		t.Error("still signed in")
	}
}

// upload sends the form of /upload, whose second file field is left empty, as a browser does.
func (p *person) upload(csrf string, signed client.Signed, data []byte) (int, string) {
	p.Helper()
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	must(p.T, w.WriteField("csrf", csrf))
	for _, f := range []struct {
		field, name string
		data        []byte
	}{{"envelope", "x.dsse", signed.Envelope}, {"visibility", "", []byte(signed.Visibility)}, {"certificates", "x.pem", signed.Certificates}, {"artifact", "x.dgp", data}, {"artifact", "", nil}} {
		part, err := w.CreateFormFile(f.field, f.name)
		must(p.T, err)
		_, err = part.Write(f.data)
		must(p.T, err)
	}
	must(p.T, w.Close())
	return p.answer(p.Post(p.base+"/upload", w.FormDataContentType(), &b))
}

func TestForgedForms(t *testing.T) {
	t.Parallel()
	r := regtest.Start(t, nil)
	p := visitor(t, r)
	p.signIn("ann")
	leaves, err := r.Store().LogSize(t.Context())
	must(t, err)
	stranger := visitor(t, r)
	r.Account("eve", false, "read")
	stranger.signIn("eve")
	for name, csrf := range map[string]string{"none": "none", "of another session": stranger.csrf} {
		for _, path := range []string{"/account/tokens", "/account/tokens/revoke", "/orgs", "/orgs/acme/members", "/orgs/acme/namespaces", "/orgs/acme/keys", "/orgs/acme/keys/revoke", "/orgs/acme/webhooks", "/orgs/acme/webhooks/drop", "/orgs/acme/webhooks/redeliver", "/yank", "/visibility", "/orgs/acme/visibility", "/admin/accounts", "/admin/accounts/disable", "/admin/accounts/enable", "/admin/accounts/password", "/account/password", "/signout"} {
			if status, _ := p.send(path, url.Values{"csrf": {csrf}, "name": {"x"}, "title": {"x"}, "days": {"1"}, "scope": {"read"}}); status != 403 {
				t.Errorf("%s with a token %s: status %d, want 403", path, name, status)
			}
		}
		data := regtest.Plugin(t, "com.acme.face", "1.0.0", nil)
		if status, _ := p.upload(csrf, r.Sign(r.Claim(store.Plugin, "com.acme", "com.acme.face", "1.0.0", data)), data); status != 403 {
			t.Errorf("upload with a token %s: status %d", name, status)
		}
	}
	p.open("/account")
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, r.URL+"/orgs", strings.NewReader(url.Values{"csrf": {p.csrf}, "name": {"forged"}, "title": {"Forged"}}.Encode()))
	must(t, err)
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.Header.Set("Origin", "https://evil.example")
	req.Header.Set("Sec-Fetch-Site", "cross-site")
	if status, _ := p.answer(p.Do(req)); status != 403 {
		t.Errorf("a form of another site: status %d", status)
	}
	if n, err := r.Store().LogSize(t.Context()); err != nil || n != leaves+2 { // eve's account and token
		t.Errorf("the log has %d leaves, it had %d (%v)", n, leaves, err)
	}
}

func TestCookies(t *testing.T) {
	t.Parallel()
	r := regtest.Start(t, func(c *server.Config) { c.Secure = true })
	c := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	res, err := c.PostForm(r.URL+"/signin", url.Values{"name": {"ann"}, "password": {regtest.Password}})
	must(t, err)
	must(t, res.Body.Close())
	cookie := res.Header.Get("Set-Cookie")
	for _, want := range []string{"__Host-session=", "HttpOnly", "Secure", "SameSite=Lax", "Path=/"} {
		if !strings.Contains(cookie, want) {
			t.Errorf("cookie %q lacks %q", cookie, want)
		}
	}
}

func TestPrivatePages(t *testing.T) {
	t.Parallel()
	r := regtest.Start(t, func(c *server.Config) { c.Private = true })
	r.Publish("com.acme.face", "1.0.0", nil)
	p := visitor(t, r)
	for _, path := range []string{"/", "/plugins/com.acme.face", "/search?q=face", "/orgs/acme"} {
		if _, body := p.open(path); !strings.Contains(body, "Password") || strings.Contains(body, "Finds faces") {
			t.Errorf("%s shows something to a stranger", path)
		}
	}
	p.signIn("ann")
	_, body := p.open("/plugins/com.acme.face")
	shows(t, body, "Finds faces")
}
