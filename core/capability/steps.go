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

// Check is the step that checks the arguments against the contract, where nobody judges.
func Check(next Handler) Handler {
	return func(ctx context.Context, call *Call) error {
		if err := checkParams(call); err != nil {
			return err
		}
		return next(ctx, call)
	}
}

// checkParams asks the quick way first, to which the arguments need not be copied.
func checkParams(call *Call) error {
	if call.Contract.AcceptsParams(&call.Payload) {
		return nil
	}
	return call.Contract.CheckParams(call.Payload)
}

// Guard may veto a call whose arguments are good: data loss prevention, risk control. An error that is not a *pdk.Error
// is given CodeVetoed.
type Guard interface {
	// Name is shown in refusals.
	Name() string
	Guard(ctx context.Context, call *Call) error
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
