-- +goose Up
CREATE TABLE accounts (
	id INTEGER PRIMARY KEY AUTOINCREMENT,
	name TEXT NOT NULL UNIQUE,
	password TEXT NOT NULL,
	issuer TEXT NOT NULL,
	subject TEXT NOT NULL,
	admin INTEGER NOT NULL,
	disabled INTEGER NOT NULL,
	created INTEGER NOT NULL
);
CREATE UNIQUE INDEX accounts_identity ON accounts (issuer, subject) WHERE subject <> '';
CREATE TABLE tokens (
	id TEXT PRIMARY KEY,
	hash BLOB NOT NULL UNIQUE,
	account INTEGER NOT NULL REFERENCES accounts (id),
	name TEXT NOT NULL,
	scopes TEXT NOT NULL,
	namespace TEXT NOT NULL,
	created INTEGER NOT NULL,
	expires INTEGER NOT NULL,
	revoked INTEGER NOT NULL
);
CREATE INDEX tokens_account ON tokens (account);
CREATE TABLE sessions (
	hash BLOB PRIMARY KEY,
	account INTEGER NOT NULL REFERENCES accounts (id),
	expires INTEGER NOT NULL
);
CREATE INDEX sessions_expires ON sessions (expires);
CREATE TABLE orgs (
	id INTEGER PRIMARY KEY AUTOINCREMENT,
	name TEXT NOT NULL UNIQUE,
	title TEXT NOT NULL,
	skeleton TEXT NOT NULL,
	verified INTEGER NOT NULL,
	created INTEGER NOT NULL,
	bytes INTEGER NOT NULL,
	releases INTEGER NOT NULL
);
CREATE INDEX orgs_skeleton ON orgs (skeleton);
CREATE TABLE members (
	org INTEGER NOT NULL REFERENCES orgs (id),
	account INTEGER NOT NULL REFERENCES accounts (id),
	role TEXT NOT NULL,
	PRIMARY KEY (org, account)
);
CREATE INDEX members_account ON members (account);
CREATE TABLE org_keys (
	id TEXT NOT NULL,
	org INTEGER NOT NULL REFERENCES orgs (id),
	algorithm TEXT NOT NULL,
	public BLOB NOT NULL,
	created INTEGER NOT NULL,
	revoked INTEGER NOT NULL,
	PRIMARY KEY (org, id)
);
CREATE TABLE namespaces (
	name TEXT PRIMARY KEY,
	skeleton TEXT NOT NULL,
	org INTEGER NOT NULL REFERENCES orgs (id),
	verified INTEGER NOT NULL,
	created INTEGER NOT NULL
);
CREATE INDEX namespaces_skeleton ON namespaces (skeleton);
CREATE INDEX namespaces_org ON namespaces (org);
CREATE TABLE packages (
	id INTEGER PRIMARY KEY AUTOINCREMENT,
	kind TEXT NOT NULL,
	name TEXT NOT NULL,
	org INTEGER NOT NULL REFERENCES orgs (id),
	title TEXT NOT NULL,
	summary_en TEXT NOT NULL,
	summary_zh TEXT NOT NULL,
	category TEXT NOT NULL,
	capabilities TEXT NOT NULL,
	latest TEXT NOT NULL,
	visibility TEXT NOT NULL,
	deprecated TEXT NOT NULL,
	downloads INTEGER NOT NULL,
	updated INTEGER NOT NULL,
	UNIQUE (kind, name)
);
CREATE INDEX packages_downloads ON packages (downloads DESC, id DESC);
CREATE INDEX packages_org ON packages (org);
CREATE INDEX packages_category ON packages (category, downloads DESC);
CREATE TABLE capabilities (
	package INTEGER NOT NULL REFERENCES packages (id),
	name TEXT NOT NULL,
	PRIMARY KEY (name, package)
);
CREATE INDEX capabilities_package ON capabilities (package);
CREATE TABLE releases (
	package INTEGER NOT NULL REFERENCES packages (id),
	version TEXT NOT NULL,
	created INTEGER NOT NULL,
	publisher TEXT NOT NULL,
	artifacts TEXT NOT NULL,
	meta BLOB NOT NULL,
	page BLOB NOT NULL,
	envelope BLOB NOT NULL,
	leaf INTEGER NOT NULL,
	yanked TEXT NOT NULL,
	PRIMARY KEY (package, version)
);
CREATE TABLE downloads (
	package INTEGER NOT NULL REFERENCES packages (id),
	version TEXT NOT NULL,
	day TEXT NOT NULL,
	n INTEGER NOT NULL,
	PRIMARY KEY (package, version, day)
);
CREATE TABLE log_leaves (
	idx INTEGER PRIMARY KEY,
	leaf BLOB NOT NULL
);
CREATE TABLE log_hashes (
	idx INTEGER PRIMARY KEY,
	hash BLOB NOT NULL
);
CREATE TABLE audit (
	idx INTEGER PRIMARY KEY REFERENCES log_leaves (idx),
	at INTEGER NOT NULL,
	actor TEXT NOT NULL,
	action TEXT NOT NULL,
	org TEXT NOT NULL,
	subject TEXT NOT NULL,
	detail TEXT NOT NULL
);
CREATE INDEX audit_org ON audit (org, idx);
CREATE TABLE webhooks (
	id INTEGER PRIMARY KEY AUTOINCREMENT,
	org INTEGER NOT NULL REFERENCES orgs (id),
	url TEXT NOT NULL,
	secret TEXT NOT NULL,
	created INTEGER NOT NULL
);
CREATE TABLE deliveries (
	id INTEGER PRIMARY KEY AUTOINCREMENT,
	webhook INTEGER NOT NULL REFERENCES webhooks (id),
	body BLOB NOT NULL,
	attempts INTEGER NOT NULL,
	due INTEGER NOT NULL
);
CREATE INDEX deliveries_due ON deliveries (due);
CREATE VIRTUAL TABLE words USING fts5(w, content='', contentless_delete=1, detail=none, prefix='3', tokenize='unicode61 remove_diacritics 0');
-- +goose StatementBegin
CREATE TRIGGER log_leaves_no_update BEFORE UPDATE ON log_leaves BEGIN SELECT RAISE(ABORT, 'log_leaves is append-only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER log_leaves_no_delete BEFORE DELETE ON log_leaves BEGIN SELECT RAISE(ABORT, 'log_leaves is append-only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER log_hashes_no_update BEFORE UPDATE ON log_hashes BEGIN SELECT RAISE(ABORT, 'log_hashes is append-only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER log_hashes_no_delete BEFORE DELETE ON log_hashes BEGIN SELECT RAISE(ABORT, 'log_hashes is append-only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER audit_no_update BEFORE UPDATE ON audit BEGIN SELECT RAISE(ABORT, 'audit is append-only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER audit_no_delete BEFORE DELETE ON audit BEGIN SELECT RAISE(ABORT, 'audit is append-only'); END;
-- +goose StatementEnd

-- +goose Down
DROP TABLE words;
DROP TABLE deliveries;
DROP TABLE webhooks;
DROP TABLE audit;
DROP TABLE log_hashes;
DROP TABLE log_leaves;
DROP TABLE downloads;
DROP TABLE releases;
DROP TABLE capabilities;
DROP TABLE packages;
DROP TABLE namespaces;
DROP TABLE org_keys;
DROP TABLE members;
DROP TABLE orgs;
DROP TABLE sessions;
DROP TABLE tokens;
DROP TABLE accounts;
