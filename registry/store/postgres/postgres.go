// Package postgres keeps the registry in PostgreSQL: what several stateless replicas share. The driver is pgx.
//
//	s, err := postgres.Open(ctx, "postgres://dougong@db/registry")
package postgres

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/pressly/goose/v3"

	"github.com/dougong-dev/dougong/registry/store"
	"github.com/dougong-dev/dougong/registry/store/internal/sqldb"
)

//go:embed migrations/*.sql
var migrations embed.FS

// conns bounds the connections of one replica.
const conns = 32

// logLock is the key of the advisory lock that the log's one writer holds.
const logLock = 0x646f75676f6e67

// Open connects, without bringing the schema up to date: see store.Store.Migrate.
func Open(ctx context.Context, dsn string) (store.Store, error) {
	c, err := pgx.ParseConfig(dsn)
	if err != nil {
		return nil, fmt.Errorf("open PostgreSQL: %w", err)
	}
	// How a search is best done depends on its words: a plan made for any words reads a whole table for those that few have.
	c.RuntimeParams["plan_cache_mode"] = "force_custom_plan"
	db := stdlib.OpenDB(*c)
	db.SetMaxOpenConns(conns)
	db.SetMaxIdleConns(conns)
	db.SetConnMaxIdleTime(5 * time.Minute)
	if err := db.PingContext(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("open PostgreSQL: %w", err), db.Close())
	}
	return sqldb.New(db, db, dialect{}), nil
}

type dialect struct{}

// Goose implements sqldb.Dialect.
func (dialect) Goose() goose.Dialect { return goose.DialectPostgres }

// Migrations implements sqldb.Dialect.
func (dialect) Migrations() fs.FS {
	sub, err := fs.Sub(migrations, "migrations")
	if err != nil {
		panic(err) // the folder is embedded
	}
	return sub
}

// Numbered implements sqldb.Dialect.
func (dialect) Numbered() bool { return true }

func code(err error) string {
	var e *pgconn.PgError
	if errors.As(err, &e) {
		return e.Code
	}
	return ""
}

// Exists implements sqldb.Dialect.
func (dialect) Exists(err error) bool { return code(err) == "23505" }

// LockLog implements sqldb.Dialect.
func (dialect) LockLog() string {
	return fmt.Sprintf(`SELECT pg_advisory_xact_lock(%d)`, int64(logLock))
}

// KeepWords implements sqldb.Dialect.
func (dialect) KeepWords() string {
	return `UPDATE packages SET words = to_tsvector('simple', CAST(? AS TEXT)) WHERE id = ?`
}

// Index implements sqldb.Dialect: the kept words are what is searched.
func (dialect) Index() (drop, add string) { return "", "" }

// Find implements sqldb.Dialect.
func (dialect) Find(w sqldb.Wanted) (string, []any) {
	all, args := []string{`p.latest <> ''`}, []any{}
	and := func(on bool, condition string, value any) {
		if on {
			all, args = append(all, condition), append(args, value)
		}
	}
	if len(w.Orgs) == 0 {
		all = append(all, `p.visibility = 'public'`)
	}
	and(len(w.Orgs) > 0, `(p.visibility = 'public' OR p.org = ANY(?))`, w.Orgs)
	and(w.Org != 0, `p.org = ?`, w.Org)
	and(w.Kind != "", `p.kind = ?`, w.Kind)
	and(w.Category != "", `p.category = ?`, w.Category)
	and(w.Capability != "", `p.id IN (SELECT package FROM capabilities WHERE name = ?)`, w.Capability)
	terms := make([]string, len(w.Words))
	for i, word := range w.Words {
		terms[i] = `'` + sqldb.Plain(word) + `'`
		if sqldb.IsPrefix(word) {
			terms[i] += ":*"
		}
	}
	and(len(terms) > 0, `p.words @@ CAST(? AS TSQUERY)`, strings.Join(terms, " & "))
	return `SELECT p.rank FROM packages p WHERE ` + strings.Join(all, " AND ") + ` ORDER BY p.rank`, args
}

// Again implements sqldb.Dialect: a deadlock or a failed serialisation is nobody's fault.
func (dialect) Again(err error) bool { return code(err) == "40001" || code(err) == "40P01" }

// Unfit implements sqldb.Dialect: what the server says of bytes that no text has, and of those that no JSON has.
func (dialect) Unfit(err error) bool { return code(err) == "22021" || code(err) == "22P05" }

// Away implements sqldb.Dialect: what the network says, and what the server says of connections (class 08), of resources such as
// room on its disk (53) and of being stopped (57P).
func (dialect) Away(err error) bool {
	var dial *pgconn.ConnectError
	var network net.Error
	if errors.As(err, &dial) || errors.As(err, &network) || errors.Is(err, io.ErrUnexpectedEOF) {
		return !errors.Is(err, context.Canceled)
	}
	c := code(err)
	return strings.HasPrefix(c, "08") || strings.HasPrefix(c, "53") || strings.HasPrefix(c, "57P")
}

var _ sqldb.Dialect = dialect{}
