package provider

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"net/http"

	"github.com/dougong-dev/dougong/pdk/go"
)

// SignatureHeader of a request to the issuer: hex HMAC-SHA256 of its body, by the secret account_key.
const SignatureHeader = "Dougong-Signature"

// maxIssued bounds a code of the issuer.
const maxIssued = 2048

// asked is what the issuer is asked.
type asked struct {
	App   string `json:"app"`
	User  string `json:"user"`
	Nonce string `json:"nonce"`
	At    int64  `json:"at"` // seconds
}

// issued gets a code from the enterprise's service.
func (p *Provider) issued(ctx *pdk.Context, c *Config, id string) (string, error) {
	key, err := p.key(ctx, c)
	if err != nil {
		return "", err
	}
	body, err := json.Marshal(asked{ctx.App, ctx.User, id, p.now().Unix()})
	if err != nil {
		return "", err
	}
	sum := hmac.New(sha256.New, key)
	sum.Write(body)
	response, err := ctx.HTTP().Do(pdk.HTTPRequest{
		Method: http.MethodPost, URL: c.Issuer, Body: body,
		Headers: map[string][]string{"Content-Type": {"application/json"}, SignatureHeader: {hex.EncodeToString(sum.Sum(nil))}},
	})
	if err != nil {
		return "", issuerError("%s: %s", c.Issuer, pdk.AsError(err).Message)
	}
	if response.Status != http.StatusOK {
		return "", issuerError("%s answered %d %s", c.Issuer, response.Status, http.StatusText(response.Status))
	}
	var out loggedIn
	if err := json.Unmarshal(response.Body, &out); err != nil {
		return "", issuerError("%s: expected {\"code\": …}, found no JSON: %s", c.Issuer, err)
	}
	if out.Code == "" || len(out.Code) > maxIssued {
		return "", issuerError("%s: expected a code of 1 to %d bytes, found %d", c.Issuer, maxIssued, len(out.Code))
	}
	return out.Code, nil
}

func issuerError(format string, args ...any) error {
	return pdk.Errorf(codeIssuer, "issuer", format, args...)
}
