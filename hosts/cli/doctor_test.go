package cli

import (
	"net"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/dougong-dev/dougong/hosts/web"
)

func TestCheckListen(t *testing.T) {
	t.Parallel()
	server, err := web.New(web.Config{Backend: struct{ web.Backend }{}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(server.Close)
	host := httptest.NewServer(server.Handler())
	t.Cleanup(host.Close)
	other := httptest.NewServer(nil)
	t.Cleanup(other.Close)
	silent, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = silent.Close() })
	for name, c := range map[string]struct {
		address  string
		ok, need bool
		want     string
	}{
		"free":                       {"127.0.0.1:0", true, true, "127.0.0.1:0 is free to listen on"},
		"one of ours":                {host.Listener.Addr().String(), false, false, "a Dougong host is running at 127.0.0.1:"},
		"another server":             {other.Listener.Addr().String(), false, true, "cannot listen on 127.0.0.1:"},
		"a server that says nothing": {silent.Addr().String(), false, true, "cannot listen on 127.0.0.1:"},
	} {
		if f := checkListen(c.address); f.ok != c.ok || f.need != c.need || !strings.HasPrefix(f.what, c.want) {
			t.Errorf("%s: got %+v, want %+v", name, f, c)
		}
	}
}
