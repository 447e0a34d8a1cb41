package server_test

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/dougong-dev/dougong/core/gm"
	"github.com/dougong-dev/dougong/core/trust/authority"
	"github.com/dougong-dev/dougong/core/trust/cert"
	"github.com/dougong-dev/dougong/registry/internal/pgtest"
	"github.com/dougong-dev/dougong/registry/internal/regtest"
	"github.com/dougong-dev/dougong/registry/server"
	"github.com/dougong-dev/dougong/registry/store"
)

// TestListThatAnotherReplicaHasPut: between a server's look at the database and its write another one puts the same revocation
// list. What else is new in the folder, an issuing authority here, is taken in all the same.
func TestListThatAnotherReplicaHasPut(t *testing.T) {
	if testing.Short() {
		t.Skip("it starts a PostgreSQL")
	}
	pg, err := pgtest.Start()
	must(t, err)
	t.Cleanup(func() { must(t, pg.Stop()) })
	dsn := pg.Database(t)
	dir, _ := ceremony(t, authority.Ceremony{Organisation: "House", Algorithm: gm.Ed25519})
	r := regtest.Start(t, func(c *server.Config) { c.Trust, c.Passphrase, c.Database = dir, []byte("passphrase"), dsn })
	r.Publish("com.acme.face", "1.0.0", nil)
	suite, err := gm.New(gm.Policy{})
	must(t, err)
	token := authority.NewFolder(suite, filepath.Join(dir, "keys"), []byte("passphrase"), authority.Sealing{Cost: 1 << 10})
	a, err := authority.OpenKept(suite, dir, token, time.Now, server.Keeper{Suite: suite, Place: authority.Place{Data: r.Dir, Database: dsn}, Now: time.Now})
	must(t, err)
	s := &signingService{a, t, suite, token}
	must(t, r.House().Refresh(t.Context()))
	s.rotate()
	must(t, s.Refresh(t.Context()))
	lists, err := s.Lists()
	must(t, err)

	refreshed := make(chan error, 1)
	must(t, r.Store().Update(t.Context(), func(tx store.Tx) error {
		if err := tx.PutTrustFile(t.Context(), &store.TrustFile{Name: authority.ListFile, Version: lists[0].Number, Body: lists[0].DER}); err != nil {
			return err
		}
		go func() { refreshed <- r.House().Refresh(t.Context()) }()
		return waits(t, dsn, refreshed)
	}))
	must(t, <-refreshed)
	if v, err := r.Store().TrustVersions(t.Context(), []string{"issuing", authority.ListName(2)}); err != nil || v["issuing"] != 2 || v[authority.ListName(2)] != lists[1].Number {
		t.Errorf("the database has %v, %v; want issuing 2 and %s %d", v, err, authority.ListName(2), lists[1].Number)
	}
	release, err := r.Store().Release(t.Context(), store.Plugin, "com.acme.face", "1.0.0")
	must(t, err)
	e, err := r.House().Evidence(t.Context(), release, "linux/amd64", nil)
	must(t, err)
	if root, err := cert.ParseList(e.Lists[len(e.Lists)-1]); len(e.Lists) != 3 || err != nil || root.Number != 2 {
		t.Errorf("%d lists, the root's %+v, %v", len(e.Lists), root, err)
	}
}

// patience is how long what has to happen may take: minutes, for a machine that does much else.
const patience = 5 * time.Minute

// waits returns once somebody waits for a lock in a database. What should wait says by ended that it does not.
func waits(t *testing.T, dsn string, ended <-chan error) error {
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	c, err := pgx.Connect(ctx, dsn)
	if err != nil {
		return err
	}
	defer func() { must(t, c.Close(t.Context())) }()
	again := time.NewTicker(10 * time.Millisecond)
	defer again.Stop()
	for {
		var n int
		if err := c.QueryRow(ctx, `SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`).Scan(&n); err != nil || n > 0 {
			return err
		}
		select {
		case err := <-ended:
			return errors.Join(errors.New("it ended without having waited for a lock"), err)
		case <-ctx.Done():
			return fmt.Errorf("nobody has waited for a lock in %s", patience)
		case <-again.C:
		}
	}
}
