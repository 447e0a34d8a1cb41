package inside

import "github.com/dougong-dev/dougong/core/plugin"

// MaxIdle is for tests.
const MaxIdle = maxIdle

// Idle is how many goroutines of a plugin wait for a call.
func Idle(i plugin.Instance) int {
	c := &i.(*instance).crew
	c.mu.Lock()
	defer c.mu.Unlock()
	return len(c.idle)
}
