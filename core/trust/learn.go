package trust

import (
	"context"
	"slices"
	"time"

	"github.com/dougong-dev/dougong/core/gm"
)

// Learn takes what evidence says about the house rather than about an artifact: newer roots, revocation lists, the takedown
// list. What is verified is remembered by the store as Verify does it; the verdict tells what was wrong.
func Learn(ctx context.Context, e *Evidence, o Options) *Verdict {
	v := &verification{Verdict: &Verdict{Trust: Verified, LogIndex: -1}, ctx: ctx, evidence: e, options: o, now: time.Now()}
	if o.Now != nil {
		v.now = o.Now()
	}
	v.options.Purpose = Start // no artifact becomes installed by this
	if o.Suite == nil {
		suite, err := gm.New(gm.Policy{})
		if err != nil {
			v.bad(CodeRoot, err)
			return v.Verdict
		}
		v.options.Suite = suite
	}
	if v.state = v.load(); v.state == nil || !v.root() || !v.pool() {
		return v.Verdict
	}
	v.takedown(v.head())
	v.remember()
	return v.Verdict
}

// Forbids tells whether a takedown list forbids a version, and why. A nil list forbids nothing.
func (s *State) Forbids(id, version string) (reason string, forbidden bool) {
	if s.Takedown == nil {
		return "", false
	}
	for _, e := range s.Takedown.Entries {
		if e.ID == id && (len(e.Versions) == 0 || slices.Contains(e.Versions, version)) {
			return e.Reason, true
		}
	}
	return "", false
}
