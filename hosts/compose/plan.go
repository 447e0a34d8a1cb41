package compose

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/Masterminds/semver/v3"

	"github.com/dougong-dev/dougong/core/config"
	"github.com/dougong-dev/dougong/core/gm"
	"github.com/dougong-dev/dougong/core/trust"
	"github.com/dougong-dev/dougong/hosts/compose/lock"
)

// EvidenceDir is the folder beside the lock file that keeps the evidence which the lock names, so that the same lock gives
// the same bytes although a registry's log goes on.
const EvidenceDir = "superapp.evidence"

// Platforms are those that a super-app can be composed for.
func Platforms() []string {
	return []string{"linux/amd64", "linux/arm64", "darwin/amd64", "darwin/arm64", "windows/amd64", "windows/arm64"}
}

// Options are what code passes to Make.
type Options struct {
	Config *config.Config
	// Platforms to compose for; none: this machine's.
	Platforms []string
	// Update chooses new versions of these, by the names that superapp.yaml gives them; UpdateAll of all.
	Update    []string
	UpdateAll bool
	// Locked takes exactly what the lock file says, or fails.
	Locked bool
	// Registry asks the registry at superapp.yaml's registry.address; nil: there is none to ask.
	Registry Remote
	// HostVersion is the version of the host that is composed; what is no semantic version is not compared.
	HostVersion string
	// Cache keeps what was downloaded; "": dougong/compose in the user's cache folder.
	Cache string
	// Suite computes; nil allows all that is known.
	Suite *gm.Suite
	// Now is the clock; nil: time.Now.
	Now func() time.Time
	// Logger is told what is done; nil: slog.Default.
	Logger *slog.Logger
}

// Plan is a super-app whose parts were chosen, verified, and fit one another.
type Plan struct {
	// Packages are its plugins and mini-programs.
	Packages []*Package
	// Lock is what the lock file should say.
	Lock *lock.Lock
	// Notes are what somebody should know who composes it.
	Notes []string

	options Options
	old     *lock.Lock // nil: there is no lock file
	root    []byte     // the root of trust; nil if bundles need none
	cache   *cache
	seen    map[string]*trust.State // by platform: what a host remembers after it has verified all of it
}

// Package is a plugin or a mini-program of a super-app.
type Package struct {
	Entry lock.Entry
	node  *node
	files map[string]*verified // by platform asked for
	holds
}

// Make chooses, verifies and compares. The error is Problems if parts do not fit.
func Make(ctx context.Context, o Options) (*Plan, error) {
	p := &Plan{options: o}
	if err := p.prepare(); err != nil {
		return nil, err
	}
	var wrong Problems
	nodes, err := p.choose(ctx, &wrong)
	if err != nil {
		return nil, err
	}
	if p.fetch(ctx, nodes, &wrong, false) && !p.rehearse(ctx, nil) && !o.Locked {
		p.fetch(ctx, nodes, &wrong, true) // kept evidence is of another time than the new one
	}
	p.fit(&wrong, len(wrong) == 0)
	if len(wrong) == 0 {
		p.rehearse(ctx, &wrong)
	}
	if len(wrong) > 0 {
		wrong.sort()
		return p, wrong
	}
	p.Lock = p.makeLock()
	if o.Locked && (p.old == nil || !bytes.Equal(p.old.Bytes(), p.Lock.Bytes())) {
		return p, fmt.Errorf("%s does not say what superapp.yaml asks for, and --locked forbids to change it: %s\nnext: run dougong compose without --locked, review the change, and keep it",
			p.LockFile(), difference(p.old, p.Lock))
	}
	return p, nil
}

// fetch gets and verifies the files of everything; fresh asks the sources for all evidence anew.
func (p *Plan) fetch(ctx context.Context, nodes []*node, wrong *Problems, fresh bool) bool {
	v := &verifier{ctx, p, fresh}
	p.Packages = nil
	for _, n := range nodes {
		if pack := v.fetch(n, wrong); pack != nil {
			p.Packages = append(p.Packages, pack)
		}
	}
	return len(*wrong) == 0
}

// LockFile is the path of the lock file.
func (p *Plan) LockFile() string { return filepath.Join(p.options.Config.Dir, lock.FileName) }

// Changed tells whether the lock file says something else, or is not there.
func (p *Plan) Changed() bool {
	return p.old == nil || !bytes.Equal(p.old.Bytes(), p.Lock.Bytes())
}

