//go:build linux

package e2e

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"
)

// apartVar tells a test that it runs on a network of its own; its value is the folder of what was built for it.
const apartVar = "DOUGONG_TEST_APART"

// refusedCode is how the process that apart starts ends where the system gives it a network of its own, but no power over it, as
// AppArmor does.
const refusedCode = 77

// refused tells whether an error of apart's process is the system's refusal.
func refused(err error) bool {
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		return exit.ExitCode() == refusedCode
	}
	return errors.Is(err, unix.EPERM) || errors.Is(err, unix.ENOSPC) || errors.Is(err, unix.EACCES)
}

// apart runs the test once more in a process that has a network and mounts of its own: there the test answers the names that
// are looked up, and nothing leads out. It reports false where the process is that one. A container may keep its programs from that; the
// test is skipped there, as it is for Wine.
func apart(t *testing.T, folder string) bool {
	t.Helper()
	if os.Getenv(apartVar) != "" {
		return false
	}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(self, "-test.run=^"+t.Name()+"$", "-test.v", "-test.timeout=20m")
	cmd.Env = append(os.Environ(), apartVar+"="+folder)
	cmd.Stdout, cmd.Stderr = t.Output(), t.Output()
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL, Cloneflags: syscall.CLONE_NEWNS | syscall.CLONE_NEWNET}
	if id := os.Geteuid(); id != 0 {
		cmd.SysProcAttr.Cloneflags |= syscall.CLONE_NEWUSER
		cmd.SysProcAttr.UidMappings = []syscall.SysProcIDMap{{ContainerID: 0, HostID: id, Size: 1}}
		cmd.SysProcAttr.GidMappings = []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getegid(), Size: 1}}
	}
	err = cmd.Run()
	if refused(err) {
		t.Skipf("this system lets nobody have a network of its own: %v; next: run it as root, or with sysctl kernel.apparmor_restrict_unprivileged_userns=0", err)
	}
	if err != nil {
		t.Errorf("in a network of its own: %v", err)
	}
	return true
}

// ownNetwork sets the network of an apart process up: the loopback device alone, and names are asked of nameserver.
func ownNetwork(t *testing.T, nameserver string) {
	t.Helper()
	if err := loopbackUp(); err != nil {
		failApart(t, "the loopback device", err)
	}
	if err := unix.Mount("", "/", "", unix.MS_REC|unix.MS_PRIVATE, ""); err != nil {
		failApart(t, "mounts of its own", err)
	}
	for file, text := range map[string]string{
		"/etc/resolv.conf": "nameserver " + nameserver + "\noptions timeout:1 attempts:1\n", "/etc/nsswitch.conf": "hosts: files dns\n",
	} {
		own := filepath.Join(t.TempDir(), filepath.Base(file))
		if err := os.WriteFile(own, []byte(text), 0o644); err != nil { //nolint:gosec // as the system's own
			t.Fatal(err)
		}
		if err := unix.Mount(own, file, "", unix.MS_BIND, ""); err != nil {
			t.Fatalf("%s of its own: %v", file, err)
		}
	}
}

// failApart ends the test; with it the process, if the system refused what was tried first: apart says then what to do. Nothing has
// begun that would have to be ended.
func failApart(t *testing.T, what string, err error) {
	t.Helper()
	if refused(err) {
		fmt.Fprintf(os.Stderr, "%s: %v\n", what, err)
		os.Exit(refusedCode)
	}
	t.Fatalf("%s: %v", what, err)
}

// Where a process may begin a network of its own and is then not its master, the test that asks for it is not a failed one.
func TestApartRefused(t *testing.T) {
	if os.Getenv(apartVar) != "" {
		runtime.LockOSThread() // it goes with the test
		header, none := unix.CapUserHeader{Version: unix.LINUX_CAPABILITY_VERSION_3}, [2]unix.CapUserData{}
		if err := unix.Capset(&header, &none[0]); err != nil {
			t.Fatal(err)
		}
		ownNetwork(t, "127.0.0.1")
		return
	}
	t.Parallel()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(self, "-test.run=^"+t.Name()+"$")
	cmd.Env = append(os.Environ(), apartVar+"=.")
	if out, err := cmd.CombinedOutput(); !refused(err) {
		t.Errorf("without any capability it ends with %v, want code %d; it said:\n%s", err, refusedCode, out)
	}
}

// loopbackUp gives the loopback device an address that is not its own, too: on a machine that has none, programs look nothing up.
func loopbackUp() error {
	s, err := unix.Socket(unix.AF_INET, unix.SOCK_DGRAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return err
	}
	defer func() { _ = unix.Close(s) }()
	request, err := unix.NewIfreq("lo")
	if err != nil {
		return err
	}
	request.SetUint16(unix.IFF_UP | unix.IFF_RUNNING)
	if err := unix.IoctlIfreq(s, unix.SIOCSIFFLAGS, request); err != nil {
		return err
	}
	another, err := unix.NewIfreq("lo:1")
	if err != nil {
		return err
	}
	if err := another.SetInet4Addr(nowhere[:]); err != nil {
		return err
	}
	return unix.IoctlIfreq(s, unix.SIOCSIFADDR, another)
}

// keepNatives gives the attacker what the bridge takes away, so that the policies are tested and not the bridge.
const keepNatives = `window.Native = { fetch: window.fetch.bind(window), WebSocket: window.WebSocket, open: window.open, geolocation: navigator.geolocation };
`

// withNatives builds the program with one line more, before all that is in a page of an H5 app.
func withNatives(t *testing.T) (folder string) {
	t.Helper()
	if _, err := built(); err != nil {
		t.Fatal(err)
	}
	env, err := webkit()
	if err != nil {
		t.Fatal(err)
	}
	folder = t.TempDir()
	guard, err := filepath.Abs(filepath.Join(root, "hosts/web/h5/guard.js"))
	if err != nil {
		t.Fatal(err)
	}
	script, err := os.ReadFile(guard)
	if err != nil {
		t.Fatal(err)
	}
	with, overlay := filepath.Join(folder, "guard.js"), filepath.Join(folder, "overlay.json")
	replace, err := json.Marshal(map[string]map[string]string{"Replace": {guard: with}})
	if err != nil {
		t.Fatal(err)
	}
	for name, data := range map[string][]byte{with: append([]byte(keepNatives), script...), overlay: replace} {
		if err := os.WriteFile(name, data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	out := filepath.Join(folder, "dougong-desktop")
	if err := run(env, "go", "build", "-trimpath", "-tags", "desktop", "-overlay", overlay, "-o", out, "./hosts/cmd/dougong-desktop"); err != nil {
		t.Fatal(fmt.Errorf("build with natives: %w", err))
	}
	return folder
}
