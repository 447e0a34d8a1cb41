package install

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/dougong-dev/dougong/core/trust"
	"github.com/dougong-dev/dougong/hosts/constraint"
)

// Format is the version of generations.json.
const Format = 1

// Ledger is generations.json: all that a host knows about what is installed.
type Ledger struct {
	Format   int         `json:"format"`
	Current  Generation  `json:"current"`
	Previous *Generation `json:"previous,omitempty"`
	// Bad are versions that were taken back. An update passes them over until there is a newer one.
	Bad []Bad `json:"bad,omitempty"`
	// Rollbacks tells of the last ones, the newest last.
	Rollbacks []Rollback `json:"rollbacks,omitempty"`
}

// Generation is a set of versions.
type Generation struct {
	Number int64  `json:"number"`
	Made   int64  `json:"made"` // seconds since 1970
	Items  []Item `json:"items"`
	// Proven: a host has started all of it. One that is not, and fails to start, is taken back.
	Proven bool `json:"proven,omitempty"`
}

// Item is an installed version.
type Item struct {
	Kind    string `json:"kind"` // trust.KindPlugin or trust.KindMiniProgram
	ID      string `json:"id"`
	Version string `json:"version"`
	SHA256  string `json:"sha256"`
	Size    int64  `json:"size"`
	Source  string `json:"source"` // where it came from, for people
}

// Bad is a version that was taken back.
type Bad struct {
	ID      string `json:"id"`
	Version string `json:"version"`
	SHA256  string `json:"sha256"`
	Reason  string `json:"reason"`
	At      int64  `json:"at"`
}

// Rollback tells of one.
type Rollback struct {
	From   int64  `json:"from"` // number of the generation that was left
	To     int64  `json:"to"`
	Reason string `json:"reason"`
	At     int64  `json:"at"`
	Auto   bool   `json:"auto,omitempty"` // the host did it by itself
}

// Limits of a ledger.
const (
	maxLedger    = 4 << 20
	maxItems     = 4096
	maxRollbacks = 32
	maxText      = 4096
)

// ParseLedger reads generations.json strictly. Each name in it that becomes a path is held to what a name may be.
func ParseLedger(data []byte) (*Ledger, error) {
	if len(data) > maxLedger {
		return nil, fmt.Errorf("generations: %d bytes, the limit is %d", len(data), maxLedger)
	}
	l := &Ledger{}
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.DisallowUnknownFields()
	if err := dec.Decode(l); err != nil {
		return nil, fmt.Errorf("generations, byte %d: %w", dec.InputOffset(), err)
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("generations, byte %d: something stands after it", dec.InputOffset())
	}
	if l.Format != Format {
		return nil, fmt.Errorf("generations: format %d, this host knows %d; use the host that wrote it, or a newer one", l.Format, Format)
	}
	return l, l.check()
}

func (l *Ledger) check() error {
	if err := l.Current.check(); err != nil {
		return err
	}
	if l.Previous != nil {
		if err := l.Previous.check(); err != nil {
			return err
		}
		if l.Previous.Number >= l.Current.Number {
			return fmt.Errorf("generations: the previous one has number %d, the current one %d; expected a lower one", l.Previous.Number, l.Current.Number)
		}
	}
	if len(l.Bad) > maxItems || len(l.Rollbacks) > maxRollbacks {
		return fmt.Errorf("generations: %d bad versions and %d rollbacks, the limits are %d and %d", len(l.Bad), len(l.Rollbacks), maxItems, maxRollbacks)
	}
	for i, b := range l.Bad {
		if !goodID(b.ID) || !constraint.Version(b.Version) || !goodDigest(b.SHA256) {
			return fmt.Errorf("generations: bad[%d] is of %q@%q with digest %q; expected an id, a version and a SHA-256", i, b.ID, b.Version, b.SHA256)
		}
	}
	return nil
}

