package capability

import (
	"context"

	"github.com/dougong-dev/dougong/pdk/go"
)

// Judge decides whether a call may be made: grants, domains, quotas. The error is a *pdk.Error with CodeDenied,
// CodeDomain or CodeQuota. It may ask the user, and so take long.
type Judge interface {
	Judge(ctx context.Context, call *Call) error
}

// Admit is the step that asks the judge and then checks the arguments, as Check does: nobody comes between the two, and a
// step of its own costs as much as either of them.
func Admit(j Judge) Step {
	return func(next Handler) Handler {
		return func(ctx context.Context, call *Call) (pdk.Payload, error) {
			if err := j.Judge(ctx, call); err != nil {
				return pdk.Payload{}, err
			}
			if err := call.Contract.CheckParams(call.Payload); err != nil {
				return pdk.Payload{}, err
			}
			return next(ctx, call)
		}
	}
}

// Check is the step that checks the arguments against the contract, where nobody judges.
func Check(next Handler) Handler {
	return func(ctx context.Context, call *Call) (pdk.Payload, error) {
		if err := call.Contract.CheckParams(call.Payload); err != nil {
			return pdk.Payload{}, err
		}
		return next(ctx, call)
	}
}

// Guard may veto a call whose arguments are good: data loss prevention, risk control. An error that is not a *pdk.Error
// is given CodeVetoed.
type Guard interface {
	// Name is shown in refusals.
	Name() string
	Guard(ctx context.Context, call *Call) error
}

// Watch is the step that asks the guards, in order.
func Watch(guards ...Guard) Step {
	if len(guards) == 0 {
		return nil
	}
	return func(next Handler) Handler {
		return func(ctx context.Context, call *Call) (pdk.Payload, error) {
			if err := ask(ctx, guards, call); err != nil {
				return pdk.Payload{}, err
			}
			return next(ctx, call)
		}
	}
}

// ask asks guards in order; the first refusal counts.
func ask(ctx context.Context, guards []Guard, call *Call) error {
	for _, g := range guards {
		if err := g.Guard(ctx, call); err != nil {
			return veto(g, call, err)
		}
	}
	call.Delayed()
	return nil
}

func veto(g Guard, call *Call, err error) error {
	if known, ok := err.(*pdk.Error); ok { //nolint:errorlint // what is wrapped in something else is not meant for the caller
		return known
	}
	return pdk.Errorf(pdk.CodeVetoed, "vetoed", "%s: guard %q refused: %v", call.Method, g.Name(), err)
}
