package web

import (
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/coder/websocket"

	"github.com/dougong-dev/dougong/core/miniapp/view/client"
)

func header(pairs ...string) http.Header {
	h := http.Header{}
	for i := 0; i < len(pairs); i += 2 {
		h.Set(pairs[i], pairs[i+1])
	}
	return h
}

func TestRequestsOfStrangers(t *testing.T) {
	t.Parallel()
	h := startHost(t, nil)
	opened := h.open("shop")
	own := h.base
	tests := []struct {
		name   string
		method string
		path   string
		header http.Header
		want   int
	}{
		{"launcher of the shell", "GET", "/api/launcher", nil, 200},
		{"launcher, own origin", "GET", "/api/launcher", header("Origin", own), 200},
		{"launcher, foreign origin", "GET", "/api/launcher", header("Origin", "https://evil.example"), 403},
		{"launcher, own name under https", "GET", "/api/launcher", header("Origin", "https"+strings.TrimPrefix(own, "http")), 403},
		{"launcher, opaque origin", "GET", "/api/launcher", header("Origin", "null"), 403},
		{"launcher, cross-site fetch", "GET", "/api/launcher", header("Sec-Fetch-Site", "cross-site"), 403},
		{"launcher, rebound host", "GET", "/api/launcher", header("Host", "evil.example"), 421},
		{"launcher, rebound host with the right port", "GET", "/api/launcher", header("Host", "evil.example:"+port(own)), 421},
		{"shell, localhost", "GET", "/shell/shell.js", header("Host", "localhost:"+port(own)), 200},
		{"open without an origin", "POST", "/api/open", nil, 403},
		{"open, foreign origin", "POST", "/api/open", header("Origin", "https://evil.example"), 403},
		{"files without an origin", "POST", "/api/give/x", nil, 403},
		{"files, the frame's origin", "POST", "/api/give/x", header("Origin", "null"), 403},
		{"files, foreign origin", "GET", "/api/take/x", header("Origin", "https://evil.example"), 403},
		{"index, rebound host", "GET", "/", header("Host", "evil.example"), 421},
		{"index, foreign origin", "GET", "/", header("Origin", "https://evil.example"), 403},
		{"index, wrong token", "GET", "/?token=guess", nil, 401},
		{"asset of the frame", "GET", opened.Frame + "r/images/a.png", header("Origin", "null"), 200},
		{"asset, foreign origin", "GET", opened.Frame + "r/images/a.png", header("Origin", "https://evil.example"), 403},
		{"asset, the shell's origin", "GET", opened.Frame + "r/images/a.png", header("Origin", own), 403},
		{"asset, rebound host", "GET", opened.Frame + "r/images/a.png", header("Host", "evil.example"), 421},
		{"asset, guessed key", "GET", "/f/guess/r/images/a.png", nil, 403},
		{"asset that is code", "GET", opened.Frame + "r/app.js", nil, 404},
		{"asset out of the bundle", "GET", opened.Frame + "r/..%2f..%2fetc/passwd.png", nil, 404},
		{"fetch, allowed", "GET", opened.Frame + "fetch?u=https://allowed.example/a.png", nil, 200},
		{"fetch, domain not allowed", "GET", opened.Frame + "fetch?u=https://evil.example/a.png", nil, 403},
		{"fetch, not a picture", "GET", opened.Frame + "fetch?u=https://allowed.example/page", nil, 415},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			response := h.do(test.method, test.path, test.header, "")
			if response.StatusCode != test.want {
				t.Errorf("%s %s with %v: got %s, want %d", test.method, test.path, test.header, response.Status, test.want)
			}
		})
	}
}

func port(base string) string {
	u, err := url.Parse(base)
	if err != nil {
		panic(err)
	}
	return u.Port()
}

func TestWithoutToken(t *testing.T) {
	t.Parallel()
	h := startHost(t, nil)
	stranger := &http.Client{}
	defer stranger.CloseIdleConnections()
	for _, path := range []string{"/", "/api/launcher", "/api/permissions/shop", "/api/shell"} {
		request, err := http.NewRequest("GET", h.base+path, nil)
		if err != nil {
			t.Fatal(err)
		}
		request.Header.Set("Origin", h.base)
		response, err := stranger.Do(request)
		if err != nil {
			t.Fatal(err)
		}
		response.Body.Close() // read only
		if response.StatusCode != http.StatusUnauthorized {
			t.Errorf("GET %s without a login: got %s, want 401", path, response.Status)
		}
	}
}

func TestCookie(t *testing.T) {
	t.Parallel()
	h := startHost(t, nil)
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	defer client.CloseIdleConnections()
	response, err := client.Get(h.base + "/?token=" + h.server.guard.token)
	if err != nil {
		t.Fatal(err)
	}
	response.Body.Close() // read only
	cookie := response.Header.Get("Set-Cookie")
	for _, want := range []string{"HttpOnly", "SameSite=Strict", "Path=/"} {
		if !strings.Contains(cookie, want) {
			t.Errorf("cookie %q lacks %s", cookie, want)
		}
	}
	if strings.Contains(cookie, h.server.guard.token) {
		t.Error("the cookie carries the token itself")
	}
	if location := response.Header.Get("Location"); location != "/" {
		t.Errorf("redirect to %q keeps the token in the address", location)
	}
}

