package server_test

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"github.com/dougong-dev/dougong/core/gm"
	"github.com/dougong-dev/dougong/registry/client"
	"github.com/dougong-dev/dougong/registry/internal/regtest"
	"github.com/dougong-dev/dougong/registry/store"
)

// files writes what a person picks in a browser.
func pickable(t *testing.T, signed client.Signed, bundle []byte) (envelope, certs, file string) {
	t.Helper()
	dir := t.TempDir()
	for name, data := range map[string][]byte{"face.dsse": signed.Envelope, "face.pem": signed.Certificates, "face.dgp": bundle} {
		must(t, os.WriteFile(filepath.Join(dir, name), data, 0o600))
	}
	return filepath.Join(dir, "face.dsse"), filepath.Join(dir, "face.pem"), filepath.Join(dir, "face.dgp")
}

// publishByPage fills in the form of /upload and sends it; it gives the page that comes.
func publishByPage(t *testing.T, ctx context.Context, r *regtest.Registry, signed client.Signed, bundle []byte) string {
	t.Helper()
	envelope, certs, file := pickable(t, signed, bundle)
	must(t, chromedp.Do(ctx, chromedp.Navigate(r.URL+"/upload"), chromedp.WaitVisible(`input[name=artifact]`),
		chromedp.SetUploadFiles(`input[name=envelope]`, []string{envelope}), chromedp.SetUploadFiles(`input[name=certificates]`, []string{certs}),
		chromedp.SetUploadFiles(`input[name=artifact]`, []string{file}), chromedp.Click(`main form button`), chromedp.WaitNotPresent(`input[name=artifact]`), chromedp.WaitVisible(`main h1`)))
	return shown(t, ctx)
}

// TestKeysPage is a publisher in Chromium: a key is registered on the organisation's page, listed, and what it has signed published by
// the form; what another key has signed is not, until that one is registered as well; and a revoked one is none.
func TestKeysPage(t *testing.T) {
	if testing.Short() {
		t.Skip("needs a browser")
	}
	r := regtest.Start(t, nil)
	second := r.Certify(gm.SM2, regtest.Acme()) // certified by the house, not yet named by the organisation
	ctx := chromium(t)
	signInByPage(t, ctx, r.URL+"/signin?lang=en", "ann")

	data := regtest.Plugin(t, "com.acme.face", "1.0.0", nil)
	signed := r.Sign(r.Claim(store.Plugin, "com.acme", "com.acme.face", "1.0.0", data), second)
	if text := publishByPage(t, ctx, r, signed, data); !strings.Contains(text, `no key of organisation "acme" has signed`) {
		t.Fatalf("by a key that is not registered: %s", text)
	}
	text, err := json.Marshal(second.Key())
	must(t, err)
	must(t, chromedp.Do(ctx, chromedp.Navigate(r.URL+"/orgs/acme"), chromedp.WaitVisible(`details:has(textarea[name=key]) summary`),
		chromedp.Click(`details:has(textarea[name=key]) summary`), chromedp.WaitVisible(`textarea[name=key]`), chromedp.SendKeys(`textarea[name=key]`, string(text)), chromedp.Click(`form[action$="/keys"] button`), chromedp.WaitVisible(`input[value="`+second.Key().ID()+`"] ~ button`)))
	if page := shown(t, ctx); !strings.Contains(page, second.Key().ID()) {
		t.Fatalf("the key is not listed: %s", page)
	}
	if text := publishByPage(t, ctx, r, signed, data); !strings.Contains(text, "Finds faces in pictures") || !strings.Contains(text, "registered by the organisation") || !strings.Contains(text, "signed and logged") {
		t.Fatalf("published: %s", text)
	}
	if at := evaluate(t, ctx, `location.pathname`); at != "/plugins/com.acme.face/1.0.0" {
		t.Errorf("after the upload at %s", at)
	}
	// Revoked on its page, it publishes nothing more.
	form := `form[action$="/keys/revoke"]:has(input[value="` + second.Key().ID() + `"])`
	must(t, chromedp.Do(ctx, chromedp.Navigate(r.URL+"/orgs/acme"), chromedp.WaitVisible(form), chromedp.SendKeys(form+` input[name=reason]`, "stolen"), chromedp.Click(form+` button`), chromedp.WaitNotPresent(form), chromedp.WaitVisible(`main h1`)))
	if page := shown(t, ctx); !strings.Contains(page, "revoked") {
		t.Errorf("the key is not shown as revoked: %s", page)
	}
	data = regtest.Plugin(t, "com.acme.face", "1.0.1", nil)
	if text := publishByPage(t, ctx, r, r.Sign(r.Claim(store.Plugin, "com.acme", "com.acme.face", "1.0.1", data), second), data); !strings.Contains(text, `no key of organisation "acme" has signed`) {
		t.Errorf("by a revoked key: %s", text)
	}
	if text := publishByPage(t, ctx, r, client.Signed{Envelope: data, Certificates: data}, signed.Envelope); !strings.Contains(text, "envelope") { // the wrong files
		t.Errorf("with the wrong files: %s", text)
	}
	// Out, and back by the browser's button: nothing is left to be seen.
	must(t, chromedp.Do(ctx, chromedp.Navigate(r.URL+"/account"), chromedp.WaitVisible(`input[name=days]`), chromedp.Click(`form[action="/signout"] button`), chromedp.WaitVisible(`.hero`)))
	evaluate(t, ctx, `history.back(), ""`)
	must(t, chromedp.Do(ctx, chromedp.WaitVisible(`form[action="/signin"]`)))
	if page := shown(t, ctx); !strings.Contains(page, "Password") || strings.Contains(page, "API tokens") {
		t.Errorf("back after signing out: %s", page)
	}
}
