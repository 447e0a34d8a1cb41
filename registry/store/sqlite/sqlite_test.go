package sqlite

import (
	"database/sql"
	"path/filepath"
	"strings"
	"testing"

	"github.com/dougong-dev/dougong/registry/store"
	"github.com/dougong-dev/dougong/registry/store/storetest"
)

func openEmpty(t *testing.T) (store.Store, string) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "a b%3f.db")
	s, err := Open(t.Context(), file)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Migrate(t.Context(), -1); err != nil {
		t.Fatal(err)
	}
	return s, file
}

func TestContract(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(t *testing.T) store.Store {
		s, _ := openEmpty(t)
		return s
	})
}

func TestLogIsAppendOnly(t *testing.T) {
	t.Parallel()
	s, file := openEmpty(t)
	t.Cleanup(func() { _ = s.Close() })
	err := s.Update(t.Context(), func(tx store.Tx) error {
		if err := tx.AppendLog(t.Context(), 0, []byte("x"), 0, [][32]byte{{1}}); err != nil {
			return err
		}
		return tx.AddEvent(t.Context(), &store.Event{Action: "x"})
	})
	if err != nil {
		t.Fatal(err)
	}
	db, err := sql.Open("sqlite", file)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	for _, statement := range []string{"DELETE FROM audit", "UPDATE audit SET actor = 'eve'", "DELETE FROM log_leaves", "UPDATE log_leaves SET leaf = x'00'", "UPDATE log_hashes SET hash = x'00'", "DELETE FROM log_hashes"} {
		if _, err := db.Exec(statement); err == nil || !strings.Contains(err.Error(), "append-only") {
			t.Errorf("%s: error = %v, want append-only", statement, err)
		}
	}
}

func TestBackup(t *testing.T) {
	t.Parallel()
	s, file := openEmpty(t)
	t.Cleanup(func() { _ = s.Close() })
	if err := s.Update(t.Context(), func(tx store.Tx) error { return tx.AddAccount(t.Context(), &store.Account{Name: "ann"}) }); err != nil {
		t.Fatal(err)
	}
	to := filepath.Join(t.TempDir(), "copy.db")
	if err := Backup(t.Context(), file, to); err != nil {
		t.Fatal(err)
	}
	c, err := Open(t.Context(), to)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	if _, err := c.Account(t.Context(), "ann"); err != nil {
		t.Errorf("account in the copy: %v", err)
	}
	if err := Backup(t.Context(), file, to); err == nil {
		t.Error("a backup was overwritten")
	}
}
