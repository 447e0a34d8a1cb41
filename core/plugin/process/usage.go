package process

import "github.com/dougong-dev/dougong/core/plugin"

// Usage implements plugin.Measured.
func (p *process) Usage() plugin.Usage {
	u := plugin.Usage{Instances: 1, Waiting: int(p.waiting.Load())}
	p.runner.mu.Lock()
	defer p.runner.mu.Unlock()
	if p.runner.head == nil {
		return plugin.Usage{}
	}
	u.Memory = resident(p.runner.head.Pid)
	return u
}

var _ plugin.Measured = (*process)(nil)
