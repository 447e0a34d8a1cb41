package api

import (
	"context"
	"fmt"
	"net/http"
	"strconv"

	"github.com/danielgtaylor/huma/v2"

	"github.com/dougong-dev/dougong/core/trust"
	"github.com/dougong-dev/dougong/registry/store"
)

// evidence registers what is said about a release, in the form that core/trust verifies.
func (s *server) evidence(plural string, kind store.Kind) {
	o := op(http.MethodGet, "/v1/"+plural+"/{id}/{version}/evidence/{os}/{arch}", "evidence-"+string(kind), "Read the evidence for a platform's file: statements with log proofs, head, certificates, revocation lists, takedown, metadata", plural)
	o.Description = "With the house's pinned root alone, core/trust verifies the file by it. A client that has seen the log with N leaves says known=N (it may do so several times); the evidence then shows that the log only grew."
	o.Responses = jsonOf(s.schema(trust.Evidence{}))
	add(s, o, func(ctx context.Context, in *struct {
		VersionPath
		Conditional
		OS    string  `path:"os" maxLength:"16"`
		Arch  string  `path:"arch" maxLength:"16"`
		Known []int64 `query:"known,explode" maxItems:"16" doc:"Sizes of the log that the client has seen"`
	}) (*rawOut, error) {
		r, err := s.Shelf.Read(ctx, identity(ctx), kind, in.ID, in.Version)
		if err != nil {
			return nil, err
		}
		if _, err := downloadOf(kind, in.ID, r, in.OS+"/"+in.Arch); err != nil {
			return nil, err
		}
		state, err := s.Shelf.House.State(ctx)
		if err != nil {
			return nil, err
		}
		etag := fmt.Sprintf(`"%s-%s-%v"`, strconv.FormatInt(r.Leaf, 36), state, in.Known)
		if matches(in.IfNoneMatch, etag) {
			return raw(etag, in.IfNoneMatch, nil), nil
		}
		body, err := s.Shelf.Evidence(ctx, identity(ctx), kind, in.ID, in.Version, in.Known)
		return raw(etag, "", body), err
	})
}

// house registers what is read of the house's trust.
func (s *server) house() {
	o := op(http.MethodGet, "/v1/trust/root", "trust-root", "Read the root of trust, to be compared with the one that hosts pin", "trust")
	o.Responses = map[string]*huma.Response{"200": {Description: "root.json"}}
	add(s, o, func(context.Context, *struct{}) (*rawOut, error) {
		return raw(`"root"`, "", s.Shelf.House.Root()), nil
	})
}