func TestFrameDocument(t *testing.T) {
	t.Parallel()
	h := startHost(t, nil)
	opened := h.open("shop")
	response, err := h.client.Get(h.base + opened.Frame)
	if err != nil {
		t.Fatal(err)
	}
	body, err := io.ReadAll(response.Body)
	response.Body.Close() // read only
	if err != nil {
		t.Fatal(err)
	}
	policy := response.Header.Get("Content-Security-Policy")
	for _, want := range []string{"default-src 'none'", "sandbox allow-scripts", "connect-src ws://" + strings.TrimPrefix(h.base, "http://") + opened.Frame + "ws", "frame-ancestors " + h.base} {
		if !strings.Contains(policy, want) {
			t.Errorf("policy %q lacks %q", policy, want)
		}
	}
	for _, bad := range []string{"unsafe-eval", "unsafe-inline", "allow-same-origin", "*"} {
		if strings.Contains(policy, bad) {
			t.Errorf("policy %q has %q", policy, bad)
		}
	}
	if !strings.Contains(string(body), `integrity="sha256-`) {
		t.Errorf("document does not pin its script: %s", body)
	}
	scripts, _ := h.backend.TemplateScripts("shop")
	digest := client.Digest(scripts)
	if !strings.Contains(policy, "client.js '"+digest+"';") || !strings.Contains(string(body), `<script src="wxs.js" integrity="`+digest+`"`) {
		t.Errorf("template scripts are not listed by their digest: policy %q, document %s", policy, body)
	}
	if again := h.do("GET", opened.Frame, nil, ""); again.StatusCode != http.StatusForbidden {
		t.Errorf("second delivery of the document: got %s, want 403", again.Status)
	}
}

// TestFilesAreTheSessions: a frame is given the pictures of what its session runs, though another build is installed meanwhile.
func TestFilesAreTheSessions(t *testing.T) {
	t.Parallel()
	h := startHost(t, nil)
	opened := h.open("shop")
	h.backend.last().files = map[string]string{"images/a.png": "old", "images/old.png": "gone since", "h5/index.css": "old"}
	for path, want := range map[string]string{"r/images/a.png": "old", "r/images/old.png": "gone since", "h5/index.css": "old"} {
		response, err := h.client.Get(h.base + opened.Frame + path)
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(response.Body)
		_ = response.Body.Close() // only read
		if err != nil || response.StatusCode != http.StatusOK || string(body) != want {
			t.Errorf("%s: %s %q, %v; want %q", path, response.Status, body, err, want)
		}
	}
}

func TestFrameKeys(t *testing.T) {
	t.Parallel()
	h := startHost(t, nil)
	shop, notes := h.open("shop"), h.open("notes")
	shopKey, notesKey := h.key(shop), h.key(notes)
	tests := []struct {
		name   string
		path   string
		origin string
		host   string
		want   int
	}{
		{"foreign origin", shop.Frame + "ws?key=" + shopKey, "https://evil.example", "", 403},
		{"the shell's origin", shop.Frame + "ws?key=" + shopKey, h.base, "", 403},
		{"no origin", shop.Frame + "ws?key=" + shopKey, "", "", 403},
		{"rebound host", shop.Frame + "ws?key=" + shopKey, "null", "evil.example", 421},
		{"another app's key", shop.Frame + "ws?key=" + notesKey, "null", "", 403},
		{"guessed key", shop.Frame + "ws?key=guess", "null", "", 403},
		{"no key", shop.Frame + "ws", "null", "", 403},
		{"shell socket from a frame", "/api/shell", "null", "", 403},
		{"shell socket from a stranger", "/api/shell", "https://evil.example", "", 403},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if _, status := h.dial(test.path, test.origin, test.host); status != test.want {
				t.Errorf("got %d, want %d", status, test.want)
			}
		})
	}
	socket, status := h.dial(shop.Frame+"ws?key="+shopKey, "null", "")
	if socket == nil {
		t.Fatalf("the right key is refused: %d", status)
	}
	defer socket.CloseNow() // end of test
	if _, status := h.dial(shop.Frame+"ws?key="+shopKey, "null", ""); status != http.StatusForbidden {
		t.Errorf("used key: got %d, want 403", status)
	}
}

// open opens a mini-program as the shell does.
func (h *host) open(app string) Opened {
	h.Helper()
	body, err := json.Marshal(OpenRequest{App: app})
	if err != nil {
		h.Fatal(err)
	}
	request, err := http.NewRequest("POST", h.base+"/api/open", strings.NewReader(string(body)))
	if err != nil {
		h.Fatal(err)
	}
	request.Header.Set("Origin", h.base)
	response, err := h.client.Do(request)
	if err != nil {
		h.Fatal(err)
	}
	defer response.Body.Close() // read only
	var opened Opened
	if err := json.NewDecoder(response.Body).Decode(&opened); err != nil {
		h.Fatalf("open %s: %s: %v", app, response.Status, err)
	}
	return opened
}

// key reads a frame's document, as a browser does, and takes the one-use key out of it.
func (h *host) key(o Opened) string {
	h.Helper()
	response, err := h.client.Get(h.base + o.Frame)
	if err != nil {
		h.Fatal(err)
	}
	defer response.Body.Close() // read only
	body, err := io.ReadAll(response.Body)
	if err != nil {
		h.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(body), `data-key="`)
	key, _, ok := strings.Cut(rest, `"`)
	if !ok {
		h.Fatalf("no key in the document: %s", body)
	}
	return key
}

// dial opens a WebSocket; the status is the answer's if the upgrade is refused.
func (h *host) dial(path, origin, hostName string) (*websocket.Conn, int) {
	h.Helper()
	head := http.Header{}
	if origin != "" {
		head.Set("Origin", origin)
	}
	socket, response, err := websocket.Dial(h.Context(), "ws"+strings.TrimPrefix(h.base, "http")+path,
		&websocket.DialOptions{HTTPHeader: head, Host: hostName, HTTPClient: h.client})
	if err != nil {
		if response == nil {
			h.Fatal(err)
		}
		return nil, response.StatusCode
	}
	return socket, response.StatusCode
}
