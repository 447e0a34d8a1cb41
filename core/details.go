package core

import (
	"encoding/json"
	"slices"

	"github.com/dougong-dev/dougong/pdk/go/contract"
)

// methodDetails lists what wx.canIUse answers yes to for a method, behind "api.": ${method}.${param}.${option}, where
// method is "object" for what the call takes, "success" for what the callback gets, "return" for what a blocking call
// returns, and an option is a value that the parameter may have or a field of it. For a task, the handle's methods stand
// there by themselves.
func methodDetails(m *contract.Method) []string {
	answer := "success"
	if m.Mode == contract.Sync {
		answer = "return"
	}
	return append(details("object", m.Params.Shape()), details(answer, m.Result.Shape())...)
}

// syncDetails is methodDetails for the blocking variant.
func syncDetails(m *contract.Method) []string {
	out := details("object", m.Params.Shape())
	result := m.Result.Shape()
	if m.Sync.Returns == "" || result == nil {
		return append(out, details("return", result)...)
	}
	for _, p := range result.Properties {
		if p.Name == m.Sync.Returns {
			out = append(out, details("return", p.Shape)...)
		}
	}
	return out
}

func details(method string, s *contract.Shape) (out []string) {
	if s == nil {
		return nil
	}
	out = append(out, method)
	for _, p := range s.Properties {
		out = append(out, method+"."+p.Name)
		for _, option := range options(p.Shape) {
			out = append(out, method+"."+p.Name+"."+option)
		}
	}
	return out
}

// options are the texts that a value may be, or the fields that it or its items have.
func options(s *contract.Shape) (out []string) {
	if s == nil {
		return nil
	}
	for _, raw := range s.Enum {
		var word string
		if json.Unmarshal(raw, &word) != nil {
			word = string(raw)
		}
		out = append(out, word)
	}
	for _, p := range s.Properties {
		out = append(out, p.Name)
	}
	return slices.Concat(out, options(s.Items))
}
