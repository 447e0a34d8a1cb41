package api

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/dougong-dev/dougong/core/trust/translog"
	"github.com/dougong-dev/dougong/registry/catalog"
	"github.com/dougong-dev/dougong/registry/fault"
	"github.com/dougong-dev/dougong/registry/store"
)

// Results are what a search found.
type Results struct {
	Total   int64    `json:"total" doc:"Counted up to 1000"`
	Results []Result `json:"results"`
}

// Result is one package.
type Result struct {
	Kind         store.Kind `json:"kind"`
	ID           string     `json:"id"`
	Title        string     `json:"title"`
	SummaryEN    string     `json:"summaryEn,omitempty"`
	SummaryZH    string     `json:"summaryZh,omitempty"`
	Latest       string     `json:"latest"`
	Organisation string     `json:"organisation"`
	Verified     bool       `json:"verified"`
	Provides     []string   `json:"provides,omitempty"`
	Category     string     `json:"category,omitempty"`
	Deprecated   string     `json:"deprecated,omitempty"`
	Downloads    int64      `json:"downloads"`
	Updated      time.Time  `json:"updated"`
}

// pageSize of a search.
const pageSize = 20

// maxPage is as far as one can leaf.
const maxPage = 50

func (s *server) search() {
	add(s, op(http.MethodGet, "/v1/search", "search", "Find packages, in Chinese and English", "packages"), func(ctx context.Context, in *struct {
		Query      string     `query:"q" maxLength:"200"`
		Kind       store.Kind `query:"kind" enum:"plugin,miniprogram"`
		Capability string     `query:"capability" maxLength:"128"`
		Category   string     `query:"category" maxLength:"64"`
		Org        string     `query:"org" maxLength:"40"`
		Page       int        `query:"page" minimum:"1" maximum:"50" default:"1"`
	}) (*struct{ Body Results }, error) {
		q := store.Query{Words: catalog.QueryWords(in.Query), Kind: in.Kind, Capability: in.Capability, Category: in.Category, Org: in.Org, Limit: pageSize, Offset: (min(in.Page, maxPage) - 1) * pageSize}
		if id := identity(ctx); id.Reads() && id.Namespace() == "" { // a bound token is for packages that are known by name
			q.Viewer = id.ID()
		}
		list, total, err := s.Shelf.Store.Search(ctx, q)
		out := Results{Total: total, Results: []Result{}}
		for _, p := range list {
			out.Results = append(out.Results, Result{Kind: p.Kind, ID: p.Name, Title: p.Title, SummaryEN: p.SummaryEN, SummaryZH: p.SummaryZH, Latest: p.Latest, Organisation: p.OrgName,
				Verified: p.Verified, Provides: p.Capabilities, Category: p.Category, Deprecated: p.Deprecated, Downloads: p.Downloads, Updated: p.Updated})
		}
		return &struct{ Body Results }{out}, err
	})
}

// maxLeaves bounds how many leaves are given out at a time.
const maxLeaves = 1000

// heads registers the log's signed heads (C2SP checkpoints).
func (s *server) heads() {
	for path, head := range map[string]func(context.Context) (string, int64, error){"head": s.Shelf.Book.Head, "checkpoint": s.Shelf.House.Head, "pending": s.Shelf.House.Pending} {
		what := map[string]string{"head": "Read the newest signed head (a note)", "checkpoint": "Read the head that hosts are shown: with enough co-signatures of witnesses",
			"pending": "Read the head that witnesses are to co-sign"}[path]
		o := op(http.MethodGet, "/v1/log/"+path, "log-"+path, what, "log")
		add(s, o, func(ctx context.Context, in *Conditional) (*rawOut, error) {
			text, _, err := head(ctx)
			sum := sha256.Sum256([]byte(text))
			out := raw(`"`+hex.EncodeToString(sum[:8])+`h"`, in.IfNoneMatch, []byte(text))
			out.ContentType = "text/plain; charset=utf-8"
			return out, err
		})
	}
	add(s, op(http.MethodPost, "/v1/log/cosignature", "log-cosign", "Send a head in that a witness has co-signed", "log"), func(ctx context.Context, in *struct {
		Body struct {
			Head string `json:"head" maxLength:"65536" doc:"The note, with the witness's signature"`
		}
	}) (*struct{}, error) {
		return nil, s.Shelf.House.Cosign(ctx, in.Body.Head)
	})
}

