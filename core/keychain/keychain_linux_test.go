package keychain_test

import (
	"context"
	"errors"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/zalando/go-keyring"

	"github.com/dougong-dev/dougong/core/keychain"
)

// inSession is set in the run that has a D-Bus session with a secret service of its own.
const inSession = "DOUGONG_TEST_KEYRING"

// session starts a secret service, unlocked by a password on its standard input, and then the tests.
const session = `printf pw | gnome-keyring-daemon --daemonize --unlock --components=secrets >/dev/null && exec "$0" -test.run '^TestInSession$' -test.v`

// TestSecretService reads from a real keyring: gnome-keyring on a D-Bus session that is made for it.
func TestSecretService(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"dbus-run-session", "gnome-keyring-daemon"} {
		if _, err := exec.LookPath(name); err != nil {
			t.Fatalf("no %s: next: apt-get install dbus gnome-keyring", name)
		}
	}
	home := t.TempDir()
	if err := os.MkdirAll(filepath.Join(home, "run"), 0o700); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(ctx, "dbus-run-session", "--", "sh", "-c", session, self)
	cmd.WaitDelay = time.Second
	cmd.Env = append(os.Environ(), inSession+"=1", "HOME="+home, "XDG_DATA_HOME="+filepath.Join(home, "data"), "XDG_RUNTIME_DIR="+filepath.Join(home, "run"))
	out, err := cmd.CombinedOutput()
	if err != nil || !strings.Contains(string(out), "--- PASS: TestInSession") {
		t.Errorf("%v\n%s", err, out)
	}
}

// TestInSession is the part of TestSecretService that runs within the session.
func TestInSession(t *testing.T) {
	if os.Getenv(inSession) == "" {
		return // TestSecretService runs it
	}
	if err := keyring.Set("dougong-test", "pay", "hunter2 斗拱"); err != nil {
		t.Fatal(err)
	}
	if got, err := keychain.Get(t.Context(), "dougong-test", "pay"); err != nil || got != "hunter2 斗拱" {
		t.Errorf("got %q, %v", got, err)
	}
	_, err := keychain.Get(t.Context(), "dougong-test", "other")
	if !errors.Is(err, keychain.ErrNotFound) || !strings.Contains(err.Error(), "secret-tool store --label=dougong-test service dougong-test username other") {
		t.Errorf("no such entry: %v", err)
	}
}

// TestNoKeyring asks where there is none.
func TestNoKeyring(t *testing.T) {
	t.Setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path="+filepath.Join(t.TempDir(), "nobody"))
	_, err := keychain.Get(t.Context(), "dougong-test", "pay")
	if err == nil || errors.Is(err, keychain.ErrNotFound) || !strings.Contains(err.Error(), "give the secret as file:path or env:NAME") {
		t.Errorf("got %v", err)
	}
}

// TestKeyringThatHangs asks one that listens and never answers.
func TestKeyringThatHangs(t *testing.T) {
	socket := filepath.Join(t.TempDir(), "bus")
	l, err := net.Listen("unix", socket)
	if err != nil {
		t.Fatal(err)
	}
	t.Setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path="+socket)
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	_, err = keychain.Get(ctx, "dougong-test", "pay")
	if !errors.Is(err, context.DeadlineExceeded) || !strings.Contains(err.Error(), "unlock it first") {
		t.Errorf("got %v", err)
	}
	_ = l.Close()
}
