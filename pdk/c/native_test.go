package c

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/dougong-dev/dougong/pdk/go"
	"github.com/dougong-dev/dougong/pdk/go/wire"
	"github.com/dougong-dev/dougong/pdk/kitcheck"
)

// native is the kit as a program under the address and undefined-behaviour sanitizers: it ends at the first mistake.
type native struct {
	mu     sync.Mutex
	cmd    *exec.Cmd
	in     io.WriteCloser
	out    io.ReadCloser
	stderr bytes.Buffer
}

var (
	buildOnce sync.Once
	program   string
	errBuild  error
)

// build compiles the native program once.
func build() (string, error) {
	buildOnce.Do(func() {
		// The compiler's files are unknown to `go test`, which would take an old result for theirs; what the test itself opens is known.
		for _, pattern := range []string{"dougong/*.*", "dougong/internal/*.c", "testdata/native/*.c"} {
			files, err := filepath.Glob(pattern)
			for _, file := range files {
				if _, e := os.ReadFile(file); e != nil {
					err = e
				}
			}
			if err != nil {
				errBuild = err
				return
			}
		}
		dir, err := os.MkdirTemp("", "dougong-c-")
		if err != nil {
			errBuild = err
			return
		}
		program = filepath.Join(dir, "native")
		out, err := exec.Command("clang", "-std=c11", "-g", "-O1", "-Wall", "-Wextra", "-Werror", "-fsanitize=address,undefined",
			"-fno-sanitize-recover=all", "-fno-omit-frame-pointer", "-o", program, "testdata/native/main.c", "-lm").CombinedOutput()
		if err != nil {
			errBuild = fmt.Errorf("clang: %w\n%s\nnext: .ci/setup.sh", err, out)
		}
	})
	return program, errBuild
}

func TestMain(m *testing.M) {
	code := m.Run()
	if program != "" {
		_ = os.RemoveAll(filepath.Dir(program))
	}
	os.Exit(code)
}

func start(t testing.TB) *native {
	t.Helper()
	path, err := build()
	if err != nil {
		t.Fatal(err)
	}
	n := &native{cmd: exec.Command(path)}
	n.cmd.Stderr = &n.stderr
	if n.in, err = n.cmd.StdinPipe(); err != nil {
		t.Fatal(err)
	}
	if n.out, err = n.cmd.StdoutPipe(); err != nil {
		t.Fatal(err)
	}
	if err := n.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		// Its exit code also says whether memory leaked.
		_ = n.in.Close()
		if err := n.cmd.Wait(); err != nil {
			t.Errorf("the native kit ended with %v\n%s", err, n.stderr.String())
		}
	})
	return n
}

// serve sends a request, and what the host is to answer, and returns the decoded reply.
func (n *native) serve(t testing.TB, request, answer []byte) (pdk.Payload, *pdk.Error) {
	t.Helper()
	n.mu.Lock()
	defer n.mu.Unlock()
	var b []byte
	for _, part := range [][]byte{request, answer} {
		b = append(binary.LittleEndian.AppendUint32(b, uint32(len(part))), part...)
	}
	go func() { _, _ = n.in.Write(b) }()
	var size [4]byte
	if _, err := io.ReadFull(n.out, size[:]); err != nil {
		t.Fatalf("request %.200q, answer %.200q: %v", request, answer, err)
	}
	reply := make([]byte, binary.LittleEndian.Uint32(size[:]))
	if _, err := io.ReadFull(n.out, reply); err != nil {
		t.Fatal(err)
	}
	p, failure, err := wire.DecodeReply(reply)
	if err != nil {
		t.Fatalf("request %.200q: the reply %.200q is malformed: %v", request, reply, err)
	}
	return p, failure
}

