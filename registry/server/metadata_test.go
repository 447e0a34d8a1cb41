package server_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/theupdateframework/go-tuf/v2/metadata/config"
	"github.com/theupdateframework/go-tuf/v2/metadata/updater"

	"github.com/dougong-dev/dougong/core/gm"
	"github.com/dougong-dev/dougong/core/trust"
	"github.com/dougong-dev/dougong/core/trust/authority"
	"github.com/dougong-dev/dougong/core/trust/envelope"
	"github.com/dougong-dev/dougong/core/trust/tuf"
	"github.com/dougong-dev/dougong/registry/internal/regtest"
	"github.com/dougong-dev/dougong/registry/server"
	"github.com/dougong-dev/dougong/registry/store"
)

// TestAnotherClientReadsTheMetadata asks by go-tuf, which knows nothing of us, in a house of Ed25519 keys.
func TestAnotherClientReadsTheMetadata(t *testing.T) {
	t.Parallel()
	dir, _ := ceremony(t, authority.Ceremony{Organisation: "House", Algorithm: gm.Ed25519})
	r := regtest.Start(t, func(c *server.Config) { c.Trust, c.Passphrase = dir, []byte("passphrase") })
	for _, version := range []string{"1.0.0", "1.1.0"} {
		r.Publish("com.acme.face", version, nil)
	}
	newUpdater := func() *updater.Updater {
		cfg, err := config.New(r.URL+"/v1/trust/metadata/", r.House().Root())
		must(t, err)
		cfg.LocalMetadataDir, cfg.LocalTargetsDir = t.TempDir(), t.TempDir()
		u, err := updater.New(cfg)
		must(t, err)
		must(t, u.Refresh())
		return u
	}
	data := regtest.Plugin(t, "com.acme.face", "1.1.0", nil)
	info, err := newUpdater().GetTargetInfo("com.acme/com.acme.face/1.1.0/any")
	must(t, err)
	must(t, info.VerifyLengthHashes(data))
	if err := info.VerifyLengthHashes(regtest.Plugin(t, "com.acme.face", "1.0.0", nil)); err == nil {
		t.Error("another version's file is taken for it")
	}
	u := newUpdater()
	if _, err := u.GetTargetInfo("com.acme/com.acme.face/9.9.9/any"); err == nil {
		t.Error("a version that was never published is offered")
	}
	r.Publish("com.acme.face", "9.9.9", nil)
	if _, err := newUpdater().GetTargetInfo("com.acme/com.acme.face/9.9.9/any"); err != nil {
		t.Errorf("a version is not offered as soon as it is published: %v", err)
	}
}

func TestMetadataInEvidence(t *testing.T) {
	t.Parallel()
	r := regtest.Start(t, nil)
	r.Publish("com.acme.face", "1.0.0", nil)
	host := trust.Options{Metadata: true, Store: &trust.MemoryStore{}}
	v := verdict(t, r, "1.0.0", host)
	if !v.OK() || !strings.Contains(v.String(), "listed by ns~com.acme") {
		t.Fatalf("verdict:\n%s", v)
	}
	for _, name := range []string{"2.root.json", "9.snapshot.json", "9.targets.json", "1.ns~com.acme~0.json", "timestamp", "1.timestamp.json", "../x", "covered"} {
		_, err := r.As("").Metadata(t.Context(), name)
		refused(t, err, "not_found")
	}
	if root, err := r.As("").Metadata(t.Context(), "1.root.json"); err != nil || !bytes.Equal(root, r.House().Root()) {
		t.Errorf("1.root.json: %d bytes, %v", len(root), err)
	}
}

// timeline is a registry whose clock the test moves.
func timeline(t *testing.T) (r *regtest.Registry, pass func(time.Duration), now func() time.Time) {
	t.Helper()
	var ahead atomic.Int64
	now = func() time.Time { return time.Now().Add(time.Duration(ahead.Load())) }
	r = regtest.Start(t, func(c *server.Config) { c.Now = now })
	return r, func(d time.Duration) { ahead.Add(int64(d)) }, now
}