// tiles registers the log's hashes as tiles, and its leaves as bundles: C2SP tlog-tiles, and for hashes also the layout of
// golang.org/x/mod/sumdb/tlog with height 8.
func (s *server) tiles() {
	binary := map[string]*huma.MediaType{"application/octet-stream": {Schema: &huma.Schema{Type: "string", Format: "binary"}}}
	for _, t := range []struct{ path, id, what, gives string }{
		{"/v1/log/tile/8/{level}/{number}", "log-tile", "Read a tile of the log's hashes (also without the 8); the number has further parts: x001/234, 234.p/5", "Up to 256 hashes of 32 bytes"},
		{"/v1/log/tile/entries/{number}", "log-entries", "Read a bundle of the log's leaves; the number has further parts: x001/234, 234.p/5", "Up to 256 leaves, each behind its length in two bytes"},
	} {
		o := op(http.MethodGet, t.path, t.id, t.what, "log")
		o.Parameters = params("number")
		if t.id == "log-tile" {
			o.Parameters = params("level", "number")
		}
		o.Responses = map[string]*huma.Response{"200": {Description: t.gives, Content: binary}}
		s.api.OpenAPI().AddOperation(&o)
	}
	s.mux.HandleFunc("GET /v1/log/tile/entries/{rest...}", func(w http.ResponseWriter, r *http.Request) {
		s.tile(w, r, "tile/entries/", s.Shelf.Book.Entries)
	})
	s.mux.HandleFunc("GET /v1/log/tile/{rest...}", func(w http.ResponseWriter, r *http.Request) {
		s.tile(w, r, "tile/", s.Shelf.Book.Tile)
	})
}

func (s *server) tile(w http.ResponseWriter, r *http.Request, prefix string, read func(context.Context, string) ([]byte, bool, error)) {
	data, whole, err := read(r.Context(), prefix+r.PathValue("rest"))
	if err != nil {
		if !s.Shelf.Store.Away(err) { // whoever reads the log must not take a database that is away for tiles that are
			err = fault.New(fault.NotFound, "%w", err)
		}
		s.fail(w, err)
		return
	}
	w.Header().Set("Content-Type", "application/octet-stream")
	w.Header().Set("Cache-Control", "no-cache")
	if whole {
		w.Header().Set("Cache-Control", s.lasting())
	}
	_, _ = w.Write(data) // if the client is gone there is nobody to tell
}

// transparency registers the log.
func (s *server) transparency() {
	add(s, op(http.MethodGet, "/v1/log/key", "log-key", "Read the log's origin and keys", "log"), func(context.Context, *struct{}) (*struct{ Body translog.Log }, error) {
		return &struct{ Body translog.Log }{s.Shelf.Book.Log()}, nil
	})
	s.heads()
	s.tiles()
	add(s, op(http.MethodGet, "/v1/log/leaves", "log-leaves", "Read leaves", "log"), func(ctx context.Context, in *struct {
		From  int64 `query:"from" minimum:"0"`
		Limit int   `query:"limit" minimum:"1" maximum:"1000" default:"100"`
	}) (*struct{ Body []json.RawMessage }, error) {
		list, err := s.Shelf.Store.LogLeaves(ctx, in.From, min(in.Limit, maxLeaves))
		out := []json.RawMessage{}
		for _, l := range list {
			out = append(out, l)
		}
		return &struct{ Body []json.RawMessage }{out}, err
	})
	add(s, op(http.MethodGet, "/v1/log/consistency", "log-consistency", "Prove that the log only grew", "log"), func(ctx context.Context, in *struct {
		Old  int64 `query:"old" minimum:"0"`
		Size int64 `query:"size" minimum:"0"`
	}) (*struct{ Body []translog.Hash }, error) {
		p, err := s.Shelf.Book.Consistency(ctx, in.Old, in.Size)
		if errors.Is(err, store.ErrNotFound) {
			err = fault.New(fault.NotFound, "%w", err)
		}
		return &struct{ Body []translog.Hash }{p}, err
	})
}
