package compose

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"os"
	"regexp"
	"strings"

	"github.com/dougong-dev/dougong/core/trust"
	"github.com/dougong-dev/dougong/hosts/compose/lock"
	"github.com/dougong-dev/dougong/registry/api"
	"github.com/dougong-dev/dougong/registry/client"
	"github.com/dougong-dev/dougong/registry/release"
	"github.com/dougong-dev/dougong/registry/store"
)

// Remote is what compose asks of a registry; *client.Client does it.
type Remote interface {
	Versions(ctx context.Context, kind store.Kind, id string) (*api.Versions, error)
	Release(ctx context.Context, kind store.Kind, id, version string) (*release.Doc, error)
	Find(ctx context.Context, kind store.Kind, id, version, os, arch string) (*api.Download, error)
	Download(ctx context.Context, kind store.Kind, id, version, os, arch string, to io.Writer) (*api.Download, error)
	Evidence(ctx context.Context, kind store.Kind, id, version, os, arch string, known ...int64) (*trust.Evidence, error)
}

// digestForm is a SHA-256: the registry's word becomes a file's name.
var digestForm = regexp.MustCompile(`^[0-9a-f]{64}$`)

// remote is a registry, or its mirror, as a Source.
type remote struct {
	Remote
	name    lock.Source
	cache   *cache
	known   func() []int64 // sizes of the log that its evidence has to extend, beside those seen
	seen    []int64
}

// Name implements Source.
func (r *remote) Name() lock.Source { return r.name }

// Candidates implements Source.
func (r *remote) Candidates(ctx context.Context, kind lock.Kind, id string) (out []Candidate, err error) {
	list, err := r.Versions(ctx, store.Kind(kind), id)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil // a mirror's
	}
	if e := (*client.Error)(nil); errors.As(err, &e) && e.Status == http.StatusNotFound {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	for _, v := range list.Versions {
		out = append(out, Candidate{Version: v.Version, Platforms: v.Platforms, Yanked: v.Yanked})
	}
	return out, nil
}

// Details implements Source.
func (r *remote) Details(ctx context.Context, kind lock.Kind, id, version string) (Details, error) {
	d, err := r.Release(ctx, store.Kind(kind), id, version)
	if err != nil {
		return Details{}, err
	}
	return Details{MinHost: d.MinHost, Requires: d.Requires}, nil
}

// Fetch implements Source.
func (r *remote) Fetch(ctx context.Context, kind lock.Kind, id, version, platform string) (*Parcel, error) {
	system, arch, _ := strings.Cut(platform, "/")
	d, err := r.Find(ctx, store.Kind(kind), id, version, system, arch)
	if err != nil {
		return nil, err
	}
	p := &Parcel{}
	if p.Evidence, err = r.Evidence(ctx, store.Kind(kind), id, version, system, arch, append(r.known(), r.seen...)...); err != nil {
		return nil, fmt.Errorf("evidence of %s@%s: %w", id, version, err)
	}
	r.seen = append(r.seen, headSize(p.Evidence)...)
	ending := ending(kind)
	if digestForm.MatchString(d.SHA256) {
		if p.File = r.cache.path(d.SHA256, ending); isFile(p.File) {
			return p, nil // what is in it is measured anyway
		}
	}
	p.File, err = r.cache.put(ending, func(f *os.File) error {
		_, err := r.Download(ctx, store.Kind(kind), id, version, system, arch, f)
		return err
	})
	return p, err
}

func ending(kind lock.Kind) string {
	if kind == lock.MiniProgram {
		return ".dgm"
	}
	return ".dgp"
}

func isFile(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.Mode().IsRegular()
}

var (
	_ Source = (*remote)(nil)
	_ Remote = (*client.Client)(nil)
)
