package server_test

import (
	"bytes"
	"encoding/json"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/dougong-dev/dougong/registry/accounts"
	"github.com/dougong-dev/dougong/registry/internal/regtest"
	"github.com/dougong-dev/dougong/registry/limit"
	"github.com/dougong-dev/dougong/registry/server"
)

// caller speaks to a registry from an address of this machine's own, or says by X-Forwarded-For that it does.
type caller struct {
	*testing.T
	http.Client
	base, forwarded string
}

func from(t *testing.T, base, address string) *caller {
	t.Helper()
	dial := &net.Dialer{LocalAddr: &net.TCPAddr{IP: net.ParseIP(address)}}
	transport := &http.Transport{DialContext: dial.DialContext}
	t.Cleanup(transport.CloseIdleConnections)
	return &caller{T: t, Client: http.Client{Transport: transport}, base: base}
}

// ask gives the status and what Retry-After says.
func (c *caller) ask(method, path, token string, body any) (status, wait int) {
	c.Helper()
	data, err := json.Marshal(body)
	must(c.T, err)
	req, err := http.NewRequestWithContext(c.Context(), method, c.base+path, bytes.NewReader(data))
	must(c.T, err)
	req.Header.Set("Content-Type", "application/json")
	if token != "" {
		req.Header.Set("Authorization", "Bearer "+token)
	}
	if c.forwarded != "" {
		req.Header.Set("X-Forwarded-For", c.forwarded)
	}
	res, err := c.Do(req)
	must(c.T, err)
	must(c.T, res.Body.Close())
	if after := res.Header.Get("Retry-After"); after != "" {
		if wait, err = strconv.Atoi(after); err != nil || wait < 1 {
			c.Errorf("Retry-After: %q", after)
		}
	}
	if (res.StatusCode == http.StatusTooManyRequests) != (wait > 0) {
		c.Errorf("status %d with Retry-After %q", res.StatusCode, res.Header.Get("Retry-After"))
	}
	if res.StatusCode == http.StatusUnauthorized && res.Header.Get("WWW-Authenticate") == "" {
		c.Error("401 without WWW-Authenticate")
	}
	return res.StatusCode, wait
}

func (c *caller) login(account, password string) (status, wait int) {
	c.Helper()
	return c.ask(http.MethodPost, "/v1/login", "", map[string]any{"account": account, "password": password, "token": map[string]any{"name": "x", "scopes": []string{"read"}, "days": 1}})
}

const badToken = accounts.TokenPrefix + "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"

// TestBadTokens: an address that sends bad tokens waits longer and longer, as long as it is told; good ones from there stay good, and
// other addresses have nothing to do with it.
func TestBadTokens(t *testing.T) {
	t.Parallel()
	c := &clock{now: time.Now()}
	r := regtest.Start(t, func(config *server.Config) { config.Now = c.Now })
	guesser, other := from(t, r.URL, "127.0.0.2"), from(t, r.URL, "127.0.0.3")
	if status, _ := guesser.ask(http.MethodGet, "/v1/whoami", r.Token, nil); status != 200 {
		t.Fatalf("a good token: status %d", status)
	}
	for i := range limit.FreeAddress + 1 {
		if status, _ := guesser.ask(http.MethodGet, "/v1/whoami", badToken, nil); status != 401 {
			t.Fatalf("bad token %d: status %d", i, status)
		}
	}
	before := 0
	for i := range 12 {
		status, wait := guesser.ask(http.MethodGet, "/v1/plugins/com.acme.face", badToken, nil)
		if status != 429 || wait <= before && time.Duration(wait)*time.Second != limit.MaxPause {
			t.Fatalf("round %d: status %d, wait %d s, before that %d s", i, status, wait, before)
		}
		c.forward(time.Duration(wait)*time.Second - time.Millisecond)
		if status, again := guesser.ask(http.MethodGet, "/v1/whoami", badToken, nil); status != 429 || again != 1 {
			t.Fatalf("before its time: status %d, wait %d s", status, again)
		}
		c.forward(time.Millisecond)
		if status, _ := guesser.ask(http.MethodGet, "/v1/whoami", "no token of ours", nil); status != 401 {
			t.Fatalf("after the wait that it was told: status %d", status)
		}
		before = wait
	}
	if status, _ := guesser.ask(http.MethodGet, "/v1/whoami", r.Token, nil); status != 200 {
		t.Errorf("a token that was good from there: status %d", status)
	}
	if status, _ := guesser.ask(http.MethodGet, "/v1/whoami", r.Admin, nil); status != 200 {
		t.Errorf("a good token of a neighbour, never seen before from there: status %d", status)
	}
	if status, _ := guesser.ask(http.MethodGet, "/v1/whoami", badToken, nil); status != 429 {
		t.Errorf("a bad one after a neighbour's good one: status %d", status)
	}
	// What an operator has the registry do on the way does not let anybody begin anew.
	must(t, r.Reload(t.Context()))
	if status, _ := guesser.ask(http.MethodGet, "/v1/whoami", badToken, nil); status != 429 {
		t.Errorf("a bad one after a reload: status %d", status)
	}
	if status, _ := other.ask(http.MethodGet, "/v1/whoami", r.Admin, nil); status != 200 {
		t.Errorf("another address: status %d", status)
	}
	if status, _ := guesser.ask(http.MethodGet, "/healthz", "", nil); status != 200 {
		t.Errorf("health: status %d", status)
	}
}

