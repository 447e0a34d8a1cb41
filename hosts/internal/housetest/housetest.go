// Package housetest is a house for tests: a real authority in a folder, with a vendor and an operator, that signs and logs
// bundles and writes offline files.
package housetest

import (
	"bytes"

	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/dougong-dev/dougong/core/bundle"
	"github.com/dougong-dev/dougong/core/gm"
	"github.com/dougong-dev/dougong/core/trust"
	"github.com/dougong-dev/dougong/core/trust/authority"
	"github.com/dougong-dev/dougong/core/trust/cert"
	"github.com/dougong-dev/dougong/core/trust/envelope"
	"github.com/dougong-dev/dougong/core/trust/key"
)

// House is an authority with a vendor and an operator, and a folder that its offline files go to.
type House struct {
	T      testing.TB
	Suite  *gm.Suite
	keeper *authority.Authority
	Clock  atomic.Int64
	vendor *key.Soft
	holder *cert.Certificate
	chief  *key.Soft
	badge  *cert.Certificate
	Root   string // file
	Shop   string // folder
}

// New makes a house.
func New(t testing.TB) *House {
	t.Helper()
	h := &House{T: t, Root: filepath.Join(t.TempDir(), "root.json"), Shop: t.TempDir()}
	h.Clock.Store(1_800_000_000)
	var err error
	h.Suite, err = gm.New(gm.Policy{})
	check(t, err)
	dir := t.TempDir()
	token := authority.NewFolder(h.Suite, dir+"/keys", []byte("passphrase"), authority.Sealing{Cost: 1 << 10})
	h.keeper, err = authority.Init(t.Context(), h.Suite, dir, token, authority.Ceremony{Organisation: "House", Algorithm: gm.Ed25519,
		Require: []trust.Requirement{{Predicate: envelope.VendorRelease, Threshold: 1}}}, h.Now)
	check(t, err)
	root, err := h.keeper.RootMetadata()
	check(t, err)
	check(t, os.WriteFile(h.Root, root, 0o600))
	h.vendor, h.holder = h.enrol(cert.Holder{Name: "acme", Organisation: "Acme", Role: cert.Vendor, Namespaces: []string{"com.acme", "dougong"}})
	h.chief, h.badge = h.enrol(cert.Holder{Name: "chief", Organisation: "House", Role: cert.Operator})
	return h
}

// Now is the time in the house; Clock has it, in seconds since 1970.
func (h *House) Now() time.Time { return time.Unix(h.Clock.Load(), 0) }

func check(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func (h *House) enrol(who cert.Holder) (*key.Soft, *cert.Certificate) {
	h.T.Helper()
	by, err := key.Generate(h.Suite, gm.Ed25519)
	check(h.T, err)
	r, err := cert.NewRequest(h.T.Context(), h.Suite, who, by)
	check(h.T, err)
	c, err := h.keeper.Issue(h.T.Context(), r, 365*24*time.Hour)
	check(h.T, err)
	return by, c
}

// Pack makes a bundle of files; the same files give the same bytes.
func Pack(t testing.TB, files map[string]string) []byte {
	t.Helper()
	all := map[string][]byte{}
	for name, text := range files {
		all[name] = []byte(text)
	}
	var out bytes.Buffer
	check(t, bundle.Write(&out, all))
	return out.Bytes()
}

// Noise does not get smaller when it is packed.
func Noise(seed, n int) string {
	out := make([]byte, n)
	x := uint64(seed)*2654435761 + 88172645463325252
	for i := range out {
		x ^= x << 13
		x ^= x >> 7
		x ^= x << 17
		out[i] = byte(x >> 24)
	}
	return string(out)
}

// Edit changes a release before it is signed.
type Edit func(*envelope.Release)

// Release signs and logs a bundle.
func (h *House) Release(kind, id, version string, data []byte, edits ...Edit) *trust.Evidence {
	h.T.Helper()
	a, err := trust.Measure(h.Suite, bytes.NewReader(data))
	check(h.T, err)
	b, err := bundle.Open(bytes.NewReader(data), int64(len(data)), bundle.DefaultLimits)
	check(h.T, err)
	index, err := b.Index()
	check(h.T, err)
	r := envelope.Release{Kind: kind, Namespace: id[:strings.LastIndex(id, ".")], ID: id, Version: version,
		Artifacts: []envelope.Artifact{{Platform: envelope.Any, Size: a.Size, SHA256: a.SHA256, SM3: a.SM3, Content: index.Digest()}}}
	for _, e := range edits {
		e(&r)
	}
	s, err := envelope.NewRelease(r)
	check(h.T, err)
	signed, err := envelope.Sign(h.T.Context(), h.Suite, s, h.vendor)
	check(h.T, err)
	e, err := h.keeper.Publish(h.T.Context(), &trust.Evidence{Statements: []trust.Logged{{Envelope: signed}}, Certificates: []envelope.Base64{h.holder.DER}})
	check(h.T, err)
	return e
}

// Offer puts an offline file into the shop.
func (h *House) Offer(kind, id, version string, data []byte, edits ...Edit) string {
	h.T.Helper()
	return h.Write(kind, id+"-"+version, data, h.Release(kind, id, version, data, edits...))
}

// Write writes an offline file into the shop.
func (h *House) Write(kind, name string, data []byte, e *trust.Evidence) string {
	h.T.Helper()
	name = filepath.Join(h.Shop, name+trust.OfflineSuffix)
	f, err := os.Create(name)
	check(h.T, err)
	check(h.T, trust.WriteOffline(f, kind, data, e))
	check(h.T, f.Close())
	return name
}

// Plugin offers a plugin whose content is told by a word.
func (h *House) Plugin(id, version, word string, edits ...Edit) string {
	return h.Offer(trust.KindPlugin, id, version, Pack(h.T, map[string]string{"plugin.yaml": "id: " + id, "code": word}), edits...)
}

// Forbid takes packages down.
func (h *House) Forbid(reason string, ids ...string) {
	h.T.Helper()
	t := envelope.Takedown{Entries: []envelope.TakedownEntry{}}
	for _, id := range ids {
		id, version, versioned := strings.Cut(id, "@")
		e := envelope.TakedownEntry{ID: id, Reason: reason}
		if versioned {
			e.Versions = []string{version}
		}
		t.Entries = append(t.Entries, e)
	}
	_, err := h.keeper.TakeDown(h.T.Context(), t, h.chief, h.badge)
	check(h.T, err)
}

// Lowest sets the lowest versions allowed, by the next takedown list.
func (h *House) Lowest(floors map[string]string) {
	h.T.Helper()
	_, err := h.keeper.TakeDown(h.T.Context(), envelope.Takedown{Entries: []envelope.TakedownEntry{}, Floors: floors}, h.chief, h.badge)
	check(h.T, err)
}
