package script

import (
	"crypto/sha256"
	"sync"

	"github.com/dop251/goja"
)

// preludes are the compiled base libraries, by content: a process has one or two.
var preludes preludeCache

type preludeCache struct {
	mu   sync.Mutex
	prog map[[32]byte]*goja.Program
}

func (c *preludeCache) compile(s Source) (*goja.Program, error) {
	key := sha256.Sum256([]byte(s.Name + "\x00" + s.Code))
	c.mu.Lock()
	defer c.mu.Unlock()
	if p := c.prog[key]; p != nil {
		return p, nil
	}
	p, err := compileWrapped(s.Name, hostHead, s.Code)
	if err != nil {
		return nil, err
	}
	if c.prog == nil || len(c.prog) > 16 {
		c.prog = map[[32]byte]*goja.Program{}
	}
	c.prog[key] = p
	return p, nil
}
