// Package ocitest runs CNCF distribution, the OCI registry of Debian's package docker-registry, for a test.
package ocitest

import (
	"bytes"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"
)

// Start starts one on an empty folder and gives its address, HOST:PORT. It ends with the test.
func Start(t testing.TB) string {
	t.Helper()
	path, err := exec.LookPath("docker-registry")
	if err != nil {
		t.Fatalf("an OCI registry is not there: %v\nnext: apt-get install docker-registry", err)
	}
	addr, dir := free(t), t.TempDir()
	config := filepath.Join(dir, "config.yml")
	text := fmt.Appendf(nil, "version: 0.1\nlog: {level: error, accesslog: {disabled: true}}\n"+
		"storage: {filesystem: {rootdirectory: %s}, cache: {blobdescriptor: inmemory}, delete: {enabled: true}}\nhttp: {addr: %s}\n", dir, addr)
	if err := os.WriteFile(config, text, 0o600); err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	cmd := exec.Command(path, "serve", config)
	cmd.Stdout, cmd.Stderr = &out, &out
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Kill() // it may have ended
		_ = cmd.Wait()
	})
	for until := time.Now().Add(30 * time.Second); ; {
		res, err := http.Get("http://" + addr + "/v2/")
		if err == nil {
			_ = res.Body.Close() // only read
			return addr
		}
		if time.Now().After(until) {
			t.Fatalf("docker-registry does not listen: %v\n%s", err, out.Bytes())
		}
	}
}

func free(t testing.TB) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	return l.Addr().String()
}
