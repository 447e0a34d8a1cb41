package frames

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/dougong-dev/dougong/pdk/go"
	"github.com/dougong-dev/dougong/pdk/go/wire"
)

// python is the interpreter that plugins in Python are run by.
const python = "/usr/bin/python3"

// pythonPlugin starts testdata/plugin.py. It returns where it listens, and what it prints after "ready".
func pythonPlugin(t *testing.T, token Token) (socket string, out *bufio.Reader) {
	t.Helper()
	dir := t.TempDir()
	cmd := exec.Command(python, "-X", "dev", "testdata/plugin.py")
	cmd.Env = []string{"DOUGONG_FRAMES=" + token.String(), "PLUGIN_UNIX_SOCKET_DIR=" + dir, "PYTHONDONTWRITEBYTECODE=1"}
	var complaint strings.Builder
	cmd.Stderr = &complaint
	pipe, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		watchdog := time.AfterFunc(patience, func() { _ = cmd.Process.Kill() })
		defer watchdog.Stop()
		_, _ = io.Copy(io.Discard, pipe)
		if err := cmd.Wait(); err != nil || complaint.Len() != 0 {
			t.Errorf("%v: %s", err, complaint.String())
		}
	})
	out = bufio.NewReader(pipe)
	if line, err := out.ReadString('\n'); line != "ready\n" {
		t.Fatalf("it printed %q, %v: %s", line, err, complaint.String())
	}
	return filepath.Join(dir, SocketName), out
}

func pythonHost(t *testing.T, s Services) (*Host, *bufio.Reader) {
	t.Helper()
	token := NewToken()
	socket, out := pythonPlugin(t, token)
	for _, with := range []Token{NewToken(), token} { // a stranger is turned away first
		c, err := net.Dial("unix", socket)
		if err != nil {
			t.Fatal(err)
		}
		h, err := NewHost(c, with, s, nil)
		if (err == nil) != (with == token) {
			t.Fatalf("hello: %v", err)
		}
		if err == nil {
			t.Cleanup(h.Close)
			return h, out
		}
	}
	return nil, nil
}

// TestPython runs the implementation for plugins in Python through all that frames can do.
func TestPython(t *testing.T) {
	t.Parallel()
	s := &seen{service: func(_ context.Context, call uint64, name string, in pdk.Payload) (pdk.Payload, error) {
		if string(in.JSON) == `"denied"` {
			return pdk.Payload{}, pdk.Errorf(pdk.CodeDenied, "denied", "call %d may not %s", call, name)
		}
		return in, nil
	}}
	h, out := pythonHost(t, s)
	ctx := within(t)
	id := uint64(0)
	do := func(name string, in pdk.Payload) (pdk.Payload, *pdk.Error) {
		t.Helper()
		id++
		q := request(in)
		q.Info.Method, q.Info.Task = name, 7
		out, failure, err := h.Call(ctx, id, false, q)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		return out, failure
	}
	large := pdk.Payload{JSON: []byte(`[{"$blob":0},{"$blob":1}]`), Blobs: [][]byte{bytes.Repeat([]byte("0123456789"), 500_000), {}}}
	for _, name := range []string{"echo", "service"} {
		for _, in := range []pdk.Payload{{}, {JSON: []byte(`"豆工"`)}, {JSON: []byte(`{"$blob":0}`), Blobs: [][]byte{{0, 255}}}, large} {
			if out, failure := do(name, in); failure != nil || !same(in, out) {
				t.Errorf("%s of %d bytes: %d bytes, %v", name, in.Size(), out.Size(), failure)
			}
		}
	}
	if _, failure := do("service", pdk.Payload{JSON: []byte(`"denied"`)}); failure == nil || failure.Code != pdk.CodeDenied || failure.Message != fmt.Sprintf("call %d may not kv.get", id) {
		t.Errorf("denied: %v", failure)
	}
	if _, failure := do("fail", pdk.Payload{}); failure == nil || failure.Code != 70001 || failure.Name != "cancel" || failure.Message != "the user 取消 it" || string(failure.Data) != `{"x":1}` {
		t.Errorf("fail: %+v", failure)
	}
	if _, failure := do("raise", pdk.Payload{}); failure == nil || failure.Code != pdk.CodeInternal || failure.Message != "ValueError: as asked" {
		t.Errorf("raise: %+v", failure)
	}
	if out, failure := do("emit", pdk.Payload{JSON: []byte("300")}); failure != nil || string(out.JSON) != fmt.Sprint(pdk.CodeNotFound) || len(s.events) != 300 || s.events[299] != "299" {
		t.Errorf("emit: %s, %v, %d events", out.JSON, failure, len(s.events))
	}
	if _, failure := do("log", pdk.Payload{}); failure != nil {
		t.Error(failure)
	}
	eventually(t, func() bool {
		s.mu.Lock()
		defer s.mu.Unlock()
		return len(s.logs) == 1 && s.logs[0] == "warn: logged 行"
	})
	who := request(pdk.Payload{})
	who.Info = pdk.Info{Capability: "c/v1", Method: "who", App: "应用", User: "u", Page: "p", Trace: "t", Caller: "x", Task: 1 << 40}
	if out, failure, err := h.Call(ctx, 1<<41, false, who); err != nil || failure != nil || string(out.JSON) != "c/v1|who|应用|u|p|t|x|1099511627776" {
		t.Errorf("who: %s, %v, %v", out.JSON, failure, err)
	}
	if err := h.Ping(ctx); err != nil {
		t.Error(err)
	}
	h.Close()
	if line, _ := out.ReadString('\n'); line != "ended: the host closed it\n" {
		t.Errorf("at the end it printed %q", line)
	}
}

