package server_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/dougong-dev/dougong/core/trust"
	"github.com/dougong-dev/dougong/core/trust/tuf"
	"github.com/dougong-dev/dougong/registry/client"
	"github.com/dougong-dev/dougong/registry/internal/pgtest"
	"github.com/dougong-dev/dougong/registry/internal/regtest"
	"github.com/dougong-dev/dougong/registry/server"
	"github.com/dougong-dev/dougong/registry/store"
)

// TestReplicas runs two stateless servers on one PostgreSQL and one S3 store, behind nginx.
func TestReplicas(t *testing.T) {
	if testing.Short() {
		t.Skip("needs PostgreSQL, nginx and an S3 server")
	}
	pg, err := pgtest.Start()
	must(t, err)
	t.Cleanup(func() { must(t, pg.Stop()) })
	dsn, bucket := pg.Database(t), versitygw(t)
	first := regtest.Start(t, func(c *server.Config) { c.Database, c.Artifacts = dsn, bucket })
	// The second has a copy of the house, and nothing else of the first.
	dir := t.TempDir()
	must(t, os.CopyFS(filepath.Join(dir, "house"), os.DirFS(filepath.Join(first.Dir, "house"))))
	s, err := server.Open(t.Context(), server.Config{Data: dir, Database: dsn, Artifacts: bucket, AutoVerify: true, Requests: 1e6})
	must(t, err)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	t.Cleanup(regtest.Serve(t, s, l))
	secondURL := "http://" + l.Addr().String()
	second := newClient(t, secondURL, first.Token)
	balanced := newClient(t, nginx(t, first.URL, secondURL), first.Token)

	sameVersion(t, first, first.Client, second)
	data := regtest.Plugin(t, "com.acme.face", "1.2.0", map[string]string{"big.bin": strings.Repeat("0123456789", 100_000)})
	signed := first.Sign(first.Claim(store.Plugin, "com.acme", "com.acme.face", "1.2.0", data))
	_, err = balanced.Publish(t.Context(), signed, bytes.NewReader(data))
	must(t, err)
	for range 4 { // both replicas get their turn
		if !whole(t, first, balanced, "1.2.0", data) {
			t.Error("not whole behind nginx")
		}
	}
	if !whole(t, first, second, "1.2.0", data) {
		t.Error("not whole at the second replica")
	}
	oneHouse(t, first, second)
	// A token that is revoked at one is worth nothing at the other, at once.
	token := first.Account("bob", false, "read", "manage")
	must(t, newClient(t, secondURL, token).Get(t.Context(), "/v1/whoami", nil))
	var tokens []struct{ ID string }
	must(t, first.As(token).Get(t.Context(), "/v1/tokens", &tokens))
	must(t, first.As(token).Delete(t.Context(), "/v1/tokens/"+tokens[0].ID))
	refused(t, newClient(t, secondURL, token).Get(t.Context(), "/v1/whoami", nil), "unauthenticated")

	// The database goes away and comes back.
	must(t, pg.Halt())
	if _, err := second.Release(t.Context(), store.Plugin, "com.acme.face", "1.2.0"); err == nil {
		t.Error("an answer without a database")
	}
	must(t, pg.Resume())
	for until := time.Now().Add(30 * time.Second); ; {
		if _, err = second.Release(t.Context(), store.Plugin, "com.acme.face", "1.2.0"); err == nil {
			break
		}
		if time.Now().After(until) {
			t.Fatalf("the database is back, the registry is not: %v", err)
		}
	}
	data = regtest.Plugin(t, "com.acme.face", "1.3.0", nil)
	_, err = second.Publish(t.Context(), first.Sign(first.Claim(store.Plugin, "com.acme", "com.acme.face", "1.3.0", data)), bytes.NewReader(data))
	must(t, err)
}

