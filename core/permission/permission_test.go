package permission

import (
	"context"
	"errors"
	"net/netip"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/dougong-dev/dougong/core/capability"
	"github.com/dougong-dev/dougong/core/store"
	"github.com/dougong-dev/dougong/pdk/go"
	"github.com/dougong-dev/dougong/pdk/go/contract"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// screen answers questions as its functions say.
type screen struct {
	ask      func(context.Context, Request) (bool, error)
	settings func(map[string]bool) map[string]bool
	confirm  func(Confirmation) (int, error)
}

func (s screen) Ask(ctx context.Context, r Request) (bool, error) { return s.ask(ctx, r) }
func (s screen) Settings(_ context.Context, _, _ string, m map[string]bool) (map[string]bool, error) {
	return s.settings(m), nil
}
func (s screen) Confirm(_ context.Context, c Confirmation) (int, error) { return s.confirm(c) }

var locate = &contract.Method{Capability: "dougong.geolocation/v1", Name: "getLocation", Scope: "scope.userLocation"}

func location(app, user string) *capability.Call {
	return &capability.Call{Info: pdk.Info{App: app, User: user, Method: "getLocation"}, Contract: locate}
}

func open(t *testing.T) (*store.Bolt, *Grants) {
	t.Helper()
	s, err := store.Open(filepath.Join(t.TempDir(), "host.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	g, err := LoadGrants(s)
	if err != nil {
		t.Fatal(err)
	}
	return s, g
}

func code(err error) int {
	var e *pdk.Error
	if errors.As(err, &e) {
		return e.Code
	}
	return -1
}

func TestAskedOnceRememberedRevocable(t *testing.T) {
	t.Parallel()
	s, g := open(t)
	asked := 0
	p := New(Options{Grants: g, Prompter: screen{ask: func(_ context.Context, r Request) (bool, error) {
		asked++
		return r.User == "ann", nil
	}}, Scopes: []string{"scope.userLocation"}})
	defer p.Close()
	for range 3 {
		if err := p.Judge(t.Context(), location("shop", "ann")); err != nil {
			t.Fatal(err)
		}
		if err := p.Judge(t.Context(), location("shop", "bob")); code(err) != pdk.CodeDenied {
			t.Fatalf("bob refused, yet: %v", err)
		}
	}
	if asked != 2 {
		t.Errorf("asked %d times, want once each", asked)
	}
	again, err := LoadGrants(s)
	if err != nil {
		t.Fatal(err)
	}
	if a, known := again.Lookup("shop", "ann", "scope.userLocation"); !a || !known {
		t.Error("ann's grant did not survive a restart")
	}
	if _, known := again.Lookup("notes", "ann", "scope.userLocation"); known {
		t.Error("the grant holds for another mini-program too")
	}
	if err := g.Revoke("shop", "ann", "scope.userLocation"); err != nil {
		t.Fatal(err)
	}
	if err := p.Judge(t.Context(), location("shop", "ann")); err != nil || asked != 3 {
		t.Errorf("after revoking: %v, asked %d times", err, asked)
	}
}

func TestConcurrentCallsShareAQuestion(t *testing.T) {
	t.Parallel()
	_, g := open(t)
	var asked atomic.Int32
	release := make(chan struct{})
	p := New(Options{Grants: g, Prompter: screen{ask: func(ctx context.Context, _ Request) (bool, error) {
		asked.Add(1)
		select {
		case <-release:
			return true, nil
		case <-ctx.Done():
			return false, ctx.Err()
		}
	}}})
	defer p.Close()
	first, giveUp := context.WithCancel(t.Context())
	firstDone := make(chan error, 1)
	go func() { firstDone <- p.Judge(first, location("shop", "ann")) }()
	waitFor(t, func() bool { return asked.Load() == 1 })
	var all sync.WaitGroup
	for range 5 {
		all.Go(func() {
			if err := p.Judge(t.Context(), location("shop", "ann")); err != nil {
				t.Errorf("a waiting call: %v", err)
			}
		})
	}
	waitFor(t, func() bool { return p.asker.waiting() == 6 })
	giveUp()
	if err := <-firstDone; code(err) != pdk.CodeCanceled {
		t.Errorf("the call that gave up: %v", err)
	}
	close(release)
	all.Wait()
	if asked.Load() != 1 {
		t.Errorf("asked %d times, want 1", asked.Load())
	}
}

func (a *asker) waiting() (n int) {
	a.mu.Lock()
	defer a.mu.Unlock()
	for _, q := range a.open {
		n += q.waiters
	}
	return n
}

func waitFor(t *testing.T, ok func() bool) {
	t.Helper()
	deadline := time.Now().Add(10 * time.Second)
	for !ok() {
		if time.Now().After(deadline) {
			t.Fatal("waited 10 s in vain")
		}
		runtime.Gosched()
	}
}

func TestDismissedIsNotRemembered(t *testing.T) {
	t.Parallel()
	_, g := open(t)
	answers := []error{ErrDismissed, nil}
	p := New(Options{Grants: g, Prompter: screen{ask: func(context.Context, Request) (bool, error) {
		err := answers[0]
		answers = answers[1:]
		return err == nil, err
	}}})
	defer p.Close()
	if err := p.Judge(t.Context(), location("a", "u")); code(err) != pdk.CodeDenied {
		t.Errorf("dismissed: %v", err)
	}
	if err := p.Judge(t.Context(), location("a", "u")); err != nil {
		t.Errorf("asked again and allowed: %v", err)
	}
}

func TestNobodyToAsk(t *testing.T) {
	t.Parallel()
	_, g := open(t)
	for prompts, want := range map[string]int{PromptAsk: pdk.CodeDenied, PromptDeny: pdk.CodeDenied, PromptAllow: -1} {
		p := New(Options{Grants: g, Prompts: prompts})
		if err := p.Judge(t.Context(), location("a", "u")); code(err) != want {
			t.Errorf("prompts %s: got %v, want code %d", prompts, err, want)
		}
	}
	host := location("a", "u")
	host.Host = true
	if err := New(Options{Grants: g}).Judge(t.Context(), host); err != nil {
		t.Errorf("the host's own call: %v", err)
	}
}

func TestSettings(t *testing.T) {
	t.Parallel()
	_, g := open(t)
	p := New(Options{Grants: g, Scopes: []string{"scope.a", "scope.b"}, Prompter: screen{
		ask: func(context.Context, Request) (bool, error) { return true, nil },
		settings: func(now map[string]bool) map[string]bool {
			return map[string]bool{"scope.a": !now["scope.a"], "scope.unknown": true}
		}}})
	defer p.Close()
	if err := p.Authorize(t.Context(), "app", "u", "scope.a", ""); err != nil {
		t.Fatal(err)
	}
	if err := p.Authorize(t.Context(), "app", "u", "scope.c", ""); code(err) != pdk.CodeInvalidParams || !strings.Contains(err.Error(), "known are scope.a, scope.b") {
		t.Errorf("unknown scope: %v", err)
	}
	got, err := p.OpenSetting(t.Context(), "app", "u")
	if err != nil || len(got) != 1 || got["scope.a"] {
		t.Errorf("after the user switched it off: %v, %v", got, err)
	}
	if err := p.Authorize(t.Context(), "app", "u", "scope.a", ""); code(err) != pdk.CodeDenied {
		t.Errorf("authorize what was switched off: %v", err)
	}
}

func TestRate(t *testing.T) {
	t.Parallel()
	_, g := open(t)
	now := time.Unix(1e9, 0)
	p := New(Options{Grants: g, CallsPerSecond: 10, Now: func() time.Time { return now }})
	plain := &contract.Method{Name: "m"}
	try := func(user string) error {
		return p.Judge(t.Context(), &capability.Call{Info: pdk.Info{App: "a", User: user}, Contract: plain})
	}
	for i := range 10 {
		if err := try("u"); err != nil {
			t.Fatalf("call %d: %v", i, err)
		}
	}
	if err := try("u"); code(err) != pdk.CodeQuota {
		t.Errorf("call 11: %v", err)
	}
	if err := try("other"); err != nil {
		t.Errorf("another user: %v", err)
	}
	now = now.Add(100 * time.Millisecond)
	if err := try("u"); err != nil {
		t.Errorf("a tenth of a second later: %v", err)
	}
}

// TestPluginRate has a plugin use up its own allowance, and nobody else's.
func TestPluginRate(t *testing.T) {
	t.Parallel()
	_, g := open(t)
	now := time.Unix(1e9, 0)
	p := New(Options{Grants: g, CallsPerSecond: 10, Now: func() time.Time { return now }})
	plain := &contract.Method{Name: "kvSet"}
	try := func(caller, app, user string) error {
		return p.Judge(t.Context(), &capability.Call{Info: pdk.Info{Method: "kvSet", App: app, User: user, Caller: caller}, Contract: plain})
	}
	for i := range 10 {
		if err := try("com.example.flood", "a", "u"); err != nil {
			t.Fatalf("call %d: %v", i, err)
		}
	}
	err := try("com.example.flood", "a", "u")
	if code(err) != pdk.CodeQuota {
		t.Fatalf("call 11: %v", err)
	}
	for _, want := range []string{`plugin "com.example.flood"`, "kvSet", "10 calls a second", `"a"`, "policy.calls_per_second"} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("%q does not say %s", err, want)
		}
	}
	for name, err := range map[string]error{
		"the mini-program itself": try("", "a", "u"), "another plugin": try("com.example.calm", "a", "u"),
		"another mini-program": try("com.example.flood", "b", "u"), "another user": try("com.example.flood", "a", "v"),
	} {
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	now = now.Add(100 * time.Millisecond)
	if err := try("com.example.flood", "a", "u"); err != nil {
		t.Errorf("a tenth of a second later: %v", err)
	}
}

func rules(t *testing.T, list ...string) (out []Rule) {
	t.Helper()
	for _, text := range list {
		r, err := ParseRule(text)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, r)
	}
	return out
}

func TestDomain(t *testing.T) {
	t.Parallel()
	_, g := open(t)
	p := New(Options{Grants: g, Private: []netip.Prefix{netip.MustParsePrefix("127.0.0.1/32")}, Domains: map[string]Lists{"shop": {
		"request": rules(t, "api.example.com", "*.cdn.example.com", "pay.example.com:8443", "http://127.0.0.1:8081", "http://10.0.0.5", "any.example.com:*", "例子.测试"),
		"socket":  rules(t, "wss://push.example.com"),
		"tcp":     rules(t, "echo.example.com:7000", "*.iot.example.com:*", "127.0.0.1:7001"),
		"udp":     rules(t, "*"),
	}}})
	for _, c := range []struct {
		list, url string
		ok        bool
	}{
		{"request", "https://api.example.com/x?y=1", true},
		{"request", "HTTPS://API.Example.com./x", true},
		{"request", "https://api.example.com:443/", true},
		{"request", "https://api.example.com:8443/", false},
		{"request", "http://api.example.com/", false},
		{"request", "https://api.example.com.evil.org/", false},
		{"request", "https://evil.org/?api.example.com", false},
		{"request", "https://api.example.com@evil.org/", false},
		{"request", "https://evil.org\\@api.example.com/", false},
		{"request", "https://evil.org#@api.example.com/", false},
		{"request", "https://%61pi.example.com/", false},
		{"request", "https://a.cdn.example.com/", true},
		{"request", "https://a.b.cdn.example.com/", true},
		{"request", "https://cdn.example.com/", false},
		{"request", "https://evilcdn.example.com/", false},
		{"request", "https://pay.example.com:8443/", true},
		{"request", "https://pay.example.com/", false},
		{"request", "https://any.example.com:9999/", true},
		{"request", "https://xn--fsqu00a.xn--0zwm56d/", true},
		{"request", "https://例子.测试/", true},
		{"request", "http://127.0.0.1:8081/", true},
		{"request", "http://127.0.0.1:8082/", false},
		{"request", "http://10.0.0.5/", false}, // on the list, but private and not allowed by policy
		{"request", "http://2130706433:8081/", false},
		{"request", "http://0x7f.1:8081/", false},
		{"request", "http://[::ffff:127.0.0.1]:8081/", true},
		{"request", "file:///etc/passwd", false},
		{"request", "javascript:alert(1)", false},
		{"request", "", false},
		{"request", "https:///x", false},
		{"socket", "wss://push.example.com/", true},
		{"socket", "wss://api.example.com/", false},
		{"downloadFile", "https://api.example.com/", false},
		{"tcp", "tcp://echo.example.com:7000", true},
		{"tcp", "tcp://echo.example.com:7001", false},
		{"tcp", "tcp://echo.example.com", false},
		{"tcp", "tcp://a.iot.example.com:1", true},
		{"tcp", "tcp://127.0.0.1:7001", true},
		{"tcp", "tcp://10.0.0.1:7000", false},
		{"udp", "udp://whatever.org:53", true},
		{"udp", "udp://10.0.0.1:53", false},
		{"request", "tcp://api.example.com:443", false},
	} {
		if err := p.Domain("shop", c.list, c.url); (err == nil) != c.ok || err != nil && code(err) != pdk.CodeDomain {
			t.Errorf("%s %s: got %v, want allowed %v", c.list, c.url, err, c.ok)
		}
	}
	if err := p.Domain("notes", "request", "https://api.example.com/"); err == nil {
		t.Error("another mini-program's list holds for all")
	}
	open := New(Options{Grants: g, AnyDomain: true})
	if err := open.Domain("x", "request", "https://whatever.org"); err != nil {
		t.Error(err)
	}
	if err := open.Domain("x", "request", "http://169.254.169.254/latest"); err == nil {
		t.Error("any domain lets a metadata service be reached")
	}
}

func TestAddressOfHostAndPort(t *testing.T) {
	t.Parallel()
	d := &contract.Domain{List: "tcp", Param: "address", Port: "port"}
	for in, want := range map[string]string{
		`{"address":"echo.example.com","port":7000}`:        "tcp://echo.example.com:7000",
		`{"address":"echo.example.com","port":7000.0}`:      "tcp://echo.example.com:7000",
		`{"address":"::1","port":7}`:                        "tcp://[::1]:7",
		`{"address":"echo.example.com","port":70000}`:       "tcp://echo.example.com:",
		`{"address":"echo.example.com","port":7.5}`:         "tcp://echo.example.com:",
		`{"address":"echo.example.com","port":0}`:           "tcp://echo.example.com:",
		`{"address":"evil.org/?echo.example.com","port":7}`: "tcp://evil.org/?echo.example.com:7",
		`{"address":"echo.example.com"}`:                    "",
		`{"address":"echo.example.com","port":"7000"}`:      "",
		`{"address":7,"port":7}`:                            "",
		`{`:                                                 "",
	} {
		if got, ok := addressIn([]byte(in), d); got != want || ok != (want != "") {
			t.Errorf("%s: got %q, %v; want %q", in, got, ok, want)
		}
	}
	for _, address := range []string{"tcp://evil.org/?echo.example.com:7", "tcp://echo.example.com:", "tcp://a@b:7", "tcp://[a:80@evil.org]:7", "tcp://%61.org:7"} {
		if _, err := parseTarget(address); err == nil {
			t.Errorf("%q is read as an address", address)
		}
	}
}

func TestPluginDomain(t *testing.T) {
	t.Parallel()
	_, g := open(t)
	p := New(Options{Grants: g, Domains: map[string]Lists{"shop": {"request": rules(t, "gateway.example.com", "api.example.com")}},
		Plugins: map[string]PluginRules{"pay": {Requires: rules(t, "gateway.example.com", "bank.example.com", "other.example.com"), Granted: rules(t, "bank.example.com")}}})
	for _, c := range []struct {
		plugin, app, url string
		ok               bool
	}{
		{"pay", "shop", "https://gateway.example.com/", true},  // required and on the app's list
		{"pay", "shop", "https://bank.example.com/", true},     // required and granted by the operator
		{"pay", "shop", "https://other.example.com/", false},   // required, but beyond the app's list
		{"pay", "shop", "https://api.example.com/", false},     // on the app's list, but not required
		{"pay", "", "https://other.example.com/", true},        // for the host itself
		{"geo", "shop", "https://gateway.example.com/", false}, // another plugin
	} {
		if err := p.PluginDomain(c.plugin, c.app, "request", c.url); (err == nil) != c.ok {
			t.Errorf("%+v: got %v", c, err)
		}
	}
	m := &contract.Method{Name: "request", Domain: &contract.Domain{List: "request", Param: "url"}}
	call := &capability.Call{Info: pdk.Info{App: "shop", User: "u", Caller: "pay"}, Contract: m, Payload: pdk.Payload{JSON: []byte(`{"url":"https://evil.org"}`)}}
	if err := p.Judge(t.Context(), call); code(err) != pdk.CodeDomain {
		t.Errorf("a plugin's call: %v", err)
	}
}

func FuzzTarget(f *testing.F) {
	for _, s := range []string{"https://a.b/c", "http://[::1]:80", "wss://x.y:*", "https://a..b", "https://。/", "*.a.b"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if t1, err := parseTarget(s); err == nil && (t1.host == "" || strings.ToLower(t1.host) != t1.host) {
			t.Errorf("parseTarget(%q) = %+v", s, t1)
		}
		_, _ = ParseRule(s)
	})
}
