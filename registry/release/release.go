// Package release takes releases in and tells of them: publish, yank, deprecate, read. A release is published when one
// transaction has written it, its leaf in the log and its place in the catalogue; before that nobody sees anything of it.
//
//	r, err := shelf.Publish(ctx, who, parts)   // parts: a multipart upload, envelope first
//	r, err = shelf.Read(ctx, who, store.Plugin, "com.acme.face", "1.0.0")
//
// It must not know HTTP beyond the upload's form.
package release

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/dougong-dev/dougong/core/bundle"
	"github.com/dougong-dev/dougong/core/gm"
	"github.com/dougong-dev/dougong/registry/accounts"
	"github.com/dougong-dev/dougong/registry/blob"
	"github.com/dougong-dev/dougong/registry/fault"
	"github.com/dougong-dev/dougong/registry/house"
	"github.com/dougong-dev/dougong/registry/logbook"
	"github.com/dougong-dev/dougong/registry/store"
)

// Limits of what may be published.
type Limits struct {
	Artifact int64         // bytes of one file
	Files    int           // artifacts of one release
	Org      int64         // bytes of all artifacts of an organisation
	Bundle   bundle.Limits // of what is inside
}

// DefaultLimits are wide for plugins with models inside.
var DefaultLimits = Limits{Artifact: 512 << 20, Files: 16, Org: 20 << 30, Bundle: bundle.Limits{Files: 50_000, File: 256 << 20, Total: 1 << 30, Ratio: 200}}

// Shelf holds the releases. Safe for concurrent use.
type Shelf struct {
	Store  store.Store
	Blobs  blob.Store
	Book   *logbook.Book
	House  *house.House
	Suite  *gm.Suite
	Limits Limits
	Rule   Rule // nil: whatever is in order may be published
	Now    func() time.Time
}

// Doc is what the API says of a release: Meta, with what may have changed since.
type Doc struct {
	Kind         store.Kind        `json:"kind" doc:"plugin or miniprogram" enum:"plugin,miniprogram"`
	ID           string            `json:"id"`
	Version      string            `json:"version"`
	Title        string            `json:"title"`
	SummaryEN    string            `json:"summaryEn,omitempty"`
	SummaryZH    string            `json:"summaryZh,omitempty"`
	Organisation string            `json:"organisation"`
	Provides     []string          `json:"provides,omitempty" doc:"Capabilities that the plugin provides"`
	Permissions  []Permission      `json:"permissions,omitempty" doc:"What it asks of a host"`
	Licence      string            `json:"licence,omitempty"`
	MinHost      string            `json:"minHost,omitempty" doc:"Lowest host version"`
	Requires     map[string]string `json:"requires,omitempty" doc:"Packages that it needs, with version ranges"`
	Runtime      string            `json:"runtime,omitempty" doc:"wasm, wasm (extism), process, or process (interpreter)"`
	Artifacts    []store.Artifact  `json:"artifacts"`
	Published    time.Time         `json:"published"`
	Publisher    string            `json:"publisher"`
	Log          int64             `json:"log" doc:"Number of the leaf in the transparency log"`
	Yanked       string            `json:"yanked,omitempty" doc:"Why it should not be installed any more"`
	Deprecated   string            `json:"deprecated,omitempty" doc:"Why the package should be replaced, or by what"`
}

// Permission is one thing that a package asks for.
type Permission struct {
	Name   string `json:"name"`             // "http", "kv", "scope.userLocation" …
	Value  string `json:"value,omitempty"`  // "api.acme.com"
	Reason string `json:"reason,omitempty"` // the vendor's words
}

// Page is what the marketplace shows of a release beyond Doc.
type Page struct {
	Readme      string       `json:"readme,omitempty"` // Markdown, as the vendor wrote it
	Contracts   []Contract   `json:"contracts,omitempty"`
	Conformance *Conformance `json:"conformance,omitempty"`
	Files       int          `json:"files"`
}

