package web

import (
	"context"
	"fmt"
	"io/fs"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/dougong-dev/dougong/core/miniapp/message"
	"github.com/dougong-dev/dougong/pdk/go"
)

// scripted is a backend whose mini-programs say what a test wants: the other side of the Backend interface, with nothing
// of a real engine.
type scripted struct {
	mu      sync.Mutex
	opened  []*scriptedSession
	granted map[string]bool
	scripts string // template scripts of the shop, in place of the usual ones
	// onHide is run by every mini-program that hides.
	onHide func(*scriptedSession)
}

type scriptedSession struct {
	options OpenOptions
	posted  chan message.ToActor
	done    chan struct{}
	once    sync.Once
	files   map[string]string // of its own; nil: those of the backend
	atEnd   *message.Exit     // what its pages want to find again, said when it hides
	onHide  func(*scriptedSession)
}

func (s *scriptedSession) Asset(path string) ([]byte, error) {
	if s.files == nil {
		return (&scripted{}).Asset("", path)
	}
	if data, ok := s.files[path]; ok {
		return []byte(data), nil
	}
	return nil, fmt.Errorf("%s: %w", path, fs.ErrNotExist)
}

func (s *scriptedSession) Post(m message.ToActor) {
	s.posted <- m
	if said := s.atEnd; m.Hide && said != nil {
		s.options.Send(message.FromActor{Exit: said})
	}
	if m.Hide && s.onHide != nil {
		s.onHide(s)
	}
	if m.Close {
		s.options.Send(message.FromActor{Closed: &message.Closed{}})
		s.Close()
	}
}
func (s *scriptedSession) Close()                { s.once.Do(func() { close(s.done) }) }
func (s *scriptedSession) Done() <-chan struct{} { return s.done }

func (b *scripted) Brand() Brand { return Brand{Name: "Test super-app", Color: "#0a7"} }

func (b *scripted) Apps() []App {
	return []App{{ID: "shop", Name: "Shop", Version: "1.0.0"}, {ID: "notes", Name: "Notes"}}
}

func (b *scripted) Open(_ context.Context, o OpenOptions) (Session, error) {
	s := &scriptedSession{options: o, posted: make(chan message.ToActor, 10_000), done: make(chan struct{}), onHide: b.onHide}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.opened = append(b.opened, s)
	return s, nil
}

func (b *scripted) last() *scriptedSession {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.opened[len(b.opened)-1]
}

func (b *scripted) Asset(_, path string) ([]byte, error) {
	if path == "images/a.png" {
		return []byte("\x89PNG\r\n\x1a\n"), nil
	}
	return nil, fmt.Errorf("%s: %w", path, fs.ErrNotExist)
}

func (b *scripted) TemplateScripts(app string) ([]byte, error) {
	if app != "shop" {
		return nil, nil
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.scripts != "" {
		return []byte(b.scripts), nil
	}
	return []byte(`__dgScripts = { "a.wxs": function (require, module) { module.exports.drag = function () {} } };`), nil
}

func (b *scripted) Fetch(_ context.Context, _, _, address string) (Resource, error) {
	switch {
	case strings.HasPrefix(address, "https://allowed.example/page"):
		return Resource{ContentType: "text/html", Body: []byte("<script>1</script>")}, nil
	case strings.HasPrefix(address, "https://allowed.example/"):
		return Resource{ContentType: "image/png", Body: []byte("\x89PNG\r\n\x1a\n")}, nil
	default:
		return Resource{}, pdk.Errorf(pdk.CodeDomain, "domain", "%s is not on the allow-list", address)
	}
}

func (b *scripted) Permissions(string, string) ([]Permission, error) {
	return []Permission{{Scope: "scope.userLocation", Title: "Location", Granted: b.granted["scope.userLocation"]}}, nil
}

func (b *scripted) SetPermission(_, _, scope string, granted bool) error {
	b.granted[scope] = granted
	return nil
}

// host is a running web host with a browser-like client that is logged in.
type host struct {
	*testing.T
	backend *scripted
	server  *Server
	base    string
	client  *http.Client
}

func startHost(t *testing.T, change func(*Config)) *host {
	t.Helper()
	backend := &scripted{granted: map[string]bool{}}
	config := Config{Backend: backend, Grace: time.Minute}
	if change != nil {
		change(&config)
	}
	server, err := New(config)
	if err != nil {
		t.Fatal(err)
	}
	web := httptest.NewServer(server.Handler())
	server.guard.allow(web.Listener.Addr())
	t.Cleanup(func() {
		server.Close()
		web.Close()
	})
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	transport := &http.Transport{}
	t.Cleanup(transport.CloseIdleConnections)
	h := &host{T: t, backend: backend, server: server, base: web.URL, client: &http.Client{Jar: jar, Transport: transport}}
	response := h.do("GET", "/?token="+url.QueryEscape(server.guard.token), nil, "")
	if response.StatusCode != http.StatusOK {
		t.Fatalf("log in: %s", response.Status)
	}
	return h
}

// do makes a request and closes its body.
func (h *host) do(method, path string, header http.Header, body string) *http.Response {
	h.Helper()
	request, err := http.NewRequest(method, h.base+path, strings.NewReader(body))
	if err != nil {
		h.Fatal(err)
	}
	if header != nil {
		request.Header = header
	}
	if name := request.Header.Get("Host"); name != "" {
		request.Host = name
	}
	response, err := h.client.Do(request)
	if err != nil {
		h.Fatal(err)
	}
	response.Body.Close() // read only
	return response
}
