package sso_test

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/dougong-dev/dougong/registry/fault"
	"github.com/dougong-dev/dougong/registry/sso"
)

// hostile is a provider that answers what a test wants it to: what an attacker gets who sits between, or a provider gone bad.
type hostile struct {
	*httptest.Server
	key    *rsa.PrivateKey
	token  func() string // the ID token of its next answer
	info   string        // its userinfo
	issuer string        // what discovery says
}

func b64(b []byte) string { return base64.RawURLEncoding.EncodeToString(b) }

func newHostile(t *testing.T) *hostile {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	h := &hostile{key: key}
	answer := func(w http.ResponseWriter, v any) {
		w.Header().Set("Content-Type", "application/json")
		if err := json.NewEncoder(w).Encode(v); err != nil {
			t.Error(err)
		}
	}
	mux := http.NewServeMux()
	mux.HandleFunc("/.well-known/openid-configuration", func(w http.ResponseWriter, _ *http.Request) {
		answer(w, map[string]any{"issuer": h.issuer, "authorization_endpoint": h.URL + "/auth", "token_endpoint": h.URL + "/token", "jwks_uri": h.URL + "/keys", "userinfo_endpoint": h.URL + "/info",
			"end_session_endpoint": h.URL + "/end?x=1", "id_token_signing_alg_values_supported": []string{"RS256", "none", "HS256"}})
	})
	mux.HandleFunc("/token", func(w http.ResponseWriter, _ *http.Request) {
		answer(w, map[string]any{"access_token": "access", "token_type": "Bearer", "id_token": h.token()})
	})
	mux.HandleFunc("/keys", func(w http.ResponseWriter, _ *http.Request) {
		answer(w, map[string]any{"keys": []any{map[string]any{"kty": "RSA", "kid": "k", "alg": "RS256", "use": "sig", "n": b64(key.N.Bytes()), "e": "AQAB"}}})
	})
	mux.HandleFunc("/info", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		fmt.Fprint(w, h.info)
	})
	h.Server = httptest.NewServer(mux)
	h.issuer = h.URL
	t.Cleanup(h.Close)
	return h
}

// jwt makes a token.
func jwt(t *testing.T, header string, claims map[string]any, sign func([]byte) []byte) string {
	t.Helper()
	body, err := json.Marshal(claims)
	if err != nil {
		t.Fatal(err)
	}
	signed := b64([]byte(header)) + "." + b64(body)
	return signed + "." + b64(sign([]byte(signed)))
}

