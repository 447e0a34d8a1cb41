package instance_test

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/dougong-dev/dougong/hosts/desktop/instance"
	"github.com/dougong-dev/dougong/hosts/desktop/link"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// folder is a short path: a socket's has a limit that t.TempDir can pass.
func folder(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "dg")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	return filepath.Join(dir, "i")
}

func TestSecondHandsOver(t *testing.T) {
	t.Parallel()
	dir := folder(t)
	got := make(chan instance.Request, 1)
	first, err := instance.Claim(t.Context(), dir, func(r instance.Request) error {
		if r.Link != nil && r.Link.App == "none" {
			return errors.New(`there is no mini-program "none" here`)
		}
		got <- r
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := instance.Claim(t.Context(), dir, nil); !errors.Is(err, instance.ErrTaken) {
		t.Fatalf("the second claim gives %v, want ErrTaken", err)
	}
	want := link.Link{App: "a", Page: "pages/x?y=1"}
	if err := instance.Send(t.Context(), dir, instance.Request{Link: &want}); err != nil {
		t.Fatal(err)
	}
	if r := <-got; r.Link == nil || *r.Link != want {
		t.Errorf("the first got %+v, want %+v", r.Link, want)
	}
	err = instance.Send(t.Context(), dir, instance.Request{Link: &link.Link{App: "none"}})
	if err == nil || !strings.Contains(err.Error(), "no mini-program") {
		t.Errorf("a refused request gives %v, want the first's reason", err)
	}
	if err := first.Close(); err != nil {
		t.Fatal(err)
	}
	again, err := instance.Claim(t.Context(), dir, nil)
	if err != nil {
		t.Fatalf("after the first is gone: %v", err)
	}
	if err := again.Close(); err != nil {
		t.Error(err)
	}
}

func TestStaleSocket(t *testing.T) {
	t.Parallel()
	dir := folder(t)
	if err := os.MkdirAll(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "socket"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	first, err := instance.Claim(t.Context(), dir, func(instance.Request) error { return nil })
	if err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(dir)
	if err != nil || info.Mode().Perm() != 0o700 {
		t.Errorf("the folder's mode is %v (%v), want 0700", info.Mode(), err)
	}
	if err := instance.Send(t.Context(), dir, instance.Request{}); err != nil {
		t.Error(err)
	}
	if err := first.Close(); err != nil {
		t.Error(err)
	}
}

func TestNobodyThere(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Millisecond)
	defer cancel()
	if err := instance.Send(ctx, folder(t), instance.Request{}); err == nil || !strings.Contains(err.Error(), "hand over") {
		t.Errorf("got %v, want why nothing was handed over", err)
	}
}

func TestBadMessages(t *testing.T) {
	t.Parallel()
	dir := folder(t)
	first, err := instance.Claim(t.Context(), dir, func(instance.Request) error {
		t.Error("a bad message was handled")
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for text, want := range map[string]string{
		"nonsense\n": "invalid character", "{\"link\":7}\n": "cannot unmarshal",
		strings.Repeat("x", 70000) + "\n": "more than",
	} {
		conn, err := net.Dial("unix", filepath.Join(dir, "socket"))
		if err != nil {
			t.Fatal(err)
		}
		go func() { _, _ = fmt.Fprint(conn, text) }()
		got := make([]byte, 400)
		n, _ := conn.Read(got)
		if !strings.Contains(string(got[:n]), want) {
			t.Errorf("%.20q is answered %q, want %q", text, got[:n], want)
		}
		_ = conn.Close()
	}
	if err := first.Close(); err != nil {
		t.Error(err)
	}
}
