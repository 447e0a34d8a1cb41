-- +goose Up
CREATE TABLE statements (
	package BIGINT NOT NULL REFERENCES packages (id),
	version TEXT NOT NULL,
	digest TEXT NOT NULL,
	predicate TEXT NOT NULL,
	envelope BYTEA NOT NULL,
	leaf BIGINT NOT NULL,
	PRIMARY KEY (package, version, digest)
);
CREATE TABLE certificates (
	id TEXT PRIMARY KEY,
	holder TEXT NOT NULL,
	der BYTEA NOT NULL
);
CREATE INDEX certificates_holder ON certificates (holder);
CREATE TABLE trust_files (
	name TEXT PRIMARY KEY,
	version BIGINT NOT NULL,
	body BYTEA NOT NULL
);

-- +goose Down
DROP TABLE trust_files;
DROP TABLE certificates;
DROP TABLE statements;
