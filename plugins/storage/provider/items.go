package provider

import (
	"encoding/json"
	"errors"

	"github.com/dougong-dev/dougong/pdk/go"
	"github.com/dougong-dev/dougong/plugins/internal/value"
	"github.com/dougong-dev/dougong/plugins/storage/space"
)

type keyParam struct {
	Key string `json:"key"`
}

type setParam struct {
	Key  string          `json:"key"`
	Data json.RawMessage `json:"data"`
}

type info struct {
	Keys        []string `json:"keys"`
	CurrentSize float64  `json:"currentSize"` // KB
	LimitSize   float64  `json:"limitSize"`   // KB
}

func (p *Provider) set(ctx *pdk.Context, in pdk.Payload) (pdk.Payload, error) {
	var param setParam
	if err := decode(in, &param); err != nil {
		return pdk.Payload{}, err
	}
	packed, err := value.Pack(param.Data, in.Blobs)
	if err != nil {
		return pdk.Payload{}, err
	}
	return p.write(ctx, space.Item{Key: param.Key, Value: packed})
}

func (p *Provider) write(ctx *pdk.Context, items ...space.Item) (pdk.Payload, error) {
	store, err := p.opened()
	if err != nil {
		return pdk.Payload{}, err
	}
	for _, item := range items {
		if item.Key == "" {
			return pdk.Payload{}, pdk.Errorf(pdk.CodeInvalidParams, "invalidParams", "key: expected a string that is not empty")
		}
	}
	return pdk.Payload{JSON: []byte("{}")}, fail(ctx, store.Set(owner(ctx), space.Items, items...))
}

func (p *Provider) get(ctx *pdk.Context, in pdk.Payload) (pdk.Payload, error) {
	var param keyParam
	if err := decode(in, &param); err != nil {
		return pdk.Payload{}, err
	}
	store, err := p.opened()
	if err != nil {
		return pdk.Payload{}, err
	}
	record, err := store.Get(owner(ctx), space.Items, param.Key)
	if err != nil {
		return pdk.Payload{}, fail(ctx, err)
	}
	var out pdk.Payload
	data, err := value.Unpack(record, &out)
	if err != nil {
		return pdk.Payload{}, fail(ctx, &space.CorruptError{Key: param.Key, Cause: err})
	}
	out.JSON, err = json.Marshal(struct {
		Data json.RawMessage `json:"data"`
	}{data})
	return out, err
}

func (p *Provider) remove(ctx *pdk.Context, in keyParam) (struct{}, error) {
	store, err := p.opened()
	if err != nil {
		return struct{}{}, err
	}
	return struct{}{}, fail(ctx, store.Delete(owner(ctx), space.Items, in.Key))
}

func (p *Provider) clear(ctx *pdk.Context, _ struct{}) (struct{}, error) {
	store, err := p.opened()
	if err != nil {
		return struct{}{}, err
	}
	return struct{}{}, fail(ctx, store.Clear(owner(ctx), space.Items))
}

func (p *Provider) info(ctx *pdk.Context, _ struct{}) (info, error) {
	store, err := p.opened()
	if err != nil {
		return info{}, err
	}
	have, err := store.Info(owner(ctx), space.Items)
	if err != nil {
		return info{}, fail(ctx, err)
	}
	return info{Keys: have.Keys, CurrentSize: kilobytes(have.Size), LimitSize: kilobytes(have.Limit)}, nil
}

// kilobytes rounds up, as WeChat does: what is not empty does not show as 0.
func kilobytes(n int64) float64 { return float64((n + 1023) / 1024) }

// decode leaves attachments alone: they are stored with the value that refers to them.
func decode(in pdk.Payload, v any) error {
	err := json.Unmarshal(in.JSON, v)
	var wrong *json.UnmarshalTypeError
	switch {
	case err == nil:
		return nil
	case errors.As(err, &wrong):
		return pdk.Errorf(pdk.CodeInvalidParams, "invalidParams", "%s: expected %s, found %s", wrong.Field, wrong.Type, wrong.Value)
	}
	return pdk.Errorf(pdk.CodeInvalidParams, "invalidParams", "the arguments are not valid JSON: %s", err)
}
