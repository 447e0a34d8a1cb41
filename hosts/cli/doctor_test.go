package cli

import (
	"net"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/dougong-dev/dougong/core/config"
	"github.com/dougong-dev/dougong/core/trust"
	"github.com/dougong-dev/dougong/core/trust/tuf"
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

// TestCheckTrust: what a super-app leaves unprotected is a note, loud enough to be seen and no failure.
func TestCheckTrust(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		text string
		want []string // of findings that are not good
	}{
		"defaults":    {"trust: {root: root.json}", nil},
		"no metadata": {"trust: {root: root.json, metadata: false}", []string{"trust: metadata is false: old versions, and takedown lists that are held back, go unnoticed"}},
		"unsigned":    {"trust: {bundles: unsigned}", []string{"trust: bundles are unsigned"}},
		"broken":      {"trusty: {}", []string{"super-app: "}},
	} {
		file := filepath.Join(t.TempDir(), "superapp.yaml")
		if err := os.WriteFile(file, []byte("name: T\n"+c.text+"\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		var bad []string
		for _, f := range checkTrust([]string{file}, "") {
			if !f.ok {
				bad = append(bad, f.what)
			}
		}
		if len(bad) != len(c.want) || len(bad) > 0 && !strings.HasPrefix(bad[0], c.want[0]) {
			t.Errorf("%s: found %q, want %q", name, bad, c.want)
		}
	}
	if found := checkTrust(nil, ""); found != nil {
		t.Errorf("without a super-app: %+v", found)
	}
}

// TestFreshnessIsSaid in the status of trust.
func TestFreshnessIsSaid(t *testing.T) {
	t.Parallel()
	on, off := config.Default(), config.Default()
	off.Trust.Metadata = false
	seen := &trust.State{Versions: map[string]int64{tuf.TimestampRole: 7}}
	for want, got := range map[string]string{
		"freshness: what is installed has to be offered now":                                       freshness(on, &trust.State{}),
		"freshness: what is installed has to be offered now; timestamp 7 seen":                     freshness(on, seen),
		"WARNING   trust.metadata is false: old versions":                                          freshness(off, &trust.State{}),
		"WARNING   trust.metadata is false in superapp.yaml, and this house has a registry (times": freshness(off, seen),
	} {
		if !strings.HasPrefix(got, want) {
			t.Errorf("got %q, want %q…", got, want)
		}
	}
}
