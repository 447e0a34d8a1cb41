// Package sqldb implements the store on database/sql, once for both databases: the SQL is the subset that SQLite and
// PostgreSQL share, and a Dialect has what differs (placeholders, full text search, locks, migrations).
//
// It must not know which driver it runs on.
package sqldb
