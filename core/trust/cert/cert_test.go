package cert_test

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/dougong-dev/dougong/core/gm"
	"github.com/dougong-dev/dougong/core/trust/cert"
	"github.com/dougong-dev/dougong/core/trust/key"
)

var now = time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC)

func check(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

type house struct {
	t                  testing.TB
	suite              *gm.Suite
	rootKey, issuerKey *key.Soft
	root, issuer       *cert.Certificate
	rootList, list     *cert.List
	algorithm          gm.Algorithm
}

func newHouse(t testing.TB, a gm.Algorithm) *house {
	t.Helper()
	s, err := gm.New(gm.Policy{})
	check(t, err)
	h := &house{t: t, suite: s, algorithm: a}
	h.rootKey, h.issuerKey = h.key(), h.key()
	h.root = h.issue(nil, h.rootKey, h.rootKey, cert.Holder{Name: "root", Organisation: "H", Role: cert.Root}, 10)
	h.issuer = h.issue(h.root, h.rootKey, h.issuerKey, cert.Holder{Name: "issuing", Organisation: "H", Role: cert.Issuer}, 5)
	h.rootList, h.list = h.revoke(h.root, h.rootKey), h.revoke(h.issuer, h.issuerKey)
	return h
}

func (h *house) key() *key.Soft {
	k, err := key.Generate(h.suite, h.algorithm)
	check(h.t, err)
	return k
}

func (h *house) issue(issuer *cert.Certificate, by, holder *key.Soft, who cert.Holder, years int) *cert.Certificate {
	h.t.Helper()
	c, err := cert.Issue(h.t.Context(), h.suite, issuer, by, cert.Template{Holder: who, Key: holder.Key(), NotBefore: now, NotAfter: now.AddDate(years, 0, 0)})
	check(h.t, err)
	return c
}

func (h *house) revoke(issuer *cert.Certificate, by *key.Soft, r ...cert.Revocation) *cert.List {
	h.t.Helper()
	l, err := cert.Revoke(h.t.Context(), h.suite, issuer, by, int64(len(r)+1), now, now.AddDate(0, 1, 0), r)
	check(h.t, err)
	return l
}

func (h *house) pool(others []*cert.Certificate, lists ...*cert.List) *cert.Pool {
	h.t.Helper()
	p, err := cert.NewPool(h.suite, []*cert.Certificate{h.root}, others, lists)
	check(h.t, err)
	return p
}

var vendor = cert.Holder{Name: "acme", Organisation: "Acme", Role: cert.Vendor, Namespaces: []string{"com.acme"}}

func each(t *testing.T, test func(*testing.T, *house)) {
	t.Parallel()
	for _, a := range []gm.Algorithm{gm.SM2, gm.Ed25519} {
		t.Run(string(a), func(t *testing.T) {
			t.Parallel()
			test(t, newHouse(t, a))
		})
	}
}

func TestChains(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		k := h.key()
		good := h.issue(h.issuer, h.issuerKey, k, vendor, 1)
		thief := newHouse(t, h.algorithm)
		foreign := thief.issue(thief.issuer, thief.issuerKey, k, vendor, 1)
		changed := append([]byte{}, good.DER...)
		changed[len(changed)-5] ^= 1
		forged, err := cert.Parse(changed)
		check(t, err)
		number := int64(4)
		at := cert.At{Time: now.AddDate(0, 0, 3), Index: &number}
		revokedIssuer := h.revoke(h.root, h.rootKey, cert.Revocation{Serial: h.issuer.Serial, Time: now})
		for name, c := range map[string]struct {
			cert *cert.Certificate
			at   cert.At
			pool *cert.Pool
			want error
		}{
			"good":           {good, at, h.pool([]*cert.Certificate{h.issuer}, h.rootList, h.list), nil},
			"issuer missing": {good, at, h.pool(nil, h.rootList, h.list), cert.ErrUnknown},
			"no list":        {good, at, h.pool([]*cert.Certificate{h.issuer}, h.rootList), cert.ErrNoList},
			"no root's list": {good, at, h.pool([]*cert.Certificate{h.issuer}, h.list), cert.ErrNoList},
			"another's list": {good, at, h.pool([]*cert.Certificate{h.issuer}, h.rootList, thief.list), cert.ErrNoList},
			"before it runs": {good, cert.At{Time: now.AddDate(0, 0, -1)}, h.pool([]*cert.Certificate{h.issuer}, h.rootList, h.list), cert.ErrTime},
			"after its end":  {good, cert.At{Time: now.AddDate(1, 0, 1)}, h.pool([]*cert.Certificate{h.issuer}, h.rootList, h.list), cert.ErrTime},
			"another house":  {foreign, at, h.pool([]*cert.Certificate{h.issuer, thief.issuer}, h.rootList, h.list, thief.list), gm.ErrSignature},
			"forged":         {forged, at, h.pool([]*cert.Certificate{h.issuer}, h.rootList, h.list), gm.ErrSignature},
			"issuer revoked": {good, at, h.pool([]*cert.Certificate{h.issuer}, revokedIssuer, h.list), cert.ErrRevoked},
		} {
			if _, err := c.pool.Verify(c.cert, c.at, now.AddDate(0, 0, 4), 0); !errors.Is(err, c.want) {
				t.Errorf("%s: %v, want %v", name, err, c.want)
			}
		}
		if _, err := h.pool([]*cert.Certificate{h.issuer}, h.rootList, h.list).Verify(good, at, now.AddDate(0, 2, 0), 0); !errors.Is(err, cert.ErrStale) {
			t.Errorf("an old list: %v", err)
		}
	})
}

