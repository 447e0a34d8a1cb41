package compose

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/dougong-dev/dougong/core/bundle"
	"github.com/dougong-dev/dougong/core/config"
	"github.com/dougong-dev/dougong/core/miniapp/program"
	"github.com/dougong-dev/dougong/core/trust"
	"github.com/dougong-dev/dougong/core/trust/envelope"
	"github.com/dougong-dev/dougong/hosts/compose/lock"
	"github.com/dougong-dev/dougong/pdk/go/contract"
	"github.com/dougong-dev/dougong/pdk/go/manifest"
)

// verified is the file for one platform.
type verified struct {
	file     string
	locked   lock.File
	evidence []byte // nil: nobody vouches for it, and trust.bundles allows that
}

// holds is what a bundle says.
type holds struct {
	release   *envelope.Release // nil if unsigned
	signers   []trust.Signed
	manifest  *manifest.Manifest   // of a plugin
	contracts []*contract.Contract // of a plugin
	app       *program.App         // of a mini-program
	licence   string
	logged    time.Time // when the vendor's statement was
}

// verifier fetches files, and verifies them as a host does at its first start.
type verifier struct {
	ctx   context.Context // lives for one plan
	plan  *Plan
	fresh bool // evidence that is kept does not count
}

// was is what the lock file says of the version that was chosen; nil if it is not to be kept to.
func (p *Plan) was(n *node) *lock.Entry {
	if p.old == nil || p.keep(n.want) != n.chosen.Version {
		return nil
	}
	return p.old.Find(n.kind, n.name())
}

// fetch gets and verifies the files of a package for every platform; nil if something is wrong with one.
func (v *verifier) fetch(n *node, wrong *Problems) *Package {
	p := &Package{node: n, files: map[string]*verified{}}
	p.Entry = lock.Entry{Kind: n.kind, ID: n.id, Version: n.chosen.Version, As: n.as, Want: n.version, By: n.by, Source: n.source.Name(), Yanked: n.chosen.Yanked != ""}
	if n.chosen.Yanked != "" {
		v.plan.note("%s %s was yanked (%s); the lock file keeps it: dougong compose --update %s", n.what(), n.chosen.Version, n.chosen.Yanked, n.name())
	}
	was := v.plan.was(n)
	good := true
	for _, platform := range v.plan.options.Platforms {
		if f := p.files[lock.Any]; f != nil {
			p.files[platform] = f
			continue
		}
		f, err := v.one(p, was, platform)
		if err != nil {
			wrong.add(n.at, next(err), fmt.Sprintf("%s %s: %v", n.what(), n.chosen.Version, err))
			good = false
			break
		}
		p.files[platform] = f
		if f.locked.Platform == lock.Any {
			p.files[lock.Any] = f
		}
		p.Entry.Files = append(p.Entry.Files, f.locked)
	}
	delete(p.files, lock.Any)
	if !good {
		return nil
	}
	p.keepOthers(was)
	return p
}

// keepOthers leaves in the lock what it says of platforms that are not asked for now.
func (p *Package) keepOthers(was *lock.Entry) {
	if was == nil || p.Entry.Files[0].Platform == lock.Any {
		return
	}
	for _, f := range was.Files {
		if p.Entry.For(f.Platform) == nil {
			p.Entry.Files = append(p.Entry.Files, f)
		}
	}
}

// ErrChanged says that a source has other bytes under a version that the lock file knows.
var ErrChanged = errors.New("the bytes are not those of the lock file")

// hinted is an error that says what to do.
type hinted struct {
	error
	next string
}

// Unwrap gives the error.
func (h *hinted) Unwrap() error { return h.error }

func next(err error) string {
	if h := (*hinted)(nil); errors.As(err, &h) {
		return h.next
	}
	return ""
}

