package admission

import (
	"context"
	"errors"
	"fmt"

	"github.com/dougong-dev/dougong/core/config"
	"github.com/dougong-dev/dougong/core/trust"
)

// Install verifies a bundle that is to be installed: everything has to be up to date, even if it was installed before. The
// verdict names what the bundle is. It is nil if bundles need no evidence here and this one has none.
func (g *Gate) Install(path string) (*trust.Verdict, error) {
	v, err := g.judgeFor(path, true)
	if err != nil {
		return nil, fmt.Errorf("trust of %s: %w", path, err)
	}
	if g.lets(v) {
		g.options.Logger.Warn("a bundle is installed without verification, as trust.bundles: unsigned allows", "path", path)
		return nil, nil
	}
	if err := v.Err(); err != nil {
		return nil, fmt.Errorf("%w\n%s", err, hintOf(v))
	}
	return v, nil
}

// Learn takes what evidence says about the house: roots, revocation lists, the takedown list. Without a root of trust there
// is nothing to hold it against, and nothing is learnt.
func (g *Gate) Learn(e *trust.Evidence) error {
	o, err := g.verifyOptions(trust.Artifact{})
	if errors.Is(err, ErrNoRoot) {
		return nil
	}
	if err != nil {
		return err
	}
	v := trust.VerifyTakedown(context.Background(), e, o) // nothing in it waits for anybody
	if err := v.Err(); err != nil {
		return fmt.Errorf("what is said about the house: %w", err)
	}
	return nil
}

// Unsigned tells whether bundles are used without verification.
func (g *Gate) Unsigned() bool {
	settings, _ := g.settings()
	return settings.Bundles == config.BundlesUnsigned
}
