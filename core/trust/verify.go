package trust

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/dougong-dev/dougong/core/gm"
	"github.com/dougong-dev/dougong/core/trust/cert"
	"github.com/dougong-dev/dougong/core/trust/envelope"
	"github.com/dougong-dev/dougong/core/trust/translog"
	"github.com/dougong-dev/dougong/core/trust/tuf"
)

// Purpose is what the verdict is for.
type Purpose int

// The purposes.
const (
	// Install wants everything up to date: metadata and revocation lists that have expired refuse.
	Install Purpose = iota
	// Start is of what was installed before: what has expired since does not refuse, up to Options.MaxOffline.
	Start
)

// Options are what the host's operator decides.
type Options struct {
	// Suite computes; nil allows everything that is known. The root's own policy takes its place once it is read.
	Suite *gm.Suite
	// Root is the root metadata that is pinned. A newer one of the store or the evidence follows it by its own rules.
	Root []byte
	// Purpose of the verdict.
	Purpose Purpose
	// Require is added to what the root requires.
	Require []Requirement
	// Witnesses is the number of co-signatures needed, if it is more than the root asks for.
	Witnesses int
	// Metadata refuses artifacts without metadata that shows that the repository offers them now.
	Metadata bool
	// MaxOffline is how long after their expiry lists are good enough for Start. 0 means for ever.
	MaxOffline time.Duration
	// Store remembers. Without one, nothing protects from what is older than the evidence itself.
	Store Store
	// Now is time.Now if nil.
	Now func() time.Time
}

// Verify decides about an artifact by its evidence. It needs no network. The verdict has a reason for each thing looked at;
// the first that is wrong does not hide the others, unless they hang on it.
func Verify(ctx context.Context, a Artifact, e *Evidence, o Options) *Verdict {
	if e == nil {
		return Unsigned(a)
	}
	v, ok := begin(ctx, a, e, o)
	if !ok {
		return v.Verdict
	}
	headGood := v.head()
	v.takedown(headGood)
	if release := v.release(headGood); release != nil {
		v.thresholds()
		v.forbidden(release)
		v.metadata(release)
	}
	v.remember()
	return v.Verdict
}

// VerifyTakedown decides about evidence that is about a takedown list alone, and has the host remember the list: how a host
// learns of it between updates. The verdict's Takedown is the newest list that is known then, nil if there is none.
func VerifyTakedown(ctx context.Context, e *Evidence, o Options) *Verdict {
	a := Artifact{ID: TakedownPath}
	if e == nil {
		return Unsigned(a)
	}
	v, ok := begin(ctx, a, e, o)
	if !ok {
		return v.Verdict
	}
	v.takedown(v.head())
	v.freshTakedown()
	if t := v.Takedown; v.OK() && t != nil {
		v.good(CodeTakedown, "takedown list %d with %d entries", t.Serial, len(t.Entries))
	}
	v.learning = true
	v.remember()
	return v.Verdict
}

// begin reads what the evidence hangs on: what the host remembers, roots, certificates.
func begin(ctx context.Context, a Artifact, e *Evidence, o Options) (*verification, bool) {
	v := &verification{Verdict: &Verdict{Trust: Verified, Artifact: a, LogIndex: -1}, ctx: ctx, evidence: e, options: o, now: time.Now()}
	if o.Now != nil {
		v.now = o.Now()
	}
	if o.Suite == nil {
		suite, err := gm.New(gm.Policy{})
		if err != nil {
			v.bad(CodeRoot, err)
			return v, false
		}
		v.options.Suite = suite
	}
	v.state = v.load()
	return v, v.state != nil && v.root() && v.pool()
}

// verification is one call of Verify.
type verification struct {
	*Verdict
	ctx      context.Context // lives for one call of Verify
	evidence *Evidence
	options  Options
	now      time.Time
	state    *State

	set     *tuf.Set
	anchors *Anchors
	certs   *cert.Pool
	tree    *translog.Head
	// learning tells that nothing is installed by it.
	learning bool

	past []translog.Tree            // beginnings of the newest tree known that the evidence showed
	said map[string]map[string]bool // predicate type → holders who said it
}

func (v *verification) load() *State {
	if v.options.Store == nil {
		return (&State{}).ready()
	}
	s, err := v.options.Store.Load()
	if err != nil {
		v.bad(CodeState, err)
		return nil
	}
	return s
}

