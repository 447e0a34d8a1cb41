package storetest

import (
	"errors"
	"sync"

	"github.com/dougong-dev/dougong/registry/store"
)

func log(f *fixture) {
	check(f, func(n int64) bool { return n == 0 }, "size of an empty log")(f.LogSize(f.ctx))
	f.update(func(tx store.Tx) error {
		n, err := tx.LockLog(f.ctx)
		if err != nil || n != 0 {
			f.Errorf("LockLog = %d, %v", n, err)
		}
		return errors.Join(tx.AppendLog(f.ctx, 0, []byte("zero"), 0, [][32]byte{{1}}), tx.AppendLog(f.ctx, 1, []byte("one"), 1, [][32]byte{{2}, {3}}))
	})
	check(f, func(n int64) bool { return n == 2 }, "size")(f.LogSize(f.ctx))
	check(f, func(h [][32]byte) bool {
		return len(h) == 3 && h[0] == [32]byte{3} && h[1] == [32]byte{1} && h[2] == [32]byte{1}
	}, "hashes")(f.LogHashes(f.ctx, []int64{2, 0, 0}))
	notFound[[][32]byte](f, "unknown hash")(f.LogHashes(f.ctx, []int64{0, 3}))
	check(f, func(l [][]byte) bool { return len(l) == 1 && string(l[0]) == "one" }, "leaves")(f.LogLeaves(f.ctx, 1, 10))
	f.refused(store.ErrExists, func(tx store.Tx) error { return tx.AppendLog(f.ctx, 1, []byte("two"), 3, nil) })
}

// logWriters appends from many sides at once: every leaf has to be there, none twice.
func logWriters(f *fixture) {
	const writers, each = 8, 5
	var wg sync.WaitGroup
	for range writers {
		wg.Go(func() {
			for range each {
				err := f.Update(f.ctx, func(tx store.Tx) error {
					n, err := tx.LockLog(f.ctx)
					if err != nil {
						return err
					}
					return tx.AppendLog(f.ctx, n, []byte("leaf"), n, [][32]byte{{byte(n)}})
				})
				if err != nil {
					f.Error(err)
				}
			}
		})
	}
	wg.Wait()
	check(f, func(n int64) bool { return n == writers*each }, "size")(f.LogSize(f.ctx))
	check(f, func(l [][]byte) bool { return len(l) == writers*each }, "leaves")(f.LogLeaves(f.ctx, 0, 1000))
}

func events(f *fixture) {
	f.update(func(tx store.Tx) error {
		for i, org := range []string{"acme", "other", "acme"} {
			at := int64(i)
			e := &store.Event{Index: at, Time: now, Actor: "ann", Action: "x", Org: org, Subject: "s", Detail: "{}"}
			if err := errors.Join(tx.AppendLog(f.ctx, at, []byte("l"), at, [][32]byte{{}}), tx.AddEvent(f.ctx, e)); err != nil {
				return err
			}
		}
		return nil
	})
	check(f, func(l []store.Event) bool {
		return len(l) == 2 && l[0].Index == 2 && l[1].Index == 0 && l[0].Time.Equal(now)
	}, "of acme")(f.Events(f.ctx, "acme", 0, 10))
	check(f, func(l []store.Event) bool { return len(l) == 2 && l[0].Index == 1 }, "of all before 2")(f.Events(f.ctx, "", 2, 10))
	check(f, func(l []store.Event) bool { return len(l) == 1 }, "limited")(f.Events(f.ctx, "", 0, 1))
}

func rollback(f *fixture) {
	boom := errors.New("boom")
	f.refused(boom, func(tx store.Tx) error {
		return errors.Join(tx.AddAccount(f.ctx, &store.Account{Name: "half"}), tx.AppendLog(f.ctx, 0, []byte("x"), 0, [][32]byte{{}}), boom)
	})
	notFound[*store.Account](f, "account of an undone transaction")(f.Account(f.ctx, "half"))
	check(f, func(n int64) bool { return n == 0 }, "log")(f.LogSize(f.ctx))
}

// migrations goes down to nothing and up again, on a store that holds data.
func migrations(f *fixture) {
	f.pkg("com.acme.a", store.Plugin, nil, "word")
	newest, err := f.SchemaVersion(f.ctx)
	if err != nil || newest < 1 {
		f.Fatalf("SchemaVersion = %d, %v", newest, err)
	}
	for version := newest - 1; version >= 0; version-- {
		if err := f.Migrate(f.ctx, version); err != nil {
			f.Fatal(err)
		}
	}
	check(f, func(v int64) bool { return v == 0 }, "version")(f.SchemaVersion(f.ctx))
	for _, version := range []int64{1, -1, newest} {
		if err := f.Migrate(f.ctx, version); err != nil {
			f.Fatal(err)
		}
	}
	notFound[*store.Account](f, "after down and up")(f.Account(f.ctx, "ann"))
	f.update(func(tx store.Tx) error { return tx.AddAccount(f.ctx, &store.Account{Name: "ann"}) })
}
