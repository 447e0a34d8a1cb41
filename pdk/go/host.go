package pdk

import "context"

// Info says who makes a call and within which limits. The host fills it in; a plugin cannot forge it, and host services
// called from within the call are keyed by it.
type Info struct {
	Capability string // "dougong.storage/v1"
	Method     string // "setStorage", or "connectSocket.send" for a method of a task
	App        string // the mini-program's id; empty for calls by the host itself
	User       string // the identity that the host supplies
	Page       string // the page's path in the mini-program, if the call came from one
	Trace      string // the trace id, 32 hex digits
	Caller     string // empty for a mini-program; the plugin's id for a call by a plugin
	Task       uint64 // the task that the call starts or belongs to; 0 if none. Unique within a plugin instance's life
}

// Host is the services of the host as a transport carries them. Vendors use the typed helpers of Context instead.
//
// Service names: "kv.get", "kv.set", "kv.delete", "kv.list", "http.request", "ui.confirm", "secret.get",
// "key.data", "domain.check", "key.anchor", "timer.after", "file.read", "file.write", "package.read", "ui.choose",
// "ui.deliver", "ui.record", "ui.language".
// A service that the manifest does not require, or that policy does not grant, fails with CodeDenied.
type Host interface {
	// Service calls a host service for the call described by info.
	Service(ctx context.Context, info Info, name string, in Payload) (Payload, error)
	// Emit sends an event of the task info.Task (or of the capability, if 0) to whoever started it.
	// final ends the task: nothing may be emitted for it afterwards.
	Emit(ctx context.Context, info Info, event string, in Payload, final bool) error
	// Log writes to the host's log under the plugin's name. Level is "debug", "info", "warn" or "error".
	Log(ctx context.Context, level, message string, fields map[string]string)
}

// Context is what a method sees of the call: deadline and cancellation (it is a context.Context), the caller's Info, and
// the host's services, as methods.
type Context struct {
	context.Context
	Info
	host Host
}

// NewContext binds a call to a host. Transports and tests use it.
func NewContext(ctx context.Context, info Info, host Host) *Context {
	return &Context{Context: ctx, Info: info, host: host}
}

// Bind makes c what NewContext returns, in memory that a transport has already.
func (c *Context) Bind(ctx context.Context, info *Info, host Host) {
	c.Context, c.Info, c.host = ctx, *info, host
}