// Contract is the API page of one capability.
type Contract struct {
	Capability string `json:"capability"`
	Markdown   string `json:"markdown"`
}

// Conformance is the outcome of the cases that the plugin was held against.
type Conformance struct {
	Passed  int    `json:"passed"`
	Failed  int    `json:"failed"`
	Skipped int    `json:"skipped"`
	Tool    string `json:"tool"`
	Date    string `json:"date"`
	// Matches tells whether the report is about the very files of this release.
	Matches bool `json:"matches"`
}

// CanRead tells whether an identity may read a package that an organisation keeps at a visibility.
func CanRead(ctx context.Context, r store.Reader, who accounts.Identity, id string, org int64, v store.Visibility) (bool, error) {
	if v == store.Public {
		return true, nil
	}
	if !who.ReadsPackage(id) {
		return false, nil
	}
	if who.Administers() {
		return true, nil
	}
	role, err := r.Role(ctx, org, who.ID())
	return role.Allows(store.RoleReader), err
}

// Explain turns the trouble of a database that is away, or that cannot hold what it is given, into what a caller can make use of, and
// leaves other errors as they are.
func (s *Shelf) Explain(err error, log *slog.Logger) error {
	if err == nil || fault.CodeOf(err) != "" {
		return err
	}
	if s.Store.Unfit(err) {
		return fault.New(fault.Invalid, "a text holds a zero byte, or bytes that are no UTF-8").Next("send texts as UTF-8, without the character U+0000")
	}
	if !s.Store.Away(err) {
		return err
	}
	log.Error("the database is away", "error", err)
	return fault.New(fault.Unavailable, "the registry's database does not answer, or has no room").Next("nothing was changed; try again later")
}

// gone is what somebody sees of a package that is not there, and of one that is not for them.
func gone(kind store.Kind, id, version string) error {
	if version == "" {
		return fault.New(fault.NotFound, "there is no %s %q", kind, id)
	}
	return fault.New(fault.NotFound, "there is no version %q of %s %q", version, kind, id)
}

// Read gives a release for its metadata.
func (s *Shelf) Read(ctx context.Context, who accounts.Identity, kind store.Kind, id, version string) (*store.Read, error) {
	r, err := s.Store.Read(ctx, kind, id, version)
	if errors.Is(err, store.ErrNotFound) {
		return nil, gone(kind, id, version)
	}
	if err != nil {
		return nil, err
	}
	ok, err := CanRead(ctx, s.Store, who, id, r.Org, r.Visibility)
	if err != nil {
		return nil, err
	}
	if !ok {
		return nil, gone(kind, id, version)
	}
	return r, nil
}

// Meta is the JSON of a release's Doc as it is now. Published bytes are handed out as they are.
func Meta(r *store.Read) ([]byte, error) {
	if r.Yanked == "" && r.Deprecated == "" {
		return r.Meta, nil
	}
	d := &Doc{}
	if err := json.Unmarshal(r.Meta, d); err != nil {
		return nil, fmt.Errorf("kept metadata of version %q: %w", r.Version, err)
	}
	d.Yanked, d.Deprecated = r.Yanked, r.Deprecated
	return json.Marshal(d)
}

// Package gives a package and its releases.
func (s *Shelf) Package(ctx context.Context, who accounts.Identity, kind store.Kind, id string) (*store.Package, []store.Release, error) {
	p, err := s.Store.Package(ctx, kind, id)
	if errors.Is(err, store.ErrNotFound) {
		return nil, nil, gone(kind, id, "")
	}
	if err != nil {
		return nil, nil, err
	}
	ok, err := CanRead(ctx, s.Store, who, id, p.Org, p.Visibility)
	if err != nil {
		return nil, nil, err
	}
	if !ok {
		return nil, nil, gone(kind, id, "")
	}
	list, err := s.Store.Releases(ctx, p.ID)
	return p, sorted(list), err
}
