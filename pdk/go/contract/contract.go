// Package contract reads capability contracts: the YAML files of pdk/contracts and a vendor's own of the same form.
//
// A contract describes methods (their injected API names, mode, scope, parameters, result, errors) and events. From it
// come argument checks, Go and TypeScript types, API pages and conformance cases. The package knows neither transports
// nor hosts.
//
//	c, err := contract.Parse("payment.yaml", data)
//	err = c.Methods["requestPayment"].CheckParams(payload)
//
// The checks are compiled once, when the contract is read; they run over the JSON bytes without building a value tree.
package contract

import (
	"sort"

	"github.com/dougong-dev/dougong/pdk/go"
	"github.com/dougong-dev/dougong/pdk/go/strict"
)

// Mode says how a method answers.
type Mode string

// The modes of a method.
const (
	Sync  Mode = "sync"  // the caller waits: a method whose API names all block
	Async Mode = "async" // callbacks or a promise: wx.getStorage
	Task  Mode = "task"  // as Async, and the call returns a handle with methods and events: wx.request → RequestTask
)

// Contract is one capability, such as "dougong.payment/v1".
type Contract struct {
	Capability string
	Summary    Text
	Methods    map[string]*Method
	Events     map[string]*Event

	at map[string]strict.Position // of the injected names
}

// Text is a sentence in the languages of the product.
type Text struct {
	EN string `yaml:"en" json:"en"`
	ZH string `yaml:"zh" json:"zh"`
}

// Method is one call of a capability.
type Method struct {
	Capability string
	Name       string // "requestPayment", or "connectSocket.send" for a method of a task
	// API is the names injected into mini-programs: "wx.requestPayment", "ft.requestPayment", or, for a method of the object
	// that a function without arguments returns, "wx.getFileSystemManager().readFile". None: internal.
	API     []string
	Mode    Mode
	Sync    *SyncSpec // the blocking variant of the same method, or nil
	Scope   string    // asked for once: "scope.payment"; empty for none
	Domain  *Domain   // the allow-list that an address among the parameters must be on, or nil
	Summary Text
	Params  *Schema // nil: no parameters
	Result  *Schema // nil: no result
	Errors  []ErrorCode
	Task    *TaskSpec // for Mode Task

	offered []string // the names before Keep
}

// Offered lists the names that the contract's file has, also those that Keep has removed.
func (m *Method) Offered() []string { return before(m.offered, m.API) }

// SyncSpec is the blocking variant of a method: wx.getStorageSync. The provider sees the same method; only the way in
// which the mini-program calls it differs.
type SyncSpec struct {
	API []string `yaml:"api"`
	// Args names the parameters that are given by position; without it the variant takes one object.
	Args []string `yaml:"args"`
	// Returns names the field of the result that is returned; empty: the whole result.
	Returns string `yaml:"returns"`
	// Missing, if not nil, is JSON that is returned in place of throwing when the call fails with pdk.CodeNotFound.
	Missing []byte `yaml:"-"`

	offered []string
}

// Offered lists the names that the contract's file has, also those that Keep has removed.
func (s *SyncSpec) Offered() []string { return before(s.offered, s.API) }

// Domain says which parameter is an address and which of the mini-program's allow-lists it must be on.
type Domain struct {
	List  string `yaml:"list"`  // "request", "uploadFile", "downloadFile", "socket", "tcp" or "udp"
	Param string `yaml:"param"` // a required string at the top of the parameters
	// Port names a required number beside Param, which then is a host: the address is "list://host:port".
	Port string `yaml:"port"`
}

// TaskSpec is the handle that a task method returns.
type TaskSpec struct {
	Until   string             // event that ends the task; empty: the task ends when the call returns
	Cancel  string             // method that the kernel calls when the caller of a task with Until is gone
	Methods map[string]*Method // called as "method.taskMethod"
	Events  map[string]*Event
	// Sync tasks are driven in order: the call that starts one, and each of its methods, is answered before the mini-program
	// goes on. A method's Sync says what it takes by position and returns.
	Sync bool
}