func TestRevocationByLogIndex(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		c := h.issue(h.issuer, h.issuerKey, h.key(), vendor, 1)
		from := int64(10)
		for name, x := range map[string]struct {
			r     cert.Revocation
			at    time.Time
			index *int64
			bad   bool
		}{
			"before the entry":        {cert.Revocation{DistrustFrom: &from, Time: now.AddDate(0, 0, 9)}, now.AddDate(0, 0, 3), ptr(9), false},
			"at the entry":            {cert.Revocation{DistrustFrom: &from, Time: now.AddDate(0, 0, 9)}, now.AddDate(0, 0, 3), ptr(10), true},
			"in no log, before":       {cert.Revocation{DistrustFrom: &from, Time: now.AddDate(0, 0, 9)}, now.AddDate(0, 0, 3), nil, false},
			"in no log, after":        {cert.Revocation{DistrustFrom: &from, Time: now.AddDate(0, 0, 9)}, now.AddDate(0, 0, 10), nil, true},
			"by time alone, before":   {cert.Revocation{Time: now.AddDate(0, 0, 9)}, now.AddDate(0, 0, 3), ptr(99), false},
			"by time alone, that day": {cert.Revocation{Time: now.AddDate(0, 0, 9)}, now.AddDate(0, 0, 9), ptr(1), true},
		} {
			x.r.Serial = c.Serial
			list := h.revoke(h.issuer, h.issuerKey, x.r)
			if got := list.Revoked[c.Serial]; (got.DistrustFrom == nil) != (x.r.DistrustFrom == nil) || got.DistrustFrom != nil && *got.DistrustFrom != from {
				t.Errorf("%s: the list says %+v", name, got)
			}
			p := h.pool([]*cert.Certificate{h.issuer}, h.rootList, h.list, list) // the older, empty list stands beside it
			_, err := p.Verify(c, cert.At{Time: x.at, Index: x.index}, now.AddDate(0, 0, 20), 0)
			if errors.Is(err, cert.ErrRevoked) != x.bad || !x.bad && err != nil {
				t.Errorf("%s: %v", name, err)
			}
		}
	})
}

