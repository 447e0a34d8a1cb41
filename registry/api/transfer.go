package api

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strconv"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/dougong-dev/dougong/registry/accounts"
	"github.com/dougong-dev/dougong/registry/blob"
	"github.com/dougong-dev/dougong/registry/fault"
	"github.com/dougong-dev/dougong/registry/release"
	"github.com/dougong-dev/dougong/registry/store"
)

// artifacts registers the download of files. It is not huma's: bytes go from the file to the socket, by the kernel where that
// is possible, with ranges, so that a client may fetch the files of a bundle that it lacks.
func (s *server) artifacts(mux *http.ServeMux, plural string, kind store.Kind) {
	path := "/v1/" + plural + "/{id}/{version}/artifact/{sha256}"
	o := op(http.MethodGet, path, "artifact-"+string(kind), "Download a file", plural)
	o.Parameters = params("id", "version", "sha256")
	o.Responses = map[string]*huma.Response{
		"200": {Description: "The file", Content: map[string]*huma.MediaType{"application/octet-stream": {Schema: &huma.Schema{Type: "string", Format: "binary"}}}},
		"206": {Description: "A range of the file"}, "304": {Description: "Not Modified"},
	}
	s.api.OpenAPI().AddOperation(&o)
	mux.HandleFunc("GET "+path, func(w http.ResponseWriter, r *http.Request) {
		if err := s.artifact(w, r, kind); err != nil {
			s.fail(w, err)
		}
	})
}

func params(names ...string) (out []*huma.Param) {
	for _, n := range names {
		out = append(out, &huma.Param{Name: n, In: "path", Required: true, Schema: &huma.Schema{Type: "string"}})
	}
	return out
}

func (s *server) artifact(w http.ResponseWriter, r *http.Request, kind store.Kind) error {
	id, version, digest := r.PathValue("id"), r.PathValue("version"), r.PathValue("sha256")
	rel, err := s.Shelf.Read(r.Context(), identity(r.Context()), kind, id, version)
	if err != nil {
		return err
	}
	if err := s.Shelf.House.Allowed(r.Context(), id, version); err != nil {
		return err
	}
	for _, a := range rel.Artifacts {
		if a.SHA256 == digest {
			return s.send(w, r, kind, id, rel, a)
		}
	}
	return fault.New(fault.NotFound, "%s@%s has no file %.80q", id, version, digest)
}

func (s *server) send(w http.ResponseWriter, r *http.Request, kind store.Kind, id string, rel *store.Read, a store.Artifact) (err error) {
	o, err := s.Shelf.Blobs.Open(r.Context(), a.SHA256)
	if errors.Is(err, blob.ErrNotFound) {
		return errors.New("the artifact of a release is lost: " + err.Error())
	}
	if err != nil {
		return fault.New(fault.Unavailable, "the file cannot be read now").Next("try again later")
	}
	defer func() { _ = o.Close() }() // only read
	h := w.Header()
	h.Set("Content-Type", "application/octet-stream")
	h.Set("ETag", `"`+a.SHA256+`"`)
	h.Set("Content-Disposition", `attachment; filename="`+Filename(kind, id, rel.Version, a.Platform)+`"`)
	h.Set("Cache-Control", "private, max-age=31536000, immutable")
	if r.Header.Get("Range") == "" && s.Downloaded != nil {
		s.Downloaded(rel.Package, rel.Version)
	}
	var content io.ReadSeeker = o
	if f, ok := blob.Unwrap(o); ok {
		content = f
	}
	http.ServeContent(w, r, "", time.Time{}, content)
	return nil
}

// publishing registers the upload. It is not huma's: artifacts are streamed.
func (s *server) publishing(mux *http.ServeMux) {
	o := op(http.MethodPost, "/v1/publish", "publish", "Publish a release", "packages")
	o.Description = "multipart/form-data: the part envelope (a DSSE envelope of the vendor's statement) first, then (for a package whose first version it is; else its organisation's default) the part visibility (public or internal), then (unless they came before) the part certificates (PEM, of who signed), then one part artifact for each artifact of the statement, in its order."
	o.RequestBody = &huma.RequestBody{Required: true, Content: map[string]*huma.MediaType{"multipart/form-data": {Schema: &huma.Schema{Type: "object", Properties: map[string]*huma.Schema{
		release.PartEnvelope: {Type: "string"}, release.PartVisibility: {Type: "string", Enum: []any{store.Public, store.Internal}}, release.PartCertificates: {Type: "string"}, release.PartArtifact: {Type: "array", Items: &huma.Schema{Type: "string", Format: "binary"}},
	}, Required: []string{release.PartEnvelope, release.PartArtifact}}}}}
	content := map[string]*huma.MediaType{"application/json": {Schema: s.schema(release.Published{})}}
	o.Responses = map[string]*huma.Response{"201": {Description: "Published", Content: content}, "200": {Description: "It was published already, with the same content", Content: content}}
	s.api.OpenAPI().AddOperation(&o)
	mux.HandleFunc("POST /v1/publish", func(w http.ResponseWriter, r *http.Request) {
		if err := s.publish(w, r); err != nil {
			s.fail(w, err)
		}
	})
}

func (s *server) publish(w http.ResponseWriter, r *http.Request) error {
	if err := identity(r.Context()).Need(accounts.ScopePublish); err != nil {
		return err // before a byte of the body is read
	}
	Unhurried(w, r, s.Stall, s.MaxUpload)
	parts, err := r.MultipartReader()
	if err != nil {
		return fault.New(fault.Invalid, "the upload is no multipart/form-data: %w", err)
	}
	p, err := s.Shelf.Publish(r.Context(), identity(r.Context()), parts)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Location", "/v1/"+Plural(p.Kind)+"/"+p.ID+"/"+p.Version)
	w.Header().Set("X-Log-Index", strconv.FormatInt(p.Log, 10))
	status := http.StatusCreated
	if p.Again {
		status = http.StatusOK
	}
	w.WriteHeader(status)
	return json.NewEncoder(w).Encode(p)
}

// Unhurried gives a request's body as much time as it makes progress: an upload that brings nothing for stall ends, and so
// does one that takes longer than most.
func Unhurried(w http.ResponseWriter, r *http.Request, stall, most time.Duration) {
	c := http.NewResponseController(w)
	r.Body = &paced{ReadCloser: r.Body, control: c, stall: stall, until: time.Now().Add(most)}
	_ = c.SetWriteDeadline(time.Now().Add(most + stall)) // where it is not supported there is no deadline to move
}

type paced struct {
	io.ReadCloser
	control *http.ResponseController
	stall   time.Duration
	until   time.Time
}

// Read implements io.Reader.
func (p *paced) Read(b []byte) (int, error) {
	deadline := time.Now().Add(p.stall)
	if deadline.After(p.until) {
		deadline = p.until
	}
	_ = p.control.SetReadDeadline(deadline) // as above
	return p.ReadCloser.Read(b)
}
