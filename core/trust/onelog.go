package trust

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/dougong-dev/dougong/core/trust/translog"
)

// maxPast bounds the older trees of a log that a host remembers.
const maxPast = 1024

// witnesses is the number of co-signatures that a head needs.
func (v *verification) witnesses() int { return max(v.anchors.WitnessThreshold, v.options.Witnesses) }

// oneLog holds the head against the newest one that the host knows: one of them has to be the other's beginning. A log that
// shows different people different histories would otherwise only have to show the shorter one.
func (v *verification) oneLog(head *translog.Head) bool {
	known := v.state.Heads[head.Origin]
	check := v.extends
	if head.Size < known.Size {
		check = v.begins
	}
	text, err := check(head, known)
	if err != nil {
		v.bad(CodeFork, err)
		return false
	}
	v.good(CodeFork, "%s", text)
	if v.options.Purpose == Install {
		v.collect(head)
	}
	return true
}

// extends checks that a head that is not smaller begins with the known one.
func (v *verification) extends(head *translog.Head, known translog.Tree) (text string, err error) {
	proof, found := v.consistency(known.Size, head.Size)
	if !found && head.Size > known.Size && known.Size > 0 && v.vouched(head) {
		return fmt.Sprintf("%d witnesses vouch that it extends the head known", len(head.Witnesses)), nil
	}
	if err := head.CheckExtends(known, proof); err != nil {
		return "", err
	}
	return fmt.Sprintf("the log extends the %d entries known", known.Size), nil
}

// begins checks that a smaller head is the known one's beginning: shown by the evidence or by what was seen before, or vouched
// for by witnesses. What is only started was held against the head known when it was installed.
func (v *verification) begins(head *translog.Head, known translog.Tree) (text string, err error) {
	at, found := slices.BinarySearchFunc(v.state.Past[head.Origin], head.Size, func(t translog.Tree, size int64) int { return cmp.Compare(t.Size, size) })
	if found {
		if err := head.CheckExtends(v.state.Past[head.Origin][at], nil); err != nil {
			return "", err
		}
		return fmt.Sprintf("its %d entries are the first of the %d known, as was shown before", head.Size, known.Size), nil
	}
	if proof, found := v.consistency(head.Size, known.Size); found {
		if err := known.CheckExtends(head.Tree, proof); err != nil {
			return "", err
		}
		v.past = append(v.past, head.Tree)
		return fmt.Sprintf("its %d entries are the first of the %d known", head.Size, known.Size), nil
	}
	switch {
	case v.options.Purpose == Start:
		return fmt.Sprintf("the head is older than the one known, with %d entries; what is installed was verified under it", known.Size), nil
	case v.vouched(head):
		return fmt.Sprintf("the head is older than the one known, with %d entries; %d witnesses vouch for it", known.Size, len(head.Witnesses)), nil
	}
	return "", fmt.Errorf("this host has seen %d entries of the log, and nothing shows that the %d of this head are the first of them: "+
		"get newer evidence (dougong registry get --known %d, dougong registry mirror again, dougong trust sign): %w", known.Size, head.Size, known.Size, translog.ErrFork)
}

// vouched tells whether as many witnesses have co-signed the head as every head needs here: none of them signs two histories.
func (v *verification) vouched(head *translog.Head) bool {
	need := v.witnesses()
	return need > 0 && len(head.Witnesses) >= need
}

// consistency finds the proof that the tree of from leaves begins that of to leaves.
func (v *verification) consistency(from, to int64) ([]translog.Hash, bool) {
	for _, c := range v.evidence.Consistency {
		if c.From == from && (c.To == to || c.To == 0 && to == v.tree.Size) {
			return c.Proof, true
		}
	}
	return nil, false
}

// collect takes the older trees that the evidence shows to be beginnings of its head. A wrong one shows nothing.
func (v *verification) collect(head *translog.Head) {
	for _, c := range v.evidence.Consistency {
		if c.Root == nil || c.From < 1 || c.From >= head.Size || c.To != 0 && c.To != head.Size {
			continue
		}
		if old := (translog.Tree{Size: c.From, Root: *c.Root}); head.CheckExtends(old, c.Proof) == nil {
			v.past = append(v.past, old)
		}
	}
}

// rememberHeads keeps the newest tree and its beginnings. If another process has learnt of a newer one meanwhile, what was shown
// here was not held against that.
func (v *verification) rememberHeads(s *State) (changed bool) {
	origin := v.tree.Origin
	known := s.Heads[origin]
	if known != v.state.Heads[origin] {
		return false
	}
	older := v.past
	if v.tree.Size > known.Size {
		if known.Size > 0 {
			older = append(older, known)
		}
		s.Heads[origin], changed = v.tree.Tree, true
	}
	past := slices.Clone(s.Past[origin])
	for _, t := range older {
		at, found := slices.BinarySearchFunc(past, t.Size, func(have translog.Tree, size int64) int { return cmp.Compare(have.Size, size) })
		if !found {
			past, changed = slices.Insert(past, at, t), true
		}
	}
	s.Past[origin] = past[max(0, len(past)-maxPast):]
	return changed
}