// TestOnlyRootsEndAuthorities: a list by which an issuing authority names the last list of another, as a root does, is none, however
// new it is: whoever stole its key would end the others by it.
func TestOnlyRootsEndAuthorities(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		k := h.key()
		other := h.issue(h.root, h.rootKey, k, cert.Holder{Name: "issuing 2", Organisation: "H", Role: cert.Issuer}, 5)
		otherList := h.revoke(other, k)
		c := h.issue(h.issuer, h.issuerKey, h.key(), vendor, 1)
		entries := []cert.Revocation{{Serial: c.Serial, Time: now}, {Serial: other.Serial, Time: now, Final: cert.FinalOf(otherList)}}
		naming, plain := h.revoke(h.issuer, h.issuerKey, entries...), h.revoke(h.issuer, h.issuerKey, entries[:1]...)
		p := h.pool([]*cert.Certificate{h.issuer, other}, h.rootList, h.list, otherList, naming)
		if got := p.List(h.issuer); got == nil || got.Number != h.list.Number {
			t.Errorf("the authority's list is not number %d, which names nobody's last", h.list.Number)
		}
		if _, err := p.Verify(c, cert.At{Time: now}, now, 0); err != nil {
			t.Errorf("what the list that is none revokes: %v", err)
		}
		if p.Ended(other) != nil || p.Ended(h.issuer) != nil {
			t.Error("an authority is ended by another")
		}
		p = h.pool([]*cert.Certificate{h.issuer, other}, h.rootList, h.list, otherList, naming, plain)
		if _, err := p.Verify(c, cert.At{Time: now}, now, 0); !errors.Is(err, cert.ErrRevoked) {
			t.Errorf("by a list that names nobody's last it is revoked: %v", err)
		}
		ends := h.revoke(h.root, h.rootKey, entries[1])
		p = h.pool([]*cert.Certificate{h.issuer, other}, h.rootList, ends, h.list, otherList)
		if e := p.Ended(other); e == nil || e.Final == nil || !e.Final.Is(otherList) || p.List(h.root).Number != ends.Number {
			t.Errorf("the root ends an authority, which is %+v", e)
		}
	})
}

func ptr(n int64) *int64 { return &n }

func TestWhoMayIssueWhat(t *testing.T) {
	t.Parallel()
	h := newHouse(t, gm.Ed25519)
	k := h.key()
	for name, c := range map[string]struct {
		issuer *cert.Certificate
		by     *key.Soft
		who    cert.Holder
		years  int
		want   string
	}{
		"vendor by root":       {h.root, h.rootKey, vendor, 1, `issued by a holder of role "issuer", not "root"`},
		"issuer by issuer":     {h.issuer, h.issuerKey, cert.Holder{Name: "x", Role: cert.Issuer}, 1, `issued by a holder of role "root"`},
		"root by issuer":       {h.issuer, h.issuerKey, cert.Holder{Name: "x", Role: cert.Root}, 1, "a root has no issuer"},
		"vendor by itself":     {nil, k, vendor, 1, "only a root signs itself"},
		"another's key":        {h.issuer, k, vendor, 1, "not that of the issuer's certificate"},
		"longer than issuer":   {h.issuer, h.issuerKey, vendor, 9, "longer than its issuer's"},
		"ends first":           {h.issuer, h.issuerKey, vendor, -1, "ends before it begins"},
		"vendor of nothing":    {h.issuer, h.issuerKey, cert.Holder{Name: "x", Role: cert.Vendor}, 1, "no namespace"},
		"reviewer with one":    {h.issuer, h.issuerKey, cert.Holder{Name: "x", Role: cert.Reviewer, Namespaces: []string{"a"}}, 1, "only vendors do"},
		"department unnamed":   {h.issuer, h.issuerKey, cert.Holder{Name: "x", Role: cert.Department}, 1, "a department's name"},
		"namespace with slash": {h.issuer, h.issuerKey, cert.Holder{Name: "x", Role: cert.Vendor, Namespaces: []string{"a/b"}}, 1, "not allowed"},
		"unknown role":         {h.issuer, h.issuerKey, cert.Holder{Name: "x", Role: "king"}, 1, "unknown role"},
	} {
		_, err := cert.Issue(t.Context(), h.suite, c.issuer, c.by, cert.Template{Holder: c.who, Key: k.Key(), NotBefore: now, NotAfter: now.AddDate(c.years, 0, 0)})
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", name, err, c.want)
		}
	}
}

