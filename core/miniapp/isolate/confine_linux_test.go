package isolate

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/dougong-dev/dougong/core/miniapp"
	"github.com/dougong-dev/dougong/core/miniapp/message"
	"github.com/dougong-dev/dougong/core/miniapp/program"
	"github.com/dougong-dev/dougong/core/miniapp/script"
)

// attempts are what a child must not be able to do, each with what it would say if it could.
var attempts = map[string]func() error{
	"read a file":            func() error { _, err := os.ReadFile("/etc/hostname"); return err },
	"read its own binary":    func() error { _, err := os.Open("/proc/self/exe"); return err },
	"write a file":           func() error { return os.WriteFile("/tmp/dougong-escaped", nil, 0o600) },
	"list a folder":          func() error { _, err := os.ReadDir("/"); return err },
	"connect":                func() error { _, err := net.Dial("tcp", "127.0.0.1:1"); return err },
	"listen":                 func() error { _, err := net.Listen("tcp", "127.0.0.1:0"); return err },
	"unix socket":            func() error { _, err := unix.Socket(unix.AF_UNIX, unix.SOCK_STREAM, 0); return err },
	"start a program":        func() error { return exec.Command("/bin/true").Run() },
	"become another program": func() error { return unix.Exec("/bin/false", []string{"false"}, nil) },
	"signal the host":        func() error { return unix.Kill(os.Getppid(), 0) },
	"signal by thread": func() error {
		return unix.Tgkill(1, 1, 0)
	},
	"executable memory": func() error {
		_, err := unix.Mmap(-1, 0, 4096, unix.PROT_READ|unix.PROT_EXEC, unix.MAP_ANON|unix.MAP_PRIVATE)
		return err
	},
	"trace":             func() error { return unix.PtraceAttach(1) },
	"raise its limit":   func() error { return unix.Prlimit(0, unix.RLIMIT_AS, &unix.Rlimit{Cur: 1 << 40, Max: 1 << 40}, nil) },
	"memory file":       func() error { _, err := unix.MemfdCreate("x", 0); return err },
	"outlive the host":  func() error { return unix.Prctl(unix.PR_SET_PDEATHSIG, 0, 0, 0, 0) },
	"another namespace": func() error { return unix.Unshare(unix.CLONE_NEWUSER) },
}

// probe is a child that confines itself and makes every attempt.
func probe() {
	if err := confine(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	out := map[string]string{}
	for name, try := range attempts {
		out[name] = fmt.Sprint(try())
	}
	if err := json.NewEncoder(os.Stdout).Encode(out); err != nil {
		os.Exit(1)
	}
}

func TestConfined(t *testing.T) {
	t.Parallel()
	cmd := &exec.Cmd{Path: "/proc/self/exe", Args: []string{reserved}, Env: []string{probeEnv + "=1"}}
	raw, err := cmd.Output()
	if err != nil {
		var exit *exec.ExitError
		if errors.As(err, &exit) {
			t.Fatalf("%v: %s", err, exit.Stderr)
		}
		t.Fatal(err)
	}
	var got map[string]string
	if err := json.Unmarshal(raw, &got); err != nil {
		t.Fatal(err)
	}
	for name := range attempts {
		if !strings.Contains(got[name], "operation not permitted") {
			t.Errorf("to %s: %q, want it not permitted", name, got[name])
		}
	}
}

// runHost is a host whose mini-program is busy. It prints the numbers of its children and waits to be killed.
func runHost() {
	pool, err := New(Options{Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	p, err := program.Load(program.MapFiles{
		program.AppFile:                  []byte(`{"format":1,"id":"test","pages":["p"],"scripts":["app","p"]}`),
		program.ComponentDir + "/p.json": []byte(`{"path":"p","page":true,"script":"p"}`),
		program.ScriptDir + "/app.js":    []byte(`App({})`),
		program.ScriptDir + "/p.js":      []byte(`Page({onReady() { console.log("busy"); for (;;) {} }})`),
	})
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	_, err = miniapp.Start(context.Background(), miniapp.Options{
		Program: p, Runner: pool, Budget: script.Budget{Turn: patience},
		Send: func(m message.FromActor) {
			if m.Closed != nil {
				os.Exit(1)
			}
			if m.Log != nil && m.Log.Message == "busy" {
				pool.mu.Lock()
				defer pool.mu.Unlock()
				for c := range pool.children {
					fmt.Println(c.cmd.Process.Pid)
				}
				fmt.Println("end")
			}
		},
	})
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	select {}
}

// TestNoOrphan: a host that is killed outright takes its children along, busy or idle.
func TestNoOrphan(t *testing.T) {
	t.Parallel()
	host := exec.Command("/proc/self/exe")
	host.Env = append(os.Environ(), hostEnv+"=1")
	out, err := host.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := host.Start(); err != nil {
		t.Fatal(err)
	}
	var children []int // as descriptors: their numbers may be given away again
	for lines := bufio.NewScanner(out); lines.Scan() && lines.Text() != "end"; {
		pid, err := strconv.Atoi(lines.Text())
		if err != nil {
			t.Fatal(err)
		}
		fd, err := unix.PidfdOpen(pid, 0)
		if err != nil {
			t.Fatalf("process %d: %v", pid, err)
		}
		defer unix.Close(fd)
		children = append(children, fd)
	}
	if len(children) == 0 {
		t.Fatal("the host has no children")
	}
	if err := host.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = host.Wait()
	for i, fd := range children {
		n, err := unix.Poll([]unix.PollFd{{Fd: int32(fd), Events: unix.POLLIN}}, int(patience.Milliseconds()))
		if err != nil && err != unix.EINTR || n == 0 {
			t.Errorf("child %d outlives its host: %v", i, err)
		}
	}
}
