package core

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/dougong-dev/dougong/core/capability"
	"github.com/dougong-dev/dougong/core/config"
	"github.com/dougong-dev/dougong/core/plugin"
	"github.com/dougong-dev/dougong/pdk/go"
	"github.com/dougong-dev/dougong/pdk/go/contract"
	"github.com/dougong-dev/dougong/pdk/go/manifest"
)

// ContractDir is the folder in a plugin's own where it keeps contracts of its vendor.
const ContractDir = "contracts"

// unit is one version of a plugin of the super-app: its manifest, and once started its instance. It is the provider that
// the catalogue knows, so that calls can be routed before it runs, and find the version that took its place.
type unit struct {
	k        *Kernel
	name     string
	manifest *manifest.Manifest
	dir      string
	checksum string // of what is run, by the bundle; "" if it is a source folder
	set      atomic.Pointer[setting]

	instance atomic.Pointer[serving] // nil: it does not take calls
	flight   atomic.Int64            // calls under way
	gate     atomic.Pointer[gate]    // nil until it has stopped taking calls
	leaving  atomic.Pointer[serving] // the instance whose last calls and tasks go on
	idle     chan struct{}           // told when flight falls to 0 behind a gate
	cut      atomic.Pointer[string]  // why its last calls were stopped
}

// serving is an instance that takes calls.
type serving struct {
	plugin.Instance
	capability.Carrier // the instance, as it is called
}

// setting is what the operator says about a plugin. It can change while the plugin runs.
type setting struct {
	entry   config.Plugin
	config  []byte            // secrets and all: never shown
	secrets map[string]string // digests of the values, to see whether they have changed
}

// gate is where calls of a unit wait that takes none for now.
type gate struct {
	open chan struct{} // closed when it is decided who takes the calls
	next *unit         // they go there; nil: the unit itself takes them again, or nobody

	starting bool // it has not run yet
}

var (
	_ capability.Provider = (*unit)(nil)
	_ capability.Carrier  = (*unit)(nil)
)

// ID implements capability.Provider: it is the name by which superapp.yaml speaks of the plugin.
func (u *unit) ID() string { return u.name }

// Call implements capability.Provider.
func (u *unit) Call(ctx context.Context, call *capability.Call) (pdk.Payload, error) {
	return capability.Handler(u.Carry).Answer(ctx, call)
}

// Carry implements capability.Carrier.
func (u *unit) Carry(ctx context.Context, call *capability.Call) error {
	u.flight.Add(1)
	p := u.instance.Load()
	if p == nil {
		return u.elsewhere(ctx, call)
	}
	defer u.leave()
	if err := p.Carry(ctx, call); err != nil {
		return u.mend(err)
	}
	return nil
}

func (u *unit) leave() {
	if u.flight.Add(-1) == 0 && u.gate.Load() != nil {
		select {
		case u.idle <- struct{}{}:
		default:
		}
	}
}

// elsewhere is a call that found no instance. It has been counted.
func (u *unit) elsewhere(ctx context.Context, call *capability.Call) error {
	if p := u.leaving.Load(); p != nil && call.Task != 0 && strings.Contains(call.Method, ".") {
		defer u.leave() // a method of a task that this version has begun
		if err := p.Carry(ctx, call); err != nil {
			return u.mend(err)
		}
		return nil
	}
	u.leave()
	g := u.gate.Load()
	if g == nil {
		if u.instance.Load() != nil {
			return u.Carry(ctx, call)
		}
		return u.notRunning()
	}
	select {
	case <-g.open:
	case <-ctx.Done():
		if g.starting {
			return pdk.Errorf(pdk.CodeUnavailable, "unavailable", "plugin %q is still starting, and did not run in time", u.name)
		}
		return pdk.Errorf(pdk.CodeUnavailable, "unavailable", "plugin %q is being replaced and did not run again in time", u.name)
	}
	call.Delayed()
	switch {
	case g.next != nil:
		if call.Task != 0 {
			u.k.tasks.Move(call.Task, g.next)
		}
		return g.next.Carry(ctx, call)
	case u.instance.Load() != nil:
		return u.Carry(ctx, call)
	}
	return u.notRunning()
}

func (u *unit) notRunning() error {
	return pdk.Errorf(pdk.CodeUnavailable, "unavailable", "plugin %q is not running", u.name)
}

// mend takes secrets out of an error, and says so if the call was stopped for another version's sake.
func (u *unit) mend(err error) error {
	if why := u.cut.Load(); why != nil {
		return pdk.Errorf(pdk.CodeUnavailable, "replaced", "%s", *why)
	}
	return u.k.secrets.clean(err)
}

func (u *unit) close(ctx context.Context) error {
	p := u.instance.Swap(nil)
	if p == nil {
		return nil
	}
	return p.Close(ctx)
}

// loadOne reads a plugin's manifest and checks it against its entry in the configuration.
func (k *Kernel) loadOne(cfg *config.Config, entry config.Plugin) (*unit, error) {
	name := entry.Name()
	dir, index, err := k.pluginDir(cfg.Abs(entry.Path))
	if err != nil {
		return nil, fmt.Errorf("plugin %q: %w", name, err)
	}
	m, err := manifest.Load(dir)
	if err != nil {
		return nil, fmt.Errorf("plugin %q: %w", name, err)
	}
	if dir == cfg.Abs(entry.Path) {
		k.opts.Gate.Dev(name, dir)
	}
	if m.ID != entry.ID {
		return nil, fmt.Errorf("plugin %q: the plugin in %s is %q; write that id in superapp.yaml", entry.ID, dir, m.ID)
	}
	if m.Requires.Net == manifest.NetAll && !entry.Grants.Net {
		return nil, fmt.Errorf("plugin %q needs the network (requires.net: all); allow it in superapp.yaml: plugins[].grants: {net: true}", name)
	}
	if m.Requires.Exec && !entry.Grants.Exec {
		return nil, fmt.Errorf("plugin %q starts other programs (requires.exec: true); allow it in superapp.yaml: plugins[].grants: {exec: true}", name)
	}
	u := &unit{k: k, name: name, manifest: m, dir: dir, checksum: checksumOf(index, m), idle: make(chan struct{}, 1)}
	set, err := k.settings(cfg, entry)
	if err != nil {
		return nil, err
	}
	u.set.Store(set)
	return u, k.secrets.clean(m.CheckConfig(set.config))
}

