package storetest

import (
	"errors"
	"fmt"

	"github.com/dougong-dev/dougong/registry/store"
)

func trustFiles(f *fixture) {
	notFound[*store.TrustFile](f, "no file")(f.TrustFile(f.ctx, "a"))
	put := func(version int64, body string) func(store.Tx) error {
		return func(tx store.Tx) error {
			return tx.PutTrustFile(f.ctx, &store.TrustFile{Name: "a", Version: version, Body: []byte(body)})
		}
	}
	f.update(put(3, "three"))
	f.refused(store.ErrExists, put(3, "another three"))
	f.refused(store.ErrExists, put(2, "two"))
	check(f, func(x *store.TrustFile) bool { return x.Version == 3 && string(x.Body) == "three" }, "file")(f.TrustFile(f.ctx, "a"))
	f.update(func(tx store.Tx) error { // what one refuses, the rest of the transaction need not be lost for
		if err := put(3, "three again")(tx); !errors.Is(err, store.ErrExists) {
			return fmt.Errorf("the same version: error = %w, want ErrExists", err)
		}
		return put(4, "four")(tx)
	})
	check(f, func(m map[string]int64) bool { return len(m) == 1 && m["a"] == 4 }, "versions")(f.TrustVersions(f.ctx, []string{"a", "b"}))
	check(f, func(m map[string]int64) bool { return len(m) == 0 }, "no versions")(f.TrustVersions(f.ctx, nil))
	f.update(func(tx store.Tx) error { return tx.DropTrustFile(f.ctx, "a") })
	notFound[*store.TrustFile](f, "dropped file")(f.TrustFile(f.ctx, "a"))
}

func statements(f *fixture) {
	check(f, func(n int64) bool { return n == 0 }, "last of no releases")(f.LastRelease(f.ctx))
	p := f.pkg("com.acme.face", store.Plugin, nil)
	check(f, func(n int64) bool { return n == 8 }, "last release")(f.LastRelease(f.ctx))
	check(f, func(l []store.Read) bool {
		return len(l) == 1 && l[0].Leaf == 7 && string(l[0].Envelope) == `{"c":3}` && l[0].Visibility == store.Public
	}, "releases")(f.ReleasesFrom(f.ctx, 7, 10))
	check(f, func(l []store.Read) bool { return len(l) == 0 }, "no releases")(f.ReleasesFrom(f.ctx, 8, 10))
	add := func(digest string, leaf int64) func(store.Tx) error {
		return func(tx store.Tx) error {
			return tx.AddStatement(f.ctx, &store.Statement{Package: p.ID, Version: "1.0.0", Digest: digest, Predicate: "p", Envelope: []byte("e" + digest), Leaf: leaf})
		}
	}
	f.update(add("two", 9))
	f.update(add("one", 8))
	f.refused(store.ErrExists, add("one", 10))
	check(f, func(l []store.Statement) bool {
		return len(l) == 2 && l[0].Digest == "one" && l[0].Leaf == 8 && string(l[1].Envelope) == "etwo" && l[1].Predicate == "p"
	}, "statements")(f.Statements(f.ctx, p.ID, "1.0.0"))
	check(f, func(l []store.Statement) bool { return len(l) == 0 }, "of another version")(f.Statements(f.ctx, p.ID, "1.0.1"))
	f.update(func(tx store.Tx) error {
		return errors.Join(tx.AddCertificate(f.ctx, "d1", "k1", []byte("one")), tx.AddCertificate(f.ctx, "d1", "k1", []byte("one")), tx.AddCertificate(f.ctx, "d2", "k2", []byte("two")),
			tx.AddCertificate(f.ctx, "d3", "k1", []byte("renewed")))
	})
	check(f, func(l [][]byte) bool { return len(l) == 2 && string(l[0]) == "one" && string(l[1]) == "renewed" }, "certificates")(f.Certificates(f.ctx, []string{"k1", "k9"}))
	check(f, func(l [][]byte) bool { return l == nil }, "no keys")(f.Certificates(f.ctx, nil))
}
