package house_test

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/dougong-dev/dougong/core/gm"
	"github.com/dougong-dev/dougong/core/trust"
	"github.com/dougong-dev/dougong/core/trust/authority"
	"github.com/dougong-dev/dougong/core/trust/envelope"
	"github.com/dougong-dev/dougong/core/trust/tuf"
	"github.com/dougong-dev/dougong/registry/house"
	"github.com/dougong-dev/dougong/registry/logbook"
	"github.com/dougong-dev/dougong/registry/store"
	"github.com/dougong-dev/dougong/registry/store/sqlite"
)

func check(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// estate is a house over a database in which releases are written as they are kept, without their uploads.
type estate struct {
	*house.House
	t       testing.TB
	suite   *gm.Suite
	store   store.Store
	pkg     int64
	written int64
}

func build(t testing.TB) *estate {
	t.Helper()
	ctx := t.Context()
	suite, err := gm.New(gm.Policy{})
	check(t, err)
	dir := filepath.Join(t.TempDir(), "house")
	token := authority.NewFolder(suite, filepath.Join(dir, "keys"), []byte("p"), authority.Sealing{Cost: 1 << 10})
	_, err = authority.Init(ctx, suite, dir, token, authority.Ceremony{Organisation: "House", Algorithm: gm.Ed25519}, time.Now)
	check(t, err)
	db, err := sqlite.Open(ctx, filepath.Join(t.TempDir(), "db"))
	check(t, err)
	t.Cleanup(func() { check(t, db.Close()) })
	check(t, db.Migrate(ctx, -1))
	h, err := house.Open(ctx, house.Options{Dir: dir, Token: token, Suite: suite, Store: db, Book: logbook.New(db, suite, time.Now), Place: authority.Place{Data: dir}, Now: time.Now})
	check(t, err)
	e := &estate{House: h, t: t, suite: suite, store: db}
	check(t, db.Update(ctx, func(tx store.Tx) error {
		o := &store.Org{Name: "acme", Title: "Acme", Created: time.Now()}
		if err := tx.AddOrg(ctx, o); err != nil {
			return err
		}
		p := &store.Package{Kind: store.Plugin, Name: "com.acme.face", Org: o.ID, Visibility: store.Public, Title: "p", Updated: time.Now()}
		err := tx.AddPackage(ctx, p)
		e.pkg = p.ID
		return err
	}))
	return e
}

func claim(n int) envelope.Release {
	digest := strings.Repeat("a", 64)
	ns := fmt.Sprintf("com.vendor%d", n)
	return envelope.Release{Namespace: ns, ID: ns + ".face", Version: fmt.Sprintf("1.%d.0", n),
		Artifacts: []envelope.Artifact{{Platform: envelope.Any, Size: 1, SHA256: digest, SM3: digest, Content: digest}}}
}

// publish writes releases, each in a namespace of its own, and brings the metadata up to date.
func (e *estate) publish(from, to int) {
	e.t.Helper()
	ctx := e.t.Context()
	e.SetBatch(to - from)
	check(e.t, e.store.Update(ctx, func(tx store.Tx) error {
		for n := from; n < to; n++ {
			c := claim(n)
			s, err := envelope.NewRelease(c)
			if err != nil {
				return err
			}
			w, err := s.Wrap()
			if err != nil {
				return err
			}
			r := &store.Release{Package: e.pkg, Version: c.Version, Meta: []byte("{}"), Page: []byte("{}"), Envelope: w.Bytes(), Leaf: e.written}
			if err := tx.AddRelease(ctx, r); err != nil {
				return err
			}
			e.written++
		}
		return nil
	}))
	check(e.t, e.PublishMetadata(ctx))
}

// reader is a tuf.Fetcher that remembers how large files are.
type reader struct {
	*estate
	sizes map[string]int
}

// Fetch implements tuf.Fetcher.
func (r *reader) Fetch(ctx context.Context, name string) ([]byte, error) {
	if strings.HasSuffix(name, ".root.json") {
		return nil, fs.ErrNotExist
	}
	f, err := r.Metadata(ctx, name)
	if err != nil {
		return nil, err
	}
	r.sizes[name] = len(f.Body)
	return f.Body, nil
}

func (e *estate) read() (*tuf.Set, *reader) {
	e.t.Helper()
	set, err := tuf.New(e.suite, e.Root(), time.Now())
	check(e.t, err)
	r := &reader{estate: e, sizes: map[string]int{}}
	check(e.t, set.Refresh(e.t.Context(), r))
	return set, r
}

// TestHundredThousandNamespaces publishes in each of 100,000 namespaces: no file grows beyond its limit, one publish more writes
// as few files as the first did, and each is found.
func TestHundredThousandNamespaces(t *testing.T) {
	t.Parallel()
	many := 100_000
	if testing.Short() {
		many = 10_000
	}
	e := build(t)
	e.publish(0, 1100) // the first have roles of their own
	e.publish(1100, many)
	before, r := e.read()
	for _, n := range []int{0, 1, 999, 1000, 1001, 5000, many / 2, many - 1} {
		c := claim(n)
		_, role, err := before.Lookup(t.Context(), trust.TargetPath(&c, envelope.Any), r)
		want := "ns~_~"
		if n < house.MaxNamespaces {
			want = "ns~" + c.Namespace
		}
		if err != nil || !strings.HasPrefix(role, want) {
			t.Errorf("namespace %d: listed by %q, %v; want %s", n, role, err, want)
		}
	}
	absent := claim(many)
	if _, _, err := before.Lookup(t.Context(), trust.TargetPath(&absent, envelope.Any), r); !errors.Is(err, tuf.ErrNotFound) {
		t.Errorf("what nobody published: %v", err)
	}
	for name, size := range r.sizes {
		if size > tuf.MaxFile/2 {
			t.Errorf("%s has %d bytes", name, size)
		}
	}
	t.Logf("%d files; %v", len(before.Snapshot().Meta), r.sizes)
	e.publish(many, many+1)
	after, r := e.read()
	changed := 0
	for name, is := range after.Snapshot().Meta {
		if before.Snapshot().Meta[name].Version != is.Version {
			changed++
		}
	}
	if changed != 1 {
		t.Errorf("one publish rewrites %d files of targets, want 1", changed)
	}
	if _, _, err := after.Lookup(t.Context(), trust.TargetPath(&absent, envelope.Any), r); err != nil {
		t.Errorf("it is not found: %v", err)
	}
}