// root follows the roots from the pinned one to the newest.
func (v *verification) root() bool {
	set, err := tuf.New(v.options.Suite, v.options.Root, v.now)
	if err != nil {
		v.bad(CodeRoot, err)
		return false
	}
	if len(v.state.Root) > 0 && v.state.Pinned == envelope.Digest(v.options.Root) { // it follows from the one that is pinned
		if known, err := tuf.New(v.options.Suite, v.state.Root, v.now); err == nil && known.Root().Version >= set.Root().Version {
			set = known
		}
	}
	if err := set.Roots(v.ctx, v.evidence.files()); err != nil {
		v.bad(CodeRoot, err)
		return false
	}
	v.set = set
	if v.anchors, err = ReadAnchors(set.Root()); err != nil {
		v.bad(CodeRoot, err)
		return false
	}
	if v.anchors.Crypto != nil {
		if v.options.Suite, err = v.options.Suite.With(*v.anchors.Crypto); err != nil {
			v.bad(CodeRoot, err)
			return false
		}
	}
	v.good(CodeRoot, "root version %d", set.Root().Version)
	return true
}

// pool reads certificates and revocation lists. Lists that the host has seen count beside those that came now: the newest
// holds, whoever brings an old one. What is only started is not doubted because somebody has left a revoked authority's last list out.
func (v *verification) pool() bool {
	roots, err := v.anchors.roots()
	if err != nil {
		v.bad(CodeRevocations, err)
		return false
	}
	var others []*cert.Certificate
	for _, der := range v.evidence.Certificates {
		c, err := cert.Parse(der)
		if err != nil {
			v.bad(CodeRevocations, err)
			return false
		}
		others = append(others, c)
	}
	came, err := readLists(v.evidence.Lists)
	if err != nil {
		v.bad(CodeRevocations, err)
		return false
	}
	known, err := readLists(slices.Collect(maps.Values(v.state.Lists)))
	if err != nil {
		v.bad(CodeRevocations, err)
		return false
	}
	lists := slices.Concat(came, known)
	if v.certs, err = cert.NewPool(v.options.Suite, roots, others, lists); err != nil {
		v.bad(CodeRevocations, err)
		return false
	}
	if v.options.Purpose == Start {
		v.certs.Hold(known)
	}
	v.good(CodeRevocations, "%d certificates, %d revocation lists", len(others), len(lists))
	return true
}

func readLists(ders []envelope.Base64) (out []*cert.List, err error) {
	for _, der := range ders {
		l, err := cert.ParseList(der)
		if err != nil {
			return nil, err
		}
		out = append(out, l)
	}
	return out, nil
}

// head checks the log head: signatures, witnesses, and that it extends what the host knows.
func (v *verification) head() bool {
	head, err := translog.Open(v.options.Suite, v.evidence.Head, v.anchors.Log, v.anchors.Witnesses)
	if err != nil {
		v.bad(CodeHead, err)
		return false
	}
	v.tree = head
	v.good(CodeHead, "log %s with %d entries", head.Origin, head.Size)
	good := true
	if need := v.witnesses(); len(head.Witnesses) < need {
		v.bad(CodeWitness, fmt.Errorf("%d of the %d witnesses that are needed co-signed the head; others may be shown another log", len(head.Witnesses), need))
		good = false
	} else {
		v.good(CodeWitness, "%d witnesses, %d needed", len(head.Witnesses), need)
	}
	return v.oneLog(head) && good
}

// inLog checks that the log holds a statement and gives the moment at which it is judged.
func (v *verification) inLog(l *Logged, kind string) (cert.At, error) {
	if v.tree == nil {
		return cert.At{}, errors.New("there is no good log head")
	}
	if l.Leaf.Kind != kind || l.Leaf.Digest != l.Envelope.Digest() {
		return cert.At{}, fmt.Errorf("the log entry (%s of %s) is not that of this statement", l.Leaf.Kind, l.Leaf.Subject)
	}
	if err := v.tree.CheckLeaf(l.Leaf, l.Index, l.Proof); err != nil {
		return cert.At{}, err
	}
	return cert.At{Time: time.Unix(l.Leaf.Time, 0), Index: &l.Index}, nil
}
