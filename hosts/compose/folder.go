package compose

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/dougong-dev/dougong/core/bundle"
	"github.com/dougong-dev/dougong/core/gm"
	"github.com/dougong-dev/dougong/core/miniapp/program"
	"github.com/dougong-dev/dougong/core/trust"
	"github.com/dougong-dev/dougong/core/trust/envelope"
	"github.com/dougong-dev/dougong/hosts/compose/lock"
	"github.com/dougong-dev/dougong/pdk/go/manifest"
)

// bundleLimits bound a bundle, as the kernel's do.
var bundleLimits = bundle.Limits{Files: 50_000, File: 256 << 20, Total: 1 << 30, Ratio: 200}

// folder is a Source of files: a mirror, or the one file that superapp.yaml names.
type folder struct {
	name  lock.Source
	suite *gm.Suite
	cache *cache
	files []string // absolute

	have []boxed
	read bool
}

// boxed is a file of a folder, by what it says of itself.
type boxed struct {
	Parcel
	kind        lock.Kind
	id, version string
	platform    string
	details     Details
}

// newMirror lists the bundles and offline files below a folder.
func newMirror(name, dir string, suite *gm.Suite, c *cache) (*folder, error) {
	f := &folder{name: lock.Source{Kind: lock.Mirror, Where: filepath.ToSlash(name)}, suite: suite, cache: c}
	real, err := filepath.EvalSymlinks(dir)
	if err != nil {
		return nil, fmt.Errorf("registry.mirror: %w", err)
	}
	err = filepath.WalkDir(real, func(path string, d fs.DirEntry, err error) error {
		if err == nil && d.Type().IsRegular() && isBundle(path) {
			f.files = append(f.files, path)
		}
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("registry.mirror: %w", err)
	}
	return f, nil
}

func newFile(name, path string, suite *gm.Suite, c *cache) *folder {
	return &folder{name: lock.Source{Kind: lock.Path, Where: filepath.ToSlash(name)}, suite: suite, cache: c, files: []string{path}}
}

func isBundle(path string) bool {
	return slices.Contains([]string{".dgp", ".dgm", trust.OfflineSuffix}, strings.ToLower(filepath.Ext(path)))
}

// Name implements Source.
func (f *folder) Name() lock.Source { return f.name }

// Candidates implements Source.
func (f *folder) Candidates(_ context.Context, kind lock.Kind, id string) (out []Candidate, err error) {
	if err := f.open(); err != nil {
		return nil, err
	}
	for _, b := range f.have {
		if b.kind != kind || b.id != id {
			continue
		}
		at := slices.IndexFunc(out, func(c Candidate) bool { return c.Version == b.version })
		if at < 0 {
			at, out = len(out), append(out, Candidate{Version: b.version})
		}
		out[at].Platforms = append(out[at].Platforms, b.platform)
	}
	return out, nil
}

// Details implements Source.
func (f *folder) Details(_ context.Context, kind lock.Kind, id, version string) (Details, error) {
	b, err := f.find(kind, id, version, "")
	if err != nil {
		return Details{}, err
	}
	return b.details, nil
}

// Fetch implements Source.
func (f *folder) Fetch(_ context.Context, kind lock.Kind, id, version, platform string) (*Parcel, error) {
	b, err := f.find(kind, id, version, platform)
	if err != nil {
		return nil, err
	}
	return &b.Parcel, nil
}

func (f *folder) find(kind lock.Kind, id, version, platform string) (*boxed, error) {
	if err := f.open(); err != nil {
		return nil, err
	}
	for i := range f.have {
		b := &f.have[i]
		if b.kind == kind && b.id == id && b.version == version && (platform == "" || b.platform == lock.Any || b.platform == platform) {
			return b, nil
		}
	}
	return nil, fmt.Errorf("%s %s has no %s@%s for %s", f.name.Kind, f.name.Where, id, version, platform)
}

// open reads what every file says of itself, once.
func (f *folder) open() error {
	if f.read {
		return nil
	}
	for _, file := range f.files {
		b, err := f.describe(file)
		if err != nil {
			return fmt.Errorf("%s: %w", file, err)
		}
		f.have = append(f.have, *b)
	}
	f.read = true
	return nil
}

func (f *folder) describe(file string) (*boxed, error) {
	b := &boxed{Parcel: Parcel{File: file}}
	var err error
	if strings.EqualFold(filepath.Ext(file), trust.OfflineSuffix) {
		b.File, b.Evidence, err = f.cache.unbox(file)
	} else {
		b.Evidence, err = trust.ReadEvidence(file)
	}
	if err != nil {
		return nil, err
	}
	if err := b.identify(); err != nil {
		return nil, err
	}
	return b, b.claims(f.suite)
}

// identify reads what the bundle is.
func (b *boxed) identify() (err error) {
	z, err := bundle.OpenFile(b.File, bundleLimits)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, z.Close()) }()
	text, err := z.ReadFile(manifest.FileName)
	if errors.Is(err, fs.ErrNotExist) {
		app, err := readApp(z)
		if err != nil {
			return err
		}
		b.kind, b.id, b.version, b.platform = lock.MiniProgram, app.ID, app.Version, lock.Any
		return nil
	}
	if err != nil {
		return err
	}
	m, err := manifest.Parse(manifest.FileName, text)
	if err != nil {
		return err
	}
	b.kind, b.id, b.version, b.platform = lock.Plugin, m.ID, m.Version, lock.Any
	if len(m.Runtime.Process) == 1 {
		for platform := range m.Runtime.Process {
			b.platform = platform
		}
	}
	return nil
}

