package code_test

import (
	"encoding/base64"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/dougong-dev/dougong/plugins/account/code"
)

var (
	key = code.Key("a key of sixteen bytes and more")
	now = time.Unix(1_700_000_000, 0)
)

func claims() code.Claims {
	return code.Claims{
		Issuer: code.IssuerSigned, App: "shop", OpenID: key.OpenID("shop", "ann"), UnionID: key.UnionID("ann"),
		ID: "1", Issued: now.Unix(), Expires: now.Unix() + 300,
	}
}

func TestRoundTrip(t *testing.T) {
	t.Parallel()
	text, err := key.Sign(claims())
	if err != nil {
		t.Fatal(err)
	}
	got, err := key.Verify(text, now.Add(299*time.Second))
	if err != nil || got != claims() {
		t.Errorf("Verify = %+v, %v; want %+v", got, err, claims())
	}
}

func TestRefused(t *testing.T) {
	t.Parallel()
	good, err := key.Sign(claims())
	if err != nil {
		t.Fatal(err)
	}
	parts := strings.Split(good, ".")
	none := base64.RawURLEncoding.EncodeToString([]byte(`{"alg":"none","typ":"JWT"}`))
	for name, tt := range map[string]struct {
		text string
		at   time.Time
		want error
	}{
		"empty":             {"", now, code.ErrForm},
		"two parts":         {parts[0] + "." + parts[1], now, code.ErrForm},
		"no algorithm":      {none + "." + parts[1] + ".", now, code.ErrForm},
		"no signature":      {parts[0] + "." + parts[1] + ".", now, code.ErrSignature},
		"foreign signature": {parts[0] + "." + parts[1] + "." + sign(t, "another key of many bytes"), now, code.ErrSignature},
		"changed claims":    {parts[0] + "." + parts[1] + "x." + parts[2], now, code.ErrSignature},
		"too late":          {good, now.Add(300 * time.Second), code.ErrExpired},
		"huge":              {strings.Repeat("a", 3000), now, code.ErrForm},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if _, err := key.Verify(tt.text, tt.at); !errors.Is(err, tt.want) {
				t.Errorf("Verify(%.40q) = %v, want %v", tt.text, err, tt.want)
			}
		})
	}
}

func sign(t *testing.T, secret string) string {
	t.Helper()
	text, err := code.Key(secret).Sign(claims())
	if err != nil {
		t.Fatal(err)
	}
	return text[strings.LastIndexByte(text, '.')+1:]
}

func TestIdentities(t *testing.T) {
	t.Parallel()
	seen := map[string]string{}
	for name, id := range map[string]string{
		"ann in shop":  key.OpenID("shop", "ann"),
		"ann in notes": key.OpenID("notes", "ann"),
		"bob in shop":  key.OpenID("shop", "bob"),
		"moved border": key.OpenID("sho", "pann"),
		"union of ann": key.UnionID("ann"),
		"other key":    code.Key("another key of many bytes").OpenID("shop", "ann"),
	} {
		if other, ok := seen[id]; ok || len(id) != 28 {
			t.Errorf("%s: %q of %d characters, the same as %q", name, id, len(id), other)
		}
		seen[id] = name
	}
	if first, again := key.OpenID("shop", "ann"), key.OpenID("shop", "ann"); first != again {
		t.Errorf("an identity changes from call to call: %q, then %q", first, again)
	}
	if a, b := key.SessionKey("1"), key.SessionKey("2"); len(a) != 16 || string(a) == string(b) {
		t.Errorf("session keys %x and %x, want two different ones of 16 bytes", a, b)
	}
}

func FuzzVerify(f *testing.F) {
	good, err := key.Sign(claims())
	if err != nil {
		f.Fatal(err)
	}
	f.Add(good)
	f.Add("..")
	f.Add("a.b.c")
	f.Fuzz(func(t *testing.T, text string) {
		if _, err := key.Verify(text, now); err == nil && text != good {
			t.Errorf("a code that was never signed is taken: %q", text)
		}
	})
}
