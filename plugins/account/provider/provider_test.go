package provider_test

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hmac"
	"crypto/sha1" //nolint:gosec // WeChat's signature
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/dougong-dev/dougong/pdk/go"
	"github.com/dougong-dev/dougong/pdk/go/pdktest"
	"github.com/dougong-dev/dougong/plugins/account/code"
	"github.com/dougong-dev/dougong/plugins/account/exchange"
	"github.com/dougong-dev/dougong/plugins/account/provider"
)

const secret = "a key of sixteen bytes and more"

// host is the plugin in a host whose clock tests move.
type host struct {
	*pdktest.Host
	t   *testing.T
	now time.Time
}

func newHost(t *testing.T, config map[string]any) *host {
	t.Helper()
	h := &host{t: t, now: time.Unix(1_700_000_000, 0)}
	p := provider.New(func() time.Time { return h.now })
	h.Host = pdktest.New(t, pdk.New("dougong.account", "1.0.0").Provide(provider.Capability, p.Methods()).OnConfigure(p.Configure))
	h.Secrets = map[string]string{provider.Secret: secret}
	if config != nil {
		if err := h.Configure(config); err != nil {
			t.Fatal(err)
		}
	}
	return h
}

func (h *host) login() string {
	h.t.Helper()
	var out struct{ Code string }
	if err := h.Call(provider.Capability, "login", map[string]any{"timeout": 100}, &out); err != nil {
		h.t.Fatalf("login: %v", err)
	}
	return out.Code
}

type profile struct {
	UserInfo                              map[string]any
	RawData, Signature, EncryptedData, IV string
}

func (h *host) profile(method string, in any) (out profile, err error) {
	h.t.Helper()
	err = h.Call(provider.Capability, method, in, &out)
	return out, err
}

func TestLogin(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		config map[string]any
		key    string
		issuer string
	}{
		"unconfigured": {nil, code.Sandbox, code.IssuerSandbox},
		"sandbox":      {map[string]any{"mode": "sandbox"}, code.Sandbox, code.IssuerSandbox},
		"signed":       {map[string]any{"mode": "signed", "code_seconds": 60}, secret, code.IssuerSigned},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := newHost(t, tt.config)
			first, second := h.login(), h.login()
			if first == second {
				t.Error("two logins give the same code")
			}
			claims, err := code.Key(tt.key).Verify(first, h.now)
			if err != nil || claims.Issuer != tt.issuer || claims.App != "app.test" || strings.Contains(first, "local") {
				t.Errorf("claims %+v, %v; want issuer %s and app.test, and the user's name nowhere", claims, err, tt.issuer)
			}
			for _, other := range []string{secret, code.Sandbox} {
				if _, err := code.Key(other).Verify(first, h.now); (err == nil) != (other == tt.key) {
					t.Errorf("verified with %.8s…: %v", other, err)
				}
			}
		})
	}
}

func TestWeakSecret(t *testing.T) {
	t.Parallel()
	for _, weak := range []string{"", "short", code.Sandbox} {
		h := newHost(t, map[string]any{"mode": "signed"})
		h.Secrets[provider.Secret] = weak
		if err := h.Call(provider.Capability, "login", nil, nil); pdk.Code(err) != pdk.CodeConfig {
			t.Errorf("secret %q: %v, want a configuration error", weak, err)
		}
	}
}

func TestSession(t *testing.T) {
	t.Parallel()
	h := newHost(t, map[string]any{"session_hours": 1})
	check := func(when string, want int) {
		t.Helper()
		if err := h.Call(provider.Capability, "checkSession", nil, nil); pdk.Code(err) != want {
			t.Errorf("%s: checkSession = %v, want code %d", when, err, want)
		}
	}
	check("before login", 80002)
	h.login()
	check("after login", 0)
	h.Info.User = "bob"
	check("another user", 80002)
	h.Info.User, h.Info.App = "local", "other.app"
	check("another mini-program", 80002)
	h.Info.App = "app.test"
	h.now = h.now.Add(59 * time.Minute)
	check("within the hour", 0)
	h.now = h.now.Add(time.Minute)
	check("after the hour", 80002)
	h.login()
	check("after the next login", 0)
}

// TestProfileIsVouchedFor follows a profile from the plugin to the server that exchanged the code.
func TestProfileIsVouchedFor(t *testing.T) {
	t.Parallel()
	h := newHost(t, map[string]any{
		"mode": "signed", "profiles": map[string]any{"local": map[string]any{"nickName": "安", "gender": 2, "city": "Shenzhen"}},
	})
	out, err := h.profile("getUserInfo", map[string]any{"lang": "zh_CN"})
	if err != nil || out.UserInfo["nickName"] != "安" || out.UserInfo["language"] != "zh_CN" || out.Signature != "" {
		t.Fatalf("before login: %+v, %v; want the name, unsigned", out, err)
	}
	server := exchange.New(code.Key(secret), map[string]string{"app.test": "s"}, func() time.Time { return h.now })
	who := server.Exchange("app.test", "s", h.login())
	if who.ErrCode != 0 {
		t.Fatalf("exchange: %+v", who)
	}
	if out, err = h.profile("getUserInfo", nil); err != nil {
		t.Fatal(err)
	}
	sum := sha1.Sum([]byte(out.RawData + who.SessionKey)) //nolint:gosec // see above
	if out.Signature != hex.EncodeToString(sum[:]) {
		t.Errorf("signature %q is not that of rawData", out.Signature)
	}
	plain := decrypt(t, who.SessionKey, out)
	if plain["openId"] != who.OpenID || plain["unionId"] != who.UnionID || plain["nickName"] != "安" ||
		plain["watermark"].(map[string]any)["appid"] != "app.test" {
		t.Errorf("encryptedData says %v, want what the exchange said: %+v", plain, who)
	}
	if bare, err := h.profile("getUserInfo", map[string]any{"withCredentials": false}); err != nil || bare.EncryptedData != "" {
		t.Errorf("without credentials: %+v, %v", bare, err)
	}
}

