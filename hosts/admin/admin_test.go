package admin_test

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/dougong-dev/dougong/core"
	"github.com/dougong-dev/dougong/hosts/admin"
	"github.com/dougong-dev/dougong/hosts/telemetry"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

type host struct{ asked []string }

func (h *host) Status() admin.Status {
	return admin.Status{Name: "Test", PID: 7, At: time.Unix(1, 0), Plugins: []core.PluginStatus{{Plugin: "a.b", Version: "1.0.0"}},
		Methods: []telemetry.Method{{Plugin: "a.b", Calls: 3, Errors: map[int]uint64{7: 1}, Buckets: []uint64{1, 2}}}}
}

func (h *host) Swap(_ context.Context, r admin.SwapRequest) (core.Report, error) {
	h.asked = append(h.asked, fmt.Sprintf("%+v", r))
	if r.Plugin == "" {
		return core.Report{}, errors.New("there is no such plugin")
	}
	return core.Report{Changes: []core.Change{{Plugin: r.Plugin, What: core.Replaced, Cut: 2, Duration: time.Second}}}, nil
}

func (h *host) Reload(context.Context, admin.ReloadRequest) (core.Report, error) {
	return core.Report{Restart: []string{"listen"}}, nil
}

func listen(t *testing.T) (string, *host, *admin.Server) {
	t.Helper()
	dir, err := os.MkdirTemp("", "dg") // t.TempDir may be too long for a socket
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	path := filepath.Join(dir, "data", "admin.sock")
	h := &host{}
	s, err := admin.Listen(path, h, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	return path, h, s
}

func TestRoundTrip(t *testing.T) {
	t.Parallel()
	path, h, s := listen(t)
	for name, want := range map[string]fs.FileMode{path: 0o600, filepath.Dir(path): 0o700} {
		if info, err := os.Stat(name); err != nil || info.Mode().Perm() != want {
			t.Errorf("%s: %v %v, want mode %o", name, info.Mode(), err, want)
		}
	}
	if left, _ := os.ReadDir(filepath.Dir(path)); len(left) != 1 {
		t.Errorf("beside the socket lies %v", left)
	}
	c := admin.Dial(path)
	status, err := c.Status(t.Context())
	if err != nil || status.Name != "Test" || status.Plugins[0].Version != "1.0.0" || status.Methods[0].Errors[7] != 1 {
		t.Errorf("%+v %v", status, err)
	}
	r, err := c.Swap(t.Context(), admin.SwapRequest{Plugin: "a.b", Path: "/x", Accept: true})
	if err != nil || r.Changes[0].Cut != 2 || r.Changes[0].Duration != time.Second || h.asked[0] != "{Plugin:a.b Path:/x Accept:true}" {
		t.Errorf("%+v %v %v", r, err, h.asked)
	}
	if _, err := c.Swap(t.Context(), admin.SwapRequest{}); err == nil || err.Error() != "there is no such plugin" {
		t.Errorf("got %v", err)
	}
	if r, err := c.Reload(t.Context(), admin.ReloadRequest{}); err != nil || len(r.Restart) != 1 {
		t.Errorf("%+v %v", r, err)
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}
	if _, err := c.Status(t.Context()); err == nil || !strings.Contains(err.Error(), "no host answers at") {
		t.Errorf("after the end: %v", err)
	}
	if _, err := os.Stat(path); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the socket is left behind: %v", err)
	}
}

func TestOneHostOnly(t *testing.T) {
	t.Parallel()
	path, h, s := listen(t)
	log := slog.New(slog.DiscardHandler)
	if _, err := admin.Listen(path, h, log); err == nil || !strings.Contains(err.Error(), "another host answers") {
		t.Errorf("got %v", err)
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}
	// What a killed host leaves behind is in nobody's way.
	l, err := net.ListenUnix("unix", &net.UnixAddr{Name: path, Net: "unix"})
	if err != nil {
		t.Fatal(err)
	}
	l.SetUnlinkOnClose(false)
	_ = l.Close()
	s, err = admin.Listen(path, h, log)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}
	if err := os.WriteFile(path, []byte("mine"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := admin.Listen(path, h, log); err == nil || !strings.Contains(err.Error(), "is no socket") {
		t.Errorf("got %v", err)
	}
	if _, err := admin.Listen("/"+strings.Repeat("x", 200), h, log); err == nil || !strings.Contains(err.Error(), "longer than 100 bytes") {
		t.Errorf("got %v", err)
	}
}

func TestBadRequests(t *testing.T) {
	t.Parallel()
	path, h, s := listen(t)
	defer func() { _ = s.Close() }()
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true, DialContext: func(context.Context, string, string) (net.Conn, error) { return net.Dial("unix", path) }}}
	for _, body := range []string{"", "[", `{"plugin":1}`, `{"plugins":"a"}`, `{"plugin":"` + strings.Repeat("x", 1<<20) + `"}`} {
		r, err := client.Post("http://host/v1/swap", "application/json", strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		_ = r.Body.Close()
		if r.StatusCode != http.StatusUnprocessableEntity {
			t.Errorf("%.20q: %s", body, r.Status)
		}
	}
	if len(h.asked) != 0 {
		t.Errorf("the host was asked %v", h.asked)
	}
}
