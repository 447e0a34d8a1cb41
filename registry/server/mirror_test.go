package server_test

import (
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/dougong-dev/dougong/core/gm"
	"github.com/dougong-dev/dougong/core/trust"
	"github.com/dougong-dev/dougong/core/trust/cert"
	"github.com/dougong-dev/dougong/core/trust/envelope"
	"github.com/dougong-dev/dougong/core/trust/translog"
	"github.com/dougong-dev/dougong/registry/internal/regtest"
	"github.com/dougong-dev/dougong/registry/store"
)

// forbid takes versions of com.acme.face down by the next list.
func forbid(t *testing.T, r *regtest.Registry, serial int64, versions ...string) {
	t.Helper()
	k := r.Certify(gm.SM2, cert.Holder{Name: "Ops", Organisation: "House", Role: cert.Operator})
	s, err := envelope.NewTakedown(envelope.Takedown{Serial: serial, Issued: time.Now().Unix(), Entries: []envelope.TakedownEntry{{ID: "com.acme.face", Versions: versions, Reason: "leaks"}}})
	must(t, err)
	signed := sign(t, r, s, k)
	signed.Certificates = r.Certs
	_, err = r.Client.TakeDown(t.Context(), signed)
	must(t, err)
}

// mirrored is a registry with its mirror, a folder that is served as well.
type mirrored struct {
	*regtest.Registry
	dir, url string
}

func newMirrored(t *testing.T) *mirrored {
	t.Helper()
	m := &mirrored{Registry: regtest.Start(t, nil), dir: t.TempDir()}
	files := httptest.NewServer(http.FileServer(http.Dir(m.dir)))
	t.Cleanup(files.Close)
	m.url = files.URL
	return m
}

func (m *mirrored) refresh(t *testing.T) {
	t.Helper()
	must(t, m.Client.Mirror(t.Context(), m.dir, store.Plugin, []string{"com.acme.face"}, func(string, string) {}))
}

// both does something for the mirror as a folder, and as a web server's.
func (m *mirrored) both(t *testing.T, f func(t *testing.T, where string)) {
	t.Run("folder", func(t *testing.T) { f(t, m.dir) })
	t.Run("http", func(t *testing.T) { f(t, m.url) })
}

func knownList(t *testing.T, data string) int64 {
	t.Helper()
	s, err := (&trust.FileStore{Path: filepath.Join(data, "trust.json")}).Load()
	must(t, err)
	if s.Takedown == nil {
		return 0
	}
	return s.Takedown.Serial
}

// grow has the log of a registry grow by some entries.
func grow(t *testing.T, r *regtest.Registry, n int) {
	t.Helper()
	for i := range n {
		_, _, err := r.Shelf.Book.Append(t.Context(), translog.Leaf{Kind: translog.Audit, Subject: "test", Digest: strconv.Itoa(i)})
		must(t, err)
	}
}

// TestMirrorOfALargerLog: a host has talked to the registry when the log had N entries, and to a mirror of M > N then, which was
// copied again: the proof that one extends the other is made from its tiles, and its takedown list is learnt.
func TestMirrorOfALargerLog(t *testing.T) {
	t.Parallel()
	m := newMirrored(t)
	m.Publish("com.acme.face", "1.0.0", nil)
	m.refresh(t)
	datas := map[string]string{m.dir: t.TempDir(), m.url: t.TempDir()}
	for _, data := range datas {
		host, _ := hostOf(t, m.Registry, data, m.URL)
		_, err := host.Install(t.Context(), wanted(t, "com.acme.face"))
		must(t, err)
	}
	grow(t, m.Registry, 300) // more than a tile
	m.Publish("com.acme.face", "1.1.0", nil)
	m.Publish("com.acme.face", "1.2.0", nil)
	forbid(t, m.Registry, 1, "1.2.0")
	m.refresh(t)
	m.both(t, func(t *testing.T, where string) {
		host, rules := hostOf(t, m.Registry, datas[where], where)
		c, err := host.Update(t.Context(), rules)
		must(t, err)
		if l, err := host.Ledger(); err != nil || l.Current.Items[0].Version != "1.1.0" || knownList(t, datas[where]) != 1 {
			t.Errorf("installed %+v, takedown list %d, warnings %q, %v", l.Current.Items, knownList(t, datas[where]), c.Warnings, err)
		}
		// The registry itself goes on from there.
		again, _ := hostOf(t, m.Registry, datas[where], m.URL)
		if c, err := again.Check(t.Context(), rules); err != nil || len(c.Warnings) > 0 {
			t.Errorf("the registry after its mirror: %v, %q", err, c.Warnings)
		}
	})
}

