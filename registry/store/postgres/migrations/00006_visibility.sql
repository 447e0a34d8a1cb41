-- +goose Up
-- What the first version of an organisation's package is shown to, unless its publisher says otherwise.
ALTER TABLE orgs ADD COLUMN visibility TEXT NOT NULL DEFAULT 'public';

-- +goose Down
ALTER TABLE orgs DROP COLUMN visibility;
