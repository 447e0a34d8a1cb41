package provider

import (
	"errors"

	"github.com/dougong-dev/dougong/pdk/go"
	"github.com/dougong-dev/dougong/plugins/storage/space"
)

type kvSetParam struct {
	Key   string   `json:"key"`
	Value pdk.Blob `json:"value"`
}

// kvValue answers kvGet; null says that there is no such key.
type kvValue struct {
	Value pdk.Blob `json:"value"`
}

type kvListParam struct {
	Prefix string `json:"prefix"`
	After  string `json:"after"`
	Limit  int    `json:"limit"`
}

type kvKeys struct {
	Keys []string `json:"keys"`
	More bool     `json:"more,omitempty"`
}

func (p *Provider) kvGet(ctx *pdk.Context, in keyParam) (kvValue, error) {
	store, err := p.opened()
	if err != nil {
		return kvValue{}, err
	}
	value, err := store.Get(owner(ctx), space.KV, in.Key)
	if errors.Is(err, space.ErrNotFound) {
		return kvValue{}, nil
	}
	return kvValue{value}, fail(ctx, err)
}

func (p *Provider) kvSet(ctx *pdk.Context, in kvSetParam) (struct{}, error) {
	store, err := p.opened()
	if err != nil {
		return struct{}{}, err
	}
	if in.Key == "" || in.Value == nil {
		return struct{}{}, pdk.Errorf(pdk.CodeInvalidParams, "invalidParams", "kvSet needs a key that is not empty and bytes as value")
	}
	return struct{}{}, fail(ctx, store.Set(owner(ctx), space.KV, space.Item{Key: in.Key, Value: in.Value}))
}

func (p *Provider) kvDelete(ctx *pdk.Context, in keyParam) (struct{}, error) {
	store, err := p.opened()
	if err != nil {
		return struct{}{}, err
	}
	return struct{}{}, fail(ctx, store.Delete(owner(ctx), space.KV, in.Key))
}

func (p *Provider) kvList(ctx *pdk.Context, in kvListParam) (kvKeys, error) {
	store, err := p.opened()
	if err != nil {
		return kvKeys{}, err
	}
	keys, more, err := store.List(owner(ctx), space.KV, in.Prefix, in.After, in.Limit)
	return kvKeys{Keys: keys, More: more}, fail(ctx, err)
}