// TestBadLogins: many addresses guess at one account. They wait, its owner does not where she was before: by the API from her
// address, by a browser that she has used.
func TestBadLogins(t *testing.T) {
	t.Parallel()
	c := &clock{now: time.Now()}
	r := regtest.Start(t, func(config *server.Config) { config.Now = c.Now })
	owner, browser := from(t, r.URL, "127.0.0.2"), from(t, r.URL, "127.0.0.2")
	var err error
	browser.Jar, err = cookiejar.New(nil)
	must(t, err)
	signIn := func(c *caller, password string) int {
		t.Helper()
		res, err := c.PostForm(r.URL+"/signin", url.Values{"name": {"ann"}, "password": {password}})
		must(t, err)
		must(t, res.Body.Close())
		if (res.StatusCode == 429) != (res.Header.Get("Retry-After") != "") {
			t.Errorf("page: status %d, Retry-After %q", res.StatusCode, res.Header.Get("Retry-After"))
		}
		return res.StatusCode
	}
	if status, _ := owner.login("ann", regtest.Password); status != 200 {
		t.Fatalf("the owner: status %d", status)
	}
	if status := signIn(browser, regtest.Password); status != 200 {
		t.Fatalf("the owner's browser: status %d", status)
	}
	limited, wrong := 0, 0
	for i := range 30 {
		status, wait := from(t, r.URL, "127.0.1."+strconv.Itoa(i+1)).login("ann", "wrong password")
		switch {
		case status == 429 && time.Duration(wait)*time.Second <= limit.MaxNamePause:
			limited++
		case status == 401:
			wrong++
		default:
			t.Errorf("a stranger: status %d, wait %d s", status, wait)
		}
	}
	if wrong != limit.FreeGuesses+1 || limited == 0 {
		t.Errorf("%d guesses were tried, %d refused; want %d tried", wrong, limited, limit.FreeGuesses+1)
	}
	if status, _ := from(t, r.URL, "127.0.2.1").login("ann", regtest.Password); status != 429 {
		t.Errorf("with the right password from elsewhere while others guess: status %d, want 429: or a guess that is right is never refused", status)
	}
	if status, _ := owner.login("ann", regtest.Password); status != 200 {
		t.Errorf("strangers lock the owner out: status %d", status)
	}
	moved := from(t, r.URL, "127.0.3.1")
	moved.Jar = browser.Jar
	if status := signIn(moved, regtest.Password); status != 200 {
		t.Errorf("strangers lock the owner's browser out: status %d", status)
	}
	stolen, err := cookiejar.New(nil)
	must(t, err)
	here, err := url.Parse(r.URL)
	must(t, err)
	for _, k := range browser.Jar.Cookies(here) {
		if k.Name == "session-device" {
			stolen.SetCookies(here, []*http.Cookie{{Name: k.Name, Value: k.Value[:len(k.Value)-1] + "x", Path: "/"}})
		}
	}
	forger := from(t, r.URL, "127.0.3.2")
	forger.Jar = stolen
	if status := signIn(forger, regtest.Password); status != 429 {
		t.Errorf("a forged mark of a browser: status %d", status)
	}
	last := 0
	for range limit.FreeGuesses + 2 { // a browser that is known may not guess for ever either
		last = signIn(moved, "wrong password")
	}
	if last != 429 {
		t.Errorf("a known browser guesses on: status %d", last)
	}
	c.forward(limit.MaxNamePause)
	if status, _ := from(t, r.URL, "127.0.2.1").login("ann", regtest.Password); status != 200 {
		t.Errorf("once they have waited: status %d", status)
	}
}

