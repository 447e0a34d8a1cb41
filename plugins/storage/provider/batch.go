package provider

import (
	"encoding/json"

	"github.com/dougong-dev/dougong/pdk/go"
	"github.com/dougong-dev/dougong/plugins/internal/value"
	"github.com/dougong-dev/dougong/plugins/storage/space"
)

type batchSetParam struct {
	KVList []struct {
		Key   string          `json:"key"`
		Value json.RawMessage `json:"value"`
	} `json:"kvList"`
}

type batchGetParam struct {
	KeyList []string `json:"keyList"`
}

func (p *Provider) batchSet(ctx *pdk.Context, in pdk.Payload) (pdk.Payload, error) {
	var param batchSetParam
	if err := decode(in, &param); err != nil {
		return pdk.Payload{}, err
	}
	items := make([]space.Item, len(param.KVList))
	for i, kv := range param.KVList {
		packed, err := value.Pack(kv.Value, in.Blobs)
		if err != nil {
			return pdk.Payload{}, err
		}
		items[i] = space.Item{Key: kv.Key, Value: packed}
	}
	return p.write(ctx, items...)
}

// batchGet answers an empty string for a missing key, as WeChat does.
func (p *Provider) batchGet(ctx *pdk.Context, in pdk.Payload) (pdk.Payload, error) {
	var param batchGetParam
	if err := decode(in, &param); err != nil {
		return pdk.Payload{}, err
	}
	store, err := p.opened()
	if err != nil {
		return pdk.Payload{}, err
	}
	records, err := store.GetAll(owner(ctx), space.Items, param.KeyList)
	if err != nil {
		return pdk.Payload{}, fail(ctx, err)
	}
	var out pdk.Payload
	list := make([]json.RawMessage, len(records))
	for i, record := range records {
		if record == nil {
			list[i] = json.RawMessage(`""`)
			continue
		}
		if list[i], err = value.Unpack(record, &out); err != nil {
			return pdk.Payload{}, fail(ctx, &space.CorruptError{Key: param.KeyList[i], Cause: err})
		}
	}
	out.JSON, err = json.Marshal(struct {
		DataList []json.RawMessage `json:"dataList"`
	}{list})
	return out, err
}
