package inside

import "sync"

// maxIdle bounds the goroutines of a plugin that wait for the next call.
const maxIdle = 8

// crew are the goroutines that carry out a plugin's calls. One that has come back takes another call: a goroutine of its own would
// cost each call its start, and growing a stack to what the method needs.
type crew struct {
	mu   sync.Mutex
	idle []chan *job // the last one to come back goes first: its stack is the warmest
	gone bool
}

// carryOut has a goroutine carry out j.
func (c *crew) carryOut(j *job) {
	c.mu.Lock()
	n := len(c.idle)
	if n == 0 {
		c.mu.Unlock()
		go c.work(j)
		return
	}
	next := c.idle[n-1]
	c.idle = c.idle[:n-1]
	c.mu.Unlock()
	next <- j
}

// work carries out j, and then others until there are enough who wait.
func (c *crew) work(j *job) {
	next := make(chan *job, 1)
	for stays := true; stays && j != nil; {
		if stays = c.one(j, next); stays {
			j = <-next
		}
	}
}

// one carries out j. It is answered in any case, also if the plugin's code ends the goroutine.
func (c *crew) one(j *job, next chan *job) (stays bool) {
	o, returned := outcome{}, false
	defer func() {
		if !returned {
			o = exited(j.method)
		}
		j.back()
		// It waits before it answers, so that who calls again at once finds it.
		stays = returned && c.rest(next)
		j.settle(answered, o)
	}()
	o.out, o.err = j.dispatch()
	returned = true
	return
}

// rest reports whether the goroutine of next is to wait for a job.
func (c *crew) rest(next chan *job) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.gone || len(c.idle) == maxIdle {
		return false
	}
	c.idle = append(c.idle, next)
	return true
}

// leave ends those who wait; the others end when their methods come back.
func (c *crew) leave() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.gone = true
	for _, next := range c.idle {
		close(next)
	}
	c.idle = nil
}
