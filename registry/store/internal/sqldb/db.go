package sqldb

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"io/fs"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/pressly/goose/v3"

	"github.com/dougong-dev/dougong/registry/store"
)

// Dialect is what differs between databases.
type Dialect interface {
	// Goose names the dialect for migrations, Migrations holds them.
	Goose() goose.Dialect
	Migrations() fs.FS
	// Numbered tells whether placeholders are $1, $2 rather than ?.
	Numbered() bool
	// Exists tells whether an error says that a unique key is taken.
	Exists(err error) bool
	// LockLog is a statement that makes other writers of the log wait until the transaction ends; empty: needless.
	LockLog() string
	// KeepWords is a statement that keeps the index words of a package; it takes (words, id).
	KeepWords() string
	// Index are the statements that take a package out of an index by its rank, and put it in, with words in front of the kept
	// ones; they take (rank) and (rank, words, id). Both are empty if the kept words are the index.
	Index() (drop, add string)
	// Find is a query for the ranks of the packages that are wanted, in order, without a limit.
	Find(w Wanted) (query string, args []any)
	// Again tells whether a transaction that failed by an error may succeed if it is run once more.
	Again(err error) bool
	// Away tells whether an error says that the database cannot be reached or has no room.
	Away(err error) bool
	// Unfit tells whether an error says that the database cannot hold a text.
	Unfit(err error) bool
}

// DB is a store on two handles of one database: SQLite has one writer at a time, so that writers queue in Go.
type DB struct {
	reader
	write   *sql.DB
	dialect Dialect
}

// New makes a store. It owns the handles; they may be the same.
func New(read, write *sql.DB, d Dialect) *DB {
	return &DB{reader: reader{q: &prepared{db: read, dialect: d}, d: d}, write: write, dialect: d}
}

// Close closes both handles.
func (db *DB) Close() error {
	p := db.q.(*prepared)
	err := p.close()
	if p.db != db.write {
		err = errors.Join(err, p.db.Close())
	}
	return errors.Join(err, db.write.Close())
}

// Away implements store.Store.
func (db *DB) Away(err error) bool { return errors.Is(err, driver.ErrBadConn) || db.dialect.Away(err) }

// Unfit implements store.Store.
func (db *DB) Unfit(err error) bool { return db.dialect.Unfit(err) }

// attempts bounds how often a transaction is run that lost against another one.
const attempts = 5

// Update implements store.Store.
func (db *DB) Update(ctx context.Context, do func(store.Tx) error) error {
	for n := 1; ; n++ {
		err := db.update(ctx, do)
		if err == nil || n == attempts || !db.dialect.Again(err) || ctx.Err() != nil {
			return err
		}
	}
}

func (db *DB) update(ctx context.Context, do func(store.Tx) error) (err error) {
	tx, err := db.write.BeginTx(ctx, nil)
	if err != nil {
		return fmt.Errorf("begin: %w", err)
	}
	defer func() {
		if err != nil {
			if undo := tx.Rollback(); undo != nil && !errors.Is(undo, sql.ErrTxDone) {
				err = errors.Join(err, undo)
			}
		}
	}()
	if err := do(&writer{reader{q: &inTx{tx, db.dialect}, d: db.dialect}}); err != nil {
		return err
	}
	if err := tx.Commit(); err != nil {
		return fmt.Errorf("commit: %w", err)
	}
	return nil
}

func (db *DB) provider() (*goose.Provider, error) {
	return goose.NewProvider(db.dialect.Goose(), db.write, db.dialect.Migrations(), goose.WithDisableGlobalRegistry(true))
}

// Migrate implements store.Store.
func (db *DB) Migrate(ctx context.Context, version int64) error {
	p, err := db.provider()
	if err != nil {
		return fmt.Errorf("migrate: %w", err)
	}
	now, err := p.GetDBVersion(ctx)
	if err != nil {
		return fmt.Errorf("migrate: %w", err)
	}
	switch {
	case version < 0:
		_, err = p.Up(ctx)
	case version >= now:
		_, err = p.UpTo(ctx, version)
	default:
		_, err = p.DownTo(ctx, version)
	}
	if err != nil {
		return fmt.Errorf("migrate from version %d: %w", now, err)
	}
	return nil
}

// SchemaVersion implements store.Store.
func (db *DB) SchemaVersion(ctx context.Context) (int64, error) {
	p, err := db.provider()
	if err != nil {
		return 0, err
	}
	return p.GetDBVersion(ctx)
}

// querier runs SQL that is written with question marks.
type querier interface {
	exec(ctx context.Context, query string, args ...any) (sql.Result, error)
	query(ctx context.Context, query string, args ...any) (*sql.Rows, error)
	row(ctx context.Context, query string, args ...any) *sql.Row
}

// rebind replaces question marks by numbers. Our SQL has none in texts.
func rebind(d Dialect, query string) string {
	if !d.Numbered() {
		return query
	}
	var b strings.Builder
	n := 0
	for _, r := range query {
		if r == '?' {
			n++
			b.WriteString("$" + strconv.Itoa(n))
		} else {
			b.WriteRune(r)
		}
	}
	return b.String()
}

// prepared runs outside of transactions and parses each statement once.
type prepared struct {
	db      *sql.DB
	dialect Dialect
	known   sync.Map // query → *sql.Stmt
}

func (p *prepared) stmt(ctx context.Context, query string) (*sql.Stmt, error) {
	if s, ok := p.known.Load(query); ok {
		return s.(*sql.Stmt), nil
	}
	s, err := p.db.PrepareContext(ctx, rebind(p.dialect, query))
	if err != nil {
		return nil, err
	}
	if other, loaded := p.known.LoadOrStore(query, s); loaded {
		return other.(*sql.Stmt), s.Close()
	}
	return s, nil
}

func (p *prepared) exec(ctx context.Context, query string, args ...any) (sql.Result, error) {
	return p.db.ExecContext(ctx, rebind(p.dialect, query), args...)
}

func (p *prepared) query(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	s, err := p.stmt(ctx, query)
	if err != nil {
		return nil, err
	}
	return s.QueryContext(ctx, args...)
}

func (p *prepared) row(ctx context.Context, query string, args ...any) *sql.Row {
	s, err := p.stmt(ctx, query)
	if err != nil {
		return p.db.QueryRowContext(ctx, rebind(p.dialect, query), args...) // whose Scan tells the error
	}
	return s.QueryRowContext(ctx, args...)
}

func (p *prepared) close() (err error) {
	p.known.Range(func(_, s any) bool {
		err = errors.Join(err, s.(*sql.Stmt).Close())
		return true
	})
	return err
}

// inTx runs in a transaction.
type inTx struct {
	tx      *sql.Tx
	dialect Dialect
}

func (t *inTx) exec(ctx context.Context, query string, args ...any) (sql.Result, error) {
	return t.tx.ExecContext(ctx, rebind(t.dialect, query), args...)
}

func (t *inTx) query(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	return t.tx.QueryContext(ctx, rebind(t.dialect, query), args...)
}

func (t *inTx) row(ctx context.Context, query string, args ...any) *sql.Row {
	return t.tx.QueryRowContext(ctx, rebind(t.dialect, query), args...)
}

// millis is a time as it is kept; 0 for none.
func millis(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMilli()
}

func timeOf(ms int64) time.Time {
	if ms == 0 {
		return time.Time{}
	}
	return time.UnixMilli(ms).UTC()
}

func number(b bool) int {
	if b {
		return 1
	}
	return 0
}

var (
	_ store.Store = (*DB)(nil)
	_ store.Tx    = (*writer)(nil)
)
