package headless

import (
	"context"
	"fmt"

	"github.com/dougong-dev/dougong/core/miniapp/program"
)

// Find builds the mini-program of an id, one of those that the kernel's superapp.yaml lists. One that does not build is as
// good as none.
func (k *Kernel) Find(ctx context.Context, id string) (*program.Program, error) {
	k.building.Lock()
	defer k.building.Unlock()
	cfg := k.Config()
	for i := range cfg.MiniApps {
		p, err := k.build(ctx, i)
		if err != nil {
			continue
		}
		if p.App.ID == id || cfg.MiniApps[i].ID == id {
			return p, nil
		}
	}
	return nil, fmt.Errorf("there is no mini-program %q here", id)
}

// build builds the i-th mini-program once. The caller holds building.
func (k *Kernel) build(ctx context.Context, i int) (*program.Program, error) {
	if b, ok := k.built[i]; ok {
		return b.program, b.err
	}
	cfg := k.Config()
	p, _, err := Build(ctx, cfg.Abs(cfg.MiniApps[i].Path))
	if ctx.Err() == nil {
		k.built[i] = built{p, err}
	}
	return p, err
}

// built is what a mini-program was built to.
type built struct {
	program *program.Program
	err     error
}
