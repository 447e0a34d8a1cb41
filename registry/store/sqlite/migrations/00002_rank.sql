-- +goose Up
-- A package's number in the index is its rank, so that reading a list from its front gives the most popular ones first and the
-- rest of it is never read. See sqldb.Rank: eight steps for each doubling of the downloads, the newest first within a step.
ALTER TABLE packages ADD COLUMN rank INTEGER NOT NULL DEFAULT 0;
UPDATE packages SET rank = ((1023 - CAST(8 * log2(1 + downloads) AS INTEGER)) << 40) | ((1 << 40) - 1 - id);
CREATE TABLE package_words (
	package INTEGER PRIMARY KEY REFERENCES packages (id),
	w TEXT NOT NULL
);
CREATE VIRTUAL TABLE terms USING fts5vocab(words, instance);
INSERT INTO package_words (package, w) SELECT doc, group_concat(term, ' ') FROM terms GROUP BY doc;
DROP TABLE terms;
DROP TABLE words;
CREATE VIRTUAL TABLE words USING fts5(w, content='', contentless_delete=1, detail=none, prefix='3 4 5 6 7 8', tokenize='unicode61 remove_diacritics 0');
INSERT INTO words (rowid, w)
	SELECT p.rank, char(0xE000) || 'v' || p.visibility || ' ' || char(0xE000) || 'o' || p.org || ' ' || char(0xE000) || 'k' || p.kind || ' '
		|| CASE WHEN p.category <> '' THEN char(0xE000) || 'g' || lower(hex(p.category)) || ' ' ELSE '' END
		|| COALESCE((SELECT group_concat(char(0xE000) || 'c' || lower(hex(c.name)), ' ') || ' ' FROM capabilities c WHERE c.package = p.id), '') || w.w
	FROM packages p JOIN package_words w ON w.package = p.id WHERE p.latest <> '' ORDER BY p.rank;

-- +goose Down
DROP TABLE words;
CREATE VIRTUAL TABLE words USING fts5(w, content='', contentless_delete=1, detail=none, prefix='3', tokenize='unicode61 remove_diacritics 0');
INSERT INTO words (rowid, w) SELECT package, w FROM package_words ORDER BY package;
DROP TABLE package_words;
ALTER TABLE packages DROP COLUMN rank;
