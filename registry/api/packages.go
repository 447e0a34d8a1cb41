package api

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"reflect"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"github.com/dougong-dev/dougong/core/trust/envelope"
	"github.com/dougong-dev/dougong/registry/fault"
	"github.com/dougong-dev/dougong/registry/logbook"
	"github.com/dougong-dev/dougong/registry/release"
	"github.com/dougong-dev/dougong/registry/store"
)

// Discovery says where the services are. It is served at /.well-known/dougong.json and may as well be a file.
type Discovery struct {
	Plugins      string `json:"plugins.v1" doc:"Where plugins are: {id}/versions, {id}/{version}, {id}/{version}/download/{os}/{arch}, {id}/{version}/evidence/{os}/{arch}"`
	MiniPrograms string `json:"miniprograms.v1" doc:"Where mini-programs are"`
	Log          string `json:"log.v1" doc:"The transparency log"`
	Trust        string `json:"trust.v1" doc:"The house's trust: root, metadata, takedown list"`
	Publish      string `json:"publish.v1,omitempty" doc:"Where releases are uploaded to; a static copy has none"`
	Search       string `json:"search.v1,omitempty"`
}

// Versions is the list of a package's versions, newest first.
type Versions struct {
	ID         string    `json:"id"`
	Latest     string    `json:"latest"`
	Deprecated string    `json:"deprecated,omitempty"`
	Versions   []Version `json:"versions"`
}

// Version is one of them.
type Version struct {
	Version   string   `json:"version"`
	Platforms []string `json:"platforms" doc:"OS/ARCH, or any"`
	Yanked    string   `json:"yanked,omitempty"`
	Log       int64    `json:"log"`
}

// Download says where the file for a platform is.
type Download struct {
	ID       string `json:"id"`
	Version  string `json:"version"`
	Platform string `json:"platform"`
	Filename string `json:"filename"`
	URL      string `json:"downloadUrl" doc:"Relative to this document"`
	Envelope string `json:"envelopeUrl"`
	Evidence string `json:"evidenceUrl" doc:"What core/trust verifies the file by"`
	Proof    string `json:"proofUrl"`
	Size     int64  `json:"size"`
	SHA256   string `json:"sha256"`
	SM3      string `json:"sm3"`
	Content  string `json:"content" doc:"Digest of the index of its files"`
	Yanked   string `json:"yanked,omitempty"`
}

// PackagePath names a package.
type PackagePath struct {
	ID string `path:"id" maxLength:"128"`
}

// VersionPath names a release.
type VersionPath struct {
	PackagePath
	Version string `path:"version" maxLength:"64"`
}

type rawOut struct {
	ContentType  string `header:"Content-Type"`
	CacheControl string `header:"Cache-Control"`
	ETag         string `header:"ETag"`
	Status       int
	Body         []byte
}

// Conditional is the header of a client that has a copy.
type Conditional struct {
	IfNoneMatch string `header:"If-None-Match"`
}

// raw gives out JSON that is kept as it is, or tells that the client's copy is good.
func raw(etag, ifNoneMatch string, body []byte) *rawOut {
	out := &rawOut{ContentType: "application/json", CacheControl: "no-cache", ETag: etag, Status: http.StatusOK, Body: body}
	if matches(ifNoneMatch, etag) {
		out.Status, out.Body = http.StatusNotModified, nil
	}
	return out
}

// matches compares as RFC 9110 wants: weakly, any of a list, or "*".
func matches(header, etag string) bool {
	if header == "" {
		return false
	}
	if strings.TrimSpace(header) == "*" {
		return true
	}
	for one := range strings.SplitSeq(header, ",") {
		if strings.TrimPrefix(strings.TrimSpace(one), "W/") == etag {
			return true
		}
	}
	return false
}

// etagOf names a release as it is now: its leaf never changes, what was said since may.
func etagOf(r *store.Read) string {
	tag := `"` + strconv.FormatInt(r.Leaf, 36)
	if r.Yanked != "" || r.Deprecated != "" {
		sum := sha256.Sum256([]byte(r.Yanked + "\x00" + r.Deprecated))
		tag += "-" + hex.EncodeToString(sum[:6])
	}
	return tag + `"`
}