// TestTimestampIsRenewed lets a month pass without a publish.
func TestTimestampIsRenewed(t *testing.T) {
	t.Parallel()
	r, pass, now := timeline(t)
	r.Publish("com.acme.face", "1.0.0", nil)
	host := trust.Options{Metadata: true, Store: &trust.MemoryStore{}, Now: now}
	for day := range 40 {
		if day == 20 {
			must(t, r.House().Renew(t.Context())) // as the server does each minute: the revocation list runs a month
		}
		if v := verdict(t, r, "1.0.0", host); !v.OK() {
			t.Fatalf("after %d days:\n%s", day, v)
		}
		pass(24 * time.Hour)
	}
	state, err := host.Store.Load()
	must(t, err)
	if n := state.Versions[tuf.TimestampRole]; n < 40 {
		t.Errorf("timestamp version %d after 40 days", n)
	}
}

// TestManyVersions publishes metadata of more versions than one file holds.
func TestManyVersions(t *testing.T) {
	t.Parallel()
	r := regtest.Start(t, nil)
	ctx := t.Context()
	r.Publish("com.acme.face", "1.0.0", nil)
	p, err := r.Store().Package(ctx, store.Plugin, "com.acme.face")
	must(t, err)
	const many = 3000
	data := regtest.Plugin(t, "com.acme.face", "1.0.0", nil)
	claim := r.Claim(store.Plugin, "com.acme", "com.acme.face", "", data)
	must(t, r.Store().Update(ctx, func(tx store.Tx) error {
		n, err := tx.LockLog(ctx)
		for i := int64(0); i < many && err == nil; i++ {
			claim.Version = fmt.Sprintf("2.%d.0", i)
			s, _ := envelope.NewRelease(claim)
			var e *envelope.Envelope
			if e, err = s.Wrap(); err == nil {
				err = tx.AddRelease(ctx, &store.Release{Package: p.ID, Version: claim.Version, Meta: []byte("{}"), Page: []byte("{}"), Envelope: e.Bytes(), Leaf: n + i})
			}
		}
		return err
	}))
	must(t, r.House().PublishMetadata(ctx))
	set, err := tuf.New(r.Suite, r.House().Root(), time.Now())
	must(t, err)
	largest := 0
	from := fetch(func(name string) ([]byte, error) {
		data, err := r.As("").Metadata(ctx, name)
		largest = max(largest, len(data))
		return data, err
	})
	must(t, set.Refresh(ctx, from))
	for _, i := range []int{0, 1, 1023, 1024, many - 1} {
		claim.Version = fmt.Sprintf("2.%d.0", i)
		target, role, err := set.Lookup(ctx, trust.TargetPath(&claim, envelope.Any), from)
		if err != nil || target.Length != int64(len(data)) || !strings.HasPrefix(role, "ns~com.acme~") {
			t.Errorf("%s: %+v by %q, %v", claim.Version, target, role, err)
		}
	}
	claim.Version = "3.0.0"
	if _, _, err := set.Lookup(ctx, trust.TargetPath(&claim, envelope.Any), from); !errors.Is(err, tuf.ErrNotFound) {
		t.Errorf("what nobody published: %v", err)
	}
	if n := len(set.Snapshot().Meta); largest > tuf.MaxFile/2 || n != 18 {
		t.Errorf("the largest file has %d bytes; %d files", largest, n)
	}
}

// fetch is a tuf.Fetcher.
type fetch func(name string) ([]byte, error)

// Fetch implements tuf.Fetcher.
func (f fetch) Fetch(_ context.Context, name string) ([]byte, error) {
	if strings.HasSuffix(name, ".root.json") {
		return nil, fs.ErrNotExist
	}
	return f(name)
}
