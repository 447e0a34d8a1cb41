package core

import (
	"slices"
	"strings"
	"time"

	"github.com/dougong-dev/dougong/core/capability"
	"github.com/dougong-dev/dougong/core/plugin"
)

// PluginStatus is how a plugin fares at present.
type PluginStatus struct {
	Plugin    string        `json:"plugin"` // the name by which superapp.yaml speaks of it
	ID        string        `json:"id"`
	Version   string        `json:"version"`
	Kind      string        `json:"kind"` // "wasm" or "process"
	State     plugin.Status `json:"state"`
	Since     time.Time     `json:"since"`
	Restarts  int           `json:"restarts"`
	LastError string        `json:"last_error,omitempty"` // why it ended the last time
	InFlight  int           `json:"in_flight"`
	// Methods are those that are being carried out.
	Methods   []capability.Flight `json:"methods,omitempty"`
	Waiting   int                 `json:"waiting"`
	Memory    uint64              `json:"memory_bytes"`
	Instances int                 `json:"instances"`
}

// Status tells how the plugins fare, by name.
func (k *Kernel) Status() []PluginStatus {
	units, methods := k.now.Load().plugins, map[string][]capability.Flight{}
	for _, f := range k.catalogue.InFlight() {
		methods[f.Provider] = append(methods[f.Provider], f)
	}
	out := make([]PluginStatus, 0, len(units))
	for _, u := range units {
		s := u.status()
		s.Methods = methods[u.name]
		out = append(out, s)
	}
	slices.SortFunc(out, func(a, b PluginStatus) int { return strings.Compare(a.Plugin, b.Plugin) })
	return out
}

// Dropped counts the outcomes of calls that found the observers' queue full.
func (k *Kernel) Dropped() uint64 { return k.observers.Dropped() }

func (u *unit) status() PluginStatus {
	s := PluginStatus{Plugin: u.name, ID: u.manifest.ID, Version: u.manifest.Version, Kind: "process", State: plugin.Stopped, InFlight: int(u.flight.Load())}
	if u.manifest.Runtime.Wasm != nil {
		s.Kind = "wasm"
	}
	inst := u.instance.Load()
	if g := u.gate.Load(); inst == nil && g != nil && g.starting {
		s.State = plugin.Starting
	}
	if inst == nil {
		return s
	}
	s.State = plugin.Running
	if p, ok := inst.Instance.(interface{ State() plugin.State }); ok {
		state := p.State()
		s.State, s.Since, s.Restarts, s.LastError = state.Status, state.Since, state.Restarts, u.k.secrets.text(state.LastError)
	}
	if p, ok := inst.Instance.(plugin.Measured); ok {
		usage := p.Usage()
		s.Memory, s.Instances, s.Waiting = usage.Memory, usage.Instances, usage.Waiting
	}
	return s
}
