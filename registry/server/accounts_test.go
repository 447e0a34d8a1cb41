package server_test

import (
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/dougong-dev/dougong/registry/accounts"
	"github.com/dougong-dev/dougong/registry/api"
	"github.com/dougong-dev/dougong/registry/internal/pgtest"
	"github.com/dougong-dev/dougong/registry/internal/regtest"
	"github.com/dougong-dev/dougong/registry/server"
)

// databases runs a test on both stores. Replica gives a second server on the same database.
func databases(t *testing.T, test func(t *testing.T, r *regtest.Registry, replica *regtest.Registry)) {
	t.Helper()
	t.Run("SQLite", func(t *testing.T) {
		t.Parallel()
		r := regtest.Start(t, nil)
		test(t, r, r)
	})
	t.Run("PostgreSQL", func(t *testing.T) {
		if testing.Short() {
			t.Skip("needs PostgreSQL")
		}
		t.Parallel()
		pg, err := pgtest.Start()
		must(t, err)
		t.Cleanup(func() { must(t, pg.Stop()) })
		dsn := pg.Database(t)
		start := func(house string) *regtest.Registry {
			return regtest.Start(t, func(c *server.Config) {
				c.Database = dsn
				if house != "" {
					must(t, os.CopyFS(filepath.Join(c.Data, "house"), os.DirFS(house)))
				}
			})
		}
		r := start("")
		replica := start(r.Trust)
		test(t, r, replica)
	})
}

// TestDisabledAccount: what an account has in its hands ends at once, on every replica, and stays ended.
func TestDisabledAccount(t *testing.T) {
	t.Parallel()
	databases(t, func(t *testing.T, r, replica *regtest.Registry) {
		ctx, admin := t.Context(), r.As(r.Admin)
		token := r.Account("bob", false, "read", "publish", "manage")
		there, err := replica.Store().Account(ctx, "bob")
		must(t, err)
		other := replica.As(token)
		must(t, other.Get(ctx, "/v1/whoami", nil))
		p := visitor(t, replica)
		p.signIn("bob")
		refused(t, r.Client.Post(ctx, "/v1/accounts/bob/disable", nil, nil), "denied")
		refused(t, r.As("").Post(ctx, "/v1/accounts/bob/disable", nil, nil), "unauthenticated")
		refused(t, admin.Post(ctx, "/v1/accounts/none/disable", nil, nil), "not_found")
		must(t, admin.Post(ctx, "/v1/accounts/bob/disable", nil, nil))
		for name, c := range map[string]*regtest.Registry{"here": r, "the replica": replica} {
			if err := c.As(token).Get(ctx, "/v1/whoami", nil); err == nil || !strings.Contains(err.Error(), "not good") {
				t.Errorf("the token, %s: %v", name, err)
			}
		}
		if _, body := p.open("/account"); !strings.Contains(body, "Password") {
			t.Error("still signed in at the replica")
		}
		if status, _ := p.send("/signin", url.Values{"name": {"bob"}, "password": {regtest.Password}}); status != 401 {
			t.Errorf("sign-in of a disabled account: status %d", status)
		}
		if _, err := accounts.SignIn(ctx, replica.Store(), "bob", regtest.Password, r.Shelf.Now(), 1e12); err == nil {
			t.Error("signed in")
		}
		// A change that was under way when the account was shut out.
		if err := replica.Desk.ChangePassword(ctx, accounts.Session(there), "bob", regtest.Password, "another password", false); err == nil || !strings.Contains(err.Error(), "is disabled") {
			t.Errorf("a disabled account's change: %v", err)
		}
		must(t, admin.Post(ctx, "/v1/accounts/bob/enable", nil, nil))
		refused(t, r.As(token).Get(ctx, "/v1/whoami", nil), "unauthenticated")
		p.signIn("bob")
		var list []api.Account
		must(t, admin.Get(ctx, "/v1/accounts", &list))
		if len(list) != 3 || list[0].Name != "ann" || list[1].Name != "bob" || list[1].Disabled || !list[2].Admin {
			t.Errorf("accounts = %+v", list)
		}
		refused(t, r.Client.Get(ctx, "/v1/accounts", nil), "denied")
	})
}

// TestLastAdministrator: one stays, however they go about it.
func TestLastAdministrator(t *testing.T) {
	t.Parallel()
	databases(t, func(t *testing.T, r, replica *regtest.Registry) {
		ctx := t.Context()
		refused(t, r.As(r.Admin).Post(ctx, "/v1/accounts/chief/disable", nil, nil), "conflict", "last administrator", "next: make another one first")
		must(t, r.As(r.Admin).Get(ctx, "/v1/whoami", nil))
		second := r.Account("second", true, "read", "admin")
		// Two shut each other out at the same time.
		done := make(chan error, 2)
		go func() { done <- r.As(r.Admin).Post(ctx, "/v1/accounts/second/disable", nil, nil) }()
		go func() { done <- replica.As(second).Post(ctx, "/v1/accounts/chief/disable", nil, nil) }()
		one, two := <-done, <-done
		if (one == nil) == (two == nil) {
			t.Errorf("both: %v, %v", one, two)
		}
		if has, err := r.Store().HasAdmin(ctx); err != nil || !has {
			t.Errorf("an administrator is left: %v, %v", has, err)
		}
		// Whoever holds the data may.
		must(t, r.Desk.Shut(ctx, regtest.Nobody, "chief"))
		must(t, r.Desk.Shut(ctx, regtest.Nobody, "second"))
		must(t, r.Desk.Admit(ctx, regtest.Nobody, "second"))
	})
}

