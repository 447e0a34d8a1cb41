package server_test

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/dougong-dev/dougong/core/gm"
	"github.com/dougong-dev/dougong/core/trust"
	"github.com/dougong-dev/dougong/core/trust/authority"
	"github.com/dougong-dev/dougong/core/trust/key"
	"github.com/dougong-dev/dougong/core/trust/translog"
	"github.com/dougong-dev/dougong/registry/internal/regtest"
	"github.com/dougong-dev/dougong/registry/server"
	"github.com/dougong-dev/dougong/registry/store"
	"github.com/dougong-dev/dougong/registry/witness"
)

// watched starts a registry in a house whose heads need the co-signatures of two of three witnesses.
func watched(t *testing.T) (*regtest.Registry, []*witness.Witness) {
	t.Helper()
	suite, err := gm.New(gm.Policy{})
	must(t, err)
	var all []*witness.Witness
	c := authority.Ceremony{Organisation: "House", Algorithm: gm.SM2, WitnessCount: 2}
	for i, alg := range []gm.Algorithm{gm.Ed25519, gm.SM2, gm.Ed25519} {
		by, err := key.Generate(suite, alg)
		must(t, err)
		w := &translog.Cosigner{Suite: suite, Name: "w" + string(rune('0'+i)) + ".example", By: by, Memo: &witness.FileMemo{Path: filepath.Join(t.TempDir(), "seen.json")}}
		c.Witnesses = append(c.Witnesses, w.Witness())
		all = append(all, &witness.Witness{Cosigner: w, Logger: slog.New(slog.DiscardHandler)})
	}
	dir, _ := ceremony(t, c)
	r := regtest.Start(t, func(c *server.Config) { c.Trust, c.Passphrase = dir, []byte("passphrase") })
	for _, w := range all {
		w.Client, w.Log = r.As(""), r.House().Anchors().Log
	}
	return r, all
}

func steps(t *testing.T, all ...*witness.Witness) {
	t.Helper()
	for _, w := range all {
		_, err := w.Step(t.Context())
		must(t, err)
	}
}

func TestHostsWaitForTheWitnesses(t *testing.T) {
	t.Parallel()
	r, w := watched(t)
	r.Publish("com.acme.face", "1.0.0", nil)
	c := r.As("")
	read := func(version string) error {
		_, err := c.Evidence(t.Context(), store.Plugin, "com.acme.face", version, "linux", "amd64")
		return err
	}
	refused(t, read("1.0.0"), "unavailable", "2 witnesses")
	steps(t, w[0])
	refused(t, read("1.0.0"), "unavailable", "2 witnesses")
	steps(t, w[0]) // once more is not two
	refused(t, read("1.0.0"), "unavailable", "2 witnesses")
	r.Publish("com.acme.face", "1.1.0", nil) // the head that waits goes on waiting
	steps(t, w[1], w[2])
	host := trust.Options{Store: &trust.MemoryStore{}}
	if v := verdict(t, r, "1.0.0", host); !v.OK() {
		t.Fatalf("verdict:\n%s", v)
	}
	refused(t, read("1.1.0"), "unavailable", "try again once the witnesses have seen it")
	steps(t, w[2], w[0])
	if v := verdict(t, r, "1.1.0", host); !v.OK() {
		t.Errorf("verdict:\n%s", v)
	}
	r.Publish("com.acme.face", "1.2.0", nil)
	stranger, err := key.Generate(r.Suite, gm.Ed25519)
	must(t, err)
	evil := *w[0]
	evil.Cosigner = &translog.Cosigner{Suite: r.Suite, Name: "w0.example", By: stranger, Memo: &translog.MemoryMemo{}}
	_, err = evil.Step(t.Context())
	refused(t, err, "signature", "no witness that the root names")
}

// fork starts a second registry on a copy of everything that the first one has, with its keys: the same log until now.
func fork(t *testing.T, r *regtest.Registry, house string) *regtest.Registry {
	t.Helper()
	var archive bytes.Buffer
	must(t, server.Backup(t.Context(), r.Dir, &archive))
	dir := filepath.Join(t.TempDir(), "fork")
	must(t, server.Restore(t.Context(), &archive, dir))
	copied := filepath.Join(t.TempDir(), "house")
	must(t, os.CopyFS(copied, os.DirFS(house)))
	out := regtest.Start(t, func(c *server.Config) { c.Data, c.Trust, c.Passphrase = dir, copied, []byte("passphrase") })
	out.Token, out.Client = r.Token, out.As(r.Token)
	out.Signer, out.Certs = r.Signer, r.Certs
	return out
}

