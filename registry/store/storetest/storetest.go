// Package storetest is the contract that every store passes: one suite, run by each implementation's own test on a real,
// empty database.
//
//	storetest.Run(t, func(t *testing.T) store.Store { … })
package storetest

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/dougong-dev/dougong/registry/store"
)

// now is the moment at which the tests happen.
var now = time.UnixMilli(1_790_000_000_123).UTC()

// fixture is a store with one organisation.
type fixture struct {
	*testing.T
	store.Store
	ctx     context.Context
	account *store.Account
	org     *store.Org
}

// Run runs the suite. open gives an empty store, with its schema in place; the suite closes it.
func Run(t *testing.T, open func(t *testing.T) store.Store) {
	for name, test := range map[string]func(*fixture){
		"accounts":      accounts,
		"tokens":        tokens,
		"sessions":      sessions,
		"organisations": organisations,
		"namespaces":    namespaces,
		"keys":          keys,
		"releases":      releases,
		"search":        search,
		"reference":     reference,
		"visibility":    visibility,
		"facets":        facets,
		"downloads":     downloads,
		"log":           log,
		"log writers":   logWriters,
		"events":        events,
		"rollback":      rollback,
		"webhooks":      webhooks,
		"trust files":   trustFiles,
		"statements":    statements,
		"migrations":    migrations,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := &fixture{T: t, Store: open(t), ctx: t.Context()}
			t.Cleanup(func() {
				if err := f.Close(); err != nil {
					t.Errorf("close: %v", err)
				}
			})
			f.account = &store.Account{Name: "ann", Password: "hash", Created: now}
			f.org = &store.Org{Name: "acme", Title: "Acme", Skeleton: "acme", Created: now, Visibility: store.Public}
			f.update(func(tx store.Tx) error {
				return errors.Join(tx.AddAccount(f.ctx, f.account), tx.AddOrg(f.ctx, f.org), tx.SetMember(f.ctx, f.org.ID, f.account.ID, store.RoleOwner))
			})
			test(f)
		})
	}
}

// update has to succeed.
func (f *fixture) update(do func(store.Tx) error) {
	f.Helper()
	if err := f.Update(f.ctx, do); err != nil {
		f.Fatal(err)
	}
}

// refused has to fail with an error.
func (f *fixture) refused(want error, do func(store.Tx) error) {
	f.Helper()
	if err := f.Update(f.ctx, do); !errors.Is(err, want) {
		f.Errorf("error = %v, want %v", err, want)
	}
}

func check[T any](f *fixture, want func(T) bool, what string) func(T, error) {
	return func(got T, err error) {
		f.Helper()
		if err != nil || !want(got) {
			f.Errorf("%s: got %+v, %v", what, got, err)
		}
	}
}

func notFound[T any](f *fixture, what string) func(T, error) {
	return func(got T, err error) {
		f.Helper()
		if !errors.Is(err, store.ErrNotFound) {
			f.Errorf("%s: got %+v, %v; want ErrNotFound", what, got, err)
		}
	}
}

// pkg adds a package with one release, found by words.
func (f *fixture) pkg(name string, kind store.Kind, change func(*store.Package), words ...string) *store.Package {
	f.Helper()
	p := &store.Package{Kind: kind, Name: name, Org: f.org.ID, Visibility: store.Public, Updated: now}
	f.update(func(tx store.Tx) error {
		if err := tx.AddPackage(f.ctx, p); err != nil {
			return err
		}
		p.Latest = "1.0.0"
		if change != nil {
			change(p)
		}
		return errors.Join(tx.SetPackage(f.ctx, p, words), tx.AddRelease(f.ctx, release(p.ID, "1.0.0")))
	})
	return p
}

func release(pkg int64, version string) *store.Release {
	return &store.Release{Package: pkg, Version: version, Created: now, Publisher: "ann", Artifacts: []store.Artifact{{Platform: "any", SHA256: "aa" + version, Size: 10}},
		Meta: []byte(`{"a":1}`), Page: []byte(`{"b":2}`), Envelope: []byte(`{"c":3}`), Leaf: 7}
}
