package sqldb

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/dougong-dev/dougong/registry/store"
)

const packageQuery = `SELECT p.id, p.kind, p.name, p.org, o.name, o.title, o.verified, p.title, p.summary_en, p.summary_zh, p.category, p.capabilities,
	p.latest, p.visibility, p.deprecated, p.downloads, p.updated FROM packages p JOIN orgs o ON o.id = p.org `

func scanPackage(r row, p *store.Package) error {
	var verified, updated int64
	var capabilities string
	err := r.Scan(&p.ID, &p.Kind, &p.Name, &p.Org, &p.OrgName, &p.OrgTitle, &verified, &p.Title, &p.SummaryEN, &p.SummaryZH, &p.Category, &capabilities,
		&p.Latest, &p.Visibility, &p.Deprecated, &p.Downloads, &updated)
	p.Verified, p.Capabilities, p.Updated = verified != 0, words(capabilities), timeOf(updated)
	return err
}

// Package implements store.Reader.
func (r *reader) Package(ctx context.Context, kind store.Kind, name string) (*store.Package, error) {
	p, err := one(ctx, r.q, scanPackage, packageQuery+`WHERE p.kind = ? AND p.name = ?`, kind, name)
	return p, missing(err, "%s %q", kind, name)
}

// Read implements store.Reader.
func (r *reader) Read(ctx context.Context, kind store.Kind, name, version string) (*store.Read, error) {
	x := &store.Read{}
	var artifacts string
	err := r.q.row(ctx, `SELECT p.id, p.org, p.visibility, p.deprecated, r.version, r.artifacts, r.meta, r.leaf, r.yanked
		FROM packages p JOIN releases r ON r.package = p.id WHERE p.kind = ? AND p.name = ? AND r.version = ?`, kind, name, version).
		Scan(&x.Package, &x.Org, &x.Visibility, &x.Deprecated, &x.Version, &artifacts, &x.Meta, &x.Leaf, &x.Yanked)
	if err != nil {
		return nil, missing(err, "%s %q version %q", kind, name, version)
	}
	return x, artifactsInto(&x.Release, artifacts)
}

// Release implements store.Reader.
func (r *reader) Release(ctx context.Context, kind store.Kind, name, version string) (*store.Release, error) {
	x := &store.Release{}
	var created int64
	var artifacts string
	err := r.q.row(ctx, `SELECT r.package, r.version, r.created, r.publisher, r.artifacts, r.meta, r.page, r.envelope, r.leaf, r.yanked
		FROM packages p JOIN releases r ON r.package = p.id WHERE p.kind = ? AND p.name = ? AND r.version = ?`, kind, name, version).
		Scan(&x.Package, &x.Version, &created, &x.Publisher, &artifacts, &x.Meta, &x.Page, &x.Envelope, &x.Leaf, &x.Yanked)
	if err != nil {
		return nil, missing(err, "%s %q version %q", kind, name, version)
	}
	x.Created = timeOf(created)
	return x, artifactsInto(x, artifacts)
}

// Releases implements store.Reader.
func (r *reader) Releases(ctx context.Context, pkg int64) ([]store.Release, error) {
	return list(ctx, r.q, func(row row, x *store.Release) error {
		var created int64
		var artifacts string
		err := row.Scan(&x.Package, &x.Version, &created, &x.Publisher, &artifacts, &x.Meta, &x.Leaf, &x.Yanked)
		if err != nil {
			return err
		}
		x.Created = timeOf(created)
		return artifactsInto(x, artifacts)
	}, `SELECT package, version, created, publisher, artifacts, meta, leaf, yanked FROM releases WHERE package = ?`, pkg)
}

// artifactsInto reads the kept list of artifacts.
func artifactsInto(r *store.Release, text string) error {
	if err := json.Unmarshal([]byte(text), &r.Artifacts); err != nil {
		return fmt.Errorf("kept artifacts of version %q: %w", r.Version, err)
	}
	return nil
}

// Digests implements store.Reader.
func (r *reader) Digests(ctx context.Context, each func(string) error) (err error) {
	rows, err := r.q.query(ctx, `SELECT artifacts FROM releases`)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		var text string
		if err := rows.Scan(&text); err != nil {
			return err
		}
		r := &store.Release{}
		if err := artifactsInto(r, text); err != nil {
			return err
		}
		for _, a := range r.Artifacts {
			if err := each(a.SHA256); err != nil {
				return err
			}
		}
	}
	return rows.Err()
}

func scanFacet(r row, f *store.Facet) error { return r.Scan(&f.Value, &f.Count) }

// Capabilities implements store.Reader.
func (r *reader) Capabilities(ctx context.Context) ([]store.Facet, error) {
	return list(ctx, r.q, scanFacet, `SELECT c.name, COUNT(*) FROM capabilities c JOIN packages p ON p.id = c.package
		WHERE p.visibility = 'public' GROUP BY c.name ORDER BY COUNT(*) DESC, c.name LIMIT 200`)
}

// Categories implements store.Reader.
func (r *reader) Categories(ctx context.Context) ([]store.Facet, error) {
	return list(ctx, r.q, scanFacet, `SELECT category, COUNT(*) FROM packages WHERE category <> '' AND visibility = 'public' GROUP BY category ORDER BY COUNT(*) DESC, category LIMIT 200`)
}
