package exchange_test

import (
	"encoding/json"
	"net/http/httptest"
	"net/url"
	"testing"
	"time"

	"github.com/dougong-dev/dougong/plugins/account/code"
	"github.com/dougong-dev/dougong/plugins/account/exchange"
)

var key = code.Key("a key of sixteen bytes and more")

// server exchanges codes for two mini-programs at a time that tests move.
type server struct {
	*testing.T
	handler *exchange.Handler
	now     time.Time
}

func newServer(t *testing.T) *server {
	t.Helper()
	s := &server{T: t, now: time.Unix(1_700_000_000, 0)}
	s.handler = exchange.New(key, map[string]string{"shop": "s1", "notes": "s2"}, func() time.Time { return s.now })
	return s
}

func (s *server) sign(app, id string) string {
	s.Helper()
	text, err := key.Sign(code.Claims{App: app, OpenID: "o-ann", UnionID: "u-ann", ID: id, Expires: s.now.Unix() + 300})
	if err != nil {
		s.Fatal(err)
	}
	return text
}

// ask goes through HTTP, as a mini-program's server does.
func (s *server) ask(app, secret, text string) exchange.Answer {
	s.Helper()
	query := url.Values{"appid": {app}, "secret": {secret}, "js_code": {text}, "grant_type": {"authorization_code"}}
	w := httptest.NewRecorder()
	s.handler.ServeHTTP(w, httptest.NewRequest("GET", "/sns/jscode2session?"+query.Encode(), nil))
	var out exchange.Answer
	if err := json.Unmarshal(w.Body.Bytes(), &out); err != nil {
		s.Fatalf("answer %q: %v", w.Body, err)
	}
	return out
}

func TestOnce(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	text := s.sign("shop", "1")
	first := s.ask("shop", "s1", text)
	if first.ErrCode != 0 || first.OpenID != "o-ann" || first.UnionID != "u-ann" || len(first.SessionKey) != 24 {
		t.Errorf("first exchange = %+v, want identities and a session key", first)
	}
	if again := s.ask("shop", "s1", text); again.ErrCode != 40163 || again.OpenID != "" {
		t.Errorf("second exchange = %+v, want 40163 and nothing else", again)
	}
	if other := s.ask("shop", "s1", s.sign("shop", "2")); other.ErrCode != 0 || other.SessionKey == first.SessionKey {
		t.Errorf("another code = %+v, want a session key of its own", other)
	}
	s.now = s.now.Add(301 * time.Second)
	if late := s.ask("shop", "s1", text); late.ErrCode != 40029 {
		t.Errorf("exchange after it expired = %+v, want 40029", late)
	}
}

func TestRefused(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	for name, tt := range map[string]struct {
		app, secret, code string
		want              int
	}{
		"unknown app":      {"chess", "s1", s.sign("chess", "1"), 40013},
		"wrong secret":     {"shop", "s2", s.sign("shop", "2"), 40125},
		"no secret":        {"shop", "", s.sign("shop", "3"), 40125},
		"another's code":   {"shop", "s1", s.sign("notes", "4"), 40029},
		"no code":          {"shop", "s1", "", 40029},
		"made-up code":     {"shop", "s1", "a.b.c", 40029},
		"sandbox's signer": {"shop", "s1", sandbox(t), 40029},
	} {
		if got := s.ask(tt.app, tt.secret, tt.code); got.ErrCode != tt.want || got.OpenID != "" {
			t.Errorf("%s: %+v, want errcode %d", name, got, tt.want)
		}
	}
}

func sandbox(t *testing.T) string {
	t.Helper()
	text, err := code.Key(code.Sandbox).Sign(code.Claims{App: "shop", ID: "9", Expires: 1 << 40})
	if err != nil {
		t.Fatal(err)
	}
	return text
}
