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