// Event is something a task or capability tells its caller.
type Event struct {
	Name string
	// API names what subscribes: handle methods such as "onProgressUpdate" for a task's event, injected names such as
	// "wx.onLocationChange" for a capability's. Each begins with "on"; the same name with "off" unsubscribes.
	API     []string
	Summary Text
	Payload *Schema

	offered []string
}

// Offered lists the names that the contract's file has, also those that Keep has removed.
func (e *Event) Offered() []string { return before(e.offered, e.API) }

func before(offered, now []string) []string {
	if offered != nil {
		return offered
	}
	return now
}

// ErrorCode is a failure that a contract declares.
type ErrorCode struct {
	Code    int    `yaml:"code" json:"code"`
	Name    string `yaml:"name" json:"name"`
	Message string `yaml:"message" json:"message"`
}

// CheckParams checks arguments against the contract. The error is a *pdk.Error with CodeInvalidParams whose message names
// the bad field's path, what was expected and what was found.
func (m *Method) CheckParams(p pdk.Payload) error {
	return m.Params.check(p, pdk.CodeInvalidParams, "invalidParams", m.Name, "argument")
}

// AcceptsParams is CheckParams for what most arguments are: true says that they are good, and false that CheckParams has to
// decide. It saves that the arguments are copied.
func (m *Method) AcceptsParams(p *pdk.Payload) bool { return m.Params.accepts(p) }

// AcceptsResult is to CheckResult what AcceptsParams is to CheckParams.
func (m *Method) AcceptsResult(p *pdk.Payload) bool { return m.Result.accepts(p) }

// CheckResult checks a provider's answer; as CheckParams with CodeInvalidResult.
func (m *Method) CheckResult(p pdk.Payload) error {
	return m.Result.check(p, pdk.CodeInvalidResult, "invalidResult", m.Name, "result")
}

// CheckPayload checks what a provider emits; as CheckResult.
func (e *Event) CheckPayload(p pdk.Payload) error {
	return e.Payload.check(p, pdk.CodeInvalidResult, "invalidResult", e.Name, "event")
}

// Method finds a method by its full name: "request", or "connectSocket.send" for a method of a task. nil if there is none.
func (c *Contract) Method(name string) *Method {
	if m, ok := c.Methods[name]; ok {
		return m
	}
	for i := range name {
		if name[i] != '.' {
			continue
		}
		if m, ok := c.Methods[name[:i]]; ok && m.Task != nil {
			return m.Task.Methods[name[i+1:]]
		}
		return nil
	}
	return nil
}

// APIs lists the injected names, "wx.getStorage" and so on, sorted. For an event they are the subscribing names.
func (c *Contract) APIs() []string {
	var names []string
	for _, m := range c.Methods {
		names = append(names, m.API...)
		if m.Sync != nil {
			names = append(names, m.Sync.API...)
		}
	}
	for _, e := range c.Events {
		names = append(names, e.API...)
	}
	sort.Strings(names)
	return names
}

// Named lists the names that the contract's file has, also those that Keep has removed; with the off name of each event.
func (c *Contract) Named() []string { return keys(c.at) }

// Position tells where an injected name stands in the contract's file; the zero Position if the name is not there.
func (c *Contract) Position(api string) strict.Position { return c.at[api] }

// Keep removes every injected name that keep does not want, from methods, their sync variants and events.
func (c *Contract) Keep(keep func(api string) bool) {
	filter := func(names, offered *[]string) {
		if *offered == nil {
			*offered = *names
		}
		var kept []string
		for _, name := range *names {
			if keep(name) {
				kept = append(kept, name)
			}
		}
		*names = kept
	}
	for _, m := range c.Methods {
		filter(&m.API, &m.offered)
		if m.Sync != nil {
			filter(&m.Sync.API, &m.Sync.offered)
		}
	}
	for _, e := range c.Events {
		filter(&e.API, &e.offered)
	}
}