// TestGuessesBehindProxies: nginx in front is one address. Who is behind it counts if it is trusted, and only then.
func TestGuessesBehindProxies(t *testing.T) {
	if testing.Short() {
		t.Skip("needs nginx")
	}
	t.Parallel()
	guess := func(c *caller) (last int) {
		for range limit.FreeAddress + 2 {
			last, _ = c.ask(http.MethodGet, "/v1/whoami", badToken, nil)
		}
		return last
	}
	trusting := regtest.Start(t, func(c *server.Config) { c.Proxies = []netip.Prefix{netip.MustParsePrefix("127.0.0.1/32")} })
	front := nginx(t, trusting.URL)
	if last := guess(from(t, front, "127.0.0.2")); last != 429 {
		t.Errorf("who guesses behind nginx: status %d", last)
	}
	if status, _ := from(t, front, "127.0.0.3").ask(http.MethodGet, "/v1/whoami", trusting.Admin, nil); status != 200 {
		t.Errorf("who is behind nginx as well: status %d", status)
	}
	direct := from(t, trusting.URL, "127.0.0.4") // past the proxy, with a header of its own
	for i := range limit.FreeAddress + 2 {
		direct.forwarded = "10.0.0." + strconv.Itoa(i)
		direct.ask(http.MethodGet, "/v1/whoami", badToken, nil)
	}
	if status, _ := direct.ask(http.MethodGet, "/v1/whoami", badToken, nil); status != 429 {
		t.Errorf("X-Forwarded-For of a stranger is believed: status %d", status)
	}
	// One IPv6 network is one source.
	six := from(t, trusting.URL, "127.0.0.1")
	for i := range limit.FreeAddress + 2 {
		six.forwarded = "2001:db8:0:1::" + strconv.FormatInt(int64(i+1), 16)
		six.ask(http.MethodGet, "/v1/whoami", badToken, nil)
	}
	if status, _ := six.ask(http.MethodGet, "/v1/whoami", badToken, nil); status != 429 {
		t.Errorf("one network, many addresses: status %d", status)
	}
	six.forwarded = "2001:db8:0:2::1"
	if status, _ := six.ask(http.MethodGet, "/v1/whoami", badToken, nil); status != 401 {
		t.Errorf("another network: status %d", status)
	}
}

// TestPrivateNeedsRead: a private house shows nothing to a token that may not read.
func TestPrivateNeedsRead(t *testing.T) {
	t.Parallel()
	r := regtest.Start(t, func(c *server.Config) { c.Private = true })
	r.Publish("com.acme.face", "1.0.0", nil)
	p := r.Account("ci", false, "publish")
	must(t, r.Client.Put(t.Context(), "/v1/orgs/acme/members/ci", map[string]string{"role": "publisher"}, nil))
	ci := r.As(p)
	for _, path := range []string{"/v1/search?q=face", "/v1/plugins/com.acme.face/versions", "/v1/plugins/com.acme.face/1.0.0", "/v1/plugins/com.acme.face/1.0.0/envelope", "/v1/plugins/com.acme.face/1.0.0/proof", "/v1/plugins/com.acme.face/1.0.0/evidence", "/v1/plugins/com.acme.face/1.0.0/download/linux/amd64", "/v1/log/head", "/v1/log/tile/0/000", "/v1/house/root.json"} {
		if err := ci.Get(t.Context(), path, nil); err == nil || !strings.Contains(err.Error(), `does not have the scope "read"`) {
			t.Errorf("%s: %v", path, err)
		}
	}
	must(t, r.Client.Get(t.Context(), "/v1/search?q=face", nil))
	// A cache in front of the house that many share keeps nothing of it.
	for _, path := range []string{"/v1/trust/metadata/1.root.json", "/v1/plugins/com.acme.face/1.0.0"} {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, r.URL+path, nil)
		must(t, err)
		req.Header.Set("Authorization", "Bearer "+r.Token)
		res, err := http.DefaultClient.Do(req)
		must(t, err)
		must(t, res.Body.Close())
		if said := res.Header.Get("Cache-Control"); res.StatusCode != 200 || strings.Contains(said, "public") {
			t.Errorf("%s: status %d, Cache-Control %q", path, res.StatusCode, said)
		}
	}
	data := regtest.Plugin(t, "com.acme.face", "1.0.1", nil)
	_, err := ci.Publish(t.Context(), r.Sign(r.Claim("plugin", "com.acme", "com.acme.face", "1.0.1", data)), bytes.NewReader(data))
	must(t, err)
	refused(t, r.As("").Get(t.Context(), "/v1/search?q=face", nil), "unauthenticated")
	must(t, r.As("").Get(t.Context(), "/.well-known/dougong.json", nil))
}
