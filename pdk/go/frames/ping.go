package frames

import "context"

// Ping asks the other side for a sign of life and waits for it.
func (c *conn) Ping(ctx context.Context) error {
	answer := make(chan struct{})
	c.mu.Lock()
	c.pinged++
	id := c.pinged
	c.pings[id] = answer
	c.mu.Unlock()
	defer func() {
		c.mu.Lock()
		delete(c.pings, id)
		c.mu.Unlock()
	}()
	c.w.control(header{kind: kindPing, id: id})
	select {
	case <-answer:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	case <-c.ctx.Done():
		return c.Err()
	}
}

func (c *conn) pong(m message) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if m.id == 0 || m.id > c.pinged {
		return violation(m.at+8, "pong %d, which was not asked for", m.id)
	}
	if answer, ok := c.pings[m.id]; ok {
		close(answer)
		delete(c.pings, m.id)
	}
	return nil
}
