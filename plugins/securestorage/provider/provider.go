// Package provider is the capability dougong.securestorage/v1 over package vault: encrypted items of a mini-program and
// user, in the host's key-value store and under a key that only the host keeps.
package provider

import (
	"bytes"
	"encoding/json"
	"errors"

	"github.com/dougong-dev/dougong/pdk/go"
	"github.com/dougong-dev/dougong/plugins/internal/value"
	"github.com/dougong-dev/dougong/plugins/securestorage/vault"
)

// Capability is the contract that the provider keeps.
const Capability = "dougong.securestorage/v1"

// Config is what a person writes under the plugin's config in superapp.yaml.
type Config struct {
	// KeyEpoch is raised to encrypt what is written from now on under a new key. What was written before stays readable.
	KeyEpoch uint32 `json:"key_epoch"`
}

// Provider serves the capability. It runs as a single instance, one call at a time, so that the steps of two writes
// never mix.
type Provider struct {
	config Config
	swept  map[owner]bool
}

type owner struct{ caller, app, user string }

// maxSwept bounds what is remembered of who was swept; beyond it, all are swept once more.
const maxSwept = 4096

// New makes a provider.
func New() *Provider { return &Provider{swept: map[owner]bool{}} }

// Configure sets the key's epoch.
func (p *Provider) Configure(_ *pdk.Context, config []byte) error {
	var c Config
	d := json.NewDecoder(bytes.NewReader(config))
	d.DisallowUnknownFields()
	if err := d.Decode(&c); len(config) > 0 && err != nil {
		return pdk.Errorf(pdk.CodeConfig, "config", "securestorage configuration: %s", err)
	}
	p.config = c
	return nil
}

// Methods is the capability's method table.
func (p *Provider) Methods() pdk.Methods {
	return pdk.Methods{
		"setEncryptedStorage":     p.set,
		"getEncryptedStorage":     p.get,
		"removeEncryptedStorage":  pdk.Func(p.remove),
		"clearEncryptedStorage":   pdk.Func(p.clear),
		"getEncryptedStorageInfo": pdk.Func(p.info),
	}
}

type keyParam struct {
	Key string `json:"key"`
}

type setParam struct {
	Key  string          `json:"key"`
	Data json.RawMessage `json:"data"`
}

func (p *Provider) set(ctx *pdk.Context, in pdk.Payload) (pdk.Payload, error) {
	var param setParam
	if err := json.Unmarshal(in.JSON, &param); err != nil || param.Key == "" {
		return pdk.Payload{}, pdk.Errorf(pdk.CodeInvalidParams, "invalidParams", "expected {key, data} with a key that is not empty")
	}
	packed, err := value.Pack(param.Data, in.Blobs)
	if err != nil {
		return pdk.Payload{}, err
	}
	v, err := p.open(ctx)
	if err == nil {
		err = v.Set(param.Key, packed)
	}
	return pdk.Payload{JSON: []byte("{}")}, fail(ctx, err)
}

func (p *Provider) get(ctx *pdk.Context, in pdk.Payload) (pdk.Payload, error) {
	var param keyParam
	if err := pdk.Decode(in, &param); err != nil {
		return pdk.Payload{}, err
	}
	v, err := p.open(ctx)
	if err != nil {
		return pdk.Payload{}, fail(ctx, err)
	}
	packed, err := v.Get(param.Key)
	if err != nil {
		return pdk.Payload{}, fail(ctx, err)
	}
	var out pdk.Payload
	data, err := value.Unpack(packed, &out)
	if err != nil {
		return pdk.Payload{}, err
	}
	out.JSON, err = json.Marshal(struct {
		Data json.RawMessage `json:"data"`
	}{data})
	return out, err
}

func (p *Provider) remove(ctx *pdk.Context, in keyParam) (struct{}, error) {
	v, err := p.open(ctx)
	if err == nil {
		err = v.Remove(in.Key)
	}
	return struct{}{}, fail(ctx, err)
}

func (p *Provider) clear(ctx *pdk.Context, _ struct{}) (struct{}, error) {
	v, err := p.vault(ctx)
	if err == nil {
		err = v.Clear()
	}
	return struct{}{}, fail(ctx, err)
}

type info struct {
	Keys []string `json:"keys"`
}

func (p *Provider) info(ctx *pdk.Context, _ struct{}) (info, error) {
	v, err := p.open(ctx)
	if err != nil {
		return info{}, fail(ctx, err)
	}
	names, err := v.Names()
	return info{names}, fail(ctx, err)
}

// open gives the caller's vault, swept of what a crash may have left.
func (p *Provider) open(ctx *pdk.Context) (*vault.Vault, error) {
	v, err := p.vault(ctx)
	who := owner{ctx.Caller, ctx.App, ctx.User}
	if err != nil || p.swept[who] {
		return v, err
	}
	if len(p.swept) >= maxSwept {
		clear(p.swept)
	}
	p.swept[who] = true
	return v, v.Sweep()
}

func (p *Provider) vault(ctx *pdk.Context) (*vault.Vault, error) {
	root, err := ctx.DataKey(vault.RootSize)
	if err != nil {
		return nil, err
	}
	return vault.New(store{ctx.KV(), ctx}, root, p.config.KeyEpoch, ctx.App, ctx.User)
}

// store is the host's services as a vault needs them.
type store struct {
	pdk.KV
	ctx *pdk.Context
}

// Anchor implements vault.Store.
func (s store) Anchor(at uint64) (uint64, error) { return s.ctx.Anchor(at) }

// fail gives an error the platform's code; tampering goes to the log as well, because somebody has to look into it.
func fail(ctx *pdk.Context, err error) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, vault.ErrNotFound):
		return pdk.Errorf(pdk.CodeNotFound, "notFound", "data not found")
	case errors.Is(err, vault.ErrCorrupt):
		ctx.Log(pdk.LevelError, "encrypted storage was tampered with or damaged", "app", ctx.App, "user", ctx.User, "error", err)
		return pdk.Errorf(pdk.CodeCorrupt, "corrupt", "%s; clearEncryptedStorage starts anew", err)
	}
	return err
}

var _ vault.Store = store{}
