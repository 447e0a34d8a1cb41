// Package hooks delivers messages to webhooks: signed, tried again with growing pauses, given up at last, never to an address
// inside the house unless its operator allows that.
//
//	c := hooks.NewCourier(store, policy, log, now)
//	c.Run(ctx, ticker.C)
//
// The form is that of Standard Webhooks (headers webhook-id, webhook-timestamp, webhook-signature), which receivers have libraries
// for; Verify is one. A message arrives at least once: webhook-id is the same at each attempt. It must not know what messages say.
package hooks

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// The headers of a message.
const (
	HeaderID        = "Webhook-Id"
	HeaderTimestamp = "Webhook-Timestamp"
	HeaderSignature = "Webhook-Signature"
)

// SecretPrefix begins every secret.
const SecretPrefix = "whsec_"

// Tolerance is how old, or how far ahead, a message may be that a receiver takes: what was recorded cannot be sent again later.
const Tolerance = 5 * time.Minute

// ErrSignature says that a message is not from who has the secret, or not from now.
var ErrSignature = errors.New("the message is not signed by the webhook's secret, or is too old")

// NewSecret makes a webhook's secret.
func NewSecret() string {
	b := make([]byte, 32)
	_, _ = rand.Read(b) // never fails: it ends the program instead
	return SecretPrefix + base64.StdEncoding.EncodeToString(b)
}

func sign(secret, id string, at time.Time, body []byte) (string, error) {
	key, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(secret, SecretPrefix))
	if err != nil || len(key) == 0 {
		return "", fmt.Errorf("the webhook's secret is not %s and base64", SecretPrefix)
	}
	m := hmac.New(sha256.New, key)
	m.Write(fmt.Appendf(nil, "%s.%d.", id, at.Unix()))
	m.Write(body)
	return "v1," + base64.StdEncoding.EncodeToString(m.Sum(nil)), nil
}

// Verify checks a message that has arrived, and gives its id, by which a receiver knows one that it has had already.
func Verify(secret string, h http.Header, body []byte, now time.Time) (id string, err error) {
	id = h.Get(HeaderID)
	seconds, err := strconv.ParseInt(h.Get(HeaderTimestamp), 10, 64)
	if err != nil {
		return "", fmt.Errorf("%w: no %s", ErrSignature, HeaderTimestamp)
	}
	at := time.Unix(seconds, 0)
	if d := now.Sub(at); d > Tolerance || d < -Tolerance {
		return "", fmt.Errorf("%w: sent %v ago", ErrSignature, d.Round(time.Second))
	}
	want, err := sign(secret, id, at, body)
	if err != nil {
		return "", err
	}
	for one := range strings.FieldsSeq(h.Get(HeaderSignature)) {
		if hmac.Equal([]byte(one), []byte(want)) {
			return id, nil
		}
	}
	return "", ErrSignature
}