// Difference says in short what is not as in the lock file.
func (p *Plan) Difference() string { return difference(p.old, p.Lock) }

func (p *Plan) prepare() (err error) {
	o := &p.options
	if len(o.Platforms) == 0 {
		o.Platforms = []string{runtime.GOOS + "/" + runtime.GOARCH}
	}
	o.Platforms = slices.Compact(slices.Sorted(slices.Values(o.Platforms)))
	for _, platform := range o.Platforms {
		if !slices.Contains(Platforms(), platform) {
			return fmt.Errorf("platform %q is not known; known are %s", platform, strings.Join(Platforms(), ", "))
		}
	}
	if o.Logger == nil {
		o.Logger = slog.Default()
	}
	if o.Suite == nil {
		if o.Suite, err = gm.New(gm.Policy{}); err != nil {
			return err
		}
	}
	if o.Cache == "" {
		home, err := os.UserCacheDir()
		if err != nil {
			return fmt.Errorf("no folder for what is downloaded: %w\nnext: set HOME, or give --cache", err)
		}
		o.Cache = filepath.Join(home, "dougong", "compose")
	}
	p.cache = &cache{o.Cache}
	p.old, err = lock.Read(p.LockFile())
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if p.old == nil && o.Locked {
		return fmt.Errorf("there is no %s to keep to\nnext: run dougong compose without --locked", p.LockFile())
	}
	return p.readRoot()
}

func (p *Plan) readRoot() (err error) {
	t := p.options.Config.Trust
	if t.Root == "" {
		if t.Bundles == config.BundlesUnsigned {
			return nil
		}
		at := p.options.Config.Place("trust")
		return Problems{{at, "no root of trust is named, so nothing can be verified",
			"write trust: {root: house/root.json}; dougong trust init makes one. To try out what nobody has signed: trust: {bundles: unsigned}"}}
	}
	p.root, err = os.ReadFile(p.options.Config.Abs(t.Root))
	if err != nil {
		return Problems{{p.options.Config.Place("trust", "root"), fmt.Sprintf("the root of trust cannot be read: %v", err), "name the house's root.json"}}
	}
	return nil
}

// choose resolves what superapp.yaml asks for.
func (p *Plan) choose(ctx context.Context, wrong *Problems) ([]*node, error) {
	o := &p.options
	list, limits := wants(o.Config, wrong)
	named := list[:0:0]
	var nodes []*node
	for _, w := range list {
		if w.path == "" {
			named = append(named, w)
			continue
		}
		if n := p.file(ctx, w, wrong); n != nil {
			nodes = append(nodes, n)
		}
	}
	sources, err := p.sources()
	if err != nil {
		return nil, err
	}
	r := &resolver{ctx: ctx, platforms: o.Platforms, sources: sources, keep: p.keep, wrong: wrong, limits: limits}
	r.standIn = func(w want, s Source, err error) Source {
		k := p.kept(w, s)
		if k == nil {
			return nil
		}
		p.note("%s %s cannot be asked, and the lock file is kept to without knowing what was yanked: %v", s.Name().Kind, s.Name().Where, err)
		return k
	}
	if v, err := semver.NewVersion(o.HostVersion); err == nil {
		r.host = v
	} else {
		p.note("this host has no version (%s): what packages need of a host's version is not compared", cmp.Or(o.HostVersion, "none"))
	}
	if err := p.known(list); err != nil {
		return nil, err
	}
	return append(nodes, r.resolve(named)...), nil
}

// known checks the names that are to be updated.
func (p *Plan) known(list []want) error {
	for _, name := range p.options.Update {
		if !slices.ContainsFunc(list, func(w want) bool { return w.name() == name }) && (p.old == nil || p.old.Find(lock.Plugin, name) == nil) {
			return fmt.Errorf("--update %s: superapp.yaml names nothing so", name)
		}
	}
	return nil
}

