package server_test

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"net"
	"os"
	"os/exec"
	"os/signal"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/dougong-dev/dougong/core/trust/envelope"
	"github.com/dougong-dev/dougong/core/trust/translog"
	"github.com/dougong-dev/dougong/registry/client"
	"github.com/dougong-dev/dougong/registry/internal/regtest"
	"github.com/dougong-dev/dougong/registry/server"
	"github.com/dougong-dev/dougong/registry/store"
)

// childFolder, if set, makes this test binary a registry of that folder; childTrust names its house, if that is elsewhere.
const (
	childFolder = "REGISTRY_TEST_DATA"
	childTrust  = "REGISTRY_TEST_TRUST"
)

func TestMain(m *testing.M) {
	if dir := os.Getenv(childFolder); dir != "" {
		if err := child(dir); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

func child(dir string) error {
	c := server.Config{Data: dir, AutoVerify: true, Requests: 1e6}
	if c.Trust = os.Getenv(childTrust); c.Trust != "" {
		c.Passphrase = []byte("passphrase") // ceremony's
	}
	s, err := server.Open(context.Background(), c)
	if err != nil {
		return err
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	hangup := make(chan os.Signal, 1)
	signal.Notify(hangup, syscall.SIGHUP)
	go s.ReloadOn(context.Background(), hangup) // ends with the process
	fmt.Println("http://" + l.Addr().String())
	return s.Serve(context.Background(), l)
}

// process is a registry in a process of its own.
type process struct {
	cmd *exec.Cmd
	url string
}

func spawn(t *testing.T, dir string, env ...string) *process {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(append(os.Environ(), childFolder+"="+dir), env...)
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	must(t, err)
	must(t, cmd.Start())
	line, err := bufio.NewReader(out).ReadString('\n')
	must(t, err)
	p := &process{cmd, strings.TrimSpace(line)}
	t.Cleanup(p.kill)
	return p
}

// kill is kill -9.
func (p *process) kill() {
	_ = p.cmd.Process.Kill() // it may be gone
	_ = p.cmd.Wait()
}

// TestKilledPublishing kills the server at many points of a publish. Afterwards the release is there in full or not at all,
// the log fits, and publishing it again works.
func TestKilledPublishing(t *testing.T) {
	t.Parallel()
	r := regtest.Start(t, nil)
	r.Stop() // its data, keys and tokens are what the child goes on with
	ctx := t.Context()
	there := 0
	for i := range 14 {
		version := fmt.Sprintf("1.0.%d", i)
		data := regtest.Plugin(t, "com.acme.face", version, map[string]string{"big.bin": strings.Repeat(fmt.Sprint(i, " 0123456789"), 20_000)})
		signed := r.Sign(r.Claim(store.Plugin, "com.acme", "com.acme.face", version, data))
		p := spawn(t, r.Dir)
		body := &trigger{Reader: bytes.NewReader(data), after: len(data) * (i + 1) / 5, do: p.kill}
		if i >= 4 { // all is sent: from here on time decides
			body.after, body.do = len(data), func() { time.AfterFunc(time.Duration(i-4)*3*time.Millisecond, p.kill) }
		}
		_, err := newClient(t, p.url, r.Token).Publish(ctx, signed, body)
		told := err == nil
		p.kill()
		p = spawn(t, r.Dir)
		if whole(t, r, newClient(t, p.url, r.Token), version, data) {
			there++
		} else if told {
			t.Errorf("%s was said to be published and is not there", version)
		}
		again, err := newClient(t, p.url, r.Token).Publish(ctx, signed, bytes.NewReader(data))
		if err != nil {
			t.Errorf("publish %s again: %v", version, err)
		} else if !whole(t, r, newClient(t, p.url, r.Token), version, data) {
			t.Errorf("%s is not there after all: %+v", version, again)
		}
		p.kill()
	}
	t.Logf("%d of 14 were published before the kill", there)
	s := spawn(t, r.Dir)
	defer s.kill()
	kept, unfinished := r.Artifacts()
	if kept != 14 {
		t.Errorf("%d artifacts of 14 releases, %d unfinished", kept, unfinished)
	}
}

func newClient(t *testing.T, url, token string) *client.Client {
	t.Helper()
	c, err := client.New(url, token)
	must(t, err)
	t.Cleanup(c.Close)
	return c
}

// whole tells whether a version is there; if it is, all of it has to be.
func whole(t *testing.T, r *regtest.Registry, c *client.Client, version string, data []byte) bool {
	t.Helper()
	ctx := t.Context()
	if _, err := c.Release(ctx, store.Plugin, "com.acme.face", version); err != nil {
		return false
	}
	var got bytes.Buffer
	if _, err := c.Download(ctx, store.Plugin, "com.acme.face", version, "linux", "amd64", &got); err != nil || !bytes.Equal(got.Bytes(), data) {
		t.Errorf("%s: the artifact: %d bytes, %v", version, got.Len(), err)
	}
	raw, err := c.Envelope(ctx, store.Plugin, "com.acme.face", version)
	must(t, err)
	e, err := envelope.Parse(raw)
	must(t, err)
	p, err := c.Proof(ctx, store.Plugin, "com.acme.face", version)
	must(t, err)
	head, err := translog.Open(r.Suite, p.Head, r.Shelf.Book.Log(), nil)
	must(t, err)
	leaf, err := translog.ParseLeaf(p.Leaf)
	must(t, err)
	if err := head.CheckLeaf(leaf, p.Index, p.Proof); err != nil || leaf.Digest != e.Digest() {
		t.Errorf("%s: the log: %v, leaf %+v", version, err, leaf)
	}
	return true
}

// TestSameVersionAtOnce publishes one version with two contents from many sides: one content wins, and the others are told.
func TestSameVersionAtOnce(t *testing.T) {
	t.Parallel()
	r := regtest.Start(t, nil)
	sameVersion(t, r, r.Client, r.Client)
}

func sameVersion(t *testing.T, r *regtest.Registry, sides ...*client.Client) {
	t.Helper()
	var mu sync.Mutex
	outcomes := map[string]map[string]int{}
	var wg sync.WaitGroup
	for i := range 8 {
		wg.Go(func() {
			text := []string{"one", "two"}[i%2]
			data := regtest.Plugin(t, "com.acme.face", "3.0.0", map[string]string{"plugin.wasm": text})
			_, err := sides[i/2%len(sides)].Publish(t.Context(), r.Sign(r.Claim(store.Plugin, "com.acme", "com.acme.face", "3.0.0", data)), bytes.NewReader(data))
			outcome := "published"
			if err != nil {
				outcome = err.Error()
				refused(t, err, "conflict")
			}
			mu.Lock()
			defer mu.Unlock()
			if outcomes[text] == nil {
				outcomes[text] = map[string]int{}
			}
			outcomes[text][outcome]++
		})
	}
	wg.Wait()
	if a, b := outcomes["one"]["published"], outcomes["two"]["published"]; a+b != 4 || a*b != 0 {
		t.Errorf("outcomes = %v", outcomes)
	}
}