// TestMirrorOfTheSameLog: nothing has happened between the two.
func TestMirrorOfTheSameLog(t *testing.T) {
	t.Parallel()
	m := newMirrored(t)
	m.Publish("com.acme.face", "1.0.0", nil)
	m.Publish("com.acme.face", "1.1.0", nil)
	forbid(t, m.Registry, 1, "1.1.0")
	m.refresh(t)
	m.both(t, func(t *testing.T, where string) {
		data := t.TempDir()
		host, rules := hostOf(t, m.Registry, data, m.URL)
		_, err := host.Check(t.Context(), rules)
		must(t, err)
		if knownList(t, data) != 1 {
			t.Error("the registry's list was not learnt")
		}
		host, _ = hostOf(t, m.Registry, data, where)
		_, err = host.Install(t.Context(), wanted(t, "com.acme.face@1.0.0"))
		must(t, err)
		if _, err = host.Install(t.Context(), wanted(t, "com.acme.face@1.1.0")); err == nil {
			t.Error("what was taken down is installed")
		}
	})
}

// TestMirrorOfASmallerLog: the mirror was copied before the host talked to the registry. What it has is older than what the host
// knows: nothing is installed from it. A takedown list of it that the host knows is a warning; one that it does not know, since
// somebody held it back, is an error that says what to do.
func TestMirrorOfASmallerLog(t *testing.T) {
	t.Parallel()
	m := newMirrored(t)
	m.Publish("com.acme.face", "1.0.0", nil)
	m.Publish("com.acme.face", "1.1.0", nil)
	forbid(t, m.Registry, 1, "1.0.0")
	m.refresh(t)
	grow(t, m.Registry, 3)
	m.Publish("com.acme.face", "1.2.0", nil)
	m.both(t, func(t *testing.T, where string) {
		data := t.TempDir()
		host, rules := hostOf(t, m.Registry, data, m.URL)
		_, err := host.Install(t.Context(), wanted(t, "com.acme.face@1.2.0"))
		must(t, err)
		host, _ = hostOf(t, m.Registry, data, where)
		c, err := host.Check(t.Context(), rules)
		if err != nil || knownList(t, data) != 1 || !strings.Contains(strings.Join(c.Warnings, " "), "nothing shows that the") {
			t.Errorf("list %d, %v, %q", knownList(t, data), err, c.Warnings)
		}
		if _, err = host.Install(t.Context(), wanted(t, "com.acme.face@1.1.0")); err == nil || !strings.Contains(err.Error(), "dougong registry mirror") {
			t.Errorf("installed from a mirror that is too old: %v", err)
		}
		// A fresh host, from which the list was held back at the registry, cannot be shown it.
		data = t.TempDir()
		evil := inTheMiddle(t, m.URL, func(path string) []byte {
			if !strings.HasSuffix(path, "/trust/takedown") {
				return nil
			}
			return heldBack(t, m)
		})
		host, _ = hostOf(t, m.Registry, data, evil)
		if _, err = host.Check(t.Context(), rules); err == nil || !strings.Contains(err.Error(), "takedown list 1 is out, and list 0 came") {
			t.Errorf("a list that is held back: %v", err)
		}
		must(t, os.Remove(filepath.Join(data, "trust.json")))
		s := &trust.FileStore{Path: filepath.Join(data, "trust.json")}
		must(t, s.Update(func(s *trust.State) (bool, error) { // as a host of before that could be fooled
			tree, err := newestTree(t, m)
			s.Heads[m.House().Anchors().Log.Origin] = tree
			return true, err
		}))
		host, _ = hostOf(t, m.Registry, data, where)
		_, err = host.Install(t.Context(), wanted(t, "com.acme.face@1.1.0"))
		if err == nil || !strings.Contains(err.Error(), "there is a takedown list that this host cannot take in") || !strings.Contains(err.Error(), "next: bring a mirror up to date") {
			t.Errorf("a list that cannot be taken in: %v", err)
		}
		m.refreshed(t, where, data)
	})
}