func decrypt(t *testing.T, key string, p profile) (out map[string]any) {
	t.Helper()
	session, err1 := base64.StdEncoding.DecodeString(key)
	data, err2 := base64.StdEncoding.DecodeString(p.EncryptedData)
	iv, err3 := base64.StdEncoding.DecodeString(p.IV)
	if err1 != nil || err2 != nil || err3 != nil || len(data) == 0 || len(data)%aes.BlockSize != 0 {
		t.Fatalf("not base64 of whole blocks: %v %v %v, %d bytes", err1, err2, err3, len(data))
	}
	block, err := aes.NewCipher(session)
	if err != nil {
		t.Fatal(err)
	}
	cipher.NewCBCDecrypter(block, iv).CryptBlocks(data, data)
	if err := json.Unmarshal(data[:len(data)-int(data[len(data)-1])], &out); err != nil {
		t.Fatalf("decrypted %q: %v", data, err)
	}
	return out
}

func TestUserProfileAsksEachTime(t *testing.T) {
	t.Parallel()
	h := newHost(t, nil)
	var asked []pdk.Confirm
	button := 0
	h.Answer = func(c pdk.Confirm) int { asked = append(asked, c); return button }
	in := map[string]any{"desc": "用于会员资料"}
	if out, err := h.profile("getUserProfile", in); err != nil || out.UserInfo["nickName"] != "local" {
		t.Errorf("allowed: %+v, %v", out, err)
	}
	for _, button = range []int{1, -1} {
		if _, err := h.profile("getUserProfile", in); pdk.Code(err) != 80003 || pdk.AsError(err).Message != "auth deny" {
			t.Errorf("button %d: %v, want auth deny", button, err)
		}
	}
	h.Language = "de"
	if _, err := h.profile("getUserProfile", in); pdk.Code(err) != 80003 {
		t.Errorf("in another language: %v", err)
	}
	for i, want := range map[int]string{0: "获取你的昵称、头像|允许|拒绝", 3: "Know your nickname and picture|Allow|Deny"} {
		if len(asked) != 4 || asked[i].Title+"|"+strings.Join(asked[i].Buttons, "|") != want {
			t.Errorf("question %d of %+v, want %s", i, asked, want)
		}
	}
	if asked = asked[:3]; asked[0].Content != "用于会员资料" {
		t.Errorf("asked %+v, want three times, with the purpose", asked)
	}
}

func TestIssuer(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		answer string
		status int
		want   string // the code, or a part of the error
	}{
		"good":     {`{"code": "c-1"}`, 200, "c-1"},
		"refusal":  {`{}`, 403, "answered 403 Forbidden"},
		"no JSON":  {`<html>`, 200, "found no JSON"},
		"no code":  {`{"token": "x"}`, 200, "found 0"},
		"too long": {`{"code": "` + strings.Repeat("x", 3000) + `"}`, 200, "found 3000"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := newHost(t, map[string]any{"mode": "issuer", "issuer": "https://id.example.com/code"})
			h.HTTP = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				body, _ := io.ReadAll(r.Body)
				sum := hmac.New(sha256.New, []byte(secret))
				sum.Write(body)
				if got := r.Header.Get(provider.SignatureHeader); got != hex.EncodeToString(sum.Sum(nil)) {
					t.Errorf("signature %q does not fit body %s", got, body)
				}
				if !strings.Contains(string(body), `"app":"app.test","user":"local"`) {
					t.Errorf("body %s, want app and user", body)
				}
				w.WriteHeader(tt.status)
				_, _ = io.WriteString(w, tt.answer)
			})
			var out struct{ Code string }
			err := h.Call(provider.Capability, "login", nil, &out)
			if err == nil {
				if out.Code != tt.want {
					t.Errorf("code %q, want %q", out.Code, tt.want)
				}
			} else if pdk.Code(err) != 80001 || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("login: %v, want 80001 with %q", err, tt.want)
			}
		})
	}
}

func TestConfigure(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		config map[string]any
		want   string
	}{
		"unknown mode":       {map[string]any{"mode": "open"}, "expected sandbox, signed or issuer"},
		"issuer without one": {map[string]any{"mode": "issuer"}, "needs the http(s) address"},
		"no address":         {map[string]any{"mode": "issuer", "issuer": "id"}, "needs the http(s) address"},
		"issuer unused":      {map[string]any{"issuer": "https://id.example.com"}, "asks no service"},
		"negative":           {map[string]any{"code_seconds": -1}, "expected positive"},
	} {
		h := newHost(t, nil)
		if err := h.Configure(tt.config); pdk.Code(err) != pdk.CodeConfig || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: %v, want a configuration error with %q", name, err, tt.want)
		}
	}
	h := newHost(t, map[string]any{})
	if logs := h.Logs(); len(logs) != 1 || logs[0].Level != pdk.LevelWarn || !strings.Contains(logs[0].Message, "sandbox") {
		t.Errorf("logs %+v, want a warning about the sandbox", logs)
	}
}
