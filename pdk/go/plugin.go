package pdk

import "sync/atomic"

// Plugin is what a vendor registers: identity, methods by capability, and optional hooks. Build it with New and its
// chained setters; it must not be changed once it is served.
type Plugin struct {
	ID           string
	Version      string
	Capabilities map[string]Methods // not to be changed once calls are dispatched
	Configure    func(ctx *Context, config []byte) error
	Close        func() error

	recent [16]atomic.Pointer[found]
}

// Method is one served method. It is called concurrently in a process; one call at a time per instance in WebAssembly.
// What in holds is valid until it returns: whoever keeps attachments, or JSON, for longer makes a copy.
type Method func(ctx *Context, in Payload) (Payload, error)

// Methods maps method names as the contract spells them to their implementation. A method of a running task is listed
// under "method.taskMethod", such as "connectSocket.send".
type Methods map[string]Method

// New starts a plugin description. id is the reverse-DNS id of plugin.yaml, version a semantic version.
func New(id, version string) *Plugin {
	return &Plugin{ID: id, Version: version, Capabilities: map[string]Methods{}}
}

// Provide adds a capability, such as "dougong.payment/v1", and returns p.
func (p *Plugin) Provide(capability string, methods Methods) *Plugin {
	p.Capabilities[capability] = methods
	for i := range p.recent {
		p.recent[i].Store(nil)
	}
	return p
}

// OnConfigure sets the hook that receives the plugin's configuration (JSON, already checked against the manifest's
// schema) before the first call and on each change. An error refuses it. Returns p.
func (p *Plugin) OnConfigure(f func(ctx *Context, config []byte) error) *Plugin {
	p.Configure = f
	return p
}

// OnClose sets the hook that runs once when the host stops the plugin. Returns p.
func (p *Plugin) OnClose(f func() error) *Plugin {
	p.Close = f
	return p
}