func TestPasswords(t *testing.T) {
	t.Parallel()
	databases(t, func(t *testing.T, r, replica *regtest.Registry) {
		ctx, admin := t.Context(), r.As(r.Admin)
		set := func(token, account string, body map[string]any) error {
			return r.As(token).Put(ctx, "/v1/accounts/"+account+"/password", body, nil)
		}
		signsIn := func(account, password string) bool {
			_, err := accounts.SignIn(ctx, replica.Store(), account, password, r.Shelf.Now(), 1e12)
			return err == nil
		}
		refused(t, set(r.Token, "ann", map[string]any{"password": "a new password", "current": "a wrong one here"}), "denied", "current password is wrong")
		refused(t, set(r.Token, "ann", map[string]any{"password": "short", "current": regtest.Password}), "invalid", "at least 10")
		refused(t, set(r.Token, "chief", map[string]any{"password": "a new password"}), "denied")
		refused(t, set(r.Account("ci", false, "publish"), "ci", map[string]any{"password": "a new password", "current": regtest.Password}), "denied", "manage")
		p := visitor(t, replica)
		p.signIn("ann")
		must(t, set(r.Token, "ann", map[string]any{"password": "a new password", "current": regtest.Password}))
		if signsIn("ann", regtest.Password) || !signsIn("ann", "a new password") {
			t.Error("the password did not change")
		}
		if _, body := p.open("/account"); !strings.Contains(body, "Password") {
			t.Error("a session outlives the password")
		}
		must(t, r.Client.Get(ctx, "/v1/whoami", nil)) // tokens stay unless one says otherwise
		must(t, admin.Put(ctx, "/v1/accounts/ann/password", map[string]any{"password": "from the administrator", "revokeTokens": true}, nil))
		if !signsIn("ann", "from the administrator") {
			t.Error("the administrator's password is none")
		}
		refused(t, r.Client.Get(ctx, "/v1/whoami", nil), "unauthenticated")
		_, err := r.Desk.FromOIDC(ctx, "https://id.example", "42", "dora")
		must(t, err)
		refused(t, admin.Put(ctx, "/v1/accounts/dora/password", map[string]any{"password": "from the administrator"}, nil), "conflict", "signs in by https://id.example")
	})
}

// TestAdministrationPages does the same as a person.
func TestAdministrationPages(t *testing.T) {
	t.Parallel()
	r := regtest.Start(t, nil)
	r.Desk.AutoVerify = false
	must(t, r.Client.Post(t.Context(), "/v1/orgs", map[string]string{"name": "newco", "title": "Newco <b>Ltd</b>"}, nil))
	must(t, r.Client.Post(t.Context(), "/v1/orgs/acme/namespaces", map[string]string{"name": "net.acme"}, nil))
	eve := visitor(t, r)
	if status, _ := eve.open("/admin"); status != 401 {
		t.Errorf("a stranger: status %d", status)
	}
	eve.signIn("ann")
	if status, body := eve.open("/admin"); status != 403 || strings.Contains(body, "chief") {
		t.Errorf("no administrator: status %d", status)
	}
	p := visitor(t, r)
	p.signIn("chief")
	_, body := p.open("/admin")
	shows(t, body, "Newco &lt;b&gt;Ltd", "net.acme", "ann", ">administrator<")
	_, body = p.send("/admin/accounts", url.Values{"account": {"bob"}, "password": {"a long password"}})
	shows(t, body, "bob")
	p.send("/admin/accounts/disable", url.Values{"account": {"ann"}})
	if _, body := eve.open("/account"); !strings.Contains(body, "Password") {
		t.Error("ann is still signed in")
	}
	refused(t, r.Client.Get(t.Context(), "/v1/whoami", nil), "unauthenticated")
	_, body = p.open("/admin")
	shows(t, body, "disabled", `action="/admin/accounts/enable"`)
	p.send("/admin/accounts/enable", url.Values{"account": {"ann"}})
	p.send("/admin/accounts/password", url.Values{"account": {"ann"}, "password": {"another password"}})
	status, body := eve.send("/signin", url.Values{"name": {"ann"}, "password": {"another password"}})
	if status != 200 {
		t.Errorf("with the password that the administrator gave: %d %.500s", status, body)
	}
	if status, _ = p.send("/admin/accounts/disable", url.Values{"account": {"chief"}}); status != 409 {
		t.Errorf("the last administrator: status %d", status)
	}
	// One's own password: another browser is signed out, this one is not.
	second := visitor(t, r)
	second.signIn("chief")
	p.open("/account")
	if status, _ = p.send("/account/password", url.Values{"current": {"not this one at all"}, "password": {"my new password"}, "repeat": {"my new password"}}); status != 403 {
		t.Errorf("a wrong current password: status %d", status)
	}
	if status, _ = p.send("/account/password", url.Values{"current": {regtest.Password}, "password": {"my new password"}, "repeat": {"my other password"}}); status != 422 {
		t.Errorf("two that differ: status %d", status)
	}
	status, body = p.send("/account/password", url.Values{"current": {regtest.Password}, "password": {"my new password"}, "repeat": {"my new password"}})
	if status != 200 {
		t.Errorf("change: status %d", status)
	}
	shows(t, body, "The password was changed")
	if _, body := second.open("/account"); !strings.Contains(body, "Password") {
		t.Error("the other browser is still signed in")
	}
}