// one gets the file for a platform: what the lock file names from the cache, anything else from the source.
func (v *verifier) one(p *Package, was *lock.Entry, platform string) (*verified, error) {
	var known *lock.File
	if was != nil {
		known = was.For(platform)
	}
	if known != nil && !v.fresh {
		if kept := v.kept(p, known); kept != nil {
			if f, err := v.verify(p, kept, platform); err == nil && f.locked.SHA256 == known.SHA256 {
				return f, nil
			} // evidence runs out: ask for new one
		}
	}
	parcel, err := p.node.source.Fetch(v.ctx, p.node.kind, p.node.id, p.node.chosen.Version, platform)
	if err != nil {
		return nil, err
	}
	f, err := v.verify(p, parcel, platform)
	if err != nil {
		return nil, err
	}
	if known != nil && p.node.source.Name().Kind != lock.Path && (known.SHA256 != f.locked.SHA256 || known.SM3 != f.locked.SM3) {
		return nil, &hinted{fmt.Errorf("%w: %s has SHA-256 %s for %s, the lock file says %s", ErrChanged, p.node.source.Name().Where, f.locked.SHA256, platform, known.SHA256),
			"a version is published once: find out who changed it. To take it all the same: dougong compose --update " + p.node.name()}
	}
	return f, nil
}

// kept is what the lock file names, if it is at hand.
func (v *verifier) kept(p *Package, known *lock.File) *Parcel {
	file := v.plan.cache.path(known.SHA256, ending(p.node.kind))
	if folder, ok := p.node.source.(*folder); ok {
		b, err := folder.find(p.node.kind, p.node.id, p.node.chosen.Version, known.Platform)
		if err != nil {
			return nil
		}
		file = b.File
	}
	if !isFile(file) {
		return nil
	}
	if known.Evidence == "" {
		return &Parcel{File: file}
	}
	data, err := os.ReadFile(filepath.Join(v.plan.options.Config.Dir, EvidenceDir, known.Evidence+".json"))
	if err != nil || digestOf(data) != known.Evidence {
		return nil
	}
	e, err := trust.ParseEvidence(data)
	if err != nil || !bytes.Equal(e.Bytes(), data) {
		return nil
	}
	return &Parcel{file, e}
}

// verify measures a file and follows its evidence to the root of trust.
func (v *verifier) verify(p *Package, parcel *Parcel, platform string) (*verified, error) {
	o := &v.plan.options
	a, err := trust.MeasureFile(o.Suite, parcel.File)
	if err != nil {
		return nil, err
	}
	a.ID, a.Version, a.Platform = p.node.id, p.node.chosen.Version, platform
	out := &verified{file: parcel.File, locked: lock.File{Platform: lock.Any, Size: a.Size, SHA256: a.SHA256, SM3: a.SM3}}
	verdict := trust.Unsigned(a)
	if parcel.Evidence != nil && v.plan.root != nil {
		verdict = trust.Verify(v.ctx, a, parcel.Evidence, v.plan.verifyOptions(nil))
	}
	switch {
	case verdict.OK():
		out.evidence = parcel.Evidence.Bytes()
		out.locked.Evidence = digestOf(out.evidence)
		p.release, p.signers, p.logged = verdict.Release, verdict.Signers, verdict.LoggedAt
	case o.Config.Trust.Bundles == config.BundlesUnsigned && verdict.Refuses(trust.CodeUnsigned): // what is there and wrong is refused all the same
		v.plan.note("%s %s is not verified, as trust.bundles: unsigned allows", p.node.what(), a.Version)
	default:
		if verdict.Refuses(trust.CodeMetadata) {
			return nil, &hinted{oneLine(verdict.Err()), "get its evidence from the house's registry or a mirror of it; a house that has no registry is said so by trust: {metadata: false}"}
		}
		return nil, &hinted{oneLine(verdict.Err()), "have it signed (dougong sign, dougong trust sign), or get it with its evidence; dougong verify " + parcel.File + " says all that was looked at"}
	}
	if err := p.open(parcel.File, out); err != nil {
		return nil, err
	}
	return out, nil
}

// verifyOptions are those of a host at its first start.
func (p *Plan) verifyOptions(store trust.Store) trust.Options {
	o := &p.options
	return trust.Options{Suite: o.Suite, Root: p.root, Purpose: trust.Install, Witnesses: o.Config.Trust.Witnesses, Metadata: o.Config.Trust.Metadata, Store: store, Now: o.Now}
}

