package server_test

import (
	"bytes"
	"errors"
	"net"
	"os"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"github.com/dougong-dev/dougong/core/gm"
	"github.com/dougong-dev/dougong/core/trust"
	"github.com/dougong-dev/dougong/core/trust/authority"
	"github.com/dougong-dev/dougong/core/trust/key"
	"github.com/dougong-dev/dougong/core/trust/tuf"
	"github.com/dougong-dev/dougong/registry/client"
	"github.com/dougong-dev/dougong/registry/internal/regtest"
	"github.com/dougong-dev/dougong/registry/server"
	"github.com/dougong-dev/dougong/registry/store"
)

// rotate makes a new root of a house and has the holders of the first n root keys sign it.
func rotate(t *testing.T, dir string, c authority.RootChange, n int, more ...key.Signer) *tuf.Root {
	t.Helper()
	suite, err := gm.New(gm.Policy{})
	must(t, err)
	token := authority.NewFolder(suite, filepath.Join(dir, "keys"), []byte("passphrase"), authority.Sealing{Cost: 1 << 10})
	a, err := authority.OpenKept(suite, dir, token, time.Now, nil)
	must(t, err)
	data, err := a.Draft(t.Context(), c)
	must(t, err)
	for i := range n {
		s, err := authority.Signer(t.Context(), token, "root-"+string(rune('1'+i)))
		must(t, err)
		data, err = tuf.AddSignatures(t.Context(), suite, data, s)
		must(t, err)
	}
	if data, err = tuf.AddSignatures(t.Context(), suite, data, more...); err != nil {
		t.Fatal(err)
	}
	root, err := a.InstallRoot(t.Context(), data)
	must(t, err)
	return root
}

// again opens a registry's data once more, under the newest root.
func again(t *testing.T, r *regtest.Registry) *regtest.Registry {
	t.Helper()
	r.Stop()
	s, err := server.Open(t.Context(), server.Config{Data: r.Dir, Trust: r.Trust, Passphrase: []byte("passphrase"), AutoVerify: true, Requests: 1e6})
	must(t, err)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	out := *r
	out.Server, out.URL = s, "http://"+l.Addr().String()
	t.Cleanup(regtest.Serve(t, s, l))
	out.Client = newClient(t, out.URL, r.Token)
	return &out
}

// TestRootRotation exchanges the keys of metadata and log while hosts have seen what the old ones signed.
func TestRootRotation(t *testing.T) {
	t.Parallel()
	dir, _ := ceremony(t, authority.Ceremony{Organisation: "House", Algorithm: gm.SM2})
	r := regtest.Start(t, func(c *server.Config) { c.Trust, c.Passphrase = dir, []byte("passphrase") })
	r.Publish("com.acme.face", "1.0.0", nil)
	pinned := r.House().Root()
	host := trust.Options{Store: &trust.MemoryStore{}, Metadata: true, Root: pinned}
	if v := verdict(t, r, "1.0.0", host); !v.OK() {
		t.Fatalf("before:\n%s", v)
	}
	old, err := r.Client.Evidence(t.Context(), store.Plugin, "com.acme.face", "1.0.0", "linux", "amd64")
	must(t, err)
	file := regtest.Plugin(t, "com.acme.face", "1.0.0", nil)
	state, err := host.Store.Load()
	must(t, err)
	seen := state.Heads["House/log"].Size

	next := rotate(t, dir, authority.RootChange{Metadata: []string{tuf.TimestampRole, tuf.SnapshotRole, tuf.TargetsRole}, Log: true, WitnessCount: -1}, 2)
	if next.Version != 2 {
		t.Fatalf("root version %d", next.Version)
	}
	if err := r.House().Renew(t.Context()); err == nil {
		t.Error("the server that has the old root does not say so")
	}
	r = again(t, r)
	if v := verdict(t, r, "1.0.0", host, seen); !v.OK() {
		t.Errorf("a host that knows what the old keys signed:\n%s", v)
	}
	if v := verdict(t, r, "1.0.0", trust.Options{Metadata: true, Root: pinned}); !v.OK() {
		t.Errorf("a host that has seen nothing, with the root of the ceremony:\n%s", v)
	}
	if v := judge(t, r, file, old, host); !v.Refuses(trust.CodeHead) {
		t.Errorf("what the old keys signed, at a host that knows the new root:\n%s", v)
	}
	set, err := tuf.New(r.Suite, pinned, time.Now())
	must(t, err)
	must(t, set.Roots(t.Context(), tuf.Files{"2.root.json": mustRead(t, r, "2.root.json")}))
	names := map[string]string{tuf.SnapshotRole: "", tuf.TargetsRole: "", "ns~com.acme": ""}
	from := fetch(func(name string) ([]byte, error) { return r.Client.Metadata(t.Context(), name) })
	must(t, set.Refresh(t.Context(), from))
	for role := range names {
		by := set.Root().Roles[tuf.TargetsRole]
		if role == tuf.SnapshotRole {
			by = set.Root().Roles[role]
		}
		f, err := r.Store().TrustFile(t.Context(), role+".json")
		must(t, err)
		if ok, err := tuf.SignedBy(r.Suite, f.Body, set.Root().Keys[by.KeyIDs[0]]); err != nil || !ok {
			t.Errorf("%s is not signed by the new key (%v)", role, err)
		}
	}
	r.Publish("com.acme.face", "1.1.0", nil)
	if v := verdict(t, r, "1.1.0", host, seen); !v.OK() {
		t.Errorf("what is published afterwards:\n%s", v)
	}
}