func TestNamespaces(t *testing.T) {
	t.Parallel()
	for id, want := range map[string]bool{"com.acme": true, "com.acme.pay": true, "com.acmeevil": false, "com": false, "": false, "com.acme.": true} {
		if got := vendor.Covers(id); got != want {
			t.Errorf("Covers(%q) = %v", id, got)
		}
	}
}

func TestRequests(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		k := h.key()
		r, err := cert.NewRequest(t.Context(), h.suite, vendor, k)
		check(t, err)
		again, err := cert.ParseRequestPEM(h.suite, r.PEM())
		if err != nil || again.Key != k.Key() || again.Holder.Name != "acme" || again.Holder.Namespaces[0] != "com.acme" {
			t.Errorf("%+v, %v", again, err)
		}
		der := append([]byte{}, r.DER...)
		der[60] ^= 1
		if _, err := cert.ParseRequest(h.suite, der); err == nil {
			t.Error("a changed request is accepted")
		}
	})
}

// openssl, a third reader, follows the same chain (it knows SM2 certificates with the usual identity).
func TestOpenSSLReadsTheChain(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		dir := t.TempDir()
		c := h.issue(h.issuer, h.issuerKey, h.key(), vendor, 1)
		for name, data := range map[string][]byte{"root.pem": h.root.PEM(), "issuer.pem": h.issuer.PEM(), "c.pem": c.PEM(), "list.crl": h.list.PEM()} {
			check(t, os.WriteFile(filepath.Join(dir, name), data, 0o600))
		}
		// openssl gives the identity to the certificate it is asked about alone, so each link is asked about by itself.
		for child, issuer := range map[string]string{"c.pem": "issuer.pem", "issuer.pem": "root.pem"} {
			args := []string{"verify", "-attime", "1798848000", "-partial_chain", "-CAfile", issuer}
			if h.algorithm == gm.SM2 {
				args = append(args, "-vfyopt", "distid:"+gm.UserID)
			}
			cmd := exec.Command("openssl", append(args, child)...)
			cmd.Dir = dir
			if out, err := cmd.CombinedOutput(); err != nil {
				t.Errorf("openssl, %s by %s: %v\n%s", child, issuer, err, out)
			}
		}
		cmd := exec.Command("openssl", "x509", "-in", "c.pem", "-noout", "-ext", "subjectAltName")
		cmd.Dir = dir
		if out, err := cmd.CombinedOutput(); err != nil || !strings.Contains(string(out), "URI:dougong://role/vendor, URI:dougong://namespace/com.acme") {
			t.Errorf("openssl: %v\n%s", err, out)
		}
	})
}

func FuzzParse(f *testing.F) {
	for _, a := range []gm.Algorithm{gm.SM2, gm.Ed25519} {
		h := newHouse(f, a)
		f.Add(h.root.DER)
		f.Add(h.list.DER)
	}
	s, err := gm.New(gm.Policy{})
	check(f, err)
	f.Fuzz(func(t *testing.T, data []byte) {
		if c, err := cert.Parse(data); err == nil {
			if p, err := cert.NewPool(s, nil, []*cert.Certificate{c}, nil); err == nil {
				if _, err := p.Verify(c, cert.At{Time: now}, now, 0); err == nil {
					t.Error("a certificate is good without any root")
				}
			}
		}
		_, _ = cert.ParseList(data)
		_, _ = cert.ParseRequest(s, data)
	})
}
