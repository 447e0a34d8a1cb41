package server_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/dougong-dev/dougong/registry/internal/regtest"
)

// TestTextsThatNoDatabaseHolds: PostgreSQL takes neither a zero byte nor what is no UTF-8. That is the caller's mistake and no
// trouble of the registry's, wherever such a text stands.
func TestTextsThatNoDatabaseHolds(t *testing.T) {
	t.Parallel()
	databases(t, func(t *testing.T, r, _ *regtest.Registry) {
		good := func(method, path, body string) {
			t.Helper()
			req, err := http.NewRequestWithContext(t.Context(), method, r.URL+path, strings.NewReader(body))
			must(t, err)
			req.Header.Set("Authorization", "Bearer "+r.Admin)
			req.Header.Set("Content-Type", "application/json")
			res, err := http.DefaultClient.Do(req)
			must(t, err)
			must(t, res.Body.Close())
			if res.StatusCode >= 500 {
				t.Errorf("%s %s %s: status %d", method, path, body, res.StatusCode)
			}
		}
		for _, text := range []string{"a\x00b", "\xff\xfe"} {
			in := url.PathEscape(text)
			for _, path := range []string{"/v1/plugins/" + in + "/versions", "/v1/plugins/com.acme.face/" + in, "/v1/orgs/" + in, "/v1/orgs/acme/members/" + in, "/v1/search?q=" + in, "/v1/search?category=" + in, "/v1/search?capability=" + in, "/v1/accounts?after=" + in,
				"/plugins/" + in, "/orgs/" + in, "/search?q=" + in} {
				good(http.MethodGet, path, "")
			}
		}
		zero := `"a\u0000b"`
		good(http.MethodPost, "/v1/orgs", `{"name":"zero","title":`+zero+`}`)
		good(http.MethodPost, "/v1/orgs", `{"name":`+zero+`,"title":"Zero"}`)
		good(http.MethodPost, "/v1/login", `{"account":`+zero+`,"password":"x","token":{"name":"x","scopes":["read"],"days":1}}`)
		good(http.MethodPost, "/v1/accounts", `{"name":`+zero+`,"password":"a long password"}`)
		good(http.MethodPost, "/v1/tokens", `{"name":`+zero+`,"scopes":["read"],"days":1}`)
		good(http.MethodPost, "/v1/orgs/acme/namespaces", `{"name":`+zero+`}`)
		good(http.MethodPost, "/v1/orgs/acme/webhooks", `{"url":"https://example.com/`+"\\u0000"+`","events":[`+zero+`]}`)
		good(http.MethodPut, "/v1/orgs/acme/members/ann", `{"role":`+zero+`}`)
		r.Publish("com.acme.face", "1.0.0", nil)
		good(http.MethodPost, "/v1/plugins/com.acme.face/1.0.0/yank", `{"reason":`+zero+`}`)
		good(http.MethodPost, "/v1/plugins/com.acme.face/deprecate", `{"reason":`+zero+`}`)
	})
}