// TestRootRotationWithoutRestart has a registry in a process of its own go over to a new root by SIGHUP, while it is asked all the
// time, and by itself.
func TestRootRotationWithoutRestart(t *testing.T) {
	t.Parallel()
	dir, _ := ceremony(t, authority.Ceremony{Organisation: "House", Algorithm: gm.SM2})
	r := regtest.Start(t, func(c *server.Config) { c.Trust, c.Passphrase = dir, []byte("passphrase") })
	pinned := r.House().Root()
	r.Stop()
	p := spawn(t, r.Dir, childTrust+"="+dir)
	r.URL = p.url
	r.Client = newClient(t, r.URL, r.Token)
	r.Publish("com.acme.face", "1.0.0", nil)
	file := regtest.Plugin(t, "com.acme.face", "1.0.0", nil)
	host := trust.Options{Store: &trust.MemoryStore{}, Metadata: true, Root: pinned}
	seen := func() int64 {
		s, err := host.Store.Load()
		must(t, err)
		return s.Heads["House/log"].Size
	}
	ask := func(version string, known ...int64) *trust.Evidence {
		e, err := r.Client.Evidence(t.Context(), store.Plugin, "com.acme.face", version, "linux", "amd64", known...)
		must(t, err)
		return e
	}
	old := ask("1.0.0")
	if v := judge(t, r, file, old, host); !v.OK() {
		t.Fatalf("before:\n%s", v)
	}
	rotate(t, dir, authority.RootChange{Metadata: []string{tuf.TimestampRole, tuf.SnapshotRole, tuf.TargetsRole}, Log: true, WitnessCount: -1}, 2)
	must(t, p.cmd.Process.Signal(syscall.SIGHUP))
	var now *trust.Evidence
	for now == nil || now.Metadata["2.root.json"] == nil { // each answer meanwhile is good under the root before
		e, err := r.Client.Evidence(t.Context(), store.Plugin, "com.acme.face", "1.0.0", "linux", "amd64", seen())
		if refusal := (*client.Error)(nil); errors.As(err, &refusal) && refusal.Code == "unavailable" {
			continue // it was under way
		}
		must(t, err)
		now = e
		if v := judge(t, r, file, now, host); !v.OK() {
			t.Fatalf("while it goes over:\n%s", v)
		}
	}
	if v := judge(t, r, file, old, host); !v.Refuses(trust.CodeHead) {
		t.Errorf("what the old keys signed, at a host that knows the new root:\n%s", v)
	}
	r.Publish("com.acme.face", "1.1.0", nil)
	if v := judge(t, r, regtest.Plugin(t, "com.acme.face", "1.1.0", nil), ask("1.1.0", seen()), host); !v.OK() {
		t.Errorf("what is published afterwards:\n%s", v)
	}
	// A root whose keys the registry has not: it stays with what it has, and goes on serving.
	must(t, os.Rename(filepath.Join(dir, "keys"), filepath.Join(dir, "keys-away")))
	must(t, p.cmd.Process.Signal(syscall.SIGHUP))
	if v := judge(t, r, file, ask("1.0.0", seen()), host); !v.OK() {
		t.Errorf("without its keys' files:\n%s", v)
	}
}

