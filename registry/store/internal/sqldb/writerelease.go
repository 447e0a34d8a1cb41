package sqldb

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/dougong-dev/dougong/registry/store"
)

// AddPackage implements store.Tx.
func (w *writer) AddPackage(ctx context.Context, p *store.Package) error {
	err := w.add(ctx, &p.ID, `INSERT INTO packages (kind, name, org, title, summary_en, summary_zh, category, capabilities, latest, visibility, deprecated, downloads, updated)
		VALUES (?, ?, ?, '', '', '', '', '', '', ?, '', 0, ?)`, p.Kind, p.Name, p.Org, p.Visibility, millis(p.Updated))
	if err != nil {
		return err
	}
	return w.run(ctx, `UPDATE packages SET rank = ? WHERE id = ?`, Rank(0, p.ID), p.ID)
}

// SetPackage implements store.Tx.
func (w *writer) SetPackage(ctx context.Context, p *store.Package, words []string) error {
	err := w.change(ctx, "package", `UPDATE packages SET title = ?, summary_en = ?, summary_zh = ?, category = ?, capabilities = ?, latest = ?, updated = ? WHERE id = ?`,
		p.Title, p.SummaryEN, p.SummaryZH, p.Category, strings.Join(p.Capabilities, " "), p.Latest, millis(p.Updated), p.ID)
	if err != nil {
		return err
	}
	if err := w.run(ctx, `DELETE FROM capabilities WHERE package = ?`, p.ID); err != nil {
		return err
	}
	for _, c := range p.Capabilities {
		if err := w.run(ctx, `INSERT INTO capabilities (package, name) VALUES (?, ?) ON CONFLICT DO NOTHING`, p.ID, c); err != nil {
			return err
		}
	}
	if err := w.run(ctx, w.d.KeepWords(), strings.Join(words, " "), p.ID); err != nil {
		return fmt.Errorf("index words: %w", err)
	}
	return w.reindex(ctx, p.ID, false)
}

// SetVisibility implements store.Tx.
func (w *writer) SetVisibility(ctx context.Context, pkg int64, v store.Visibility) error {
	if err := w.change(ctx, "package", `UPDATE packages SET visibility = ? WHERE id = ?`, v, pkg); err != nil {
		return err
	}
	return w.reindex(ctx, pkg, false)
}

// SetDeprecated implements store.Tx.
func (w *writer) SetDeprecated(ctx context.Context, pkg int64, reason string) error {
	return w.change(ctx, "package", `UPDATE packages SET deprecated = ? WHERE id = ?`, reason, pkg)
}

// AddRelease implements store.Tx.
func (w *writer) AddRelease(ctx context.Context, r *store.Release) error {
	artifacts, err := json.Marshal(r.Artifacts)
	if err != nil {
		return err
	}
	var size int64
	for _, a := range r.Artifacts {
		size += a.Size
	}
	err = w.run(ctx, `INSERT INTO releases (package, version, created, publisher, artifacts, meta, page, envelope, leaf, yanked) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, '')`,
		r.Package, r.Version, millis(r.Created), r.Publisher, string(artifacts), r.Meta, r.Page, r.Envelope, r.Leaf)
	if err != nil {
		return err
	}
	return w.change(ctx, "organisation", `UPDATE orgs SET bytes = bytes + ?, releases = releases + 1 WHERE id = (SELECT org FROM packages WHERE id = ?)`, size, r.Package)
}

// SetYanked implements store.Tx.
func (w *writer) SetYanked(ctx context.Context, pkg int64, version, reason string) error {
	return w.change(ctx, "version "+version, `UPDATE releases SET yanked = ? WHERE package = ? AND version = ?`, reason, pkg, version)
}

// AddDownloads implements store.Tx.
func (w *writer) AddDownloads(ctx context.Context, pkg int64, version string, day time.Time, n int64) error {
	date := day.UTC().Format(time.DateOnly)
	if err := w.run(ctx, `INSERT INTO downloads (package, version, day, n) VALUES (?, ?, ?, ?) ON CONFLICT (package, version, day) DO UPDATE SET n = downloads.n + excluded.n`, pkg, version, date, n); err != nil {
		return err
	}
	if err := w.change(ctx, "package", `UPDATE packages SET downloads = downloads + ? WHERE id = ?`, n, pkg); err != nil {
		return err
	}
	return w.reindex(ctx, pkg, true)
}

// AddWebhook implements store.Tx.
func (w *writer) AddWebhook(ctx context.Context, h *store.Webhook) error {
	return w.add(ctx, &h.ID, `INSERT INTO webhooks (org, url, secret, created) VALUES (?, ?, ?, ?)`, h.Org, h.URL, h.Secret, millis(h.Created))
}

// DropWebhook implements store.Tx.
func (w *writer) DropWebhook(ctx context.Context, org, id int64) error {
	if err := w.run(ctx, `DELETE FROM deliveries WHERE webhook IN (SELECT id FROM webhooks WHERE org = ? AND id = ?)`, org, id); err != nil {
		return err
	}
	return w.change(ctx, "webhook", `DELETE FROM webhooks WHERE org = ? AND id = ?`, org, id)
}

// AddDelivery implements store.Tx.
func (w *writer) AddDelivery(ctx context.Context, webhook int64, body []byte, due time.Time) error {
	return w.run(ctx, `INSERT INTO deliveries (webhook, body, attempts, due) VALUES (?, ?, 0, ?)`, webhook, body, millis(due))
}

// TakeDeliveries implements store.Tx.
func (w *writer) TakeDeliveries(ctx context.Context, now, until time.Time, limit int) ([]store.Delivery, error) {
	due, err := list(ctx, w.q, func(row row, d *store.Delivery) error {
		var at int64
		err := row.Scan(&d.ID, &d.URL, &d.Secret, &d.Body, &d.Attempts, &at)
		d.Due = timeOf(at)
		return err
	}, `SELECT d.id, h.url, h.secret, d.body, d.attempts, d.due FROM deliveries d JOIN webhooks h ON h.id = d.webhook WHERE d.due <= ? ORDER BY d.due LIMIT ?`, millis(now), limit)
	if err != nil {
		return nil, err
	}
	taken := due[:0]
	for _, d := range due {
		// The old time in the condition: of two replicas that saw the same row, one changes it.
		res, err := w.q.exec(ctx, `UPDATE deliveries SET attempts = attempts + 1, due = ? WHERE id = ? AND due = ?`, millis(until), d.ID, millis(d.Due))
		if err != nil {
			return nil, err
		}
		if n, err := res.RowsAffected(); err != nil {
			return nil, err
		} else if n == 1 {
			taken = append(taken, d)
		}
	}
	return taken, nil
}

// DropDelivery implements store.Tx.
func (w *writer) DropDelivery(ctx context.Context, id int64) error {
	return w.run(ctx, `DELETE FROM deliveries WHERE id = ?`, id)
}
