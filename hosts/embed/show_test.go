package embed_test

import (
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/dougong-dev/dougong/hosts/embed"
)

// visit opens a mini-program as a browser does, at an address that logs it in.
func visit(t *testing.T, address, app string) {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	transport := &http.Transport{}
	t.Cleanup(transport.CloseIdleConnections)
	client := http.Client{Jar: jar, Transport: transport}
	at, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	shell, err := client.Get(address)
	if err != nil {
		t.Fatal(err)
	}
	shell.Body.Close()
	if shell.StatusCode != http.StatusOK {
		t.Fatalf("GET %s: %s", address, shell.Status)
	}
	origin := "http://" + at.Host
	launcher, err := client.Get(origin + "/api/launcher")
	if err != nil {
		t.Fatal(err)
	}
	launcher.Body.Close()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, origin+"/api/open", strings.NewReader(`{"app": "`+app+`"}`))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Origin", origin)
	request.Header.Set("Content-Type", "application/json")
	opened, err := client.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	opened.Body.Close()
	if opened.StatusCode != http.StatusOK {
		t.Fatalf("open: %s", opened.Status)
	}
}

// TestShown opens a mini-program in a browser, at an address of the host's and on a server of the program's own.
func TestShown(t *testing.T) {
	t.Parallel()
	mount := func(t *testing.T, host *embed.Host) string {
		mux := http.NewServeMux()
		server := httptest.NewServer(mux)
		t.Cleanup(server.Close)
		handler, address, err := host.Handler(strings.TrimPrefix(server.URL, "http://"), "app.example.com")
		if err != nil {
			t.Fatal(err)
		}
		mux.Handle("/", handler)
		return address
	}
	listen := func(t *testing.T, host *embed.Host) string {
		address, err := host.Listen("127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		return address
	}
	for name, show := range map[string]func(*testing.T, *embed.Host) string{"mounted": mount, "listening": listen} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			host, heard := open(t, embed.Options{MiniPrograms: []string{project(t, "com.example.seen")}, Capabilities: []embed.Capability{echo}})
			visit(t, show(t, host), "com.example.seen")
			page := heard.await(t, "page", func(e embed.Event) bool { return e.Kind == embed.Page })
			app := host.App(page.Number)
			if app == nil || app.Page() != "one" || page.Page != "one" || len(host.Apps()) != 1 {
				t.Fatalf("opened %+v", page)
			}
			if err := app.Send("news", 1); err != nil {
				t.Error(err)
			}
			app.Close()
			heard.await(t, "closed", func(e embed.Event) bool { return e.Kind == embed.Closed && e.Number == page.Number })
			if len(host.Apps()) != 0 {
				t.Errorf("still open: %d", len(host.Apps()))
			}
			visit(t, show(t, host), "com.example.seen") // left open: Close has to end it
			heard.await(t, "second opening", func(e embed.Event) bool { return e.Kind == embed.Page && e.Number > page.Number })
			if err := host.Close(); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestNotShown(t *testing.T) {
	t.Parallel()
	host, _ := open(t, embed.Options{MiniPrograms: []string{project(t, "com.example.seen")}})
	if _, _, err := host.Handler(); err == nil || !strings.Contains(err.Error(), "host:port") {
		t.Errorf("a handler without name: %v", err)
	}
	if _, err := host.Listen("no address"); err == nil || !strings.Contains(err.Error(), `"no address"`) {
		t.Errorf("listens: %v", err)
	}
	if err := host.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := host.Listen("127.0.0.1:0"); err == nil {
		t.Error("a closed host listens")
	}
}
