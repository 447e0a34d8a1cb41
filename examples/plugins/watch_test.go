package plugins_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/dougong-dev/dougong/core"
	"github.com/dougong-dev/dougong/core/capability"
	"github.com/dougong-dev/dougong/core/config"
	"github.com/dougong-dev/dougong/core/plugin/process"
	pdk "github.com/dougong-dev/dougong/pdk/go"
)

// idNumber is the standard's own example of a resident identity number.
const idNumber = "11010519491231002X"

// server is what must not receive a number.
type server struct {
	*httptest.Server
	mu   sync.Mutex
	seen []string
}

func newServer(t *testing.T) *server {
	s := &server{}
	s.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		s.mu.Lock()
		defer s.mu.Unlock()
		s.seen = append(s.seen, r.URL.String()+" "+string(body)+" "+r.Header.Get("X-Note"))
		_, _ = io.WriteString(w, "fine")
	}))
	t.Cleanup(s.Close)
	return s
}

func (s *server) requests() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]string{}, s.seen...)
}

// guarded is a super-app with the real network plugin, the DLP guard and the APM observer.
func guarded(t *testing.T, data string, edit func(*config.Config)) *core.Kernel {
	t.Helper()
	for _, args := range [][]string{{"-o", "../../bin/example-plugins", "dlp", "apm"}, {"-o", "../../bin/plugins", "../../plugins/network"}} {
		if out, err := exec.Command("go", append([]string{"run", "../../plugins/internal/build"}, args...)...).CombinedOutput(); err != nil {
			t.Fatalf("build: %v\n%s", err, out)
		}
	}
	path := func(p string) string {
		abs, err := filepath.Abs("../../bin/" + p)
		if err != nil {
			t.Fatal(err)
		}
		return abs
	}
	c := config.Default()
	c.Data, c.Policy.Trace, c.Policy.Domains, c.Policy.PrivateAddresses = data, config.TraceOff, config.DomainsAny, []string{"127.0.0.1"}
	c.MiniApps = []config.MiniApp{{ID: "shop", Path: "."}}
	c.Plugins = []config.Plugin{
		{ID: "dougong.network", Path: path("plugins/dougong.network"), Grants: config.Grants{Net: true}, Config: map[string]any{"private_addresses": []any{"127.0.0.1"}}},
		{ID: "com.example.dlp", Path: path("example-plugins/com.example.dlp"), Grants: config.Grants{Sensitive: true}},
		{ID: "com.example.apm", Path: path("example-plugins/com.example.apm")},
	}
	c.Guards = []config.Guard{{Plugin: "com.example.dlp", Capabilities: []string{"dougong.network/v1"}}}
	c.Observers = []config.Observer{{Plugin: "com.example.apm"}}
	if edit != nil {
		edit(c)
	}
	return kernel(t, c, process.Options{})
}

func request(t *testing.T, k *core.Kernel, params string, blobs ...[]byte) error {
	t.Helper()
	_, err := k.Call(t.Context(), &capability.Call{
		Info:    pdk.Info{Capability: "dougong.network/v1", Method: "request", App: "shop", User: "ann"},
		Payload: pdk.Payload{JSON: []byte(params), Blobs: blobs},
	})
	return err
}