// heldBack is what the registry says of takedowns, without the list.
func heldBack(t *testing.T, m *mirrored) []byte {
	e, err := newClient(t, m.URL, "").Takedown(t.Context())
	must(t, err)
	e.Takedown = nil
	return e.Bytes()
}

func newestTree(t *testing.T, m *mirrored) (translog.Tree, error) {
	text, err := newClient(t, m.URL, "").Raw(t.Context(), "/v1/log/checkpoint")
	must(t, err)
	return translog.Claimed(string(text))
}

// refreshed does what the error says, with a copy of the mirror.
func (m *mirrored) refreshed(t *testing.T, where, data string) {
	t.Helper()
	fresh := t.TempDir()
	must(t, os.CopyFS(fresh, os.DirFS(m.dir)))
	must(t, m.Client.Mirror(t.Context(), fresh, store.Plugin, []string{"com.acme.face"}, func(string, string) {}))
	if where == m.url {
		files := httptest.NewServer(http.FileServer(http.Dir(fresh)))
		t.Cleanup(files.Close)
		fresh = files.URL
	}
	host, _ := hostOf(t, m.Registry, data, fresh)
	_, err := host.Install(t.Context(), wanted(t, "com.acme.face@1.1.0"))
	must(t, err)
	if knownList(t, data) != 1 {
		t.Error("the list was not learnt")
	}
}

// TestMirrorWithForgedTiles: a mirror whose tiles are not the log's cannot make its head believed.
func TestMirrorWithForgedTiles(t *testing.T) {
	t.Parallel()
	m := newMirrored(t)
	m.Publish("com.acme.face", "1.0.0", nil)
	data := t.TempDir()
	host, _ := hostOf(t, m.Registry, data, m.URL)
	_, err := host.Install(t.Context(), wanted(t, "com.acme.face"))
	must(t, err)
	m.Publish("com.acme.face", "1.1.0", nil)
	m.refresh(t)
	tiles, err := filepath.Glob(filepath.Join(m.dir, "v1/log/tile/0/*.p/*"))
	must(t, err)
	for _, name := range tiles {
		tile, err := os.ReadFile(name)
		must(t, err)
		tile[3] ^= 1
		must(t, os.WriteFile(name, tile, 0o600))
	}
	m.both(t, func(t *testing.T, where string) {
		host, rules := hostOf(t, m.Registry, data, where)
		c, err := host.Update(t.Context(), rules)
		if len(tiles) == 0 || err == nil && (c.Number != 0 || len(c.Warnings) == 0) {
			t.Errorf("%d tiles: %+v %v", len(tiles), c, err)
		}
	})
}

// TestMirrorHasRecipes: an update from a mirror reads only what is new.
func TestMirrorHasRecipes(t *testing.T) {
	t.Parallel()
	m := newMirrored(t)
	const large = 2 << 20
	m.Publish("com.acme.face", "1.0.0", map[string]string{"models/a.bin": noise(1, large), "models/b.bin": noise(2, large)})
	m.refresh(t)
	datas := map[string]string{m.dir: t.TempDir(), m.url: t.TempDir()}
	m.both(t, func(t *testing.T, where string) {
		host, _ := hostOf(t, m.Registry, datas[where], where)
		_, err := host.Install(t.Context(), wanted(t, "com.acme.face"))
		must(t, err)
	})
	m.Publish("com.acme.face", "1.1.0", map[string]string{"models/a.bin": noise(1, large), "models/b.bin": noise(3, large)})
	m.refresh(t)
	m.both(t, func(t *testing.T, where string) {
		host, rules := hostOf(t, m.Registry, datas[where], where)
		c, err := host.Update(t.Context(), rules)
		must(t, err)
		if len(c.Done) != 1 || c.Done[0].Tally.Fetched > large+large/4 {
			t.Errorf("done %+v, warnings %q; want little more than %d bytes fetched", c.Done, c.Warnings, large)
		}
	})
}
