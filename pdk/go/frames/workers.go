package frames

import (
	"sync"
	"sync/atomic"
)

// idlers is how many workers wait for more to do. They keep their grown stacks from call to call.
const idlers = 64

// job is something that may take a while, and so is not for the reader.
type job interface{ run() }

// workers carry out jobs, each in a goroutine that is used again. How many there may be is for those to say who bring
// the jobs.
type workers struct {
	jobs    chan job
	stop    <-chan struct{}
	idle    atomic.Int32
	running sync.WaitGroup
}

func (w *workers) do(j job) {
	select {
	case w.jobs <- j:
	default:
		w.running.Add(1)
		go w.work(j)
	}
}

func (w *workers) work(j job) {
	defer w.running.Done()
	for {
		j.run()
		if w.idle.Add(1) > idlers {
			w.idle.Add(-1)
			return
		}
		select {
		case j = <-w.jobs:
			w.idle.Add(-1)
		case <-w.stop:
			return
		}
	}
}
