package mobile

import (
	"sync"

	"github.com/dougong-dev/dougong/hosts/embed"
	"github.com/dougong-dev/dougong/pdk/go"
	"github.com/dougong-dev/dougong/pdk/go/contract"
)

// Capability is what the app offers to mini-programs.
type Capability interface {
	// Call is a call of a mini-program, which Request answers: now, or later from any thread. It is called on a thread of its
	// own, several at a time.
	Call(r *Request)
}

// AddCapability offers a capability whose contract is the given YAML. Attachments (ArrayBuffer) are not passed on: a contract
// for a phone's app says what it needs in JSON.
func (h *Host) AddCapability(text string, c Capability) error {
	spec, err := contract.Parse("contract", []byte(text))
	if err != nil {
		return err
	}
	methods := pdk.Methods{}
	for name := range spec.Methods {
		methods[name] = func(ctx *pdk.Context, in pdk.Payload) (pdk.Payload, error) { return carryOut(ctx, c, name, in) }
	}
	h.set(func(o *embed.Options) {
		o.Capabilities = append(o.Capabilities, embed.Capability{Contract: text, Methods: methods})
	})
	return nil
}

// carryOut has a call answered, or gives up when the call's time is over.
func carryOut(ctx *pdk.Context, c Capability, method string, in pdk.Payload) (pdk.Payload, error) {
	if len(in.Blobs) > 0 {
		return pdk.Payload{}, pdk.Errorf(pdk.CodeInvalidParams, "invalidParams", "%s has attachments, and the app takes JSON alone", method)
	}
	r := &Request{method: method, app: ctx.App, user: ctx.User, page: ctx.Page, params: string(in.JSON), answered: make(chan struct{})}
	go c.Call(r)
	select {
	case <-r.answered:
		return r.result, r.err
	case <-ctx.Done():
		r.give(pdk.Payload{}, ctx.Err()) // whoever answers later is told that it is over
		return pdk.Payload{}, pdk.Errorf(pdk.CodeTimeout, "timeout", "the app did not answer %s in time", method)
	}
}

// Request is a call of a mini-program. It is answered once, by Answer or Fail.
type Request struct {
	method, app, user, page, params string

	once     sync.Once
	answered chan struct{}
	result   pdk.Payload
	err      error
}

// Method is the contract's method.
func (r *Request) Method() string { return r.method }

// App is the mini-program that calls.
func (r *Request) App() string { return r.app }

// User is whom it runs for.
func (r *Request) User() string { return r.user }

// Page is the path of the page that calls.
func (r *Request) Page() string { return r.page }

// Params are the arguments as JSON, which fit the contract.
func (r *Request) Params() string { return r.params }

// Answer answers with a result as JSON. It reports whether it was the first answer, in time.
func (r *Request) Answer(result string) bool {
	value, err := raw("the answer of "+r.method, result)
	if err != nil {
		return r.give(pdk.Payload{}, pdk.Errorf(pdk.CodeInternal, "internal", "%s", err))
	}
	return r.give(pdk.Payload{JSON: value}, nil)
}

// Fail answers with one of the contract's errors: its code, its name, and what happened. It reports what Answer does.
func (r *Request) Fail(code int, name, message string) bool {
	return r.give(pdk.Payload{}, pdk.Errorf(code, name, "%s", message))
}

// Over reports whether the call was answered, or given up: its time was over.
func (r *Request) Over() bool {
	select {
	case <-r.answered:
		return true
	default:
		return false
	}
}

func (r *Request) give(result pdk.Payload, err error) (first bool) {
	r.once.Do(func() {
		first = true
		r.result, r.err = result, err
		close(r.answered)
	})
	return first
}
