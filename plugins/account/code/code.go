// Package code makes and reads login codes: JSON Web Tokens (RFC 7519, HS256) that say who is logged in to which
// mini-program, and the keys that belong to them. A server in any language reads them with its JWT library.
//
//	text, err := key.Sign(code.Claims{App: "shop", User: key.OpenID("shop", "ann"), …})
//	claims, err := key.Verify(text, time.Now())
//	sessionKey := key.SessionKey(claims.ID)
//
// It must not know plugins nor HTTP.
package code

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"
)

// Key is the secret that plugin and server share.
type Key []byte

// Sandbox is the key of sandbox codes. Everybody knows it, so that a server which takes such codes takes anybody's: it is
// for development.
const Sandbox = "dougong-sandbox-account-key"

// MinKey is the least length of a key that is not the sandbox's, in bytes.
const MinKey = 16

// Issuers in a code's claims.
const (
	IssuerSandbox = "dougong-sandbox"
	IssuerSigned  = "dougong"
)

// maxCode bounds the codes that are read.
const maxCode = 2048

// Claims is what a code says.
type Claims struct {
	Issuer  string `json:"iss"`
	App     string `json:"aud"`
	OpenID  string `json:"sub"`
	UnionID string `json:"unionid"`
	ID      string `json:"jti"` // unique; a server takes each only once
	Issued  int64  `json:"iat"` // seconds
	Expires int64  `json:"exp"`
}

// Errors of Verify.
var (
	ErrForm      = errors.New("not a login code")
	ErrSignature = errors.New("the signature is not the key's")
	ErrExpired   = errors.New("the code has expired")
)

const header = `{"alg":"HS256","typ":"JWT"}`

var encoding = base64.RawURLEncoding.Strict()

// Sign makes the code that says claims.
func (k Key) Sign(c Claims) (string, error) {
	payload, err := json.Marshal(c)
	if err != nil {
		return "", err
	}
	signed := encoding.EncodeToString([]byte(header)) + "." + encoding.EncodeToString(payload)
	return signed + "." + encoding.EncodeToString(k.mac("", signed)), nil
}

// Verify reads a code. The caller sees to it that none is taken twice.
func (k Key) Verify(text string, now time.Time) (Claims, error) {
	if len(text) > maxCode {
		return Claims{}, fmt.Errorf("%w: %d bytes, more than %d", ErrForm, len(text), maxCode)
	}
	parts := strings.Split(text, ".")
	if len(parts) != 3 {
		return Claims{}, fmt.Errorf("%w: expected three parts, found %d", ErrForm, len(parts))
	}
	// Only one algorithm is read: what the header asks for must never decide how it is verified.
	if head, err := encoding.DecodeString(parts[0]); err != nil || string(head) != header {
		return Claims{}, fmt.Errorf("%w: expected the header %s", ErrForm, header)
	}
	signature, err := encoding.DecodeString(parts[2])
	if err != nil || !hmac.Equal(signature, k.mac("", parts[0]+"."+parts[1])) {
		return Claims{}, ErrSignature
	}
	payload, err := encoding.DecodeString(parts[1])
	if err != nil {
		return Claims{}, fmt.Errorf("%w: the claims are not base64", ErrForm)
	}
	var c Claims
	dec := json.NewDecoder(bytes.NewReader(payload))
	if err := dec.Decode(&c); err != nil {
		return Claims{}, fmt.Errorf("%w: %w", ErrForm, err)
	}
	if now.Unix() >= c.Expires {
		return Claims{}, fmt.Errorf("%w: at %s", ErrExpired, time.Unix(c.Expires, 0).UTC().Format(time.RFC3339))
	}
	return c, nil
}

// OpenID is the identity that one mini-program's server sees of a user: another one's cannot be told from it.
func (k Key) OpenID(app, user string) string { return identity(k.mac("openid", app, user)) }

// UnionID is the identity that the servers of all mini-programs of a super-app see of a user.
func (k Key) UnionID(user string) string { return identity(k.mac("unionid", user)) }

// SessionKey is the 16-byte key that belongs to a code. It is in no message: who has Key computes it.
func (k Key) SessionKey(id string) []byte { return k.mac("session", id)[:16] }

// mac is an HMAC over parts, each with its length, so that no two lists of parts look the same; a code's signature, whose
// form JWT lays down, is over the text alone.
func (k Key) mac(use string, parts ...string) []byte {
	h := hmac.New(sha256.New, k)
	if use != "" {
		h.Write([]byte("dougong-account/" + use))
	}
	for _, part := range parts {
		if use != "" {
			h.Write(fmt.Appendf(nil, "/%d:", len(part)))
		}
		h.Write([]byte(part))
	}
	return h.Sum(nil)
}

func identity(sum []byte) string { return "o" + base64.RawURLEncoding.EncodeToString(sum)[:27] }
