package admin

import (
	"context"
	"time"

	"github.com/dougong-dev/dougong/core"
	"github.com/dougong-dev/dougong/hosts/telemetry"
)

// Host answers what is asked at the socket. Implementations are safe for concurrent use.
type Host interface {
	// Status tells how plugins and calls fare.
	Status() Status
	// Swap replaces a plugin by the version in another folder.
	Swap(ctx context.Context, r SwapRequest) (core.Report, error)
	// Reload reads the configuration again.
	Reload(ctx context.Context, r ReloadRequest) (core.Report, error)
}

// Status is how a host fares. What is counted is counted since its start: rates come of two of them.
type Status struct {
	Name    string              `json:"name"`
	PID     int                 `json:"pid"`
	Started time.Time           `json:"started"`
	At      time.Time           `json:"at"`
	Plugins []core.PluginStatus `json:"plugins"`
	Methods []telemetry.Method  `json:"methods"`
	Dropped uint64              `json:"dropped"` // calls that were not counted
}

// SwapRequest asks for another version of a plugin.
type SwapRequest struct {
	Plugin string `json:"plugin"`
	// Path is the absolute path of the version's folder; "": a fresh instance of what the plugin's present folder holds.
	Path string `json:"path"`
	// Accept takes a version that requires more of the host.
	Accept bool `json:"accept"`
}

// ReloadRequest asks for the configuration to be read again.
type ReloadRequest struct {
	Accept bool `json:"accept"`
}

// failure is an answer that is an error.
type failure struct {
	Error string `json:"error"`
}
