package capability

import (
	"encoding/json"
	"fmt"

	"github.com/dougong-dev/dougong/pdk/go/contract"
)

// Differences lists what callers of one contract would miss in another one of the same capability: methods and events that
// are gone or not the same. What the other one adds is no difference, and neither is which of its names superapp.yaml claims:
// the contracts are compared as their files have them.
func Differences(from, to *contract.Contract) (out []string) {
	note := func(kind, name string, was, is any, there bool) {
		switch {
		case !there:
			out = append(out, fmt.Sprintf("%s %s is gone", kind, name))
		case print(was) != print(is):
			out = append(out, fmt.Sprintf("%s %s is not the same", kind, name))
		}
	}
	for _, name := range sortedKeys(from.Methods) {
		m, there := to.Methods[name]
		note("method", name, methodShape(from.Methods[name]), methodShape(m), there)
	}
	for _, name := range sortedKeys(from.Events) {
		e, there := to.Events[name]
		note("event", name, eventShape(from.Events[name]), eventShape(e), there)
	}
	return out
}

func print(v any) string {
	text, err := json.Marshal(v)
	if err != nil {
		return err.Error()
	}
	return string(text)
}

// methodShape is everything of a method that a caller can notice: not its summary.
func methodShape(m *contract.Method) map[string]any {
	if m == nil {
		return nil
	}
	out := map[string]any{"api": m.Offered(), "mode": m.Mode, "sync": syncShape(m.Sync), "scope": m.Scope, "domain": m.Domain,
		"params": m.Params.Standard(), "result": m.Result.Standard(), "errors": m.Errors}
	if m.Task != nil {
		methods, events := map[string]any{}, map[string]any{}
		for name, sub := range m.Task.Methods {
			methods[name] = methodShape(sub)
		}
		for name, e := range m.Task.Events {
			events[name] = eventShape(e)
		}
		out["task"] = map[string]any{"until": m.Task.Until, "cancel": m.Task.Cancel, "sync": m.Task.Sync, "methods": methods, "events": events}
	}
	return out
}

func syncShape(s *contract.SyncSpec) map[string]any {
	if s == nil {
		return nil
	}
	return map[string]any{"api": s.Offered(), "args": s.Args, "returns": s.Returns, "missing": s.Missing}
}

func eventShape(e *contract.Event) map[string]any {
	if e == nil {
		return nil
	}
	return map[string]any{"api": e.Offered(), "payload": e.Payload.Standard()}
}
