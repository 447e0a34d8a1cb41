package api

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strconv"
	"time"

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
		if id := identity(ctx); id.Reads() {
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

// transparency registers the log.
func (s *server) transparency() {
	add(s, op(http.MethodGet, "/v1/log/key", "log-key", "Read the log's origin and keys", "log"), func(context.Context, *struct{}) (*struct{ Body translog.Log }, error) {
		return &struct{ Body translog.Log }{s.Shelf.Book.Log()}, nil
	})
	head := op(http.MethodGet, "/v1/log/head", "log-head", "Read the signed head (a note)", "log")
	add(s, head, func(ctx context.Context, in *Conditional) (*rawOut, error) {
		text, size, err := s.Shelf.Book.Head(ctx)
		out := raw(`"`+strconv.FormatInt(size, 36)+`h"`, in.IfNoneMatch, []byte(text))
		out.ContentType = "text/plain; charset=utf-8"
		return out, err
	})
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
