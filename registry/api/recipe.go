package api

import (
	"context"
	"errors"
	"io"
	"net/http"
	"sync"

	"github.com/dougong-dev/dougong/core/bundle"
	"github.com/dougong-dev/dougong/registry/blob"
	"github.com/dougong-dev/dougong/registry/fault"
	"github.com/dougong-dev/dougong/registry/store"
)

// maxRecipes is how many are kept in memory: the whole file is read for one.
const maxRecipes = 256

// recipeLimits are those of the largest bundles.
var recipeLimits = bundle.Limits{Files: 50_000, File: 256 << 20, Total: 1 << 30, Ratio: 200}

// recipes keeps recipes by the digests of their files, and makes one at a time.
type recipes struct {
	mu   sync.Mutex
	made map[string][]byte
}

// recipe registers what cuts a file into pieces by their content, so that who has another version fetches the rest alone.
func (s *server) recipe(plural string, kind store.Kind) {
	kept := &recipes{made: map[string][]byte{}}
	o := op(http.MethodGet, "/v1/"+plural+"/{id}/{version}/recipe/{sha256}", "recipe-"+string(kind), "Read how a file is cut into pieces by their content", plural)
	o.Description = "A client that has another version fetches by ranges only the pieces that it lacks."
	o.Responses = jsonOf(s.schema(bundle.Recipe{}))
	add(s, o, func(ctx context.Context, in *struct {
		VersionPath
		Conditional
		SHA256 string `path:"sha256" maxLength:"64"`
	}) (*rawOut, error) {
		r, err := s.Shelf.Read(ctx, identity(ctx), kind, in.ID, in.Version)
		if err != nil {
			return nil, err
		}
		for _, a := range r.Artifacts {
			if a.SHA256 == in.SHA256 {
				body, err := kept.of(ctx, s.Shelf.Blobs, a)
				out := raw(`"`+a.SHA256+`r"`, in.IfNoneMatch, body)
				out.CacheControl = "private, max-age=31536000, immutable"
				return out, err
			}
		}
		return nil, fault.New(fault.NotFound, "%s@%s has no file %.80q", in.ID, in.Version, in.SHA256)
	})
}

func (k *recipes) of(ctx context.Context, blobs blob.Store, a store.Artifact) (body []byte, err error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if body = k.made[a.SHA256]; body != nil {
		return body, nil
	}
	o, err := blobs.Open(ctx, a.SHA256)
	if err != nil {
		return nil, fault.New(fault.Unavailable, "the file cannot be read now").Next("try again later")
	}
	defer func() { _ = o.Close() }() // only read
	recipe, err := bundle.NewRecipe(&seeker{o}, a.Size, recipeLimits)
	if errors.Is(err, bundle.ErrInvalid) {
		return nil, fault.New(fault.NotFound, "the file is no archive that could be cut: %w", err)
	}
	if err != nil {
		return nil, err
	}
	for digest := range k.made {
		if len(k.made) < maxRecipes {
			break
		}
		delete(k.made, digest)
	}
	k.made[a.SHA256] = recipe.Bytes()
	return k.made[a.SHA256], nil
}

// seeker reads at a place by seeking to it, for one reader at a time.
type seeker struct{ io.ReadSeeker }

// ReadAt implements io.ReaderAt.
func (s *seeker) ReadAt(b []byte, off int64) (int, error) {
	if _, err := s.Seek(off, io.SeekStart); err != nil {
		return 0, err
	}
	n, err := io.ReadFull(s.ReadSeeker, b)
	if errors.Is(err, io.ErrUnexpectedEOF) {
		err = io.EOF
	}
	return n, err
}