// readApp reads a mini-program's bundle as far as compose needs it.
func readApp(z *bundle.Bundle) (*program.App, error) {
	files, err := z.All()
	if err != nil {
		return nil, err
	}
	p, err := program.Load(program.MapFiles(files))
	if err != nil {
		return nil, fmt.Errorf("it is neither a plugin's bundle nor a mini-program's: %w", err)
	}
	return &p.App, nil
}

// claims reads what the vendor's statement says of the file, if there is one.
func (b *boxed) claims(suite *gm.Suite) error {
	if b.Evidence == nil {
		return nil
	}
	a, err := trust.MeasureFile(suite, b.File)
	if err != nil {
		return err
	}
	for _, s := range b.Evidence.Statements {
		r, err := s.Envelope.Release()
		if err != nil {
			continue // another statement; the verifier looks at all of them
		}
		b.details = Details{MinHost: r.MinHost, Requires: r.Requires}
		at := slices.IndexFunc(r.Artifacts, func(x envelope.Artifact) bool { return x.SHA256 == a.SHA256 })
		if at >= 0 {
			b.platform = r.Artifacts[at].Platform
		}
	}
	return nil
}

// cache keeps files by their SHA-256.
type cache struct{ dir string }

func (c *cache) path(digest, ending string) string { return filepath.Join(c.dir, digest+ending) }

// put takes a file that fill writes, and names it by its digest.
func (c *cache) put(ending string, fill func(*os.File) error) (path string, err error) {
	if err := os.MkdirAll(c.dir, 0o700); err != nil {
		return "", err
	}
	tmp, err := os.CreateTemp(c.dir, "new-*")
	if err != nil {
		return "", err
	}
	defer func() {
		if err != nil {
			_ = os.Remove(tmp.Name()) // the error is the one before
		}
	}()
	if err = errors.Join(fill(tmp), tmp.Close()); err != nil {
		return "", err
	}
	digest, err := trust.HashFile(tmp.Name())
	if err != nil {
		return "", err
	}
	path = c.path(digest, ending)
	return path, os.Rename(tmp.Name(), path)
}

// unbox takes the artifact out of an offline file.
func (c *cache) unbox(file string) (path string, e *trust.Evidence, err error) {
	o, err := trust.OpenOffline(file)
	if err != nil {
		return "", nil, err
	}
	defer func() { err = errors.Join(err, o.Close()) }()
	ending := ".dgp"
	if o.Kind == trust.KindMiniProgram {
		ending = ".dgm"
	}
	if err := os.MkdirAll(c.dir, 0o700); err != nil {
		return "", nil, err
	}
	dir, err := os.MkdirTemp(c.dir, "box-")
	if err != nil {
		return "", nil, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	out := filepath.Join(dir, "artifact")
	if err := o.Extract(out); err != nil {
		return "", nil, err
	}
	digest, err := trust.HashFile(out)
	if err != nil {
		return "", nil, err
	}
	path = c.path(digest, ending)
	return path, o.Evidence, os.Rename(out, path)
}

func digestOf(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}

var _ Source = (*folder)(nil)
