package house

import "sync"

// maxCached bounds the bytes of evidence that are kept in memory.
const maxCached = 64 << 20

// cache keeps evidence that was made, as long as nothing changes that it depends on. Safe for concurrent use.
type cache struct {
	mu    sync.Mutex
	state string
	bytes int
	made  map[string][]byte
}

// get gives what was made under a state, nil if nothing was.
func (c *cache) get(state, name string) []byte {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.state != state {
		return nil
	}
	return c.made[name]
}

// put keeps what was made under a state, in place of everything of another state.
func (c *cache) put(state, name string, data []byte) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.state != state || c.made == nil {
		c.state, c.bytes, c.made = state, 0, map[string][]byte{}
	}
	if _, ok := c.made[name]; ok || c.bytes+len(data) > maxCached {
		return
	}
	c.made[name], c.bytes = data, c.bytes+len(data)
}

// Once gives evidence that was made before under the same state (see State), or makes it.
func (h *House) Once(state, name string, build func() ([]byte, error)) ([]byte, error) {
	if data := h.made.get(state, name); data != nil {
		return data, nil
	}
	data, err := build()
	if err != nil {
		return nil, err
	}
	h.made.put(state, name, data)
	return data, nil
}
