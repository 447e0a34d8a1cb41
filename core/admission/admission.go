// Package admission stands at a host's door: no bundle of a plugin or a mini-program is loaded before its evidence has been
// followed to the root of trust that superapp.yaml names. A source folder is its author's own affair and gets the trust
// "dev"; a bundle never does.
//
//	gate, err := admission.New(cfg, admission.Options{Logger: log})
//	content, err := gate.Admit("plugins/pay.dgp")    // then load what has this digest, and nothing else
//
// It must not know what bundles hold; core/trust decides, and this package brings it what a host has.
package admission

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"sync"
	"time"

	"github.com/dougong-dev/dougong/core/config"
	"github.com/dougong-dev/dougong/core/gm"
	"github.com/dougong-dev/dougong/core/trust"
)

// StateFile is the file in the data folder in which a host remembers what it has seen.
const StateFile = "trust.json"

// Options are what code passes to New.
type Options struct {
	Logger *slog.Logger     // nil: slog.Default
	Now    func() time.Time // nil: time.Now
	// Look changes nothing that is remembered: for whoever only asks.
	Look bool
}

// Gate admits bundles. Safe for concurrent use.
type Gate struct {
	trust    config.Trust
	rootPath string
	suite    *gm.Suite
	store    trust.Store
	options  Options

	mu   sync.Mutex // guards trust and rootPath as well
	seen []Entry
}

// Entry is what became of something that wanted in.
type Entry struct {
	Path    string         `json:"path"`
	Verdict *trust.Verdict `json:"verdict"`
	// Unsigned tells that the bundle was loaded although the verdict refuses it: trust.bundles is "unsigned".
	Unsigned bool `json:"unsigned,omitempty"`
}

// New makes the gate that a configuration asks for. It reads nothing yet: a super-app without bundles needs no root of trust.
func New(c *config.Config, o Options) (*Gate, error) {
	suite, err := gm.New(gm.Policy{})
	if err != nil {
		return nil, err
	}
	if o.Logger == nil {
		o.Logger = slog.Default()
	}
	var store trust.Store = &trust.FileStore{Path: filepath.Join(c.DataDir(), StateFile), Seed: filepath.Join(c.Dir, trust.SeedFile)}
	if o.Look {
		store = looker{store}
	}
	return &Gate{trust: c.Trust, rootPath: c.Abs(c.Trust.Root), suite: suite, options: o, store: store}, nil
}

// Use has the gate decide by another configuration from now on. The data folder stays the one that it was made for.
func (g *Gate) Use(c *config.Config) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.trust, g.rootPath = c.Trust, c.Abs(c.Trust.Root)
}

func (g *Gate) settings() (config.Trust, string) {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.trust, g.rootPath
}

// ErrNoRoot says that there is nothing to hold bundles against.
var ErrNoRoot = errors.New("no root of trust is configured")

// Admit decides about a bundle. It gives the digest (bundle.Index.Digest) that the content must have: what is loaded is then
// what was verified, whatever happens to the file in between. "" means that unsigned bundles are allowed and this is one.
func (g *Gate) Admit(path string) (content string, err error) {
	v, err := g.judge(path)
	if err != nil {
		return "", fmt.Errorf("trust of %s: %w", path, err)
	}
	e := Entry{Path: path, Verdict: v}
	if g.lets(v) {
		e.Unsigned = true
		g.note(e)
		g.options.Logger.Warn("a bundle is loaded without verification, as trust.bundles: unsigned allows", "path", path)
		return "", nil
	}
	g.note(e)
	if err := v.Err(); err != nil {
		return "", fmt.Errorf("%s: %w\n%s", path, err, hintOf(v))
	}
	return contentOf(v)
}

// lets tells whether a bundle is used although nobody vouches for it. That trust.bundles is "unsigned" is for bundles without
// evidence: what is there and wrong is refused all the same, since somebody changed one or the other.
func (g *Gate) lets(v *trust.Verdict) bool { return v.Refuses(trust.CodeUnsigned) && g.Unsigned() }