// TestNumbersDoNotLeave has a mini-program send identity numbers through the real network plugin: they never arrive.
func TestNumbersDoNotLeave(t *testing.T) {
	if testing.Short() {
		return // it builds plugins, modules among them
	}
	s := newServer(t)
	data := t.TempDir()
	k := guarded(t, data, nil)
	q := func(format string, args ...any) string { return fmt.Sprintf(format, append([]any{s.URL}, args...)...) }
	if err := request(t, k, q(`{"url":"%s/ok","method":"POST","data":"hello"}`)); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		params string
		blobs  [][]byte
	}{
		"body":    {q(`{"url":"%s/body","method":"POST","data":"id=%s"}`, idNumber), nil},
		"object":  {q(`{"url":"%s/object","method":"POST","data":{"card":"110105 19491231 002X"}}`), nil},
		"address": {q(`{"url":"%s/?id=%s"}`, idNumber), nil},
		"header":  {q(`{"url":"%s/header","header":{"X-Note":"%s"}}`, idNumber), nil},
		"bytes":   {q(`{"url":"%s/bytes","method":"POST","data":{"$blob":0}}`), [][]byte{[]byte("name,id\nann," + idNumber)}},
	} {
		err := request(t, k, c.params, c.blobs...)
		if pdk.Code(err) != pdk.CodeVetoed || !strings.Contains(err.Error(), `guard "com.example.dlp" refused`) || strings.Contains(err.Error(), "1949") {
			t.Errorf("%s: %v", name, err)
		}
	}
	if got := s.requests(); len(got) != 1 || !strings.HasPrefix(got[0], "/ok hello") {
		t.Errorf("the server has seen %q", got)
	}

	// The host that is on the guard's list may be told, once the guard is told so, without a restart.
	next := *k.Config()
	next.Plugins = append([]config.Plugin{}, next.Plugins...)
	next.Plugins[1].Config = map[string]any{"allow_hosts": []any{"127.0.0.1"}}
	r, err := k.Reload(t.Context(), &next, core.ReloadOptions{})
	if err != nil || len(r.Changes) != 1 || r.Changes[0].What != core.Configured {
		t.Fatalf("%+v %v", r, err)
	}
	if err := request(t, k, q(`{"url":"%s/allowed","method":"POST","data":"%s"}`, idNumber)); err != nil {
		t.Error(err)
	}
	if got := s.requests(); len(got) != 2 || !strings.Contains(got[1], idNumber) {
		t.Errorf("the server has seen %q", got)
	}

	// What nobody provides is refused, and seen.
	if _, err := k.Call(t.Context(), &capability.Call{Info: pdk.Info{Capability: "dougong.payment/v1", Method: "requestPayment", App: "shop", User: "ann"}}); pdk.Code(err) != pdk.CodeUnsupported {
		t.Errorf("a payment without a provider: %v", err)
	}

	// The observer has summed all of it up, guard included.
	if err := k.Close(); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(filepath.Join(data, "plugins", "com.example.apm", "summary.json"))
	if err != nil {
		t.Fatal(err)
	}
	var sum struct {
		Methods []struct {
			Plugin, Method string
			Calls          int
			Errors         map[string]int
		}
	}
	if err := json.Unmarshal(text, &sum); err != nil {
		t.Fatal(err)
	}
	calls := map[string]string{}
	for _, m := range sum.Methods {
		calls[m.Plugin+" "+m.Method] = fmt.Sprint(m.Calls, m.Errors)
	}
	if calls["dougong.network request"] != "7 map[12:5]" || calls["com.example.dlp check"] != "7 map[]" ||
		calls[" requestPayment"] != fmt.Sprintf("1 map[%d:1]", pdk.CodeUnsupported) {
		t.Errorf("the summary says %v", calls)
	}
	if strings.Contains(string(text), idNumber) {
		t.Error("the summary holds a number")
	}
}

// TestGuardWithoutGrant does not see bodies, and lets them pass: what is sensitive is shown by word of the operator only.
func TestGuardWithoutGrant(t *testing.T) {
	if testing.Short() {
		return // it builds plugins, modules among them
	}
	s := newServer(t)
	k := guarded(t, t.TempDir(), func(c *config.Config) { c.Plugins[1].Grants.Sensitive = false })
	if err := request(t, k, fmt.Sprintf(`{"url":"%s/","method":"POST","data":{"$blob":0}}`, s.URL), []byte(idNumber)); err != nil {
		t.Errorf("the guard was shown what is sensitive: %v", err)
	}
	if err := request(t, k, fmt.Sprintf(`{"url":"%s/?id=%s"}`, s.URL, idNumber)); pdk.Code(err) != pdk.CodeVetoed {
		t.Errorf("an address is not sensitive: %v", err)
	}
}
