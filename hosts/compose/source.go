package compose

import (
	"context"
	"slices"

	"github.com/dougong-dev/dougong/core/trust"
	"github.com/dougong-dev/dougong/hosts/compose/lock"
)

// Source is a place that packages come from. What it says is a claim: nothing of it is believed before the evidence of what
// it hands over has been verified.
type Source interface {
	// Name is what the lock file calls it.
	Name() lock.Source
	// Candidates lists the versions of a package, in any order; none if it has nothing of that id.
	Candidates(ctx context.Context, kind lock.Kind, id string) ([]Candidate, error)
	// Details tells what a version needs.
	Details(ctx context.Context, kind lock.Kind, id, version string) (Details, error)
	// Fetch hands over the file of a version for a platform, and what is said about it.
	Fetch(ctx context.Context, kind lock.Kind, id, version, platform string) (*Parcel, error)
}

// Candidate is a version that may be chosen.
type Candidate struct {
	Version   string
	Platforms []string // "linux/amd64" …, or lock.Any
	Yanked    string   // why nobody new should get it; "" if it is not yanked
}

func (c *Candidate) runsOn(platform string) bool {
	return slices.Contains(c.Platforms, lock.Any) || slices.Contains(c.Platforms, platform)
}

// Details is what a version needs.
type Details struct {
	MinHost  string            // lowest host version
	Requires map[string]string // plugins, with version constraints
}

// Parcel is a file as it came, and what is said about it.
type Parcel struct {
	File     string          // of the bundle
	Evidence *trust.Evidence // nil: nobody vouches for it
}
