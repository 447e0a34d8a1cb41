package server_test

import (
	"bufio"
	"fmt"
	"net"
	"net/http"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/dougong-dev/dougong/registry/hooks"
	"github.com/dougong-dev/dougong/registry/internal/pgtest"
	"github.com/dougong-dev/dougong/registry/store"
	"github.com/dougong-dev/dougong/registry/store/postgres"
)

// rude is a receiver that answers with a status line that is no text.
func rude(t *testing.T, status string) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	done := make(chan struct{})
	go func() {
		defer close(done)
		for {
			c, err := l.Accept()
			if err != nil {
				return // the test is over
			}
			if r, err := http.ReadRequest(bufio.NewReader(c)); err == nil {
				_ = r.Body.Close()
				_, _ = fmt.Fprintf(c, "HTTP/1.1 500 %s\r\nContent-Length: 2\r\nConnection: close\r\n\r\n\xff\x00", status)
			}
			_ = c.Close()
		}
	}()
	t.Cleanup(func() { _ = l.Close(); <-done })
	return "http://" + l.Addr().String()
}

// TestRudeReceiver: what a receiver answers is no reason to send to it for ever. Databases take no bytes that are no text.
func TestRudeReceiver(t *testing.T) {
	if testing.Short() {
		t.Skip("needs PostgreSQL")
	}
	t.Parallel()
	pg, err := pgtest.Start()
	must(t, err)
	t.Cleanup(func() { must(t, pg.Stop()) })
	long := strings.Repeat("界", 200) // the limit of what is kept falls into a character
	for name, status := range map[string]string{"no UTF-8": "\xff\xfe", "cut in two": long, "controls": "a\x00b\x1b[31m", "surrogate": "\xed\xa0\x80"} {
		url := rude(t, status)
		onPostgres, err := postgres.Open(t.Context(), pg.Database(t))
		must(t, err)
		t.Cleanup(func() { must(t, onPostgres.Close()) })
		for database, o := range map[string]*office{"SQLite": sqliteOffice(t, url), "PostgreSQL": openOffice(t, onPostgres, url)} {
			c := o.courier(hooks.Policy{Allow: here})
			o.post(1)
			for n := 1; n <= hooks.Attempts; n++ {
				if got := o.deliver(c); got != 1 {
					t.Fatalf("%s, %s: attempt %d: %d taken", name, database, n, got)
				}
				o.forward(o.last().Due.Sub(o.Now()))
			}
			d := o.last()
			if d.State != store.DeliveryDead || d.Attempts != hooks.Attempts || d.Error == "" || !utf8.ValidString(d.Error) || strings.ContainsAny(d.Error, "\x00\x1b") {
				t.Errorf("%s, %s: delivery %+v (error %q)", name, database, d, d.Error)
			}
		}
	}
}