func TestFields(t *testing.T) {
	t.Parallel()
	n := start(t)
	for _, c := range []struct{ in, want string }{
		{`{"t":"é","b":{"$blob":0},"i":1,"d":2.5,"y":true}`, "11"}, // 2 + 3 bytes, 5 fields, 1 character
		{`{"t":"é","b":"x","i":1,"d":2.5,"y":true}`, "b: expected bytes, found string"},
		{`{"t":"é","b":{"$blob":0},"i":1.5,"d":2.5,"y":true}`, "i: expected a whole number of 64 bits, found 1.5"},
		{`{"t":"é","b":{"$blob":0},"i":9223372036854775808,"d":2.5,"y":true}`, "i: expected a whole number"},
		{`{"t":"é","b":{"$blob":0},"i":1e3,"d":"2","y":true}`, "d: expected number, found string"},
		{`{"t":"é","b":{"$blob":0},"i":-9223372036854775808,"d":1}`, "y is missing: expected boolean"},
		{`null`, "t is missing: expected string"},
	} {
		p, failure := n.serve(t, kitcheck.Request("fields", c.in, []byte("abc")), nil)
		if got := string(p.JSON); failure == nil && got != c.want || failure != nil && (failure.Code != pdk.CodeInvalidParams || !strings.Contains(failure.Message, c.want)) {
			t.Errorf("fields %s = %s, %v; want %s", c.in, got, failure, c.want)
		}
	}
}

func TestNumbers(t *testing.T) {
	t.Parallel()
	n := start(t)
	in := `[0,-0,0.1,1e21,123456789012345680000,5e-324,1.7976931348623157e308,9223372036854775807,-9223372036854775808,1.0,-1.5,3e2,1e999]`
	fits := []bool{true, true, false, false, false, false, false, true, true, true, false, true, false}
	p, failure := n.serve(t, kitcheck.Request("numbers", in), nil)
	var got []any
	var originals []json.RawMessage
	if err := json.Unmarshal([]byte(in), &originals); err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(p.JSON, &got); err != nil || failure != nil || len(got) != 2*len(originals) {
		t.Fatalf("numbers = %s, %v, %v", p.JSON, failure, err)
	}
	for i, original := range originals {
		whole, double := got[2*i], got[2*i+1]
		var exact float64
		if err := json.Unmarshal(original, &exact); err == nil && double != exact {
			t.Errorf("%s as double came back as %v", original, double)
		}
		if (whole != nil) != fits[i] {
			t.Errorf("%s as whole number = %v, want one: %v", original, whole, fits[i])
		}
	}
	if raw := string(p.JSON); !strings.Contains(raw, ",9223372036854775807,") || !strings.Contains(raw, ",-9223372036854775808,") {
		t.Errorf("the largest whole numbers came back as %s", raw)
	}
}

// TestServices lets the host answer well, oddly and with a failure.
func TestServices(t *testing.T) {
	t.Parallel()
	n := start(t)
	good := `{"found":true,"value":"s","keys":[],"status":200,"headers":{"content-TYPE":["text/plain","x"]},"body":{"$blob":0},"button":1,"key":{"$blob":0},"was":18446744073709551615}`
	sixteen := []byte("0123456789abcdef")
	for _, c := range []struct {
		name   string
		answer []byte
		want   string // a part of the failure's message
	}{
		{"odd", kitcheck.Reply(`{}`), "the host's answer to"},
		{"no JSON", kitcheck.Reply(`{"found":`), "malformed JSON at byte 9"},
		{"empty", []byte{}, "malformed reply of the host"},
		{"refused", wire.AppendReply(nil, pdk.Payload{}, pdk.Errorf(5, "denied", "no grant for you 不")), "no grant for you 不"},
		{"code 0", []byte{1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}, "malformed reply of the host"},
		{"good, but no event", kitcheck.Reply(good, sixteen), ""},
	} {
		_, failure := n.serve(t, kitcheck.Request("services", `{"x":1}`), c.answer)
		if c.want == "" && failure != nil || c.want != "" && (failure == nil || !strings.Contains(failure.Message, c.want)) {
			t.Errorf("%s: %v, want %q", c.name, failure, c.want)
		}
	}
}
