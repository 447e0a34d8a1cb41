package server_test

import (
	"bytes"
	"fmt"
	"io"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/dougong-dev/dougong/registry/client"
	"github.com/dougong-dev/dougong/registry/internal/pgtest"
	"github.com/dougong-dev/dougong/registry/internal/regtest"
	"github.com/dougong-dev/dougong/registry/server"
	"github.com/dougong-dev/dougong/registry/store"
)

// TestDatabaseGoneInUpload takes the database away in the middle of an upload: the publisher is told to come again, nothing is
// half published, and coming again works once it is back.
func TestDatabaseGoneInUpload(t *testing.T) {
	if testing.Short() {
		t.Skip("needs PostgreSQL")
	}
	t.Parallel()
	pg, err := pgtest.Start()
	must(t, err)
	t.Cleanup(func() { must(t, pg.Stop()) })
	r := regtest.Start(t, func(c *server.Config) { c.Database = pg.Database(t) })
	ctx := t.Context()
	leaves, err := r.Store().LogSize(ctx)
	must(t, err)
	data := regtest.Plugin(t, "com.acme.face", "1.0.0", map[string]string{"big.bin": strings.Repeat("0123456789", 100_000)})
	signed := r.Sign(r.Claim(store.Plugin, "com.acme", "com.acme.face", "1.0.0", data))
	body := &trigger{Reader: bytes.NewReader(data), after: len(data), do: func() {
		if err := pg.Halt(); err != nil {
			t.Error(err)
		}
	}}
	_, err = r.Client.Publish(ctx, signed, body)
	refused(t, err, "unavailable", "try again")
	refused(t, r.As("").Get(ctx, "/v1/plugins/com.acme.face/1.0.0", nil), "unavailable")
	for _, path := range []string{"/v1/log/tile/0/000", "/v1/log/tile/entries/000"} { // not that there is none: a witness asks as well
		refused(t, r.As("").Get(ctx, path, nil), "unavailable")
	}
	must(t, pg.Resume())
	back := func() error { _, err := r.Store().LogSize(ctx); return err }
	for until := time.Now().Add(30 * time.Second); back() != nil; {
		if time.Now().After(until) {
			t.Fatalf("the database is back, the registry is not: %v", back())
		}
	}
	if n, err := r.Store().LogSize(ctx); err != nil || n != leaves {
		t.Errorf("the log has %d leaves, it had %d (%v)", n, leaves, err)
	}
	if list, _, err := r.Store().Search(ctx, store.Query{Limit: 10}); err != nil || len(list) != 0 {
		t.Errorf("packages are there: %+v, %v", list, err)
	}
	_, err = r.Client.Publish(ctx, signed, bytes.NewReader(data))
	must(t, err)
	if !whole(t, r, r.Client, "1.0.0", data) {
		t.Error("not whole after all")
	}
}

// TestDrippingUpload brings a byte now and then, for ever: never so slow that it stalls.
func TestDrippingUpload(t *testing.T) {
	t.Parallel()
	r := regtest.Start(t, func(c *server.Config) { c.MaxUpload = 500 * time.Millisecond })
	leaves, err := r.Store().LogSize(t.Context())
	must(t, err)
	conn, err := net.Dial("tcp", strings.TrimPrefix(r.URL, "http://"))
	must(t, err)
	defer func() { _ = conn.Close() }()
	data := regtest.Plugin(t, "com.acme.face", "1.0.0", nil)
	signed := r.Sign(r.Claim(store.Plugin, "com.acme", "com.acme.face", "1.0.0", data))
	head := "--b\r\nContent-Disposition: form-data; name=\"envelope\"\r\n\r\n" + string(signed.Envelope) + "\r\n--b\r\nContent-Disposition: form-data; name=\"certificates\"\r\n\r\n" + string(signed.Certificates) +
		"\r\n--b\r\nContent-Disposition: form-data; name=\"artifact\"; filename=\"x\"\r\n\r\n"
	_, err = fmt.Fprintf(conn, "POST /v1/publish HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer %s\r\nContent-Type: multipart/form-data; boundary=b\r\nContent-Length: 1000000\r\n\r\n%s", r.Token, head)
	must(t, err)
	ended := make(chan []byte, 1)
	go func() {
		answer, _ := io.ReadAll(conn) // how it ends is what is looked at
		ended <- answer
	}()
	drip := time.NewTicker(20 * time.Millisecond)
	defer drip.Stop()
	late := time.After(30 * time.Second)
	for i := 0; ; i++ {
		select {
		case answer := <-ended:
			if len(answer) > 0 && !bytes.Contains(answer, []byte("broke off")) {
				t.Errorf("answer = %.800s", answer)
			}
			untouched(t, r, leaves)
			return
		case <-late:
			t.Fatal("the server still takes bytes")
		case <-drip.C:
			_, _ = conn.Write(data[i%len(data) : i%len(data)+1]) // the other end may be gone
		}
	}
}

// TestOversizeForms sends more than a form may hold.
func TestOversizeForms(t *testing.T) {
	t.Parallel()
	r := regtest.Start(t, nil)
	leaves, err := r.Store().LogSize(t.Context())
	must(t, err)
	big := strings.Repeat("a", 4<<20)
	_, err = r.Client.Publish(t.Context(), client.Signed{Envelope: []byte(big)}, strings.NewReader("x"))
	if err == nil || !strings.Contains(err.Error(), "limit") {
		t.Errorf("an envelope of 4 MiB: %v", err)
	}
	if err := r.Client.Post(t.Context(), "/v1/orgs", map[string]string{"name": big, "title": "x"}, nil); err == nil {
		t.Error("a name of 4 MiB was taken")
	}
	p := visitor(t, r)
	p.signIn("ann")
	p.open("/account")
	if status, _ := p.send("/orgs", map[string][]string{"name": {"x"}, "title": {big}}); status != 422 {
		t.Errorf("a form of 4 MiB: status %d", status)
	}
	untouched(t, r, leaves)
}