// rehearse verifies everything once more as a host does when it starts for the first time: in its order, and remembering what
// it has seen. A log head that does not extend one of before is found here, and not on somebody's machine. It tells whether all
// is well; wrong may be nil.
func (p *Plan) rehearse(ctx context.Context, wrong *Problems) bool {
	p.seen = map[string]*trust.State{}
	for _, platform := range p.options.Platforms {
		store := &trust.MemoryStore{}
		for _, kind := range []lock.Kind{lock.MiniProgram, lock.Plugin} { // a host opens its mini-programs first
			for _, pack := range p.Packages {
				f := pack.files[platform]
				if pack.node.kind != kind || f.evidence == nil {
					continue
				}
				e, err := trust.ParseEvidence(f.evidence)
				if err == nil {
					a := trust.Artifact{ID: pack.Entry.ID, Version: pack.Entry.Version, Platform: platform, Size: f.locked.Size, SHA256: f.locked.SHA256, SM3: f.locked.SM3}
					err = trust.Verify(ctx, a, e, p.verifyOptions(store)).Err()
				}
				if err != nil && wrong != nil {
					wrong.add(pack.node.at, "get the evidence of all of them anew at one time: dougong trust sign, or dougong compose --update",
						fmt.Sprintf("%s %s is not accepted beside the others: %v", pack.node.what(), pack.Entry.Version, oneLine(err)))
				}
				if err != nil {
					return false
				}
			}
		}
		seen, err := store.Load()
		if err != nil {
			return false // a store in memory always reads
		}
		p.seen[platform] = seen
	}
	return true
}

// oneLine is an error of several lines in one.
func oneLine(err error) error { return &flat{err} }

type flat struct{ error }

// Error joins the lines.
func (f *flat) Error() string { return strings.ReplaceAll(f.error.Error(), "\n", "; ") }

// Unwrap gives the error.
func (f *flat) Unwrap() error { return f.error }

// open reads what the bundle says, and holds it against what was signed and chosen.
func (p *Package) open(file string, out *verified) (err error) {
	z, err := bundle.OpenFile(file, bundleLimits)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, z.Close()) }()
	index, err := z.Index()
	if err != nil {
		return err
	}
	out.locked.Content = index.Digest()
	if p.release != nil && out.evidence != nil {
		for _, a := range p.release.Artifacts {
			if a.SHA256 != out.locked.SHA256 {
				continue
			}
			out.locked.Platform = a.Platform
			if a.Content != "" && a.Content != out.locked.Content {
				return fmt.Errorf("its files have the digest %s, signed was %s", out.locked.Content, a.Content)
			}
		}
	}
	id, version, err := p.read(z)
	if err != nil {
		return err
	}
	if id != p.node.id || version != p.node.chosen.Version {
		return fmt.Errorf("the bundle is %s@%s, expected %s@%s", id, version, p.node.id, p.node.chosen.Version)
	}
	if out.evidence == nil && len(p.node.chosen.Platforms) == 1 {
		out.locked.Platform = p.node.chosen.Platforms[0]
	}
	return nil
}

func (p *Package) read(z *bundle.Bundle) (id, version string, err error) {
	if p.node.kind == lock.MiniProgram {
		if p.app, err = readApp(z); err != nil {
			return "", "", err
		}
		return p.app.ID, p.app.Version, nil
	}
	text, err := z.ReadFile(manifest.FileName)
	if err != nil {
		return "", "", fmt.Errorf("it is no plugin's bundle: %w", err)
	}
	m, err := manifest.Parse(p.node.id+"/"+manifest.FileName, text)
	if err != nil {
		return "", "", err
	}
	p.manifest, p.licence, p.contracts = m, m.Licence, nil
	for _, name := range z.Names() {
		dir, base, _ := strings.Cut(name, "/")
		if dir != "contracts" || strings.Contains(base, "/") || !strings.HasSuffix(base, ".yaml") {
			continue
		}
		text, err := z.ReadFile(name)
		if err != nil {
			return "", "", err
		}
		c, err := contract.Parse(p.node.id+"/"+name, text)
		if err != nil {
			return "", "", err
		}
		p.contracts = append(p.contracts, c)
	}
	return m.ID, m.Version, nil
}
