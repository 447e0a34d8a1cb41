package server_test

import (
	"crypto/sha256"
	"encoding/hex"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/dougong-dev/dougong/core/admission"
	"github.com/dougong-dev/dougong/core/config"
	"github.com/dougong-dev/dougong/hosts/install"
	"github.com/dougong-dev/dougong/registry/internal/regtest"
	"github.com/dougong-dev/dougong/registry/store"
)

// wire stands between a host and a registry: it counts the bytes of artifacts and cuts connections in the middle of one.
type wire struct {
	*httptest.Server
	mu    sync.Mutex
	sent  int64
	cuts  []int64 // after so many bytes, the next artifact's connection is cut
	asked []string
}

func newWire(t *testing.T, to string) *wire {
	t.Helper()
	u, err := url.Parse(to)
	must(t, err)
	w := &wire{}
	proxy := httputil.NewSingleHostReverseProxy(u)
	w.Server = httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		if !strings.Contains(r.URL.Path, "/artifact/") {
			proxy.ServeHTTP(rw, r)
			return
		}
		left := int64(1) << 40
		w.mu.Lock()
		w.asked = append(w.asked, r.Header.Get("Range"))
		if len(w.cuts) > 0 {
			left, w.cuts = w.cuts[0], w.cuts[1:]
		}
		w.mu.Unlock()
		proxy.ServeHTTP(&cutter{rw, w, left}, r)
	}))
	w.Config.ErrorLog = slog.NewLogLogger(slog.DiscardHandler, slog.LevelError)
	proxy.ErrorLog = w.Config.ErrorLog
	t.Cleanup(w.Close)
	return w
}

// taken gives the bytes sent since the last call, and what was asked for.
func (w *wire) taken() (int64, []string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	n, asked := w.sent, w.asked
	w.sent, w.asked = 0, nil
	return n, asked
}

type cutter struct {
	http.ResponseWriter
	w    *wire
	left int64
}

func (c *cutter) Write(b []byte) (int, error) {
	cut := int64(len(b)) > c.left
	if cut {
		b = b[:c.left]
	}
	n, err := c.ResponseWriter.Write(b)
	c.left -= int64(n)
	c.w.mu.Lock()
	c.w.sent += int64(n)
	c.w.mu.Unlock()
	if cut {
		_ = http.NewResponseController(c.ResponseWriter).Flush() // the connection is cut right after
		panic(http.ErrAbortHandler)
	}
	return n, err
}

// hostOf opens what a host has installed in a folder.
func hostOf(t *testing.T, r *regtest.Registry, data string, sources ...string) (*install.Manager, install.Rules) {
	t.Helper()
	root := filepath.Join(data, "root.json")
	must(t, os.WriteFile(root, r.House().Root(), 0o600))
	cfg := config.Default()
	cfg.Data, cfg.Trust.Root, cfg.Update.Sources = data, root, sources
	gate, err := admission.New(cfg, admission.Options{Logger: slog.New(slog.DiscardHandler)})
	must(t, err)
	m, rules, err := install.Configured(t.Context(), cfg, install.Setup{Gate: gate})
	must(t, err)
	return m, rules
}

func noise(seed uint64, n int) string {
	out := make([]byte, n)
	x := seed*2654435761 + 88172645463325252
	for i := range out {
		x ^= x << 13
		x ^= x >> 7
		x ^= x << 17
		out[i] = byte(x >> 24)
	}
	return string(out)
}

func wanted(t *testing.T, text string) []install.Want {
	t.Helper()
	w, err := install.ParseWant(text)
	must(t, err)
	return []install.Want{w}
}