// oneHouse publishes at both replicas at once: there is one log, and metadata whose versions only rise, whoever is asked.
func oneHouse(t *testing.T, first *regtest.Registry, second *client.Client) {
	t.Helper()
	sides := []*client.Client{first.Client, second}
	var wg sync.WaitGroup
	for i := range 8 {
		wg.Go(func() {
			version := fmt.Sprintf("2.%d.0", i)
			data := regtest.Plugin(t, "com.acme.face", version, nil)
			_, err := sides[i%2].Publish(t.Context(), first.Sign(first.Claim(store.Plugin, "com.acme", "com.acme.face", version, data)), bytes.NewReader(data))
			if err != nil {
				t.Error(err)
				return
			}
			last := int64(0)
			for n := range 4 {
				text, err := sides[(i+n)%2].Metadata(t.Context(), "timestamp.json")
				if err != nil {
					t.Error(err)
					return
				}
				var stamp struct{ Signed tuf.Timestamp }
				must(t, json.Unmarshal(text, &stamp))
				if stamp.Signed.Version < last {
					t.Errorf("timestamp version %d after %d", stamp.Signed.Version, last)
				}
				last = stamp.Signed.Version
			}
			e, err := sides[(i+1)%2].Evidence(t.Context(), store.Plugin, "com.acme.face", version, "linux", "amd64")
			if err != nil {
				t.Error(err)
				return
			}
			if v := judge(t, first, data, e, trust.Options{Metadata: true}); !v.OK() {
				t.Errorf("published at one replica, read at the other:\n%s", v)
			}
		})
	}
	wg.Wait()
}

// free gives an address that nobody listens on.
func free(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	defer func() { must(t, l.Close()) }()
	return l.Addr().String()
}

// run starts a server of somebody else and waits until it listens.
func run(t *testing.T, addr string, env []string, program string, args ...string) {
	t.Helper()
	var out bytes.Buffer
	cmd := exec.Command(program, args...)
	cmd.Env = append(os.Environ(), env...)
	cmd.Stdout, cmd.Stderr = &out, &out
	cmd.WaitDelay = 10 * time.Second
	must(t, cmd.Start())
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	t.Cleanup(func() {
		_ = cmd.Process.Signal(syscall.SIGTERM) // not kill: nginx has workers to end; it may have ended
		<-ended
	})
	for until := time.Now().Add(time.Minute); ; {
		c, err := net.DialTimeout("tcp", addr, time.Second)
		if err == nil {
			must(t, c.Close())
			return
		}
		select {
		case err := <-ended:
			ended <- err
			t.Fatalf("%s: %v\n%s", program, err, out.Bytes())
		default:
		}
		if time.Now().After(until) {
			t.Fatalf("%s does not listen at %s", program, addr)
		}
	}
}

// versitygw starts a real S3 server on a folder, built from the module proxy, and gives the address of a bucket in it.
func versitygw(t *testing.T) string {
	t.Helper()
	bin := t.TempDir()
	build := exec.Command("go", "install", "github.com/versity/versitygw/cmd/versitygw@v1.8.0")
	build.Env = append(os.Environ(), "GOBIN="+bin, "CGO_ENABLED=0", "GOFLAGS=-mod=mod")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("build versitygw: %v\n%s", err, out)
	}
	dir := t.TempDir()
	must(t, os.Mkdir(filepath.Join(dir, "artifacts"), 0o755))
	addr := free(t)
	run(t, addr, []string{"ROOT_ACCESS_KEY=access", "ROOT_SECRET_KEY=secretsecret"}, filepath.Join(bin, "versitygw"), "--port", addr, "posix", dir)
	t.Setenv("AWS_ACCESS_KEY_ID", "access")
	t.Setenv("AWS_SECRET_ACCESS_KEY", "secretsecret")
	return "s3://artifacts?region=us-east-1&use_path_style=true&endpoint=http://" + addr
}

// nginx balances between servers.
func nginx(t *testing.T, urls ...string) string {
	t.Helper()
	path, err := exec.LookPath("nginx")
	if err != nil {
		path = "/usr/sbin/nginx"
	}
	dir, addr := t.TempDir(), free(t)
	must(t, os.Chmod(dir, 0o755))
	var servers strings.Builder
	for _, u := range urls {
		fmt.Fprintf(&servers, "server %s; ", strings.TrimPrefix(u, "http://"))
	}
	config := filepath.Join(dir, "nginx.conf")
	must(t, os.WriteFile(config, fmt.Appendf(nil, `daemon off; pid %[1]s/pid; error_log stderr; worker_processes 1; events {}
http { access_log off; client_body_temp_path %[1]s/b; proxy_temp_path %[1]s/p; fastcgi_temp_path %[1]s/f; uwsgi_temp_path %[1]s/u; scgi_temp_path %[1]s/s;
upstream registry { %[2]s }
server { listen %[3]s; client_max_body_size 0; proxy_request_buffering off; location / { proxy_pass http://registry; proxy_http_version 1.1; proxy_set_header X-Forwarded-For $remote_addr; } } }
`, dir, servers.String(), addr), 0o600))
	run(t, addr, nil, path, "-c", config, "-e", "stderr")
	return "http://" + addr
}
