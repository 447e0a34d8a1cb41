-- +goose Up
ALTER TABLE deliveries ADD COLUMN state TEXT NOT NULL DEFAULT 'due';
ALTER TABLE deliveries ADD COLUMN created INTEGER NOT NULL DEFAULT 0;
ALTER TABLE deliveries ADD COLUMN settled INTEGER NOT NULL DEFAULT 0;
ALTER TABLE deliveries ADD COLUMN status INTEGER NOT NULL DEFAULT 0;
ALTER TABLE deliveries ADD COLUMN error TEXT NOT NULL DEFAULT '';
DROP INDEX deliveries_due;
CREATE INDEX deliveries_due ON deliveries (state, due);
CREATE INDEX deliveries_webhook ON deliveries (webhook, id);

-- +goose Down
DELETE FROM deliveries WHERE state <> 'due';
DROP INDEX deliveries_webhook;
DROP INDEX deliveries_due;
ALTER TABLE deliveries DROP COLUMN error;
ALTER TABLE deliveries DROP COLUMN status;
ALTER TABLE deliveries DROP COLUMN settled;
ALTER TABLE deliveries DROP COLUMN created;
ALTER TABLE deliveries DROP COLUMN state;
CREATE INDEX deliveries_due ON deliveries (due);