func (s *server) schema(v any) *huma.Schema {
	return s.api.OpenAPI().Components.Schemas.Schema(reflect.TypeOf(v), true, "")
}

func jsonOf(schema *huma.Schema) map[string]*huma.Response {
	return map[string]*huma.Response{"200": {Description: "OK", Content: map[string]*huma.MediaType{"application/json": {Schema: schema}}}, "304": {Description: "Not Modified"}}
}

// packages registers what is read of packages.
func (s *server) packages(mux *http.ServeMux) {
	add(s, op(http.MethodGet, "/.well-known/dougong.json", "discover", "Where the services are", "packages"), func(context.Context, *struct{}) (*struct{ Body Discovery }, error) {
		return &struct{ Body Discovery }{Discovery{"/v1/plugins/", "/v1/miniprograms/", "/v1/log/", "/v1/trust/", "/v1/publish", "/v1/search"}}, nil
	})
	for _, plural := range []string{"plugins", "miniprograms"} {
		s.reading(plural, kinds[plural])
		s.evidence(plural, kinds[plural])
		s.recipe(plural, kinds[plural])
		s.statements(plural, kinds[plural])
		s.changing(plural, kinds[plural])
		s.artifacts(mux, plural, kinds[plural])
	}
	s.publishing(mux)
}

func (s *server) reading(plural string, kind store.Kind) {
	base := "/v1/" + plural + "/{id}"
	id := func(verb string) string { return verb + "-" + string(kind) }
	add(s, op(http.MethodGet, base+"/versions", id("versions"), "List versions, newest first", plural), func(ctx context.Context, in *PackagePath) (*struct{ Body Versions }, error) {
		p, list, err := s.Shelf.Package(ctx, identity(ctx), kind, in.ID)
		if err != nil {
			return nil, err
		}
		return &struct{ Body Versions }{versionsOf(p, list)}, nil
	})
	read := func(ctx context.Context, in *struct {
		VersionPath
		Conditional
	}) (*rawOut, error) {
		r, err := s.Shelf.Read(ctx, identity(ctx), kind, in.ID, in.Version)
		if err != nil {
			return nil, err
		}
		body, err := release.Meta(r)
		return raw(etagOf(r), in.IfNoneMatch, body), err
	}
	// A static copy cannot have a file and a folder of one name: there metadata has its own.
	for suffix, name := range map[string]string{"": "read", "/metadata": "metadata"} {
		meta := op(http.MethodGet, base+"/{version}"+suffix, id(name), "Read a release's metadata", plural)
		meta.Responses = jsonOf(s.schema(release.Doc{}))
		add(s, meta, read)
	}
	add(s, op(http.MethodGet, base+"/{version}/download/{os}/{arch}", id("download"), "Find the file for a platform", plural), func(ctx context.Context, in *struct {
		VersionPath
		OS   string `path:"os" maxLength:"16"`
		Arch string `path:"arch" maxLength:"16"`
	}) (*struct{ Body Download }, error) {
		r, err := s.Shelf.Read(ctx, identity(ctx), kind, in.ID, in.Version)
		if err != nil {
			return nil, err
		}
		if err := s.Shelf.House.Allowed(ctx, in.ID, in.Version); err != nil {
			return nil, err
		}
		d, err := downloadOf(kind, in.ID, r, in.OS+"/"+in.Arch)
		return &struct{ Body Download }{d}, err
	})
	env := op(http.MethodGet, base+"/{version}/envelope", id("envelope"), "Read the signed envelope", plural)
	env.Responses = jsonOf(s.schema(envelope.Envelope{}))
	add(s, env, func(ctx context.Context, in *struct {
		VersionPath
		Conditional
	}) (*rawOut, error) {
		if _, err := s.Shelf.Read(ctx, identity(ctx), kind, in.ID, in.Version); err != nil {
			return nil, err
		}
		r, err := s.Shelf.Store.Release(ctx, kind, in.ID, in.Version)
		if err != nil {
			return nil, err
		}
		return raw(`"`+strconv.FormatInt(r.Leaf, 36)+`e"`, in.IfNoneMatch, r.Envelope), nil
	})
	add(s, op(http.MethodGet, base+"/{version}/proof", id("proof"), "Prove that the release is in the log", plural), func(ctx context.Context, in *VersionPath) (*struct{ Body *logbook.Proof }, error) {
		r, err := s.Shelf.Read(ctx, identity(ctx), kind, in.ID, in.Version)
		if err != nil {
			return nil, err
		}
		p, err := s.Shelf.Book.Prove(ctx, r.Leaf)
		return &struct{ Body *logbook.Proof }{p}, err
	})
}

