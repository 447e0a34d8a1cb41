package main

import (
	"math"
	"sync"
	"time"

	"github.com/dougong-dev/dougong/pdk/go"
)

const (
	codeTooMany = 10001 // as the contract declares it
	maxRunning  = 100
)

// countdowns are those under way. Methods of a process plugin are called concurrently, hence the lock.
type countdowns struct {
	mu      sync.Mutex
	running map[uint64]chan struct{} // by task; closed to stop it
	wait    sync.WaitGroup
}

func newCountdowns() *countdowns {
	return &countdowns{running: map[uint64]chan struct{}{}}
}

// Params mirrors the contract.
type Params struct {
	Seconds  float64 `json:"seconds"`
	Interval float64 `json:"interval"`
}

// Tick and Finish are the events' payloads.
type (
	Tick struct {
		Left float64 `json:"left"`
	}
	Finish struct {
		Stopped bool `json:"stopped"`
	}
)

// start begins a countdown and returns; ctx.Task is the number that the host gave the task.
func (c *countdowns) start(ctx *pdk.Context, in Params) (struct{}, error) {
	if in.Interval == 0 {
		in.Interval = 1
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.running) >= maxRunning {
		return struct{}{}, pdk.Errorf(codeTooMany, "too-many", "%d countdowns are running, stop one first", maxRunning)
	}
	stop := make(chan struct{})
	c.running[ctx.Task] = stop
	c.wait.Go(func() { c.run(ctx, in, stop) })
	return struct{}{}, nil
}

// run tells the time until it is over. Emit and End may be used after start has returned; the call's own context has
// ended by then, so the goroutine must not wait on it.
func (c *countdowns) run(ctx *pdk.Context, in Params, stop <-chan struct{}) {
	begin, interval, whole := time.Now(), seconds(in.Interval), seconds(in.Seconds)
	goesOn, heard := true, true
	// One timer after the other, not a ticker beside a timer: where the machine is late for both, a tick comes before the end.
	for due := interval; due < whole && goesOn && heard; due = max(due, time.Since(begin).Truncate(interval)) + interval {
		if goesOn = pause(begin.Add(due), stop); goesOn {
			left := max(whole-time.Since(begin), 0).Seconds()
			// An error means that nobody listens any more.
			heard = ctx.Emit("tick", Tick{math.Round(left*10) / 10}) == nil
		}
	}
	stopped := heard && !(goesOn && pause(begin.Add(whole), stop))
	c.mu.Lock()
	delete(c.running, ctx.Task)
	c.mu.Unlock()
	if err := ctx.End("finish", Finish{stopped}); err != nil {
		ctx.Log(pdk.LevelDebug, "the countdown ended unheard", "error", err)
	}
}

// pause waits until a time; it is false if stop comes first.
func pause(until time.Time, stop <-chan struct{}) bool {
	timer := time.NewTimer(time.Until(until))
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-stop:
		return false
	}
}

// stop ends a countdown early. The mini-program calls it, or the host when the mini-program is gone.
func (c *countdowns) stop(ctx *pdk.Context, _ struct{}) (struct{}, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if stop, ok := c.running[ctx.Task]; ok {
		delete(c.running, ctx.Task)
		close(stop)
	}
	return struct{}{}, nil
}

// close runs once when the host stops the plugin. Whoever starts a goroutine waits for its end.
func (c *countdowns) close() error {
	c.mu.Lock()
	for task, stop := range c.running {
		delete(c.running, task)
		close(stop)
	}
	c.mu.Unlock()
	c.wait.Wait()
	return nil
}

func seconds(s float64) time.Duration { return time.Duration(s * float64(time.Second)) }
