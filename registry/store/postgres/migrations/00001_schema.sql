-- +goose Up
CREATE TABLE accounts (
	id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	name TEXT NOT NULL UNIQUE,
	password TEXT NOT NULL,
	issuer TEXT NOT NULL,
	subject TEXT NOT NULL,
	admin INT NOT NULL,
	disabled INT NOT NULL,
	created BIGINT NOT NULL
);
CREATE UNIQUE INDEX accounts_identity ON accounts (issuer, subject) WHERE subject <> '';
CREATE TABLE tokens (
	id TEXT PRIMARY KEY,
	hash BYTEA NOT NULL UNIQUE,
	account BIGINT NOT NULL REFERENCES accounts (id),
	name TEXT NOT NULL,
	scopes TEXT NOT NULL,
	namespace TEXT NOT NULL,
	created BIGINT NOT NULL,
	expires BIGINT NOT NULL,
	revoked INT NOT NULL
);
CREATE INDEX tokens_account ON tokens (account);
CREATE TABLE sessions (
	hash BYTEA PRIMARY KEY,
	account BIGINT NOT NULL REFERENCES accounts (id),
	expires BIGINT NOT NULL
);
CREATE INDEX sessions_expires ON sessions (expires);
CREATE TABLE orgs (
	id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	name TEXT NOT NULL UNIQUE,
	title TEXT NOT NULL,
	skeleton TEXT NOT NULL,
	verified INT NOT NULL,
	created BIGINT NOT NULL,
	bytes BIGINT NOT NULL,
	releases BIGINT NOT NULL
);
CREATE INDEX orgs_skeleton ON orgs (skeleton);
CREATE TABLE members (
	org BIGINT NOT NULL REFERENCES orgs (id),
	account BIGINT NOT NULL REFERENCES accounts (id),
	role TEXT NOT NULL,
	PRIMARY KEY (org, account)
);
CREATE INDEX members_account ON members (account);
CREATE TABLE org_keys (
	id TEXT NOT NULL,
	org BIGINT NOT NULL REFERENCES orgs (id),
	algorithm TEXT NOT NULL,
	public BYTEA NOT NULL,
	created BIGINT NOT NULL,
	revoked BIGINT NOT NULL,
	PRIMARY KEY (org, id)
);
CREATE TABLE namespaces (
	name TEXT PRIMARY KEY,
	skeleton TEXT NOT NULL,
	org BIGINT NOT NULL REFERENCES orgs (id),
	verified INT NOT NULL,
	created BIGINT NOT NULL
);
CREATE INDEX namespaces_skeleton ON namespaces (skeleton);
CREATE INDEX namespaces_org ON namespaces (org);
CREATE TABLE packages (
	id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	kind TEXT NOT NULL,
	name TEXT NOT NULL,
	org BIGINT NOT NULL REFERENCES orgs (id),
	title TEXT NOT NULL,
	summary_en TEXT NOT NULL,
	summary_zh TEXT NOT NULL,
	category TEXT NOT NULL,
	capabilities TEXT NOT NULL,
	latest TEXT NOT NULL,
	visibility TEXT NOT NULL,
	deprecated TEXT NOT NULL,
	downloads BIGINT NOT NULL,
	updated BIGINT NOT NULL,
	words TSVECTOR NOT NULL DEFAULT '',
	UNIQUE (kind, name)
);
CREATE INDEX packages_downloads ON packages (downloads DESC, id DESC);
CREATE INDEX packages_org ON packages (org);
CREATE INDEX packages_category ON packages (category, downloads DESC);
CREATE TABLE capabilities (
	package BIGINT NOT NULL REFERENCES packages (id),
	name TEXT NOT NULL,
	PRIMARY KEY (name, package)
);
CREATE INDEX capabilities_package ON capabilities (package);
CREATE TABLE releases (
	package BIGINT NOT NULL REFERENCES packages (id),
	version TEXT NOT NULL,
	created BIGINT NOT NULL,
	publisher TEXT NOT NULL,
	artifacts TEXT NOT NULL,
	meta BYTEA NOT NULL,
	page BYTEA NOT NULL,
	envelope BYTEA NOT NULL,
	leaf BIGINT NOT NULL,
	yanked TEXT NOT NULL,
	PRIMARY KEY (package, version)
);
CREATE TABLE downloads (
	package BIGINT NOT NULL REFERENCES packages (id),
	version TEXT NOT NULL,
	day TEXT NOT NULL,
	n BIGINT NOT NULL,
	PRIMARY KEY (package, version, day)
);
CREATE TABLE log_leaves (
	idx BIGINT PRIMARY KEY,
	leaf BYTEA NOT NULL
);
CREATE TABLE log_hashes (
	idx BIGINT PRIMARY KEY,
	hash BYTEA NOT NULL
);
CREATE TABLE audit (
	idx BIGINT PRIMARY KEY REFERENCES log_leaves (idx),
	at BIGINT NOT NULL,
	actor TEXT NOT NULL,
	action TEXT NOT NULL,
	org TEXT NOT NULL,
	subject TEXT NOT NULL,
	detail TEXT NOT NULL
);
CREATE INDEX audit_org ON audit (org, idx);
CREATE TABLE webhooks (
	id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	org BIGINT NOT NULL REFERENCES orgs (id),
	url TEXT NOT NULL,
	secret TEXT NOT NULL,
	created BIGINT NOT NULL
);
CREATE TABLE deliveries (
	id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	webhook BIGINT NOT NULL REFERENCES webhooks (id),
	body BYTEA NOT NULL,
	attempts INT NOT NULL,
	due BIGINT NOT NULL
);
CREATE INDEX deliveries_due ON deliveries (due);
CREATE INDEX packages_words ON packages USING gin (words);
-- +goose StatementBegin
CREATE FUNCTION append_only() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$;
-- +goose StatementEnd
CREATE TRIGGER log_leaves_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON log_leaves FOR EACH STATEMENT EXECUTE FUNCTION append_only();
CREATE TRIGGER log_hashes_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON log_hashes FOR EACH STATEMENT EXECUTE FUNCTION append_only();
CREATE TRIGGER audit_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit FOR EACH STATEMENT EXECUTE FUNCTION append_only();

-- +goose Down
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
DROP FUNCTION append_only();
