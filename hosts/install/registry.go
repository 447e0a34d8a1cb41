package install

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"

	"github.com/dougong-dev/dougong/core/bundle"
	"github.com/dougong-dev/dougong/core/trust"
	"github.com/dougong-dev/dougong/registry/client"
)

// discovery is the document that makes a folder a mirror.
const discovery = ".well-known/dougong.json"

// documents is what a registry is to its reader: documents and files at addresses. It may as well be a folder.
type documents interface {
	// raw reads a document. fs.ErrNotExist if there is none.
	raw(ctx context.Context, path string) ([]byte, error)
	// open reads a file's bytes.
	open(ctx context.Context, path string, offset, size int64) (io.ReadCloser, error)
}

// registrySource reads what a registry offers, or a mirror of one.
type registrySource struct {
	name string
	docs documents
}

func openRegistry(address, token string) (Source, error) {
	c, err := client.New(address, token)
	if err != nil {
		return nil, err
	}
	return &registrySource{address, online{c}}, nil
}

func openMirror(dir string) (Source, error) { return &registrySource{dir, folder(dir)}, nil }

// Name implements Source.
func (s *registrySource) Name() string { return s.name }

// plurals are the kinds as addresses have them.
var plurals = []struct{ kind, plural string }{{trust.KindPlugin, "plugins"}, {trust.KindMiniProgram, "miniprograms"}}

func plural(kind string) string {
	if kind == trust.KindMiniProgram {
		return "miniprograms"
	}
	return "plugins"
}

func at(o Offer, rest ...string) string {
	return "/v1" + client.Path(append([]string{plural(o.Kind), o.ID}, rest...)...)
}

// read reads a JSON document. What the registry adds later is passed over.
func (s *registrySource) read(ctx context.Context, path string, out any) error {
	data, err := s.docs.raw(ctx, path)
	if err != nil {
		return err
	}
	if err := json.Unmarshal(data, out); err != nil {
		return fmt.Errorf("%s: %s: %w", s.name, path, err)
	}
	return nil
}

// Offers implements Source.
func (s *registrySource) Offers(ctx context.Context, id string) ([]Offer, error) {
	var out []Offer
	for _, k := range plurals {
		var list struct {
			Versions []struct {
				Version   string   `json:"version"`
				Platforms []string `json:"platforms"`
				Yanked    string   `json:"yanked"`
			} `json:"versions"`
		}
		o := Offer{Kind: k.kind, ID: id}
		err := s.read(ctx, at(o, "versions"), &list)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return nil, err
		}
		for _, v := range list.Versions {
			for _, p := range v.Platforms {
				if p == platform() || p == "any" {
					out = append(out, Offer{Kind: k.kind, ID: id, Version: v.Version, Yanked: v.Yanked, Platform: p})
					break
				}
			}
		}
	}
	return out, nil
}

// Locate implements Source.
func (s *registrySource) Locate(ctx context.Context, o Offer) (Offer, error) {
	var d struct {
		URL    string `json:"downloadUrl"`
		Size   int64  `json:"size"`
		SHA256 string `json:"sha256"`
	}
	if err := s.read(ctx, at(o, o.Version, "download", runtime.GOOS, runtime.GOARCH), &d); err != nil {
		return o, err
	}
	if !goodDigest(d.SHA256) || d.Size < 0 || !strings.HasPrefix(d.URL, "/") {
		return o, fmt.Errorf("%s: the download of %s@%s has address %q, size %d and digest %q; expected a path, a size and a SHA-256", s.name, o.ID, o.Version, d.URL, d.Size, d.SHA256)
	}
	o.Ref, o.Size, o.SHA256 = d.URL, d.Size, d.SHA256
	return o, nil
}

// Evidence implements Source.
func (s *registrySource) Evidence(ctx context.Context, o Offer, known []int64) (*trust.Evidence, error) {
	return s.evidence(ctx, at(o, o.Version, "evidence", runtime.GOOS, runtime.GOARCH), known)
}

// evidence asks for proofs that the log extends the known ones as well. Of a mirror, they are made from its tiles.
func (s *registrySource) evidence(ctx context.Context, path string, known []int64) (*trust.Evidence, error) {
	query := url.Values{}
	for _, n := range known {
		query.Add("known", strconv.FormatInt(n, 10))
	}
	if _, ask := s.docs.(online); ask && len(query) > 0 {
		path += "?" + query.Encode()
	}
	data, err := s.docs.raw(ctx, path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	e, err := trust.ParseEvidence(data)
	if err == nil {
		err = client.Extend(e, known, func(path string) ([]byte, error) { return s.docs.raw(ctx, path) })
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %s: %w", s.name, path, err)
	}
	return e, nil
}

// Open implements Source.
func (s *registrySource) Open(ctx context.Context, o Offer, offset, size int64) (io.ReadCloser, error) {
	return s.docs.open(ctx, o.Ref, offset, size)
}

// Recipe implements Source.
func (s *registrySource) Recipe(ctx context.Context, o Offer) (*bundle.Recipe, error) {
	data, err := s.docs.raw(ctx, at(o, o.Version, "recipe", o.SHA256))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return bundle.ParseRecipe(data)
}

// House implements Source.
func (s *registrySource) House(ctx context.Context, known []int64) ([]*trust.Evidence, error) {
	e, err := s.evidence(ctx, "/v1/trust/takedown", known)
	if e == nil || err != nil {
		return nil, err
	}
	return []*trust.Evidence{e}, nil
}

// online is a registry that is asked.
type online struct{ *client.Client }

func (o online) raw(ctx context.Context, path string) ([]byte, error) {
	data, err := o.Raw(ctx, path)
	return data, absent(err)
}

func (o online) open(ctx context.Context, path string, offset, size int64) (io.ReadCloser, error) {
	r, err := o.Client.Open(ctx, path, offset, size)
	return r, absent(err)
}

// absent lets "not found" be told like a file's.
func absent(err error) error {
	if e := (*client.Error)(nil); errors.As(err, &e) && e.Status == http.StatusNotFound {
		return errors.Join(err, fs.ErrNotExist)
	}
	return err
}

// folder is a mirror on disk: the same addresses, as files.
type folder string

func (f folder) file(path string) (*os.File, error) {
	name, err := url.PathUnescape(strings.TrimPrefix(path, "/"))
	if err != nil || !filepath.IsLocal(filepath.FromSlash(name)) {
		return nil, fmt.Errorf("mirror %s: %q is no path in it", string(f), path)
	}
	return os.OpenInRoot(string(f), filepath.FromSlash(name))
}

// maxDocument bounds a document of a mirror.
const maxDocument = 64 << 20

func (f folder) raw(_ context.Context, path string) ([]byte, error) {
	file, err := f.file(path)
	if err != nil {
		return nil, err
	}
	data, err := io.ReadAll(io.LimitReader(file, maxDocument+1))
	if err = errors.Join(err, file.Close()); err != nil {
		return nil, err
	}
	if len(data) > maxDocument {
		return nil, fmt.Errorf("mirror %s: %s has more than %d MiB", string(f), path, maxDocument>>20)
	}
	return data, nil
}

func (f folder) open(_ context.Context, path string, offset, size int64) (io.ReadCloser, error) {
	file, err := f.file(path)
	if err != nil {
		return nil, err
	}
	if _, err := file.Seek(offset, io.SeekStart); err != nil {
		return nil, errors.Join(err, file.Close())
	}
	out := &window{Reader: file, closers: []io.Closer{file}}
	if size >= 0 {
		out.Reader = io.LimitReader(file, size)
	}
	return out, nil
}

var _ Source = (*registrySource)(nil)
