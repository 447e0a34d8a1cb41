// Package plugin finds, verifies, starts, supervises and stops plugins. The two runtimes are its subpackages process
// (hashicorp/go-plugin over gRPC) and wasm (wazero); both satisfy Runtime, and nothing above tells them apart.
//
// It must not know the dispatch chain's steps nor mini-programs; host services come in through Services.
package plugin

import (
	"context"

	"github.com/dougong-dev/dougong/core/capability"
	"github.com/dougong-dev/dougong/pdk/go"
	"github.com/dougong-dev/dougong/pdk/go/manifest"
)

// Runtime starts plugins of one kind.
type Runtime interface {
	// Start brings a plugin up to the point where it can be called. ctx bounds the start only.
	Start(ctx context.Context, spec Spec) (Instance, error)
}

// Instance is a started plugin. Safe for concurrent use.
type Instance interface {
	// Describe returns what the plugin says it provides.
	Describe(ctx context.Context) (Description, error)
	// Configure hands over the configuration, checked JSON.
	Configure(ctx context.Context, config []byte) error
	// Call runs a method. ctx's deadline and cancellation reach the plugin; a plugin that does not heed them is
	// stopped and restarted, and the call fails with CodeTimeout.
	Call(ctx context.Context, call *capability.Call) (pdk.Payload, error)
	// Done is closed when the plugin has ended, for whatever reason; Err then says why.
	Done() <-chan struct{}
	Err() error
	// Close stops it, gently first, and waits until it is gone.
	Close(ctx context.Context) error
}

// Description is a plugin's own account of itself.
type Description struct {
	ID           string
	Version      string
	Capabilities map[string][]string // capability → methods
	Features     []string            // protocol options such as "frames/1"
}

// Services carries out host services (kv, http, ui.confirm, secret) and takes events and log lines from plugins. The
// kernel implements it: kv and http become capability calls through the dispatch chain.
//
// info is that of the call on whose behalf the plugin speaks, as the host gave it: a plugin cannot forge it. Emit is
// called with the Info of the call that started the task info.Task, and never for a task that was not given to the
// plugin or that has had its final event. A task that is lost because the plugin ended gets a final event without payload
// from the runtime, under the name of the contract's last event. Implementations are safe for concurrent use.
type Services interface {
	Service(ctx context.Context, plugin string, info pdk.Info, name string, in pdk.Payload) (pdk.Payload, error)
	Emit(plugin string, info pdk.Info, event string, in pdk.Payload, final bool)
	Log(plugin, level, message string, fields map[string]string)
}

// Spec is a verified plugin, ready to start.
type Spec struct {
	// Manifest is the plugin's plugin.yaml.
	Manifest *manifest.Manifest
	// Dir is the folder with the plugin's files; the runtime opens only what the manifest names.
	Dir string
	// Checksum is the SHA-256, in hex, that the module or executable must have; "" if it is not pinned.
	Checksum string
	// DataDir is a private 0700 folder for a process plugin's own files (its requires.files), or "".
	DataDir string
	// Trusted marks a WebAssembly plugin that is run without termination checks (faster, cannot be interrupted).
	Trusted  bool
	Services Services
}