func (g *Generation) check() error {
	if g.Number < 0 || len(g.Items) > maxItems {
		return fmt.Errorf("generations: generation %d with %d entries; expected a number from 0 on and at most %d", g.Number, len(g.Items), maxItems)
	}
	for i, item := range g.Items {
		what := fmt.Sprintf("generations: generation %d, items[%d] %q", g.Number, i, item.ID)
		switch {
		case item.Kind != trust.KindPlugin && item.Kind != trust.KindMiniProgram:
			return fmt.Errorf("%s: expected kind %q or %q, found %q", what, trust.KindPlugin, trust.KindMiniProgram, item.Kind)
		case !goodID(item.ID):
			return fmt.Errorf("%s: expected an id such as com.acme.pay", what)
		case !constraint.Version(item.Version):
			return fmt.Errorf("%s: expected a version such as 1.2.3, found %q", what, item.Version)
		case !goodDigest(item.SHA256):
			return fmt.Errorf("%s: expected a SHA-256 of 64 small hexadecimal digits, found %q", what, item.SHA256)
		case item.Size < 0:
			return fmt.Errorf("%s: expected a size, found %d", what, item.Size)
		case i > 0 && g.Items[i-1].ID >= item.ID:
			return fmt.Errorf("%s: expected the entries in the order of their ids, each once", what)
		}
	}
	return nil
}

func goodDigest(s string) bool {
	_, err := hex.DecodeString(s)
	return err == nil && len(s) == 64 && strings.ToLower(s) == s
}

// Bytes is what ParseLedger reads.
func (l *Ledger) Bytes() []byte {
	data, err := json.MarshalIndent(l, "", "  ")
	if err != nil {
		panic(err) // strings and integers always marshal
	}
	return append(data, '\n')
}

// Find gives the installed version of a package; nil if there is none.
func (g *Generation) Find(id string) *Item {
	at, found := slices.BinarySearchFunc(g.Items, id, func(i Item, id string) int { return strings.Compare(i.ID, id) })
	if !found {
		return nil
	}
	return &g.Items[at]
}

// with is the next generation: this one with other versions of some packages, and without some.
func (g *Generation) with(now int64, fresh []Item, without []string) Generation {
	next := Generation{Number: g.Number + 1, Made: now, Items: []Item{}}
	left := func(id string) bool {
		return !slices.Contains(without, id) && !slices.ContainsFunc(fresh, func(i Item) bool { return i.ID == id })
	}
	for _, item := range g.Items {
		if left(item.ID) {
			next.Items = append(next.Items, item)
		}
	}
	next.Items = append(next.Items, fresh...)
	slices.SortFunc(next.Items, func(a, b Item) int { return strings.Compare(a.ID, b.ID) })
	return next
}

// bad tells why a version is not to be taken by an update; nil if nothing speaks against it.
func (l *Ledger) bad(id, version string) *Bad {
	for i := range l.Bad {
		if l.Bad[i].ID == id && l.Bad[i].Version == version {
			return &l.Bad[i]
		}
	}
	return nil
}

// digests are those of all bundles that the ledger names.
func (l *Ledger) digests() map[string]bool {
	out := map[string]bool{}
	for _, item := range l.Current.Items {
		out[item.SHA256] = true
	}
	if l.Previous != nil {
		for _, item := range l.Previous.Items {
			out[item.SHA256] = true
		}
	}
	return out
}

// back is the ledger after a rollback to the previous generation. What was left is remembered as bad.
func (l *Ledger) back(now int64, reason string, auto bool) *Ledger {
	next := *l
	next.Current = *l.Previous
	next.Current.Number, next.Current.Made = l.Current.Number+1, now
	next.Previous = nil
	if !auto { // by hand it can be taken back; what failed must not come again by the same way
		was := l.Current
		next.Previous = &was
	}
	next.Bad = slices.Clone(l.Bad)
	for _, item := range l.Current.Items {
		if old := l.Previous.Find(item.ID); (old == nil || old.SHA256 != item.SHA256) && l.bad(item.ID, item.Version) == nil {
			next.Bad = append(next.Bad, Bad{ID: item.ID, Version: item.Version, SHA256: item.SHA256, Reason: clip(reason), At: now})
		}
	}
	next.Rollbacks = append(slices.Clone(l.Rollbacks), Rollback{From: l.Current.Number, To: next.Current.Number, Reason: clip(reason), At: now, Auto: auto})
	next.Rollbacks = next.Rollbacks[max(0, len(next.Rollbacks)-maxRollbacks):]
	return &next
}

func clip(s string) string {
	if len(s) > maxText {
		return strings.ToValidUTF8(s[:maxText], "") + "…"
	}
	return s
}
