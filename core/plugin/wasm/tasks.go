package wasm

import (
	"strings"
	"sync"

	"github.com/dougong-dev/dougong/core/capability"
	"github.com/dougong-dev/dougong/pdk/go"
	"github.com/dougong-dev/dougong/pdk/go/contract"
)

// tasks are the tasks that the plugin was given and that have not ended.
type tasks struct {
	mu      sync.Mutex
	running map[uint64]runningTask
}

type runningTask struct {
	info  pdk.Info
	until string // name of its last event, if it has a contract that says so
	alone bool   // the call that started it has returned
}

// begin records the task that call starts, if it starts one.
func (t *tasks) begin(call *capability.Call) bool {
	if call.Task == 0 || isTaskMethod(call.Method) {
		return false
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	until := ""
	if call.Contract != nil && call.Contract.Task != nil {
		until = call.Contract.Task.Until
	}
	t.running[call.Task] = runningTask{info: call.Info, until: until}
	return true
}

// settle notes that the call that started a task has returned and the task goes on.
func (t *tasks) settle(task uint64) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if r, ok := t.running[task]; ok {
		r.alone = true
		t.running[task] = r
	}
}

// end forgets a task and returns it, if it was still running.
func (t *tasks) end(task uint64) (runningTask, bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	r, ok := t.running[task]
	delete(t.running, task)
	return r, ok
}

// info returns the Info of the call that started a task.
func (t *tasks) info(task uint64) (pdk.Info, bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	r, ok := t.running[task]
	return r.info, ok
}

// outlives reports whether a task goes on after its call has returned. Without a contract it does: its final event ends it.
func outlives(m *contract.Method) bool { return m == nil || m.Task != nil && m.Task.Until != "" }

func isTaskMethod(name string) bool { return strings.IndexByte(name, '.') >= 0 }