func versionsOf(p *store.Package, list []store.Release) Versions {
	v := Versions{ID: p.Name, Latest: p.Latest, Deprecated: p.Deprecated, Versions: []Version{}}
	for _, r := range list {
		one := Version{Version: r.Version, Yanked: r.Yanked, Log: r.Leaf}
		for _, a := range r.Artifacts {
			one.Platforms = append(one.Platforms, a.Platform)
		}
		v.Versions = append(v.Versions, one)
	}
	return v
}

// suffixes of the files, by kind.
var suffixes = map[store.Kind]string{store.Plugin: ".dgp", store.MiniProgram: ".dgm"}

// Filename is the name of an artifact as a file.
func Filename(kind store.Kind, id, version, platform string) string {
	if platform == envelope.Any {
		return id + "-" + version + suffixes[kind]
	}
	return id + "-" + version + "-" + strings.ReplaceAll(platform, "/", "-") + suffixes[kind]
}

// downloadOf chooses the artifact for a platform, or the one for all.
func downloadOf(kind store.Kind, id string, r *store.Read, platform string) (Download, error) {
	var have []string
	chosen := -1
	for i, a := range r.Artifacts {
		have = append(have, a.Platform)
		if a.Platform == platform || a.Platform == envelope.Any && chosen < 0 {
			chosen = i
		}
	}
	if chosen < 0 {
		return Download{}, fault.New(fault.NotFound, "%s@%s has no file for %s", id, r.Version, platform).Next("it has files for %s", strings.Join(have, ", "))
	}
	a := r.Artifacts[chosen]
	base := "/v1/" + Plural(kind) + "/" + id + "/" + r.Version
	return Download{ID: id, Version: r.Version, Platform: a.Platform, Filename: Filename(kind, id, r.Version, a.Platform), URL: base + "/artifact/" + a.SHA256, Envelope: base + "/envelope", Evidence: base + "/evidence/" + platform,
		Proof: base + "/proof", Size: a.Size, SHA256: a.SHA256, SM3: a.SM3, Content: a.Content, Yanked: r.Yanked}, nil
}

// changing registers what is said about packages later.
func (s *server) changing(plural string, kind store.Kind) {
	base := "/v1/" + plural + "/{id}"
	id := func(verb string) string { return verb + "-" + string(kind) }
	type reason struct {
		Reason string `json:"reason" maxLength:"500" doc:"Empty takes it back"`
	}
	add(s, op(http.MethodPost, base+"/{version}/yank", id("yank"), "Say that a version should not be installed any more", plural), func(ctx context.Context, in *struct {
		VersionPath
		Body reason
	}) (*struct{}, error) {
		return nil, s.Shelf.Yank(ctx, identity(ctx), kind, in.ID, in.Version, in.Body.Reason)
	})
	add(s, op(http.MethodPost, base+"/deprecate", id("deprecate"), "Say that a package should be replaced", plural), func(ctx context.Context, in *struct {
		PackagePath
		Body reason
	}) (*struct{}, error) {
		return nil, s.Shelf.Deprecate(ctx, identity(ctx), kind, in.ID, in.Body.Reason)
	})
	add(s, op(http.MethodPost, base+"/visibility", id("visibility"), "Make a package public or internal", plural), func(ctx context.Context, in *struct {
		PackagePath
		Body struct {
			Visibility store.Visibility `json:"visibility" enum:"public,internal"`
		}
	}) (*struct{}, error) {
		return nil, s.Shelf.SetVisibility(ctx, identity(ctx), kind, in.ID, in.Body.Visibility)
	})
}
