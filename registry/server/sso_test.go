package server_test

import (
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/dougong-dev/dougong/registry/internal/regtest"
	"github.com/dougong-dev/dougong/registry/orgs"
	"github.com/dougong-dev/dougong/registry/server"
	"github.com/dougong-dev/dougong/registry/sso"
	"github.com/dougong-dev/dougong/registry/store"
	"github.com/dougong-dev/dougong/registry/web"
)

// provider starts a real sign-in provider that leads back to an address, built from the module proxy.
func provider(t *testing.T, back string) (issuer string) {
	t.Helper()
	bin := filepath.Join(t.TempDir(), "idpeer")
	build := exec.Command("go", "build", "-o", bin, ".")
	build.Dir = filepath.Join("..", "internal", "idpeer")
	build.Env = append(os.Environ(), "CGO_ENABLED=0", "GOWORK=off")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("build the sign-in provider: %v\n%s", err, out)
	}
	addr := free(t)
	_, port, err := net.SplitHostPort(addr)
	must(t, err)
	run(t, addr, []string{"PORT=" + port, "REDIRECT_URI=" + back}, bin)
	return "http://localhost:" + port + "/"
}

// through signs in at the provider, and gives the address that it leads back to, not yet visited.
func (p *person) through(name string) string {
	p.Helper()
	p.CheckRedirect = func(r *http.Request, _ []*http.Request) error {
		if r.URL.Path == web.CallbackPath {
			return http.ErrUseLastResponse
		}
		return nil
	}
	defer func() { p.CheckRedirect = nil }()
	res, err := p.Get(p.base + "/oidc/start")
	must(p.T, err)
	at := res.Request.URL
	page, err := io.ReadAll(res.Body)
	must(p.T, err)
	must(p.T, res.Body.Close())
	id := between(p.T, string(page), `name="id" value="`, `"`)
	res, err = p.PostForm(at.ResolveReference(&url.URL{Path: "/login/username"}).String(), url.Values{"id": {id}, "username": {name}, "password": {"verysecure"}})
	must(p.T, err)
	must(p.T, res.Body.Close())
	back := res.Header.Get("Location")
	if !strings.HasPrefix(back, p.base+web.CallbackPath+"?") {
		p.Fatalf("the provider leads to %q (status %s)", back, res.Status)
	}
	return back
}

// TestProviderSignIn signs in at a real provider, as browsers do, and tries to misuse what comes of that.
func TestProviderSignIn(t *testing.T) {
	if testing.Short() {
		t.Skip("builds a sign-in provider")
	}
	t.Parallel()
	addr := free(t)
	issuer := provider(t, "http://"+addr+web.CallbackPath)
	r := regtest.Start(t, func(c *server.Config) {
		c.OIDC = sso.Config{Issuer: issuer, ClientID: "dougong-registry", ClientSecret: "secret"}
		c.Groups = orgs.Groups{Admin: "staff", Roles: []orgs.GroupRole{{Group: "publishers", Org: "acme", Role: store.RolePublisher}, {Group: "staff", Org: "acme", Role: store.RoleReader}, {Group: "x", Org: "none", Role: store.RoleOwner}}}
		c.URL = "http://" + addr
		c.Private = true
	})
	l, err := net.Listen("tcp", addr)
	must(t, err)
	front := &http.Server{Handler: r.Handler()} //nolint:gosec // a test
	go func() { _ = front.Serve(l) }()
	t.Cleanup(func() { must(t, front.Close()) })
	r.URL = "http://" + addr
	ctx := t.Context()

	p := visitor(t, r)
	_, body := p.open("/signin")
	shows(t, body, `href="/oidc/start"`, "Sign in by localhost:")
	back := p.through("annie")
	// A code that somebody else brings is worth nothing: their browser began no sign-in, or another one.
	eve := visitor(t, r)
	if status, body := eve.answer(eve.Get(back)); status != 401 || !strings.Contains(body, "under way") {
		t.Errorf("a stolen answer: %d %.2000s", status, body)
	}
	eve.through("bob")
	if status, body := eve.answer(eve.Get(back)); status != 401 || !strings.Contains(body, "state") {
		t.Errorf("a stolen answer with a sign-in under way: %d %.2000s", status, body)
	}
	flow := p.cookieOf(t, "oidc")
	if status, body := p.answer(p.Get(back)); status != 200 || !strings.Contains(body, "annie") {
		t.Fatalf("signed in: %d %.2000s", status, body)
	}
	a, err := r.Store().Account(ctx, "annie")
	must(t, err)
	org, err := r.Store().Org(ctx, "acme")
	must(t, err)
	role, err := r.Store().Role(ctx, org.ID, a.ID)
	if err != nil || role != store.RolePublisher || !a.Admin || a.Issuer != issuer || a.Subject != "id-ann" {
		t.Errorf("account %+v, role %q, %v", a, role, err)
	}
	// The same answer a second time: the flow is over here, and its code is used up there.
	if status, _ := p.answer(p.Get(back)); status != 401 {
		t.Errorf("a replayed answer: status %d", status)
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, back, nil)
	must(t, err)
	req.AddCookie(&http.Cookie{Name: "oidc", Value: flow})
	if status, body := eve.answer((&http.Client{}).Do(req)); status != 401 || !strings.Contains(body, "code was not taken") {
		t.Errorf("a replayed code with its own flow: %d %.2000s", status, body)
	}
	// What the groups gave, they take away at the next sign-in.
	must(t, r.Store().Update(ctx, func(tx store.Tx) error { return tx.SetMember(ctx, org.ID, a.ID, store.RoleOwner) }))
	p.answer(p.Get(p.through("annie")))
	if role, err := r.Store().Role(ctx, org.ID, a.ID); err != nil || role != store.RolePublisher {
		t.Errorf("after another sign-in: role %q, %v", role, err)
	}
	eve.answer(eve.Get(eve.through("bob")))
	bob, err := r.Store().Account(ctx, "bob")
	must(t, err)
	if role, err := r.Store().Role(ctx, org.ID, bob.ID); err != nil || role != "" || bob.Admin {
		t.Errorf("bob: role %q, admin %v, %v", role, bob.Admin, err)
	}
	// Signing out here says that one is still signed in there, and where to end that.
	p.open("/account")
	_, body = p.send("/signout", url.Values{})
	shows(t, body, "Sign out there as well", issuer+"end_session?client_id=dougong-registry")
	if _, body = p.open("/account"); !strings.Contains(body, "Password") {
		t.Error("still signed in")
	}
	must(t, r.Store().Update(ctx, func(tx store.Tx) error { return tx.SetDisabled(ctx, a.ID, true) }))
	if status, body := p.answer(p.Get(p.through("annie"))); status != 403 || !strings.Contains(body, "disabled") {
		t.Errorf("a disabled account: %d %.2000s", status, body)
	}
	refused(t, r.As("").Post(ctx, "/v1/login/oidc", map[string]any{"idToken": "e30.e30.e30", "token": map[string]any{"name": "ci", "scopes": []string{"read"}, "days": 1}}, nil), "unauthenticated")
}

