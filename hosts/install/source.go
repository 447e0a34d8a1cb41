package install

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"

	"github.com/dougong-dev/dougong/core/bundle"
	"github.com/dougong-dev/dougong/core/gm"
	"github.com/dougong-dev/dougong/core/trust"
	"github.com/dougong-dev/dougong/core/trust/envelope"
)

// Source is where bundles come from. Nothing that it says is believed before it is verified. Safe for concurrent use.
type Source interface {
	// Name is the source as the operator wrote it.
	Name() string
	// Offers lists the versions that there are of a package, in no order. None is no error.
	Offers(ctx context.Context, id string) ([]Offer, error)
	// Locate completes an offer by what its file for this platform is.
	Locate(ctx context.Context, o Offer) (Offer, error)
	// Evidence is what is said about an offer's file; nil if nothing is. It shows that the log extends those of the known sizes.
	Evidence(ctx context.Context, o Offer, known []int64) (*trust.Evidence, error)
	// Open reads an offer's file from offset on, size bytes or, if that is below 0, to the end.
	Open(ctx context.Context, o Offer, offset, size int64) (io.ReadCloser, error)
	// Recipe cuts an offer's file into pieces named by their content; nil if the source cannot.
	Recipe(ctx context.Context, o Offer) (*bundle.Recipe, error)
	// House is what there is about the house: takedown lists, newer roots, revocation lists.
	House(ctx context.Context, known []int64) ([]*trust.Evidence, error)
}

// Offer is a version that a source has.
type Offer struct {
	Kind, ID, Version string
	Yanked            string // why nobody new should take it; "" if it is not
	Platform          string
	// SHA256 and Size of the file; Ref is where the source has it. Locate knows them.
	SHA256 string
	Size   int64
	Ref    string
}

// platform is what this host runs.
func platform() string { return runtime.GOOS + "/" + runtime.GOARCH }

// OpenSource opens a source by what the operator wrote: http(s)://…, a folder of .dgo files or a mirror's, one .dgo file.
// token is for registries.
func OpenSource(where, token string) (Source, error) {
	if strings.HasPrefix(where, "http://") || strings.HasPrefix(where, "https://") {
		return openRegistry(where, token)
	}
	suite, err := gm.New(gm.Policy{})
	if err != nil {
		return nil, err
	}
	if _, err := os.Stat(filepath.Join(where, filepath.FromSlash(discovery))); err == nil {
		return openMirror(where)
	}
	return &offlineSource{where: where, suite: suite}, nil
}

// offlineSource is a folder of offline files, or one. It need not be there always: it may be a medium that is plugged in.
type offlineSource struct {
	where string
	suite *gm.Suite
}

// Name implements Source.
func (s *offlineSource) Name() string { return s.where }

// files lists the offline files; one alone is named by the operator, and has to be good.
func (s *offlineSource) files() (files []string, alone bool, err error) {
	info, err := os.Stat(s.where)
	if err != nil {
		return nil, false, fmt.Errorf("source: %w\nnext: name a registry's address, a folder of %s files or one such file", err, trust.OfflineSuffix)
	}
	if !info.IsDir() {
		return []string{s.where}, true, nil
	}
	files, err = filepath.Glob(filepath.Join(globless(s.where), "*"+trust.OfflineSuffix))
	return files, false, err
}

// globless keeps a folder's name from being a pattern.
func globless(dir string) string {
	return strings.NewReplacer(`*`, `[*]`, `?`, `[?]`, `[`, `[[]`).Replace(dir)
}

// Offers implements Source.
func (s *offlineSource) Offers(_ context.Context, id string) ([]Offer, error) {
	files, alone, err := s.files()
	if err != nil {
		return nil, err
	}
	var out []Offer
	for _, file := range files {
		o, err := trust.OpenOffline(file)
		if err != nil {
			if alone {
				return nil, err
			}
			continue // a file that is being copied there, or a broken one; the others count
		}
		r, err := releaseOf(o.Evidence)
		if err := errors.Join(err, o.Close()); err != nil && alone {
			return nil, fmt.Errorf("source %s: %w", file, err)
		}
		if r != nil && r.ID == id && goodID(r.ID) {
			out = append(out, Offer{Kind: o.Kind, ID: r.ID, Version: r.Version, Ref: file})
		}
	}
	return out, nil
}

// releaseOf finds the vendor's release among statements. Nobody has verified it.
func releaseOf(e *trust.Evidence) (*envelope.Release, error) {
	for _, s := range e.Statements {
		if r, err := s.Envelope.Release(); err == nil {
			return r, nil
		}
	}
	return nil, errors.New("the evidence holds no vendor's release")
}

// Locate implements Source.
func (s *offlineSource) Locate(_ context.Context, o Offer) (out Offer, err error) {
	f, err := trust.OpenOffline(o.Ref)
	if err != nil {
		return o, err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	a, err := f.Measure(s.suite)
	if err != nil {
		return o, err
	}
	r, err := releaseOf(f.Evidence)
	if err != nil {
		return o, err
	}
	for _, x := range r.Artifacts {
		if x.SHA256 == a.SHA256 && x.Platform != envelope.Any && x.Platform != platform() {
			return o, fmt.Errorf("%s: %w: it holds the file for %s, this host is %s", o.Ref, ErrPlatform, x.Platform, platform())
		}
	}
	o.SHA256, o.Size = a.SHA256, a.Size
	return o, nil
}

// ErrPlatform says that there is no file for this host's platform.
var ErrPlatform = errors.New("no file for this platform")

// Evidence implements Source.
func (s *offlineSource) Evidence(_ context.Context, o Offer, _ []int64) (*trust.Evidence, error) {
	f, err := trust.OpenOffline(o.Ref)
	if err != nil {
		return nil, err
	}
	return f.Evidence, f.Close()
}

// Open implements Source.
func (s *offlineSource) Open(_ context.Context, o Offer, offset, size int64) (io.ReadCloser, error) {
	f, err := trust.OpenOffline(o.Ref)
	if err != nil {
		return nil, err
	}
	r, err := f.Stream()
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	out := &window{Reader: r, closers: []io.Closer{r, f}}
	if _, err := io.CopyN(io.Discard, r, offset); err != nil {
		return nil, errors.Join(err, out.Close())
	}
	if size >= 0 {
		out.Reader = io.LimitReader(r, size)
	}
	return out, nil
}

// Recipe implements Source: whoever has the file needs no delta.
func (s *offlineSource) Recipe(context.Context, Offer) (*bundle.Recipe, error) { return nil, nil }

// House implements Source.
func (s *offlineSource) House(context.Context, []int64) ([]*trust.Evidence, error) {
	files, _, err := s.files()
	if err != nil {
		return nil, err
	}
	var out []*trust.Evidence
	for _, file := range files {
		f, err := trust.OpenOffline(file)
		if err != nil {
			continue // as in Offers
		}
		if f.Evidence.Takedown != nil {
			out = append(out, f.Evidence)
		}
		if err := f.Close(); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// window is a part of something with more to close than its reader.
type window struct {
	io.Reader
	closers []io.Closer
}

// Close implements io.Closer.
func (w *window) Close() error {
	var errs []error
	for _, c := range w.closers {
		errs = append(errs, c.Close())
	}
	return errors.Join(errs...)
}

var _ Source = (*offlineSource)(nil)
