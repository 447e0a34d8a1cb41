package wasm

import "github.com/dougong-dev/dougong/core/plugin"

// Usage implements plugin.Measured. The memory of an instance that is busy counts as it was before its call: it is the
// guest's alone until then.
func (p *wasmPlugin) Usage() plugin.Usage {
	p.pool.mu.Lock()
	defer p.pool.mu.Unlock()
	u := plugin.Usage{Instances: len(p.pool.all), Waiting: len(p.pool.queue)}
	for inst := range p.pool.all {
		u.Memory += inst.seen.Load()
	}
	return u
}

var _ plugin.Measured = (*wasmPlugin)(nil)
