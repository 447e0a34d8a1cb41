package core

import "context"

// retire has a unit take no more calls, which the gate is for, waits for those under way and, if so said, for its tasks,
// and stops it. It returns how many had to be stopped.
func (k *Kernel) retire(u *unit, g *gate, tasks bool, why string) (cut int, err error) {
	inst := u.instance.Load()
	u.leaving.Store(inst)
	u.gate.Store(g)
	u.instance.Store(nil)
	limit, cancel := context.WithTimeout(context.Background(), k.Config().Policy.Drain)
	defer cancel()
	go func() {
		select {
		case <-k.quit:
			cancel()
		case <-limit.Done():
		}
	}()
	if tasks {
		cut = k.tasks.Drain(limit, u)
	}
	if left := u.await(limit); left > 0 {
		cut = max(cut, left)
	}
	if !tasks {
		now, cancel := context.WithCancel(context.Background())
		cancel()
		cut += k.tasks.Drain(now, u)
	}
	u.leaving.Store(nil)
	if inst == nil {
		return cut, nil
	}
	stop, end := context.WithTimeout(context.Background(), closeWait)
	defer end()
	if cut > 0 {
		u.cut.Store(&why)
		end() // no more patience
	}
	return cut, inst.Close(stop)
}

// await waits until no call is under way, or ctx ends; it returns how many are left.
func (u *unit) await(ctx context.Context) int {
	for {
		n := int(u.flight.Load())
		if n == 0 {
			return 0
		}
		select {
		case <-u.idle:
		case <-ctx.Done():
			return n
		}
	}
}
