package capability

import (
	"context"
	"errors"
	"fmt"

	"github.com/dougong-dev/dougong/pdk/go"
)

// Provide is the end of the chain: it asks the guards of the method, calls the provider, keeps its tasks, and checks what
// it answers.
func Provide(tasks *Tasks) Handler { return (&end{tasks: tasks}).carry }

// Admit is an end of the chain that first asks the judge, then checks the arguments as Check does, and asks the guards of
// all methods: nobody comes between these, and a step of its own costs as much as any of them.
func Admit(j Judge, tasks *Tasks, guards ...Guard) Handler { return (&end{j, guards, tasks}).admit }

type end struct {
	judge  Judge
	guards []Guard // of all methods
	tasks  *Tasks
}

func (e *end) admit(ctx context.Context, call *Call) error {
	if err := e.judge.Judge(ctx, call); err != nil {
		return err
	}
	if err := checkParams(call); err != nil {
		return err
	}
	if len(e.guards) > 0 {
		if err := ask(ctx, e.guards, call); err != nil {
			return err
		}
	}
	return e.carry(ctx, call)
}

func (e *end) carry(ctx context.Context, call *Call) (err error) {
	r := call.route
	if r.guards != nil {
		if err := ask(ctx, r.guards, call); err != nil {
			return err
		}
	}
	var t *task
	if r.starts != nil || r.owner != "" {
		if t, err = e.enlist(ctx, call); err != nil {
			return err
		}
	}
	if err = invoke(ctx, call); err == nil && !r.method.AcceptsResult(&call.Result) {
		err = r.lie(r.method.CheckResult(call.Result))
	}
	if t != nil && (err != nil || r.starts.Until == "") {
		e.tasks.end(t)
	}
	if err != nil {
		call.Result = pdk.Payload{}
		return r.failure(ctx, call, err)
	}
	return nil
}

// enlist registers the task that a call starts, or finds the one that it belongs to.
func (e *end) enlist(ctx context.Context, call *Call) (*task, error) {
	if call.route.starts == nil {
		return nil, e.tasks.member(call)
	}
	return e.tasks.begin(ctx, call)
}

// invoke calls the provider; a panic in it is the call's failure and nobody else's.
func invoke(ctx context.Context, call *Call) (err error) {
	flight, returned := call.route.flight, false
	flight.Add(1)
	defer func() {
		flight.Add(-1)
		if returned { // asking for a panic costs more than to note that there was none
			return
		}
		if x := recover(); x != nil {
			err = fmt.Errorf("plugin %q panicked in %s: %v", call.provider.ID(), call.Method, x)
		}
	}()
	err = call.carrier.Carry(ctx, call)
	returned = true
	return err
}

// lie names who answered against the contract.
func (r *route) lie(err error) error {
	if err == nil {
		return nil
	}
	e := *pdk.AsError(err)
	e.Message = fmt.Sprintf("plugin %q answered against its contract: %s", r.provider.ID(), e.Message)
	return &e
}

// failure gives a provider's error the form that the contract allows.
func (r *route) failure(ctx context.Context, call *Call, err error) *pdk.Error {
	var known *pdk.Error
	switch {
	case errors.As(err, &known):
		if known.Code == pdk.CodeCanceled && errors.Is(context.Cause(ctx), context.DeadlineExceeded) { // the plugin knows no more than that it is not wanted
			return pdk.Errorf(pdk.CodeTimeout, "timeout", "%s: plugin %q did not answer in time", call.Method, call.provider.ID())
		}
		if known.Code > 0 && known.Code < 10000 || r.codes[known.Code] {
			return known
		}
		return pdk.Errorf(pdk.CodeInternal, "internal", "%s: plugin %q failed with code %d, which its contract does not declare: %s", call.Method, call.provider.ID(), known.Code, known.Message)
	case errors.Is(err, context.DeadlineExceeded), errors.Is(context.Cause(ctx), context.DeadlineExceeded):
		return pdk.Errorf(pdk.CodeTimeout, "timeout", "%s: plugin %q did not answer in time", call.Method, call.provider.ID())
	case errors.Is(err, context.Canceled):
		return pdk.Errorf(pdk.CodeCanceled, "canceled", "%s was canceled", call.Method)
	}
	return pdk.Errorf(pdk.CodeInternal, "internal", "%s: %v", call.Method, err)
}
