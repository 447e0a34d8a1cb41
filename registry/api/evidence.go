package api

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strconv"

	"github.com/danielgtaylor/huma/v2"

	"github.com/dougong-dev/dougong/core/trust"
	"github.com/dougong-dev/dougong/core/trust/cert"
	"github.com/dougong-dev/dougong/core/trust/envelope"
	"github.com/dougong-dev/dougong/registry/fault"
	"github.com/dougong-dev/dougong/registry/house"
	"github.com/dougong-dev/dougong/registry/release"
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
		platform := in.OS + "/" + in.Arch
		body, err := s.Shelf.House.Once(state, etag+platform, func() ([]byte, error) {
			return s.Shelf.Evidence(ctx, identity(ctx), kind, in.ID, in.Version, platform, in.Known)
		})
		return raw(etag, "", body), err
	})
}

// NewStatement is a statement that is sent in.
type NewStatement struct {
	Envelope     json.RawMessage `json:"envelope" doc:"DSSE envelope"`
	Certificates string          `json:"certificates,omitempty" maxLength:"262144" doc:"Of who signed, as PEM; may be left out if they came before"`
}

func (n *NewStatement) read() (*envelope.Envelope, []*cert.Certificate, error) {
	e, err := envelope.Parse(n.Envelope)
	if err != nil {
		return nil, nil, fault.New(fault.Signature, "%w", err)
	}
	certs, err := house.ParseCertificates([]byte(n.Certificates))
	return e, certs, err
}

// statements registers what others than the vendor say.
func (s *server) statements(plural string, kind store.Kind) {
	add(s, op(http.MethodPost, "/v1/"+plural+"/{id}/{version}/statements", "approve-"+string(kind), "Send a review or a department's sign-off in", plural), func(ctx context.Context, in *struct {
		VersionPath
		Body NewStatement
	}) (*struct{ Body *release.Said }, error) {
		e, certs, err := in.Body.read()
		if err != nil {
			return nil, err
		}
		said, err := s.Shelf.Approve(ctx, identity(ctx), kind, in.ID, in.Version, e, certs)
		return &struct{ Body *release.Said }{said}, err
	})
}

// house registers what is read of the house's trust.
func (s *server) house() {
	o := op(http.MethodGet, "/v1/trust/root", "trust-root", "Read the root of trust, to be compared with the one that hosts pin", "trust")
	o.Responses = map[string]*huma.Response{"200": {Description: "root.json"}}
	add(s, o, func(context.Context, *struct{}) (*rawOut, error) {
		return raw(`"root"`, "", s.Shelf.House.Root()), nil
	})
	o = op(http.MethodGet, "/v1/trust/metadata/{file}", "metadata", "Read repository metadata (TUF): timestamp.json, N.snapshot.json, N.targets.json, N.ROLE.json, N.root.json", "trust")
	o.Responses = jsonOf(&huma.Schema{Type: "object"})
	add(s, o, func(ctx context.Context, in *struct {
		Conditional
		File string `path:"file" maxLength:"200"`
	}) (*rawOut, error) {
		f, err := s.Shelf.House.Metadata(ctx, in.File)
		if errors.Is(err, store.ErrNotFound) {
			return nil, fault.New(fault.NotFound, "%w", err)
		}
		if err != nil {
			return nil, err
		}
		out := raw(fmt.Sprintf(`"%d"`, f.Version), in.IfNoneMatch, f.Body)
		if in.File != "timestamp.json" {
			out.CacheControl = s.lasting()
		}
		return out, nil
	})
	o = op(http.MethodGet, "/v1/trust/takedown", "takedown", "Read the newest takedown list, with what shows that it is an operator's", "trust")
	o.Responses = jsonOf(s.schema(trust.Evidence{}))
	add(s, o, func(ctx context.Context, in *struct {
		Conditional
		Known []int64 `query:"known,explode" maxItems:"16" doc:"Sizes of the log that the client has seen"`
	}) (*rawOut, error) {
		state, err := s.Shelf.House.State(ctx)
		if err != nil {
			return nil, err
		}
		etag := fmt.Sprintf(`"t-%s-%v"`, state, in.Known)
		if matches(in.IfNoneMatch, etag) {
			return raw(etag, in.IfNoneMatch, nil), nil
		}
		e, err := s.Shelf.House.Takedown(ctx, in.Known)
		if err != nil {
			return nil, err
		}
		return raw(etag, "", e.Bytes()), nil
	})
	add(s, op(http.MethodPost, "/v1/trust/takedown", "take-down", "Send the next takedown list in, signed by an operator", "trust"), func(ctx context.Context, in *struct {
		Body NewStatement
	}) (*struct{ Body *envelope.Takedown }, error) {
		e, certs, err := in.Body.read()
		if err != nil {
			return nil, err
		}
		t, err := s.Shelf.TakeDown(ctx, identity(ctx), e, certs)
		return &struct{ Body *envelope.Takedown }{t}, err
	})
}
