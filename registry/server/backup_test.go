package server_test

import (
	"archive/tar"
	"bytes"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"

	"github.com/dougong-dev/dougong/registry/internal/regtest"
	"github.com/dougong-dev/dougong/registry/server"
	"github.com/dougong-dev/dougong/registry/store"
)

func TestBackupAndRestore(t *testing.T) {
	t.Parallel()
	r := regtest.Start(t, nil)
	r.Publish("com.acme.face", "1.2.0", nil)
	var archive bytes.Buffer
	must(t, server.Backup(t.Context(), r.Dir, &archive))
	r.Publish("com.acme.face", "1.3.0", nil) // after the backup
	head, _, err := r.Shelf.Book.Head(t.Context())
	must(t, err)
	to := filepath.Join(t.TempDir(), "restored")
	must(t, server.Restore(t.Context(), bytes.NewReader(archive.Bytes()), to))
	if err := server.Restore(t.Context(), bytes.NewReader(archive.Bytes()), to); err == nil {
		t.Error("restored over a registry that is there")
	}
	s, err := server.Open(t.Context(), server.Config{Data: to})
	must(t, err)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	t.Cleanup(regtest.Serve(t, s, l))
	c := newClient(t, "http://"+l.Addr().String(), r.Token)
	var file bytes.Buffer
	_, err = c.Download(t.Context(), store.Plugin, "com.acme.face", "1.2.0", "linux", "amd64", &file)
	must(t, err)
	if _, err := c.Release(t.Context(), store.Plugin, "com.acme.face", "1.3.0"); err == nil {
		t.Error("a release that came after the backup is in it")
	}
	if old, _, err := s.Shelf.Book.Head(t.Context()); err != nil || old == head {
		t.Errorf("head = %q, %v", old, err)
	}
	if got, want := s.Shelf.Book.Log().Keys[1].ID(), r.Shelf.Book.Log().Keys[1].ID(); got != want {
		t.Errorf("the log's key is %s, it was %s", got, want)
	}
}

func TestRestoreRefusesForeignArchives(t *testing.T) {
	t.Parallel()
	for _, h := range []tar.Header{{Name: "../evil", Typeflag: tar.TypeReg}, {Name: "/etc/x", Typeflag: tar.TypeReg}, {Name: "x", Typeflag: tar.TypeSymlink, Linkname: "/etc/passwd"}} {
		var b bytes.Buffer
		w := tar.NewWriter(&b)
		must(t, w.WriteHeader(&h))
		must(t, w.Close())
		if err := server.Restore(t.Context(), &b, filepath.Join(t.TempDir(), "x")); err == nil {
			t.Errorf("%q was unpacked", h.Name)
		}
	}
}

// TestMirror serves a copy by a plain file server and reads it by the same client.
func TestMirror(t *testing.T) {
	t.Parallel()
	r := regtest.Start(t, nil)
	ctx := t.Context()
	r.Publish("com.acme.face", "1.2.0", nil)
	dir := t.TempDir()
	var said []string
	must(t, r.Client.Mirror(ctx, dir, store.Plugin, []string{"com.acme.face"}, func(id, version string) { said = append(said, id+"@"+version) }))
	if len(said) != 1 {
		t.Errorf("mirrored %v", said)
	}
	static := httptest.NewServer(http.FileServer(http.Dir(dir)))
	t.Cleanup(static.Close)
	c := newClient(t, static.URL, "")
	v, err := c.Versions(ctx, store.Plugin, "com.acme.face")
	if err != nil || v.Latest != "1.2.0" {
		t.Fatalf("versions = %+v, %v", v, err)
	}
	if !whole(t, r, c, "1.2.0", regtest.Plugin(t, "com.acme.face", "1.2.0", nil)) {
		t.Error("the copy is not whole")
	}
	d, err := c.Find(ctx, store.Plugin, "com.acme.face", "1.2.0", "linux", "amd64")
	must(t, err)
	must(t, os.WriteFile(filepath.Join(dir, filepath.FromSlash(d.URL)), regtest.Plugin(t, "com.acme.face", "1.2.1", nil), 0o600))
	if _, err := c.Download(ctx, store.Plugin, "com.acme.face", "1.2.0", "linux", "amd64", &bytes.Buffer{}); err == nil {
		t.Error("a file that was exchanged on the mirror was taken")
	}
}
