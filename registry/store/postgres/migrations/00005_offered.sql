-- +goose Up
CREATE INDEX releases_leaf ON releases (leaf);

-- +goose Down
DROP INDEX releases_leaf;
