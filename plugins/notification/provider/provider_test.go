package provider

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/godbus/dbus/v5"
	"go.uber.org/goleak"

	"github.com/dougong-dev/dougong/pdk/go"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// daemon is a notification service on a private bus that tells what it was asked.
type daemon struct {
	conn *dbus.Conn
	got  chan []any
	gone chan uint32
}

// Notify is org.freedesktop.Notifications.Notify.
func (d *daemon) Notify(app string, replaces uint32, icon, title, body string, actions []string, hints map[string]dbus.Variant, expire int32) (uint32, *dbus.Error) {
	d.got <- []any{app, replaces, title, body, actions}
	if replaces != 0 {
		return replaces, nil
	}
	return 7, nil
}

// CloseNotification is org.freedesktop.Notifications.CloseNotification.
func (d *daemon) CloseNotification(id uint32) *dbus.Error {
	d.gone <- id
	return nil
}

// privateBus runs a real dbus-daemon for this test alone and makes it the session's.
func privateBus(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "dg")
	if err != nil {
		t.Fatal(err)
	}
	address := "unix:path=" + filepath.Join(dir, "bus")
	read, write, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command("dbus-daemon", "--session", "--nofork", "--nopidfile", "--print-address=3", "--address="+address)
	cmd.ExtraFiles = []*os.File{write}
	if err := cmd.Start(); err != nil {
		t.Fatalf("%v (.ci/setup.sh installs it)", err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
		_ = os.RemoveAll(dir)
	})
	_ = write.Close()
	if _, err := read.Read(make([]byte, 200)); err != nil { // it is ready when it says its address
		t.Fatal(err)
	}
	_ = read.Close()
	t.Setenv("DBUS_SESSION_BUS_ADDRESS", address)
	return address
}

func serve(t *testing.T, address string) *daemon {
	t.Helper()
	conn, err := dbus.Connect(address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	d := &daemon{conn: conn, got: make(chan []any, 9), gone: make(chan uint32, 9)}
	if err := conn.Export(d, busPath, busName); err != nil {
		t.Fatal(err)
	}
	if _, err := conn.RequestName(busName, dbus.NameFlagDoNotQueue); err != nil {
		t.Fatal(err)
	}
	return d
}

// call calls a method as a mini-program and user.
func call(p *pdk.Plugin, h *hears, app, method, params string) (string, error) {
	info := pdk.Info{Capability: Capability, Method: method, App: app, User: "anna"}
	out, err := p.Dispatch(pdk.NewContext(context.Background(), info, h), pdk.Payload{JSON: []byte(params)})
	return string(out.JSON), err
}

// hears is a host that tells which events mini-programs hear.
type hears struct {
	pdk.Host
	events chan string
}

func (h *hears) Emit(_ context.Context, info pdk.Info, event string, in pdk.Payload, _ bool) error {
	h.events <- info.App + " " + event + " " + string(in.JSON)
	return nil
}

func TestNotifications(t *testing.T) {
	d := serve(t, privateBus(t))
	h := &hears{events: make(chan string, 9)}
	clicked := make(chan string, 9)
	p := Plugin(Session, func(app, user string) { clicked <- app + " of " + user })
	t.Cleanup(func() {
		if err := p.Close(); err != nil {
			t.Error(err)
		}
	})
	out, err := call(p, h, "shop", "showNotification", `{"title":"到货 <b>","content":"<img src=x>&"}`)
	if err != nil || out != `{"notificationId":7}` {
		t.Fatalf("showNotification: %s, %v", out, err)
	}
	got := <-d.got
	if got[0] != "shop" || got[2] != "到货 <b>" || got[3] != "&lt;img src=x&gt;&amp;" {
		t.Errorf("the service got %v, want the text escaped", got)
	}
	for name, signal := range map[string]struct {
		name string
		body []any
	}{
		"nonsense": {busAction, []any{"seven"}}, "empty": {busAction, nil}, "somebody else's": {busAction, []any{uint32(8), "default"}},
	} {
		if err := d.conn.Emit(busPath, signal.name, signal.body...); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
	}
	if err := d.conn.Emit(busPath, busAction, uint32(7), "default"); err != nil {
		t.Fatal(err)
	}
	if e := <-h.events; e != `shop notificationClick {"notificationId":7}` {
		t.Errorf("the click is heard as %s", e)
	}
	if whose := <-clicked; !strings.HasPrefix(whose, "shop of ") || len(clicked) > 0 {
		t.Errorf("the click is told of %s and %d more", whose, len(clicked))
	}
	for method, params := range map[string]string{"closeNotification": `{"notificationId":7}`, "showNotification": `{"title":"x","replace":7}`} {
		if _, err := call(p, h, "notes", method, params); err == nil || !strings.Contains(err.Error(), "not this mini-program's") {
			t.Errorf("%s of another's: %v", method, err)
		}
	}
	if out, err := call(p, h, "shop", "showNotification", `{"title":"x","replace":7}`); err != nil || out != `{"notificationId":7}` {
		t.Errorf("replace: %s, %v", out, err)
	}
	if _, err := call(p, h, "shop", "closeNotification", `{"notificationId":7}`); err != nil || <-d.gone != 7 {
		t.Errorf("close: %v", err)
	}
}

func TestNoService(t *testing.T) {
	privateBus(t) // with nobody on it
	p := Plugin(Session, nil)
	_, err := call(p, &hears{}, "shop", "showNotification", `{"title":"x"}`)
	var e *pdk.Error
	if !errors.As(err, &e) || e.Code != codeNoService {
		t.Errorf("got %v, want no-service", err)
	}
	if err := p.Close(); err != nil {
		t.Error(err)
	}
}

// TestTooMany needs a service that gives each its own number.
func TestTooMany(t *testing.T) {
	t.Parallel()
	c := &counting{}
	p := Plugin(func(context.Context, func(Heard)) (Service, error) { return c, nil }, nil)
	for i := range maxShown {
		if _, err := call(p, &hears{}, "shop", "showNotification", `{"title":"x"}`); err != nil {
			t.Fatalf("notification %d: %v", i, err)
		}
	}
	var e *pdk.Error
	if _, err := call(p, &hears{}, "shop", "showNotification", `{"title":"x"}`); !errors.As(err, &e) || e.Code != codeTooMany {
		t.Errorf("one more: %v, want too-many", err)
	}
	if _, err := call(p, &hears{}, "notes", "showNotification", `{"title":"x"}`); err != nil {
		t.Errorf("another mini-program's: %v", err)
	}
}

type counting struct{ n uint32 }

func (c *counting) Show(context.Context, Notification) (uint32, error) { c.n++; return c.n, nil }
func (c *counting) Close(context.Context, uint32) error                { return nil }
func (c *counting) End() error                                         { return nil }