// TestForkShownToTwoClients has one log shown to one client and another to the next: the witness catches it, and hosts do not
// believe the one that no witness has seen.
func TestForkShownToTwoClients(t *testing.T) {
	t.Parallel()
	dir, _ := ceremony(t, authority.Ceremony{Organisation: "House", Algorithm: gm.SM2})
	one := regtest.Start(t, func(c *server.Config) { c.Trust, c.Passphrase = dir, []byte("passphrase") })
	one.Publish("com.acme.face", "1.0.0", nil)
	two := fork(t, one, dir)
	one.Publish("com.acme.face", "1.1.0", nil)
	two.Publish("com.acme.face", "6.6.6", nil) // what only the second client is to see
	two.Publish("com.acme.face", "6.6.7", nil)

	// One address that shows either.
	var evil atomic.Bool
	urls := map[bool]*url.URL{}
	for second, r := range map[bool]*regtest.Registry{false: one, true: two} {
		u, err := url.Parse(r.URL)
		must(t, err)
		urls[second] = u
	}
	front := httptest.NewServer(&httputil.ReverseProxy{Rewrite: func(p *httputil.ProxyRequest) { p.SetURL(urls[evil.Load()]) }, ErrorLog: nil})
	t.Cleanup(front.Close)
	by, err := key.Generate(one.Suite, gm.Ed25519)
	must(t, err)
	memo := &witness.FileMemo{Path: filepath.Join(t.TempDir(), "seen.json")}
	w := &witness.Witness{Client: newClient(t, front.URL, ""), Log: one.House().Anchors().Log, Logger: slog.New(slog.DiscardHandler),
		Cosigner: &translog.Cosigner{Suite: one.Suite, Name: "w.example", By: by, Memo: memo}}
	if _, err := w.Step(t.Context()); err == nil || errors.Is(err, translog.ErrFork) { // this house's root names no witness; what was seen is remembered
		t.Logf("first look: %v", err)
	}
	evil.Store(true)
	ticks := make(chan time.Time)
	if err := w.Run(t.Context(), ticks); !errors.Is(err, translog.ErrFork) || !strings.Contains(err.Error(), "House/log") {
		t.Errorf("the witness was shown a fork: %v", err)
	}
	evil.Store(false)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := w.Run(ctx, ticks); err != nil {
		t.Errorf("the log that it knows: %v", err)
	}
	// A host that has seen the first log is not taken in by the second.
	host := trust.Options{Store: &trust.MemoryStore{}}
	if v := verdict(t, one, "1.1.0", host); !v.OK() {
		t.Fatalf("verdict:\n%s", v)
	}
	state, err := host.Store.Load()
	must(t, err)
	if v := verdict(t, two, "6.6.7", trust.Options{Store: host.Store, Root: one.House().Root()}, state.Heads["House/log"].Size); !v.Refuses(trust.CodeFork) {
		t.Errorf("a host that knows the other log:\n%s", v)
	}
}

// TestForkWithoutWitnesses shows a fork to a host that has seen nothing: without co-signatures it believes nothing.
func TestForkWithoutWitnesses(t *testing.T) {
	t.Parallel()
	r, w := watched(t)
	r.Publish("com.acme.face", "1.0.0", nil)
	steps(t, w[0], w[1])
	two := fork(t, r, r.Trust)
	r.Publish("com.acme.face", "1.1.0", nil)
	steps(t, w...)
	two.Publish("com.acme.face", "6.6.6", nil)
	two.Publish("com.acme.face", "6.6.7", nil)
	for _, one := range w {
		one.Client = two.As("")
		if _, err := one.Step(t.Context()); !errors.Is(err, translog.ErrFork) {
			t.Errorf("a witness: %v", err)
		}
	}
	_, err := two.As("").Evidence(t.Context(), store.Plugin, "com.acme.face", "6.6.6", "linux", "amd64")
	refused(t, err, "unavailable")
	// The operator of the fork gives out a head of its own making: no co-signatures, no trust.
	e, err := two.As("").Evidence(t.Context(), store.Plugin, "com.acme.face", "1.0.0", "linux", "amd64")
	must(t, err)
	e.Head, _, err = two.Shelf.Book.Head(t.Context())
	must(t, err)
	if v := judge(t, r, regtest.Plugin(t, "com.acme.face", "1.0.0", nil), e, trust.Options{}); !v.Refuses(trust.CodeWitness) {
		t.Errorf("a head that no witness has seen:\n%s", v)
	}
}

func TestTilesOverHTTP(t *testing.T) {
	t.Parallel()
	r := regtest.Start(t, nil)
	n, err := r.Store().LogSize(t.Context())
	must(t, err)
	res, err := http.Get(r.URL + "/v1/log/tile/8/0/000.p/" + strings.Repeat("1", 1))
	must(t, err)
	must(t, res.Body.Close())
	if res.StatusCode != 200 || res.ContentLength != 32 || n < 2 {
		t.Errorf("status %d, %d bytes, log of %d leaves", res.StatusCode, res.ContentLength, n)
	}
	for _, path := range []string{"8/0/000", "8/0/000.p/200", "9/0/000.p/1", "8/data/000.p/1", "x"} {
		res, err := http.Get(r.URL + "/v1/log/tile/" + path)
		must(t, err)
		must(t, res.Body.Close())
		if res.StatusCode != 404 {
			t.Errorf("%s: status %d", path, res.StatusCode)
		}
	}
}
