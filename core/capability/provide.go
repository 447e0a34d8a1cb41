package capability

import (
	"context"
	"errors"
	"fmt"

	"github.com/dougong-dev/dougong/pdk/go"
)

// Provide is the end of the chain: it asks the guards of the method, calls the provider, keeps its tasks, and checks what it answers.
func Provide(tasks *Tasks) Handler {
	return func(ctx context.Context, call *Call) (pdk.Payload, error) {
		r := call.route
		if r.guards != nil {
			if err := ask(ctx, r.guards, call); err != nil {
				return pdk.Payload{}, err
			}
		}
		var t *task
		var err error
		switch {
		case r.starts != nil:
			if t, err = tasks.begin(ctx, call); err != nil {
				return pdk.Payload{}, err
			}
		case r.owner != "":
			if err := tasks.member(call); err != nil {
				return pdk.Payload{}, err
			}
		}
		p, err := invoke(ctx, call)
		if err == nil {
			err = r.lie(r.method.CheckResult(p))
		}
		if t != nil && (err != nil || r.starts.Until == "") {
			tasks.end(t)
		}
		if err != nil {
			return pdk.Payload{}, r.failure(ctx, call, err)
		}
		return p, nil
	}
}

// invoke calls the provider; a panic in it is the call's failure and nobody else's.
func invoke(ctx context.Context, call *Call) (p pdk.Payload, err error) {
	flight, returned := call.route.flight, false
	flight.Add(1)
	defer func() {
		flight.Add(-1)
		if returned { // asking for a panic costs more than to note that there was none
			return
		}
		if x := recover(); x != nil {
			p, err = pdk.Payload{}, fmt.Errorf("plugin %q panicked in %s: %v", call.provider.ID(), call.Method, x)
		}
	}()
	p, err = call.provider.Call(ctx, call)
	returned = true
	return p, err
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
