package superapp_test

import (
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/dougong-dev/dougong/core"
	"github.com/dougong-dev/dougong/core/config"
	"github.com/dougong-dev/dougong/hosts/admin"
	"github.com/dougong-dev/dougong/hosts/superapp"
)

// TestReload changes the allow-list of a mini-program that has its id from its project, while the host runs.
func TestReload(t *testing.T) {
	t.Parallel()
	dir, err := os.MkdirTemp("", "dg") // t.TempDir may be too long for a socket
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	project, err := filepath.Abs(gallery)
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(dir, "superapp.yaml")
	write := func(host, more string) {
		t.Helper()
		text := fmt.Sprintf("name: Test\nadmin: {socket: a.sock}\nmetrics: {listen: '127.0.0.1:0'}\npolicy: {trace: off}\nminiapps:\n  - {path: %s, domains: {request: [%s]}}\n%s", project, host, more)
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	load := func() (*config.Config, error) { return config.Load(file, nil) }
	write("one.example.com", "")
	cfg, err := load()
	if err != nil {
		t.Fatal(err)
	}
	app, err := superapp.Open(t.Context(), cfg, superapp.Options{Logger: slog.New(slog.DiscardHandler), Load: load, Outside: true})
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := app.Close(); err != nil {
			t.Error(err)
		}
		if _, err := os.Stat(filepath.Join(dir, "a.sock")); !errors.Is(err, os.ErrNotExist) {
			t.Errorf("the socket is left behind: %v", err)
		}
	}()
	reach := func(host string) bool {
		return app.Kernel().CheckDomain("dg.example.gallery", "request", "https://"+host) == nil
	}
	if !reach("one.example.com") || reach("two.example.com") {
		t.Error("the first allow-list does not hold")
	}
	client := admin.Dial(filepath.Join(dir, "a.sock"))
	write("two.example.com", "listen: 127.0.0.1:7701\n")
	report, err := client.Reload(t.Context(), admin.ReloadRequest{})
	if err != nil || len(report.Changes) != 0 || strings.Join(report.Restart, " ") != "listen" {
		t.Errorf("%+v %v", report, err)
	}
	if reach("one.example.com") || !reach("two.example.com") {
		t.Error("the second allow-list does not hold")
	}
	write("'https://x/y'", "plugins: [{id: a.b}]\n")
	if _, err = client.Reload(t.Context(), admin.ReloadRequest{}); err == nil || strings.Count(err.Error(), file+":") != 2 {
		t.Errorf("want both mistakes with their places, got %v", err)
	}
	if !reach("two.example.com") {
		t.Error("a refused change has changed something")
	}
	if _, err := app.Swap(t.Context(), "a.b", "", core.ReloadOptions{}); err == nil || !strings.Contains(err.Error(), `there is no plugin "a.b"`) {
		t.Errorf("got %v", err)
	}
	status, err := client.Status(t.Context())
	if err != nil || status.Name != "Test" || status.PID != os.Getpid() {
		t.Errorf("%+v %v", status, err)
	}
}

// TestOutsideOnlyWhereItIsWanted: a command that opens a super-app for a moment takes no port and no socket from the host.
func TestOutsideOnlyWhereItIsWanted(t *testing.T) {
	t.Parallel()
	app, err := open(t, func(c *config.Config) {
		c.Metrics.Listen, c.Admin.Socket, c.Policy.Trace = "127.0.0.1:1", filepath.Join(c.Data, "a.sock"), config.TraceOff
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(app.Config().Admin.Socket); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("there is a socket: %v", err)
	}
	if r, err := http.Get("http://127.0.0.1:1/metrics"); err == nil {
		text, _ := io.ReadAll(r.Body)
		_ = r.Body.Close()
		t.Errorf("metrics are served: %s", text)
	}
	if _, err := app.Reload(t.Context(), core.ReloadOptions{}); err == nil || !strings.Contains(err.Error(), "not started from a configuration file") {
		t.Errorf("got %v", err)
	}
}
