// Package exchange is the server's end of a login: an HTTP handler that exchanges a code for who the user is, with the
// path, arguments and answers of WeChat's jscode2session, so that a server written for WeChat changes only the address.
//
//	http.Handle("/sns/jscode2session", exchange.New(key, map[string]string{"shop": secret}, time.Now))
//
// It must not know the plugin: it shares a key with it.
package exchange

import (
	"crypto/subtle"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"sync"
	"time"

	"github.com/dougong-dev/dougong/plugins/account/code"
)

// Error codes of WeChat's jscode2session.
const (
	codeInvalid   = 40029
	codeUsed      = 40163
	codeBadSecret = 40125
	codeBadApp    = 40013
)

// Handler exchanges codes. It is safe for concurrent use.
type Handler struct {
	key  code.Key
	apps map[string]string // mini-program → its server's secret
	now  func() time.Time

	mu    sync.Mutex
	used  map[string]int64 // a code's id → when it expires
	sweep int64            // when expired ids are dropped next
}

// New makes a handler for the servers of apps, which it knows by their secrets.
func New(key code.Key, apps map[string]string, now func() time.Time) *Handler {
	return &Handler{key: key, apps: apps, now: now, used: map[string]int64{}}
}

// Answer is what the server gets: identities, or an error.
type Answer struct {
	OpenID     string `json:"openid,omitempty"`
	UnionID    string `json:"unionid,omitempty"`
	SessionKey string `json:"session_key,omitempty"`
	ErrCode    int    `json:"errcode,omitempty"`
	ErrMsg     string `json:"errmsg,omitempty"`
}

// ServeHTTP answers ?appid=…&secret=…&js_code=….
func (h *Handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	_ = json.NewEncoder(w).Encode(h.Exchange(q.Get("appid"), q.Get("secret"), q.Get("js_code"))) // the client may be gone
}

// Exchange takes a code once.
func (h *Handler) Exchange(app, secret, text string) Answer {
	want, ok := h.apps[app]
	if !ok {
		return Answer{ErrCode: codeBadApp, ErrMsg: "invalid appid"}
	}
	if subtle.ConstantTimeCompare([]byte(want), []byte(secret)) != 1 {
		return Answer{ErrCode: codeBadSecret, ErrMsg: "invalid appsecret"}
	}
	claims, err := h.key.Verify(text, h.now())
	if err != nil {
		return Answer{ErrCode: codeInvalid, ErrMsg: "invalid code: " + err.Error()}
	}
	if claims.App != app {
		return Answer{ErrCode: codeInvalid, ErrMsg: "invalid code: it is for another appid"}
	}
	if !h.take(claims) {
		return Answer{ErrCode: codeUsed, ErrMsg: "code been used"}
	}
	session := base64.StdEncoding.EncodeToString(h.key.SessionKey(claims.ID))
	return Answer{OpenID: claims.OpenID, UnionID: claims.UnionID, SessionKey: session}
}

// take notes that a code is used; false if it was before.
func (h *Handler) take(c code.Claims) bool {
	now := h.now().Unix()
	h.mu.Lock()
	defer h.mu.Unlock()
	if now >= h.sweep {
		for id, expires := range h.used {
			if now >= expires {
				delete(h.used, id)
			}
		}
		h.sweep = now + 60
	}
	if _, used := h.used[c.ID]; used {
		return false
	}
	h.used[c.ID] = c.Expires
	return true
}

var _ http.Handler = (*Handler)(nil)
