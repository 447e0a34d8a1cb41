package miniapp

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/dougong-dev/dougong/core/miniapp/baselib"
	"github.com/dougong-dev/dougong/core/miniapp/message"
	"github.com/dougong-dev/dougong/core/miniapp/script"
	"github.com/dougong-dev/dougong/core/miniapp/value"
	"github.com/dougong-dev/dougong/core/miniapp/worker"
)

// maxWorkers is how many workers may run at a time, as in WeChat.
const maxWorkers = 1

// workers are the running workers of a mini-program, by number.
type workers struct {
	running map[int]*runningWorker
	number  int
	said    chan worker.Event
}

type runningWorker struct {
	*worker.Worker
	id     int
	report value.Func
	busy   int       // pieces of work that it has been given and not reported done
	due    time.Time // when it wakes by itself; zero if it does not
}

func newWorkers() workers {
	return workers{running: map[int]*runningWorker{}, said: make(chan worker.Event, 64)}
}

// idle tells whether no worker is at work.
func (w *workers) idle() bool {
	for _, r := range w.running {
		if r.busy > 0 {
			return false
		}
	}
	return len(w.said) == 0
}

// next is the earliest of a time and those at which workers wake by themselves; zero is never.
func (w *workers) next(at time.Time) time.Time {
	for _, r := range w.running {
		if !r.due.IsZero() && (at.IsZero() || r.due.Before(at)) {
			at = r.due
		}
	}
	return at
}

// stop ends a worker and waits for it.
func (w *workers) stop(id int) {
	if r, ok := w.running[id]; ok {
		delete(w.running, id)
		r.Stop()
	}
}

func (w *workers) stopAll() {
	for id := range w.running {
		w.stop(id)
	}
}

// fromWorkers takes one thing that a worker has said, if there is any.
func (a *actor) fromWorkers() bool {
	select {
	case e := <-a.workers.said:
		a.workerSaid(e)
		return true
	default:
		return false
	}
}

func (a *actor) workerSaid(e worker.Event) {
	a.rested = false
	r, ok := a.workers.running[e.ID]
	if !ok {
		return // it has been terminated since
	}
	switch {
	case e.Done:
		r.busy--
	case e.Call != nil:
		a.workerCalls(r, *e.Call)
	case e.Sleep != nil:
		r.due = *e.Sleep
	case e.Message != nil:
		_, _ = a.realm.Invoke(r.report, "message", e.Message.Data)
	case e.Error != nil:
		a.report(*e.Error)
		_, _ = a.realm.Invoke(r.report, "error", value.ObjectOf("message", e.Error.Message, "filename", e.Error.File, "lineno", value.Int(e.Error.Line)))
	case e.Log != nil:
		a.send(message.FromActor{Log: e.Log})
	case e.Killed:
		a.workers.stop(e.ID)
		_, _ = a.realm.Invoke(r.report, "killed")
	}
	a.router.publish()
}

// workerCalls makes a capability call of a worker.
func (a *actor) workerCalls(r *runningWorker, m message.Call) {
	a.bridge.Relay(m, func(reply message.Reply) {
		if a.workers.running[r.id] == r && r.Reply(reply) {
			r.busy++
		}
	})
}

// bindWorker is __dougong.worker(script, report): starts a worker and gives its number.
func (a *actor) bindWorker(args []value.Value) (value.Value, error) {
	path, _ := at(args, 0).(string)
	report, _ := at(args, 1).(value.Func)
	module := strings.TrimSuffix(strings.TrimPrefix(path, "/"), ".js")
	switch {
	case len(a.workers.running) >= maxWorkers:
		return nil, fmt.Errorf("createWorker:fail a mini-program may run %d worker at a time: terminate the other one first", maxWorkers)
	case a.prog.App.Workers == "":
		return nil, errors.New(`createWorker:fail app.json has no "workers": name the folder of the worker scripts there`)
	case !strings.HasPrefix(module, a.prog.App.Workers+"/"):
		return nil, fmt.Errorf("createWorker:fail %q is not in the folder %q that app.json names for workers", path, a.prog.App.Workers)
	case !a.prog.HasScript(module):
		return nil, fmt.Errorf("createWorker:fail there is no script %q", path)
	}
	a.workers.number++
	id := a.workers.number
	w, err := worker.Start(worker.Options{
		Program: a.prog, Script: module, Budget: a.job.Budget, Now: a.now, ID: id, Events: a.workers.said,
		APIs: a.open.APIs, Prelude: []script.Source{{Name: baselib.WorkerName, Code: baselib.WorkerScript()}},
	})
	if err != nil {
		return nil, err
	}
	a.workers.running[id] = &runningWorker{Worker: w, id: id, report: report, busy: 1}
	return value.Int(id), nil
}

// bindWorkerPost is __dougong.workerPost(number, data).
func (a *actor) bindWorkerPost(args []value.Value) (value.Value, error) {
	r, ok := a.workers.running[int(value.ToNumber(at(args, 0)))]
	if !ok {
		return nil, errors.New("postMessage:fail the worker has been terminated")
	}
	if err := r.Post(at(args, 1)); err != nil {
		return nil, fmt.Errorf("postMessage:fail %w", err)
	}
	r.busy++
	return nil, nil
}

// bindWorkerFrame is __dougong.workerFrame(number, frame): tells whether there is still such a worker to see it.
func (a *actor) bindWorkerFrame(args []value.Value) (value.Value, error) {
	r, ok := a.workers.running[int(value.ToNumber(at(args, 0)))]
	if ok {
		r.Show(at(args, 1))
	}
	return ok, nil
}

// bindWorkerEnd is __dougong.workerEnd(number).
func (a *actor) bindWorkerEnd(args []value.Value) (value.Value, error) {
	a.workers.stop(int(value.ToNumber(at(args, 0))))
	return nil, nil
}
