package protocol

import (
	"crypto/ed25519"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"strconv"
	"strings"
)

// SignType is the one kind of paySign that the gateway takes: HMAC-SHA256 with the merchant's secret, in hex.
const SignType = "HMAC-SHA256"

// PaySign signs the arguments of wx.requestPayment with a merchant's secret.
func PaySign(secret []byte, app string, p *Pay) string {
	return mac(secret, "pay", app, p.TimeStamp, p.NonceStr, p.Package, p.SignType)
}

// VerifyPaySign reports whether the arguments are signed by the merchant with that secret, for that app.
func VerifyPaySign(secret []byte, app string, p *Pay) bool {
	return p.SignType == SignType && hmac.Equal([]byte(PaySign(secret, app, p)), []byte(strings.ToLower(p.PaySign)))
}

// SignRequest signs a merchant's request.
func SignRequest(secret []byte, method, path, timestamp, nonce string, body []byte) string {
	return mac(secret, "request", method, path, timestamp, nonce, digest(body))
}

// VerifyRequest reports whether a merchant's request is signed by it.
func VerifyRequest(secret []byte, method, path, timestamp, nonce string, body []byte, signature string) bool {
	return hmac.Equal([]byte(SignRequest(secret, method, path, timestamp, nonce, body)), []byte(signature))
}

// mac is the HMAC of fields, each with its length in front, so that no two lists of fields read the same.
func mac(secret []byte, fields ...string) string {
	h := hmac.New(sha256.New, secret)
	for _, f := range fields {
		h.Write([]byte(strconv.Itoa(len(f)) + ":" + f + "\n"))
	}
	return hex.EncodeToString(h.Sum(nil))
}

func digest(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

// SignAnswer signs the gateway's answer to the request with that nonce.
func SignAnswer(key ed25519.PrivateKey, nonce string, status int, body []byte) string {
	return base64.StdEncoding.EncodeToString(ed25519.Sign(key, answerText(nonce, status, body)))
}

// VerifyAnswer reports whether an answer is the gateway's, to the request with that nonce.
func VerifyAnswer(key ed25519.PublicKey, nonce string, status int, body []byte, signature string) bool {
	sig, err := base64.StdEncoding.DecodeString(signature)
	return err == nil && len(key) == ed25519.PublicKeySize && ed25519.Verify(key, answerText(nonce, status, body), sig)
}

func answerText(nonce string, status int, body []byte) []byte {
	return fmt.Appendf(nil, "dougong-pay/v1 answer\n%d:%s\n%d\n%s\n", len(nonce), nonce, status, digest(body))
}

// What the sandbox uses where nothing is configured. The names say what they are worth: anybody can sign with them.
const (
	SandboxMerchant = "sandbox-merchant"
	SandboxSecret   = "sandbox-merchant-secret"
)

// SandboxKey is the key of a gateway that is given none. Anybody can compute it: for play money only.
func SandboxKey() ed25519.PrivateKey {
	seed := sha256.Sum256([]byte("dougong sandbox payment gateway: this key is public"))
	return ed25519.NewKeyFromSeed(seed[:])
}

// ParseKey reads a public key in base64.
func ParseKey(text string) (ed25519.PublicKey, error) {
	key, err := base64.StdEncoding.DecodeString(text)
	if err != nil || len(key) != ed25519.PublicKeySize {
		return nil, fmt.Errorf("expected an Ed25519 public key, %d bytes in base64", ed25519.PublicKeySize)
	}
	return key, nil
}