func TestPythonConcurrent(t *testing.T) {
	t.Parallel()
	h, _ := pythonHost(t, &seen{})
	ctx := within(t)
	var wg sync.WaitGroup
	for i := range 100 { // more than it has threads
		wg.Go(func() {
			short, cancel := context.WithTimeout(ctx, 30*time.Millisecond)
			defer cancel()
			if _, failure, err := h.Call(short, uint64(i+1), false, named("wait")); err == nil && failure.Code != pdk.CodeCanceled || err != nil && !errors.Is(err, context.DeadlineExceeded) {
				t.Errorf("wait: %v, %v", failure, err)
			}
			in := pdk.Payload{JSON: []byte(strings.Repeat("x", i*i*i))} // up to 1 MB
			if out, failure, err := h.Call(ctx, uint64(i+1000), false, request(in)); err != nil || failure == nil && !same(in, out) || failure != nil && failure.Code != 4 {
				t.Errorf("echo: %v, %v", failure, err)
			}
		})
	}
	wg.Wait()
	eventually(t, func() bool {
		out, failure, err := h.Call(ctx, 5000, false, named("canceled"))
		return err == nil && failure == nil && string(out.JSON) == "100"
	})
}

// TestPythonViolations sends a Python plugin what is not allowed: it says what and where, and ends.
func TestPythonViolations(t *testing.T) {
	t.Parallel()
	req := string(wire.AppendRequest(nil, named("echo")))
	for _, c := range []struct {
		name string
		send []byte
		want string
	}{
		{"kind", frame(77, 0, 0, ""), "byte 44: a frame of kind 77"},
		{"a plugin's frame", frame(kindReply, 0, 1, "x"), "byte 44: a frame of kind 3, which the host may not send"},
		{"flags", frame(kindPing, 1, 0, ""), "byte 45: flags 0x1"},
		{"size", appendHeader(nil, header{MaxFrame + 1, kindRequest, 0, 1}), "byte 40: a request frame with a body of 262145 bytes"},
		{"request", frame(kindRequest, 0, 1, req[:40]), "byte 96: malformed request: JSON size needs 4 bytes"},
		{"request 0", frame(kindRequest, 0, 0, req), "byte 48: request 0"},
		{"part", frame(kindRequest, flagMore, 1, "x"), "byte 45: a part of request 1, which was not announced"},
		{"announced", frame(kindRequest, flagMore|flagSize, 1, size(7)), "byte 56: request 1 is announced with 7 bytes"},
		{"reply to no service", frame(kindServiceReply, 0, 9, string(wire.AppendReply(nil, pdk.Payload{}, nil))), "byte 48: a reply to service 9"},
		{"credit", frame(kindCredit, 0, 0, size(1)), "byte 56: a credit of 1 bytes for call 0"},
		{"admit", frame(kindAdmit, 0, 1, "\x03"), "byte 56: message 1 of kind 3 is admitted"},
		{"hello", frame(kindHello, 0, 0, strings.Repeat("x", 24)), "byte 44: a hello frame"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			token := NewToken()
			socket, out := pythonPlugin(t, token)
			conn, err := net.Dial("unix", socket)
			if err != nil {
				t.Fatal(err)
			}
			defer func() { _ = conn.Close() }()
			if _, err := greet(conn, token, HostSide, nil); err != nil {
				t.Fatal(err)
			}
			if _, err := conn.Write(c.send); err != nil {
				t.Fatal(err)
			}
			said, _ := io.ReadAll(conn)
			if line, _ := out.ReadString('\n'); !strings.Contains(line, c.want) || !strings.Contains(string(said), c.want) {
				t.Errorf("it printed %q and said %q, want %s", line, said, c.want)
			}
		})
	}
}