func (h *hostile) rs256(t *testing.T) func([]byte) []byte {
	return func(b []byte) []byte {
		sum := sha256.Sum256(b)
		s, err := rsa.SignPKCS1v15(rand.Reader, h.key, crypto.SHA256, sum[:])
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
}

const rs = `{"alg":"RS256","kid":"k"}`

// TestHostileAnswers tries what the provider, or whoever stands between, may answer.
func TestHostileAnswers(t *testing.T) {
	t.Parallel()
	h := newHostile(t)
	other, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	stranger := &hostile{key: other}
	p := sso.New(sso.Config{Issuer: h.URL, ClientID: "dougong"})
	const good = `{"sub":"42","preferred_username":"ann","groups":["staff","dev"]}`
	for name, c := range map[string]struct {
		change func(claims map[string]any, q url.Values)
		header string
		sign   func([]byte) []byte
		info   string
		says   string // empty: it is good
	}{
		"good":                {},
		"issuer told":         {change: func(_ map[string]any, q url.Values) { q.Set("iss", h.URL) }},
		"several audiences":   {change: func(c map[string]any, _ url.Values) { c["aud"] = []string{"x", "dougong"} }},
		"wrong state":         {change: func(_ map[string]any, q url.Values) { q.Set("state", "x") }, says: "state"},
		"no state":            {change: func(_ map[string]any, q url.Values) { q.Del("state") }, says: "state"},
		"no code":             {change: func(_ map[string]any, q url.Values) { q.Del("code") }, says: "no code"},
		"error":               {change: func(_ map[string]any, q url.Values) { q.Set("error", "access_denied") }, says: "access_denied"},
		"mix-up":              {change: func(_ map[string]any, q url.Values) { q.Set("iss", "https://other.example") }, says: "other.example"},
		"wrong nonce":         {change: func(c map[string]any, _ url.Values) { c["nonce"] = "x" }, says: "nonce"},
		"no nonce":            {change: func(c map[string]any, _ url.Values) { delete(c, "nonce") }, says: "nonce"},
		"other audience":      {change: func(c map[string]any, _ url.Values) { c["aud"] = "other" }, says: "audience"},
		"other issuer":        {change: func(c map[string]any, _ url.Values) { c["iss"] = "https://other.example" }, says: "different provider"},
		"expired":             {change: func(c map[string]any, _ url.Values) { c["exp"] = time.Now().Add(-time.Minute).Unix() }, says: "expired"},
		"not yet":             {change: func(c map[string]any, _ url.Values) { c["nbf"] = time.Now().Add(time.Hour).Unix() }, says: "nbf"},
		"nobody":              {change: func(c map[string]any, _ url.Values) { c["sub"] = "" }, info: `{"sub":""}`, says: "does not say who"},
		"wrong at_hash":       {change: func(c map[string]any, _ url.Values) { c["at_hash"] = "AAAAAAAAAAAAAAAAAAAAAA" }, says: "access token"},
		"algorithm none":      {header: `{"alg":"none"}`, sign: func([]byte) []byte { return nil }, says: "alg"},
		"key as HMAC secret":  {header: `{"alg":"HS256","kid":"k"}`, sign: func([]byte) []byte { return make([]byte, 32) }, says: "alg"},
		"somebody else's key": {sign: stranger.rs256(t), says: "signature"},
		"cut off":             {sign: func([]byte) []byte { return nil }, says: "signature"},
		"info of another":     {info: `{"sub":"1","groups":["admins"]}`, says: "tells of"},
	} {
		t.Run(name, func(t *testing.T) {
			_, flow, err := p.Begin(t.Context(), "http://here/cb")
			if err != nil {
				t.Fatal(err)
			}
			parts := strings.Split(flow.String(), ".")
			claims := map[string]any{"iss": h.URL, "aud": "dougong", "sub": "42", "nonce": parts[1], "exp": time.Now().Add(time.Minute).Unix(), "iat": time.Now().Unix()}
			q := url.Values{"state": {parts[0]}, "code": {"c"}}
			if c.change != nil {
				c.change(claims, q)
			}
			header, sign, info := rs, h.rs256(t), good
			if c.header != "" {
				header = c.header
			}
			if c.sign != nil {
				sign = c.sign
			}
			if c.info != "" {
				info = c.info
			}
			h.token, h.info = func() string { return jwt(t, header, claims, sign) }, info
			who, err := p.Finish(t.Context(), flow, "http://here/cb", q)
			switch {
			case c.says == "" && (err != nil || who.Subject != "42" || who.Name != "ann" || len(who.Groups) != 2 || who.Issuer != h.URL):
				t.Errorf("got %+v, %v", who, err)
			case c.says != "" && (err == nil || fault.CodeOf(err) != fault.Unauthenticated || !strings.Contains(err.Error(), c.says)):
				t.Errorf("got %+v, %v; want an error with %q", who, err, c.says)
			}
		})
	}
	if got := p.End("http://here/"); !strings.HasPrefix(got, h.URL+"/end?") || !strings.Contains(got, "post_logout_redirect_uri=http%3A%2F%2Fhere%2F") || !strings.Contains(got, "x=1") {
		t.Errorf("End = %q", got)
	}
}

func TestDiscovery(t *testing.T) {
	t.Parallel()
	h := newHostile(t)
	h.issuer = "https://other.example" // says that it is another
	if _, _, err := sso.New(sso.Config{Issuer: h.URL, ClientID: "d"}).Begin(t.Context(), "x"); fault.CodeOf(err) != fault.Unavailable {
		t.Errorf("a provider that says it is another: %v", err)
	}
	p := sso.New(sso.Config{Issuer: h.URL, ClientID: "d"})
	url := h.URL
	h.issuer = url
	if _, _, err := p.Begin(t.Context(), "x"); err != nil {
		t.Errorf("asked again once it is well: %v", err)
	}
	for _, c := range []sso.Config{{}, {Issuer: "id.house", ClientID: "x"}, {Issuer: "http://id.house", ClientID: "x"}, {Issuer: "https://id.house?x=1", ClientID: "x"}, {Issuer: "https://id.house"}} {
		if c.Validate() == nil {
			t.Errorf("%+v is taken", c)
		}
	}
	for _, c := range []sso.Config{{Issuer: "https://id.house/realm", ClientID: "x"}, {Issuer: "http://localhost:1/", ClientID: "x"}} {
		if err := c.Validate(); err != nil {
			t.Errorf("%+v: %v", c, err)
		}
	}
}

func FuzzParseFlow(f *testing.F) {
	f.Add("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb.ccccccccccccccccccccccccccccccccccccccccccc")
	f.Add("..")
	f.Fuzz(func(t *testing.T, text string) {
		if flow, err := sso.ParseFlow(text); err == nil && flow.String() != text {
			t.Errorf("ParseFlow(%q) = %q", text, flow)
		}
	})
}
