// Package contract reads capability contracts: the YAML files of pdk/contracts and a vendor's own of the same form.
//
// A contract describes methods (their injected API names, mode, scope, parameters, result, errors) and events. From it
// come argument checks, Go and TypeScript types, API pages and conformance cases. The package knows neither transports
// nor hosts.
package contract

import "github.com/dougong-dev/dougong/pdk/go"

// Mode says how a method answers.
type Mode string

// The modes of a method.
const (
	Sync  Mode = "sync"  // the caller waits: wx.getStorageSync
	Async Mode = "async" // callbacks or a promise: wx.getStorage
	Task  Mode = "task"  // as Async, and the call returns a handle with methods and events: wx.request → RequestTask
)

// Contract is one capability, such as "dougong.payment/v1".
type Contract struct {
	Capability string
	Summary    Text
	Methods    map[string]*Method
	Events     map[string]*Event
}

// Text is a sentence in the languages of the product.
type Text struct {
	EN string `yaml:"en" json:"en"`
	ZH string `yaml:"zh" json:"zh"`
}

// Method is one call of a capability.
type Method struct {
	Capability string
	Name       string
	API        []string // names injected into mini-programs: "wx.requestPayment", "ft.requestPayment"
	Mode       Mode
	Scope      string // asked for once: "scope.payment"; empty for none
	Summary    Text
	Params     *Schema // nil: no parameters
	Result     *Schema // nil: no result
	Errors     []ErrorCode
	Task       *TaskSpec // for Mode Task
}

// TaskSpec is the handle that a task method returns.
type TaskSpec struct {
	Until   string             // event that ends the task; empty: the task ends when the call returns
	Methods map[string]*Method // called as "method.taskMethod"
	Events  map[string]*Event
}

// Event is something a task or capability tells its caller.
type Event struct {
	Name    string
	API     []string // handle methods that subscribe, such as "onProgressUpdate"
	Summary Text
	Payload *Schema
}

// ErrorCode is a failure that a contract declares.
type ErrorCode struct {
	Code    int    `yaml:"code" json:"code"`
	Name    string `yaml:"name" json:"name"`
	Message string `yaml:"message" json:"message"`
}

// CheckParams checks arguments against the contract. The error is a *pdk.Error with CodeInvalidParams whose message names
// the bad field's path, what was expected and what was found.
func (m *Method) CheckParams(p pdk.Payload) error { return m.Params.check(p, pdk.CodeInvalidParams) }

// CheckResult checks a provider's answer; as CheckParams with CodeInvalidResult.
func (m *Method) CheckResult(p pdk.Payload) error { return m.Result.check(p, pdk.CodeInvalidResult) }
