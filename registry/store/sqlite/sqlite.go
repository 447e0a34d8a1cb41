// Package sqlite keeps the registry in one SQLite file: the embedded default, which needs no other server. The driver is
// modernc.org/sqlite, pure Go.
//
//	s, err := sqlite.Open(ctx, "data/registry.db")
//
// Writers queue in Go on one connection; readers have their own and never wait for them (write-ahead log).
package sqlite

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"strings"

	"github.com/pressly/goose/v3"
	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"github.com/dougong-dev/dougong/registry/store"
	"github.com/dougong-dev/dougong/registry/store/internal/sqldb"
)

//go:embed migrations/*.sql
var migrations embed.FS

// readers bounds the connections that look up.
const readers = 8

// Open opens or makes the file, without bringing its schema up to date: see store.Store.Migrate.
func Open(ctx context.Context, file string) (store.Store, error) {
	write, err := open(ctx, file, "_txlock=immediate", 1)
	if err != nil {
		return nil, err
	}
	read, err := open(ctx, file, "_pragma=query_only(1)", readers)
	if err != nil {
		return nil, errors.Join(err, write.Close())
	}
	return sqldb.New(read, write, dialect{}), nil
}

func open(ctx context.Context, file, extra string, conns int) (*sql.DB, error) {
	// synchronous(FULL): what a publisher was told is published survives the loss of power.
	dsn := "file:" + (&url.URL{Path: file}).EscapedPath() + "?_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)&_pragma=foreign_keys(1)&_pragma=busy_timeout(10000)" +
		"&_pragma=cache_size(-32000)&_pragma=mmap_size(1073741824)&" + extra
	db, err := sql.Open("sqlite", dsn)
	if err != nil {
		return nil, fmt.Errorf("open %s: %w", file, err)
	}
	db.SetMaxOpenConns(conns)
	db.SetMaxIdleConns(conns)
	if err := db.PingContext(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("open %s: %w", file, err), db.Close())
	}
	return db, nil
}

// Backup writes a consistent copy of an open store to a new file, while it is being used.
func Backup(ctx context.Context, from, to string) (err error) {
	db, err := open(ctx, from, "_pragma=query_only(0)", 1)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	if _, err := db.ExecContext(ctx, `VACUUM INTO ?`, to); err != nil {
		return fmt.Errorf("back up %s to %s: %w", from, to, err)
	}
	return nil
}

type dialect struct{}

// Goose implements sqldb.Dialect.
func (dialect) Goose() goose.Dialect { return goose.DialectSQLite3 }

// Migrations implements sqldb.Dialect.
func (dialect) Migrations() fs.FS {
	sub, err := fs.Sub(migrations, "migrations")
	if err != nil {
		panic(err) // the folder is embedded
	}
	return sub
}

// Numbered implements sqldb.Dialect.
func (dialect) Numbered() bool { return false }

// Exists implements sqldb.Dialect.
func (dialect) Exists(err error) bool {
	var e *sqlite.Error
	return errors.As(err, &e) && (e.Code() == sqlite3.SQLITE_CONSTRAINT_UNIQUE || e.Code() == sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY || e.Code() == sqlite3.SQLITE_CONSTRAINT_ROWID)
}

// LockLog implements sqldb.Dialect: an immediate transaction is the only writer already.
func (dialect) LockLog() string { return "" }

// KeepWords implements sqldb.Dialect: apart from the index, which cannot give back what was put into it.
func (dialect) KeepWords() string {
	return `INSERT INTO package_words (w, package) VALUES (?, ?) ON CONFLICT (package) DO UPDATE SET w = excluded.w`
}

// Index implements sqldb.Dialect.
func (dialect) Index() (drop, add string) {
	return `DELETE FROM words WHERE rowid = ?`, `INSERT INTO words (rowid, w) SELECT CAST(? AS INTEGER), ? || w FROM package_words WHERE package = ?`
}

// Find implements sqldb.Dialect: the lists of all words are read side by side, each from its front, until enough is found.
func (dialect) Find(w sqldb.Wanted) (string, []any) {
	visible := []string{quoted(sqldb.VisibleMark(store.Public))}
	for _, org := range w.Orgs {
		visible = append(visible, quoted(sqldb.OrgMark(org)))
	}
	terms := []string{"(" + strings.Join(visible, " OR ") + ")"}
	for _, m := range []struct {
		on   bool
		mark string
	}{
		{w.Org != 0, sqldb.OrgMark(w.Org)}, {w.Kind != "", sqldb.KindMark(w.Kind)},
		{w.Category != "", sqldb.CategoryMark(w.Category)}, {w.Capability != "", sqldb.CapabilityMark(w.Capability)},
	} {
		if m.on {
			terms = append(terms, quoted(m.mark))
		}
	}
	for _, word := range w.Words {
		term := quoted(sqldb.Plain(word))
		if sqldb.IsPrefix(word) {
			term += "*"
		}
		terms = append(terms, term)
	}
	return `SELECT rowid FROM words WHERE words MATCH ? ORDER BY rowid`, []any{strings.Join(terms, " AND ")}
}

func quoted(word string) string { return `"` + word + `"` }

// Again implements sqldb.Dialect: with one writer in this process and a busy timeout, nothing is worth another try.
func (dialect) Again(error) bool { return false }

// Unfit implements sqldb.Dialect: it takes any bytes.
func (dialect) Unfit(error) bool { return false }

// Away implements sqldb.Dialect.
func (dialect) Away(err error) bool {
	var e *sqlite.Error
	if !errors.As(err, &e) {
		return false
	}
	switch e.Code() & 0xff {
	case sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_BUSY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY:
		return true
	}
	return false
}

var _ sqldb.Dialect = dialect{}
