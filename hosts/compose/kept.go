package compose

import (
	"context"
	"os"
	"path/filepath"

	"github.com/dougong-dev/dougong/core/trust"
	"github.com/dougong-dev/dougong/hosts/compose/lock"
)

// kept is a source that cannot be reached now, as far as the lock file and the evidence beside it know it.
type kept struct {
	Source
	entry   *lock.Entry
	details Details
}

// kept stands in for a source that failed, if everything that the lock file says of a package is at hand; nil if not.
func (p *Plan) kept(w want, s Source) *kept {
	if p.keep(w) == "" {
		return nil
	}
	e := p.old.Find(w.kind, w.name())
	if e.Source != s.Name() || len(e.Files) == 0 || e.Files[0].Evidence == "" {
		return nil
	}
	data, err := os.ReadFile(filepath.Join(p.options.Config.Dir, EvidenceDir, e.Files[0].Evidence+".json"))
	if err != nil {
		return nil
	}
	evidence, err := trust.ParseEvidence(data)
	if err != nil {
		return nil
	}
	k := &kept{Source: s, entry: e}
	for _, one := range evidence.Statements {
		if r, err := one.Envelope.Release(); err == nil {
			k.details = Details{MinHost: r.MinHost, Requires: r.Requires}
		}
	}
	return k
}

// Candidates implements Source.
func (k *kept) Candidates(context.Context, lock.Kind, string) ([]Candidate, error) {
	c := Candidate{Version: k.entry.Version}
	for _, f := range k.entry.Files {
		c.Platforms = append(c.Platforms, f.Platform)
	}
	if k.entry.Yanked {
		c.Yanked = "as the lock file says"
	}
	return []Candidate{c}, nil
}

// Details implements Source.
func (k *kept) Details(context.Context, lock.Kind, string, string) (Details, error) {
	return k.details, nil
}

var _ Source = (*kept)(nil)