func mustRead(t *testing.T, r *regtest.Registry, name string) []byte {
	t.Helper()
	data, err := r.Client.Metadata(t.Context(), name)
	must(t, err)
	return data
}

// TestRootHolders exchanges the holders of the root.
func TestRootHolders(t *testing.T) {
	t.Parallel()
	dir, a := ceremony(t, authority.Ceremony{Organisation: "House", Algorithm: gm.SM2})
	suite, err := gm.New(gm.Policy{})
	must(t, err)
	k, err := key.Generate(suite, gm.Ed25519)
	must(t, err)
	stranger, err := key.Generate(suite, gm.Ed25519)
	must(t, err)
	change := authority.RootChange{Add: []key.Key{k.Key()}, Threshold: 3, WitnessCount: -1}
	data, err := a.Draft(t.Context(), change)
	must(t, err)
	if twice, err := a.Draft(t.Context(), change); err != nil || len(twice) != len(data) {
		t.Errorf("a draft made again: %v", err)
	}
	set, _, err := a.Roots(suite)
	must(t, err)
	d, err := set.ReadDraft(data)
	must(t, err)
	if d.Before != (tuf.Count{Need: 2}) || d.Own != (tuf.Count{Need: 3}) || d.Before.Enough() {
		t.Errorf("a draft that nobody signed: %+v, %+v", d.Before, d.Own)
	}
	if err := set.MaySign(d, stranger.Key()); !errors.Is(err, tuf.ErrNotAKey) {
		t.Errorf("a stranger may sign: %v", err)
	}
	signed, err := tuf.AddSignatures(t.Context(), suite, data, k)
	must(t, err)
	signed, err = tuf.AddSignatures(t.Context(), suite, signed, k) // once more is not two
	must(t, err)
	if d, err := set.ReadDraft(signed); err != nil || d.Before.Have != 0 || d.Own.Have != 1 {
		t.Errorf("signed by the new holder: %+v, %v", d, err)
	}
	if _, err := a.InstallRoot(t.Context(), signed); !errors.Is(err, tuf.ErrSigned) {
		t.Errorf("a root that its new holder alone has signed: %v", err)
	}
	by, err := tuf.AddSignatures(t.Context(), suite, data, stranger)
	must(t, err)
	if _, err := set.ReadDraft(by); err == nil {
		t.Error("a stranger's signature is carried along")
	}
	spoiled := bytes.Replace(signed, []byte(`"threshold":3`), []byte(`"threshold":1`), 1)
	if _, err := set.ReadDraft(spoiled); err == nil {
		t.Error("a draft that was changed after a signature is read")
	}
	root := rotate(t, dir, change, 2, k)
	if got := root.Roles[tuf.RootRole]; got.Threshold != 3 || len(got.KeyIDs) != 4 {
		t.Errorf("the new root's role: %+v", got)
	}
	for name, c := range map[string]authority.RootChange{
		"threshold above the number": {Threshold: 9, WitnessCount: -1}, "no such key": {Remove: []string{"00"}, WitnessCount: -1}, "twice": {Add: []key.Key{k.Key()}, WitnessCount: -1},
		"no such witness": {RemoveWitnesses: []string{"w"}, WitnessCount: -1}, "witnesses above the number": {WitnessCount: 1}, "the root's own": {Metadata: []string{tuf.RootRole}, WitnessCount: -1},
	} {
		if _, err := a.Draft(t.Context(), c); err == nil {
			t.Errorf("%s: a draft is made", name)
		}
	}
	rotate(t, dir, authority.RootChange{Remove: []string{k.Key().ID()}, Threshold: 2, WitnessCount: -1}, 2, k)
	set, later, err := a.Roots(suite)
	if err != nil || set.Root().Version != 3 || len(later) != 2 {
		t.Errorf("after two changes: %v", err)
	}
}