// hint says what to do about a bundle that is refused.
const hint = "next: have it signed (dougong sign, dougong trust sign) and name the house's root.json in superapp.yaml (trust: {root: …});\n" +
	"to try out bundles that nobody has signed, write trust: {bundles: unsigned}"

// stale is what to do about evidence that shows nothing of a repository.
const stale = "next: get it with its evidence from the house's registry or a mirror of it (dougong registry get, dougong install);\n" +
	"a house that has no registry cannot show what it offers now: superapp.yaml then says so by trust: {metadata: false}"

func hintOf(v *trust.Verdict) string {
	if v.Refuses(trust.CodeMetadata) {
		return stale
	}
	return hint
}

func contentOf(v *trust.Verdict) (string, error) {
	for _, a := range v.Release.Artifacts {
		if a.SHA256 == v.Artifact.SHA256 && a.Content != "" {
			return a.Content, nil
		}
	}
	return "", fmt.Errorf("%s: the release does not say what its content is; sign it again by `dougong sign`", v.Artifact)
}

// Dev notes a source folder.
func (g *Gate) Dev(id, folder string) {
	g.note(Entry{Path: folder, Verdict: trust.DevVerdict(id, folder)})
}

func (g *Gate) note(e Entry) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.seen = slices.DeleteFunc(g.seen, func(x Entry) bool { return x.Path == e.Path })
	g.seen = append(g.seen, e)
}

// Entries is what wanted in since the host started, the newest last.
func (g *Gate) Entries() []Entry {
	g.mu.Lock()
	defer g.mu.Unlock()
	return slices.Clone(g.seen)
}

// Verdict is the answer about a bundle that was admitted, or a source folder, since the host started; nil: there is none.
func (g *Gate) Verdict(path string) *trust.Verdict {
	g.mu.Lock()
	defer g.mu.Unlock()
	for _, e := range g.seen {
		if e.Path == path && !e.Unsigned {
			return e.Verdict
		}
	}
	return nil
}

// looker is a store that keeps nothing.
type looker struct{ trust.Store }

// Update implements trust.Store.
func (l looker) Update(func(*trust.State) (bool, error)) error { return nil }

// State is what the host remembers.
func (g *Gate) State() (*trust.State, error) { return g.store.Load() }

func (g *Gate) judge(path string) (*trust.Verdict, error) { return g.judgeFor(path, false) }

// judgeFor verifies a bundle; install wants everything up to date whatever was installed before.
func (g *Gate) judgeFor(path string, install bool) (*trust.Verdict, error) {
	a, err := g.measure(path)
	if err != nil {
		return nil, err
	}
	a.Platform = runtime.GOOS + "/" + runtime.GOARCH
	e, err := trust.ReadEvidence(path)
	if err != nil {
		return nil, err
	}
	if e == nil {
		return trust.Unsigned(a), nil
	}
	o, err := g.verifyOptions(a)
	if errors.Is(err, ErrNoRoot) && g.Unsigned() {
		return trust.Unsigned(a), nil // there is nothing to hold the evidence against
	}
	if err != nil {
		return nil, err
	}
	if install {
		o.Purpose = trust.Install
	}
	return trust.Verify(context.Background(), a, e, o), nil // nothing in it waits for anybody
}

// verifyOptions are those of the configuration. What was admitted before is only started.
func (g *Gate) verifyOptions(a trust.Artifact) (trust.Options, error) {
	settings, rootPath := g.settings()
	if settings.Root == "" {
		return trust.Options{}, fmt.Errorf("%w\n%s", ErrNoRoot, hint)
	}
	root, err := os.ReadFile(rootPath)
	if err != nil {
		return trust.Options{}, fmt.Errorf("trust.root: %w", err)
	}
	s, err := g.store.Load()
	if err != nil {
		return trust.Options{}, err
	}
	o := trust.Options{Suite: g.suite, Root: root, Witnesses: settings.Witnesses, Metadata: settings.Metadata, MaxOffline: settings.MaxOffline, Store: g.store, Now: g.options.Now}
	if _, before := s.Installed[a.SHA256]; before {
		o.Purpose = trust.Start
	}
	return o, nil
}
