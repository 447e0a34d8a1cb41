package postgres

import (
	"context"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/dougong-dev/dougong/registry/internal/pgtest"
	"github.com/dougong-dev/dougong/registry/store"
	"github.com/dougong-dev/dougong/registry/store/storetest"
)

var server *pgtest.Server

func TestMain(m *testing.M) {
	code, err := pgtest.Main(m, &server)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
	}
	os.Exit(code)
}

func openEmpty(t *testing.T) (store.Store, string) {
	t.Helper()
	dsn := server.Database(t)
	s, err := Open(t.Context(), dsn)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Migrate(t.Context(), -1); err != nil {
		t.Fatal(err)
	}
	return s, dsn
}

func TestContract(t *testing.T) {
	storetest.Run(t, func(t *testing.T) store.Store {
		s, _ := openEmpty(t)
		return s
	})
}

func TestLogIsAppendOnly(t *testing.T) {
	s, dsn := openEmpty(t)
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
	c, err := pgx.Connect(t.Context(), dsn)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close(context.Background()) })
	for _, statement := range []string{"DELETE FROM audit", "UPDATE audit SET actor = 'eve'", "TRUNCATE audit", "DELETE FROM log_leaves", `UPDATE log_hashes SET hash = '\x00'`} {
		if _, err := c.Exec(t.Context(), statement); err == nil || !strings.Contains(err.Error(), "append-only") {
			t.Errorf("%s: error = %v, want append-only", statement, err)
		}
	}
}