// settings resolves the secrets of an entry.
func (k *Kernel) settings(cfg *config.Config, entry config.Plugin) (*setting, error) {
	set := &setting{entry: entry, config: []byte("{}"), secrets: map[string]string{}}
	for name := range entry.Secrets {
		if value, err := k.secretValue(cfg, entry, name); err == nil { // one that is missing is an error once it is asked for
			set.secrets[name] = fmt.Sprintf("%x", sha256.Sum256([]byte(value)))
		}
	}
	if entry.Config == nil {
		return set, nil
	}
	full, err := config.ReplaceSecrets(entry.Config, func(name string) (any, error) { return k.secretValue(cfg, entry, name) })
	if err == nil {
		set.config, err = json.Marshal(full)
	}
	if err != nil {
		return nil, fmt.Errorf("plugin %q: configuration: %w", entry.Name(), err)
	}
	return set, nil
}

// startPlugins starts them level by level: those that need nothing of others first, so that every plugin finds its
// host services working.
func (k *Kernel) startPlugins(ctx context.Context, s *state, table *capability.Table) error {
	for _, level := range (graph{s, table}).levels() {
		errs := make([]error, len(level))
		var all sync.WaitGroup
		for i, u := range level {
			all.Go(func() {
				defer k.patient(s, u)()
				errs[i] = k.start(ctx, u, table)
			})
		}
		all.Wait()
		if err := errors.Join(errs...); err != nil {
			return err
		}
	}
	return nil
}

// patient says what is waited for if a plugin has not started in a while. The caller says when it has.
func (k *Kernel) patient(s *state, u *unit) (done func()) {
	if k.opts.Slow == nil {
		return func() {}
	}
	doing := "starting"
	if u.manifest.Runtime.Wasm != nil { // out of the cache it would be there by now
		doing = "compiling"
	}
	what := fmt.Sprintf("%s %s %d/%d …", doing, u.name, slices.Index(s.plugins, u)+1, len(s.plugins))
	told := make(chan struct{})
	t := time.AfterFunc(k.opts.SlowAfter, func() {
		defer close(told)
		k.slow.Lock()
		defer k.slow.Unlock()
		k.opts.Slow(what)
	})
	return func() {
		if !t.Stop() {
			<-told // so that nothing is said later
		}
	}
}

// start brings a unit up to the point where it takes calls. On failure nothing of it is left.
func (k *Kernel) start(ctx context.Context, u *unit, table *capability.Table) error {
	entry := u.set.Load().entry
	spec := plugin.Spec{Manifest: u.manifest, Dir: u.dir, Checksum: cmp.Or(entry.Checksum, u.checksum), Trusted: entry.Trusted, Services: services{k, u}}
	if u.manifest.Requires.Files {
		spec.DataDir = filepath.Join(k.Config().DataDir(), "plugins", u.name)
		if abs, err := filepath.Abs(spec.DataDir); err == nil {
			spec.DataDir = abs
		}
		if err := os.MkdirAll(spec.DataDir, 0o700); err != nil {
			return fmt.Errorf("start plugin %q: %w", u.name, err)
		}
	}
	began := k.opts.Now()
	p, err := k.opts.Runtime.Start(ctx, spec)
	if err != nil {
		return fmt.Errorf("start plugin %q: %w", u.name, k.secrets.clean(err))
	}
	if err := k.greet(ctx, u, p, table); err != nil {
		stop, cancel := context.WithTimeout(context.WithoutCancel(ctx), closeWait)
		defer cancel()
		return errors.Join(fmt.Errorf("start plugin %q: %w", u.name, k.secrets.clean(err)), p.Close(stop))
	}
	u.instance.Store(&serving{p, capability.CarrierOf(p)})
	u.pass(u.gate.Load())
	k.log.Info("plugin started", "plugin", u.name, "version", u.manifest.Version, "took", k.opts.Now().Sub(began))
	return nil
}

// greet checks that the plugin is what its manifest says and hands over its configuration.
func (k *Kernel) greet(ctx context.Context, u *unit, p plugin.Instance, table *capability.Table) error {
	d, err := p.Describe(ctx)
	if err != nil {
		return fmt.Errorf("describe: %w", err)
	}
	if err := plugin.CheckDescription(u.manifest, d); err != nil {
		return err
	}
	for _, name := range u.manifest.Provides {
		if table.Provider(name, "") == capability.Provider(u) {
			k.warnMissing(u, table.Contract(name), d.Capabilities[name])
		}
	}
	if err := p.Configure(ctx, u.set.Load().config); err != nil {
		return fmt.Errorf("configure: %w", err)
	}
	return nil
}

// warnMissing reports the methods of a contract that a provider lacks: calls of them will fail as unsupported.
func (k *Kernel) warnMissing(u *unit, c *contract.Contract, methods []string) {
	have := map[string]bool{}
	for _, m := range methods {
		have[m] = true
	}
	for m := range c.Methods {
		if !have[m] {
			k.log.Warn("plugin lacks a method of its contract", "plugin", u.ID(), "capability", c.Capability, "method", m)
		}
	}
}