// TestInstallOverCutConnections: what has come is not fetched again, and a new version costs what is new in it.
func TestInstallOverCutConnections(t *testing.T) {
	t.Parallel()
	r := regtest.Start(t, nil)
	const large = 3 << 20
	first := map[string]string{"models/a.bin": noise(1, large), "models/b.bin": noise(2, large)}
	r.Publish("com.acme.face", "1.0.0", first)
	size := int64(len(regtest.Plugin(t, "com.acme.face", "1.0.0", first)))
	w := newWire(t, r.URL)
	data := t.TempDir()
	m, rules := hostOf(t, r, data, w.URL)

	w.cuts = []int64{1 << 20, 2 << 20}
	c, err := m.Install(t.Context(), wanted(t, "com.acme.face"))
	must(t, err)
	if sent, asked := w.taken(); sent != size || len(asked) != 3 || asked[0] != "" || asked[2] == "" {
		t.Errorf("%d bytes were sent for a file of %d, asked for as %q", sent, size, asked)
	}
	if c.Done[0].Tally.Fetched != size {
		t.Errorf("tally %+v, want %d fetched", c.Done[0].Tally, size)
	}

	// One of the two large files is another: the delta is it and little more, over a cut connection as well.
	r.Publish("com.acme.face", "1.1.0", map[string]string{"models/a.bin": first["models/a.bin"], "models/b.bin": noise(3, large)})
	w.cuts = []int64{100, 1 << 20, 1 << 20}
	c, err = m.Update(t.Context(), rules)
	must(t, err)
	if sent, asked := w.taken(); len(c.Warnings) > 0 || sent < large || sent > 2*large-large/4 {
		t.Errorf("%d bytes were sent for a version with %d new ones, asked for as %q, warnings %q", sent, large, asked, c.Warnings)
	}
	l, err := m.Ledger()
	must(t, err)
	if l.Current.Items[0].Version != "1.1.0" {
		t.Errorf("%s is installed", l.Current.Items[0].Version)
	}

	// Too often: it is an error, nothing changes, and the next attempt has what came.
	r.Publish("com.acme.face", "2.0.0", map[string]string{"models/a.bin": noise(4, large), "models/b.bin": noise(5, large)})
	w.cuts = []int64{1 << 20, 1 << 20, 1 << 20, 0, 0, 0}
	if c, err = m.Update(t.Context(), rules); err != nil || c.Number != 0 || len(c.Warnings) == 0 {
		t.Errorf("an update over a dead connection: %+v %v", c, err)
	}
	before, _ := w.taken()
	w.cuts = nil
	_, err = m.Update(t.Context(), rules)
	must(t, err)
	if after, _ := w.taken(); before+after > size+2<<20 {
		t.Errorf("%d and then %d bytes for a file of %d", before, after, size)
	}
	if l, err = m.Ledger(); err != nil || l.Current.Items[0].Version != "2.0.0" {
		t.Errorf("%+v %v", l, err)
	}
}

// TestInstallOverGarbage: what lies where an earlier attempt would have been is no beginning, with a version before or without.
func TestInstallOverGarbage(t *testing.T) {
	t.Parallel()
	r := regtest.Start(t, nil)
	data := t.TempDir()
	m, rules := hostOf(t, r, data, r.URL)
	for i, version := range []string{"1.0.0", "1.1.0"} {
		extra := map[string]string{"models/a.bin": noise(uint64(i), 1<<20)}
		r.Publish("com.acme.face", version, extra)
		partial := filepath.Join(data, install.Folder, "partial")
		must(t, os.MkdirAll(partial, 0o700))
		digest := sha256.Sum256(regtest.Plugin(t, "com.acme.face", version, extra))
		must(t, os.WriteFile(filepath.Join(partial, hex.EncodeToString(digest[:])), []byte(noise(99, 600<<10)), 0o600))
		var err error
		if i == 0 {
			_, err = m.Install(t.Context(), wanted(t, "com.acme.face"))
		} else {
			_, err = m.Update(t.Context(), rules)
		}
		must(t, err)
		if l, err := m.Ledger(); err != nil || l.Current.Items[0].Version != version {
			t.Errorf("%+v %v", l, err)
		}
	}
}

// TestInstallRefusesWhatTheRegistryMakesUp: yanked versions are not taken, another package's file is not either, and a mirror
// on disk serves as the registry does.
func TestInstallRefusesWhatTheRegistryMakesUp(t *testing.T) {
	t.Parallel()
	r := regtest.Start(t, nil)
	r.Publish("com.acme.face", "1.0.0", nil)
	r.Publish("com.acme.face", "1.1.0", nil)
	must(t, r.Client.Yank(t.Context(), store.Plugin, "com.acme.face", "1.1.0", "crashes"))
	m, _ := hostOf(t, r, t.TempDir(), r.URL)
	_, err := m.Install(t.Context(), wanted(t, "com.acme.face"))
	must(t, err)
	if l, err := m.Ledger(); err != nil || l.Current.Items[0].Version != "1.0.0" {
		t.Errorf("%+v %v", l, err)
	}

	dir := t.TempDir()
	must(t, r.Client.Mirror(t.Context(), dir, store.Plugin, []string{"com.acme.face"}, func(string, string) {}))
	mirrored, _ := hostOf(t, r, t.TempDir(), dir)
	_, err = mirrored.Install(t.Context(), wanted(t, "com.acme.face@1.0.0"))
	must(t, err)

	liar := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, q *http.Request) {
		q.URL.Path = strings.Replace(q.URL.Path, "com.acme.pay", "com.acme.face", 1)
		u, _ := url.Parse(r.URL)
		httputil.NewSingleHostReverseProxy(u).ServeHTTP(w, q)
	}))
	t.Cleanup(liar.Close)
	fooled, _ := hostOf(t, r, t.TempDir(), liar.URL)
	if _, err = fooled.Install(t.Context(), wanted(t, "com.acme.pay@1.0.0")); err == nil || !strings.Contains(err.Error(), "gave out plugin com.acme.face@1.0.0 as plugin com.acme.pay@1.0.0") {
		t.Errorf("got %v, want the lie told", err)
	}
}
