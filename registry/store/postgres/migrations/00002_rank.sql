-- +goose Up
-- See sqldb.Rank: eight steps for each doubling of the downloads, the newest first within a step.
ALTER TABLE packages ADD COLUMN rank BIGINT NOT NULL DEFAULT 0;
UPDATE packages SET rank = ((1023 - CAST(floor(8 * log(2, 1 + downloads::numeric)) AS BIGINT)) << 40) | ((1::BIGINT << 40) - 1 - id);
CREATE INDEX packages_rank ON packages (rank);

-- +goose Down
DROP INDEX packages_rank;
ALTER TABLE packages DROP COLUMN rank;
