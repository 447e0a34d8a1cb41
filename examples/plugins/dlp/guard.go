package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/url"
	"strings"

	"github.com/dougong-dev/dougong/pdk/go"
)

// guard holds what the configuration says.
type guard struct {
	allowHosts []string
}

func (g *guard) configure(_ *pdk.Context, config []byte) error {
	var settings struct {
		AllowHosts []string `json:"allow_hosts"`
	}
	if err := json.Unmarshal(config, &settings); err != nil {
		return err
	}
	g.allowHosts = settings.AllowHosts
	return nil
}

// verdict answers check.
type verdict struct {
	Allow  bool   `json:"allow"`
	Reason string `json:"reason,omitempty"`
	Code   string `json:"code,omitempty"`
}

// check takes the payload as it is, and not through pdk.Func: it looks at every text and attachment, wherever it stands.
func (g *guard) check(_ *pdk.Context, p pdk.Payload) (pdk.Payload, error) {
	var question struct {
		Params json.RawMessage `json:"params"`
	}
	if err := json.Unmarshal(p.JSON, &question); err != nil {
		return pdk.Payload{}, pdk.Errorf(pdk.CodeInvalidParams, "invalidParams", "the question is not JSON: %v", err)
	}
	if g.allowed(question.Params) {
		return pdk.Encode(verdict{Allow: true})
	}
	where, err := g.search(question.Params, p.Blobs)
	if err != nil {
		return pdk.Payload{}, err
	}
	if where != "" {
		// Where it stands, never what it is: reasons end up in logs.
		return pdk.Encode(verdict{Reason: fmt.Sprintf("%s holds a resident identity number, which must not leave", where), Code: "id-card"})
	}
	return pdk.Encode(verdict{Allow: true})
}

// allowed tells whether the call goes to a host that may be sent numbers.
func (g *guard) allowed(params json.RawMessage) bool {
	var to struct {
		URL string `json:"url"`
	}
	if len(g.allowHosts) == 0 || json.Unmarshal(params, &to) != nil {
		return false
	}
	u, err := url.Parse(to.URL)
	if err != nil {
		return false
	}
	host := strings.ToLower(strings.TrimSuffix(u.Hostname(), "."))
	for _, h := range g.allowHosts {
		h = strings.ToLower(h)
		if host == h || strings.HasPrefix(h, "*.") && strings.HasSuffix(host, h[1:]) {
			return true
		}
	}
	return false
}

// search returns what holds a number, or "".
func (g *guard) search(params json.RawMessage, blobs [][]byte) (string, error) {
	for i, b := range blobs {
		if textHolds(string(b)) {
			return fmt.Sprintf("attachment %d", i), nil
		}
	}
	// The tokens are enough: keys count as well as values, and a number may be written without quotes.
	tokens := json.NewDecoder(bytes.NewReader(params))
	tokens.UseNumber()
	for {
		t, err := tokens.Token()
		if err == io.EOF {
			return "", nil
		}
		if err != nil {
			return "", pdk.Errorf(pdk.CodeInvalidParams, "invalidParams", "the arguments are not JSON: %v", err)
		}
		switch t := t.(type) {
		case string:
			if textHolds(t) {
				return "a text among the arguments", nil
			}
		case json.Number:
			if holdsNumber([]byte(t)) {
				return "a number among the arguments", nil
			}
		}
	}
}

// textHolds looks at a text as it is, and as an address or a form would be read.
func textHolds(text string) bool {
	if holdsNumber([]byte(text)) {
		return true
	}
	if !strings.ContainsAny(text, "%+") {
		return false
	}
	plain, err := url.QueryUnescape(text)
	return err == nil && holdsNumber([]byte(plain))
}
