package inside

import (
	"context"
	"sync/atomic"
	"time"

	"github.com/dougong-dev/dougong/core/capability"
	"github.com/dougong-dev/dougong/pdk/go"
)

// What has become of a job.
const (
	pending  = iota
	answered // by its method
	given    // given up: by its caller, or by the clock
)

// outcome is what a call comes to.
type outcome struct {
	out pdk.Payload
	err error
}

// job is a call as those see it who have to do with it: the caller, the goroutine that carries it out, the clock.
type job struct {
	instance *instance
	method   string
	ctx      *pdk.Context
	in       pdk.Payload

	fate    atomic.Int32
	settled chan struct{} // one value, once fate is not pending and outcome stands
	outcome outcome

	until      time.Time // when the clock ends it
	prev, next *job      // in the clock's line
	lined      bool
}

// scope is what a method may keep when its call is over, therefore each has its own.
type scope struct {
	term term
	ctx  pdk.Context
}

// newJob makes a job of a call. The call's own memory may be another call's by the time that a late method looks at it.
func newJob(ctx context.Context, i *instance, call *capability.Call) (*job, *term) {
	j, _ := i.jobs.Get().(*job)
	if j == nil {
		j = &job{settled: make(chan struct{}, 1)}
	}
	j.instance, j.method, j.in = i, call.Method, call.Payload
	s := &scope{}
	s.term.parent = ctx
	if i.clock.limit > 0 {
		s.term.until = i.clock.begin(j)
	}
	s.ctx.Bind(&s.term, &call.Info, host{i})
	j.ctx = &s.ctx
	return j, &s.term
}

func (j *job) dispatch() (pdk.Payload, error) { return j.instance.plugin.Dispatch(j.ctx, j.in) }

// back counts a method that has come back.
func (j *job) back() { j.instance.left.Add(-1) }

// settle says what the job comes to, unless that has been said.
func (j *job) settle(fate int32, o outcome) {
	if j.fate.CompareAndSwap(pending, fate) {
		j.outcome = o
		j.settled <- struct{}{}
	}
}

// free gives the job back for another call, if its method is done with it.
func (j *job) free() {
	if j.fate.Load() != answered {
		return
	}
	i := j.instance
	*j = job{settled: j.settled}
	i.jobs.Put(j)
}
