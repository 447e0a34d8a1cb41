-- +goose Up
CREATE TABLE statements (
	package INTEGER NOT NULL REFERENCES packages (id),
	version TEXT NOT NULL,
	digest TEXT NOT NULL,
	predicate TEXT NOT NULL,
	envelope BLOB NOT NULL,
	leaf INTEGER NOT NULL,
	PRIMARY KEY (package, version, digest)
);
CREATE TABLE certificates (
	id TEXT PRIMARY KEY,
	holder TEXT NOT NULL,
	der BLOB NOT NULL
);
CREATE INDEX certificates_holder ON certificates (holder);
CREATE TABLE trust_files (
	name TEXT PRIMARY KEY,
	version INTEGER NOT NULL,
	body BLOB NOT NULL
);

-- +goose Down
DROP TABLE trust_files;
DROP TABLE certificates;
DROP TABLE statements;