// file is the node of an entry with a path.
func (p *Plan) file(ctx context.Context, w want, wrong *Problems) *node {
	path := p.options.Config.Abs(w.path)
	info, err := os.Stat(path)
	switch {
	case err != nil:
		wrong.add(w.at, "write the path of a bundle, relative to superapp.yaml", fmt.Sprintf("%s: %v", w.what(), err))
		return nil
	case info.IsDir() && w.kind == lock.Plugin:
		wrong.add(w.at, "dougong plugin pack "+w.path+" -o "+w.id+".dgp, have it signed, and name the bundle", fmt.Sprintf("%s is a source folder; what is handed out is made of bundles", w.what()))
		return nil
	case info.IsDir():
		wrong.add(w.at, "dougong build "+w.path+", have the .dgm signed, and name it", fmt.Sprintf("%s is a project's folder; what is handed out is made of bundles", w.what()))
		return nil
	case !isBundle(path):
		wrong.add(w.at, "", fmt.Sprintf("%s: expected a bundle (.dgp, .dgm) or an offline file (.dgo), found %q", w.what(), filepath.Base(path)))
		return nil
	}
	f := newFile(w.path, path, p.options.Suite, p.cache)
	if err := f.open(); err != nil {
		wrong.add(w.at, "", fmt.Sprintf("%s: %v", w.what(), err))
		return nil
	}
	have := &f.have[0]
	if w.kind != have.kind || w.id != "" && w.id != have.id {
		wrong.add(w.at, fmt.Sprintf("write the id %s in superapp.yaml, or name another file", have.id), fmt.Sprintf("%s: the file is of %s %q", w.what(), have.kind, have.id))
		return nil
	}
	w.id = have.id
	c := Candidate{Version: have.version, Platforms: []string{have.platform}}
	for _, platform := range p.options.Platforms {
		if !c.runsOn(platform) {
			wrong.add(w.at, "name it by version, so that each platform gets its own file: version: "+have.version, fmt.Sprintf("%s: the file runs on %s, and %s was asked for", w.what(), have.platform, platform))
			return nil
		}
	}
	return &node{want: w, source: f, chosen: &c, details: have.details, locked: have.version}
}

func (p *Plan) sources() (out []Source, err error) {
	c := p.options.Config
	if m := c.Registry.Mirror; m != "" {
		if dir := c.Abs(m); isMirrored(dir) {
			name := lock.Source{Kind: lock.Mirror, Where: filepath.ToSlash(m)}
			out = append(out, &remote{Remote: mirrored{dir}, name: name, cache: p.cache, known: p.heads})
		}
		f, err := newMirror(m, c.Abs(m), p.options.Suite, p.cache)
		if err != nil {
			return nil, Problems{{c.Place("registry", "mirror"), err.Error(), "name a folder of offline files, relative to superapp.yaml"}}
		}
		out = append(out, f)
	}
	if p.options.Registry != nil {
		out = append(out, &remote{Remote: p.options.Registry, name: lock.Source{Kind: lock.Registry, Where: c.Registry.Address}, cache: p.cache, known: p.heads})
	}
	return out, nil
}

// heads are the sizes of the log that the kept evidence leads to: new evidence has to extend them.
func (p *Plan) heads() (out []int64) {
	files, err := filepath.Glob(filepath.Join(p.options.Config.Dir, EvidenceDir, "*.json"))
	if err != nil {
		return nil
	}
	for _, name := range files {
		data, err := os.ReadFile(name)
		if err != nil {
			continue
		}
		if e, err := trust.ParseEvidence(data); err == nil {
			out = append(out, headSize(e)...)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// headSize is the size of the tree that a head claims, for whoever asks for a proof that another one extends it.
func headSize(e *trust.Evidence) []int64 {
	lines := strings.SplitN(e.Head, "\n", 3)
	if len(lines) < 3 {
		return nil
	}
	n, err := strconv.ParseInt(lines[1], 10, 64)
	if err != nil || n <= 0 {
		return nil
	}
	return []int64{n}
}

// keep is the version that the lock file has of a package, unless it is to be updated or something else is wanted now.
func (p *Plan) keep(w want) string {
	if p.old == nil || p.options.UpdateAll || slices.Contains(p.options.Update, w.name()) {
		return ""
	}
	e := p.old.Find(w.kind, w.name())
	if e == nil || e.ID != w.id || e.Want != w.version && w.by == "" {
		return ""
	}
	return e.Version
}

// note adds what somebody should know, once.
func (p *Plan) note(format string, args ...any) {
	if text := fmt.Sprintf(format, args...); !slices.Contains(p.Notes, text) {
		p.Notes = append(p.Notes, text)
	}
}
