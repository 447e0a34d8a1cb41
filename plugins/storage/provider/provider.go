package provider

import (
	"encoding/json"
	"errors"
	"sync"

	"github.com/dougong-dev/dougong/pdk/go"
	"github.com/dougong-dev/dougong/plugins/storage/space"
)

// Capability is the contract that the provider keeps.
const Capability = "dougong.storage/v1"

// Config is the plugin's configuration.
type Config struct {
	LimitMB     float64 `json:"limit_mb"`      // per mini-program and user, and per plugin; default 10
	ItemLimitMB float64 `json:"item_limit_mb"` // per key; default 1
	OpenFiles   int     `json:"open_files"`    // databases kept open; default 64
}

// Provider serves the capability from one folder.
type Provider struct {
	dir string

	mu    sync.Mutex
	store *space.Store
}

// New makes a provider of the private folder that the host gave the plugin. Without Configure,
// the defaults hold.
func New(dir string) *Provider { return &Provider{dir: dir} }

// Configure opens the folder with the configured limits. It may be called again.
func (p *Provider) Configure(_ *pdk.Context, config []byte) error {
	var c Config
	if len(config) > 0 {
		if err := json.Unmarshal(config, &c); err != nil {
			return pdk.Errorf(pdk.CodeConfig, "config", "storage configuration: %s", err)
		}
	}
	if c.LimitMB < 0 || c.ItemLimitMB < 0 || c.OpenFiles < 0 {
		return pdk.Errorf(pdk.CodeConfig, "config", "storage configuration: limits cannot be negative")
	}
	return p.open(space.Limits{Total: sizeOf(c.LimitMB), Item: sizeOf(c.ItemLimitMB), Open: c.OpenFiles})
}

func (p *Provider) open(limits space.Limits) error {
	if p.dir == "" {
		return pdk.Errorf(pdk.CodeConfig, "config", "storage has no folder for its files; its plugin.yaml needs requires: {files: true}")
	}
	next, err := space.Open(p.dir, limits)
	if err != nil {
		return err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	old := p.store
	p.store = next
	if old != nil {
		return old.Close()
	}
	return nil
}

// Close closes all databases.
func (p *Provider) Close() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.store == nil {
		return nil
	}
	return p.store.Close()
}

// Methods is the capability's method table.
func (p *Provider) Methods() pdk.Methods {
	return pdk.Methods{
		"setStorage":      p.set,
		"getStorage":      p.get,
		"removeStorage":   pdk.Func(p.remove),
		"clearStorage":    pdk.Func(p.clear),
		"getStorageInfo":  pdk.Func(p.info),
		"batchSetStorage": p.batchSet,
		"batchGetStorage": p.batchGet,
		"kvGet":           pdk.Func(p.kvGet),
		"kvSet":           pdk.Func(p.kvSet),
		"kvDelete":        pdk.Func(p.kvDelete),
		"kvList":          pdk.Func(p.kvList),
	}
}

func (p *Provider) opened() (*space.Store, error) {
	p.mu.Lock()
	s := p.store
	p.mu.Unlock()
	if s != nil {
		return s, nil
	}
	if err := p.open(space.Limits{}); err != nil {
		return nil, err
	}
	return p.opened()
}

func sizeOf(mb float64) int64 { return int64(mb * (1 << 20)) }

// owner is whose space a call sees. All of it comes from the host.
func owner(ctx *pdk.Context) space.Owner {
	return space.Owner{Caller: ctx.Caller, App: ctx.App, User: ctx.User}
}

// fail gives an error the platform's code; damage goes to the log as well, because an operator has to act on it.
func fail(ctx *pdk.Context, err error) error {
	var quota *space.QuotaError
	var corrupt *space.CorruptError
	switch {
	case err == nil:
		return nil
	case errors.Is(err, space.ErrNotFound):
		return pdk.Errorf(pdk.CodeNotFound, "notFound", "data not found")
	case errors.As(err, &quota):
		return pdk.Errorf(pdk.CodeQuota, "quota", "%s", quota)
	case errors.As(err, &corrupt):
		ctx.Log(pdk.LevelError, "stored data is damaged", "app", ctx.App, "user", ctx.User, "caller", ctx.Caller, "error", corrupt)
		return pdk.Errorf(pdk.CodeCorrupt, "corrupt", "%s", corrupt)
	}
	return err
}