func (p *person) cookieOf(t *testing.T, name string) string {
	t.Helper()
	u, err := url.Parse(p.base)
	must(t, err)
	for _, c := range p.Jar.Cookies(u) {
		if c.Name == name {
			return c.Value
		}
	}
	t.Fatalf("there is no cookie %q", name)
	return ""
}

// TestProviderIsDown offers the other way in.
func TestProviderIsDown(t *testing.T) {
	t.Parallel()
	r := regtest.Start(t, func(c *server.Config) {
		c.OIDC = sso.Config{Issuer: "http://" + free(t) + "/", ClientID: "dougong-registry"}
		c.Groups.Require = "staff"
	})
	p := visitor(t, r)
	if status, body := p.open("/oidc/start"); status != 503 || !strings.Contains(body, "name and password") {
		t.Errorf("status %d: %.2000s", status, body)
	}
	p.signIn("ann")
	ctx := t.Context()
	for group, code := range map[string]string{"guests": "denied", "staff": ""} {
		a, err := r.Desk.Arrive(ctx, &sso.Person{Issuer: "https://id", Subject: group, Name: "ann", Groups: []string{group}}, orgs.Groups{Require: "staff"})
		if code != "" {
			if err == nil || !strings.Contains(err.Error(), `not in the group "staff"`) {
				t.Errorf("%s: %v", group, err)
			}
			continue
		}
		must(t, err)
		if a.Name == "ann" || !strings.HasPrefix(a.Name, "ann-") {
			t.Errorf("took the name of a local account: %q", a.Name)
		}
	}
}

func TestParseGroupRole(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]orgs.GroupRole{
		"devs=acme:publisher":           {Group: "devs", Org: "acme", Role: store.RolePublisher},
		"cn=devs,ou=x=acme:owner":       {Group: "cn=devs,ou=x", Org: "acme", Role: store.RoleOwner},
		"urn:house:devs=acme.cn:reader": {Group: "urn:house:devs", Org: "acme.cn", Role: store.RoleReader},
		"devs":                          {}, "=acme:owner": {}, "devs=acme": {}, "devs=acme:king": {}, "devs=:owner": {}, "": {},
	} {
		got, err := orgs.ParseGroupRole(text)
		if got != want || (err == nil) != (want != orgs.GroupRole{}) {
			t.Errorf("ParseGroupRole(%q) = %+v, %v", text, got, err)
		}
	}
}
