package core

import (
	"encoding/binary"
	"fmt"

	"github.com/dougong-dev/dougong/pdk/go"
)

// anchorBucket is where the counters of the key.anchor service are stored.
const anchorBucket = "anchors"

// anchor is the key.anchor service: a counter per plugin, app and user that never falls. It is wrapped, so that nobody
// without the keyring can make one up.
func (k *Kernel) anchor(id string, info pdk.Info, in pdk.Payload) (pdk.Payload, error) {
	var q pdk.KeyAnchor
	if err := pdk.Decode(in, &q); err != nil {
		return pdk.Payload{}, err
	}
	label := fmt.Sprintf("anchor/%d:%s/%d:%s/%d:%s", len(id), id, len(info.App), info.App, len(info.User), info.User)
	k.keys.Lock()
	defer k.keys.Unlock()
	was, err := k.readAnchor(label)
	if err != nil {
		return pdk.Payload{}, err
	}
	if q.At > was {
		wrapped, err := k.keyring.Wrap(label, binary.BigEndian.AppendUint64(nil, q.At))
		if err != nil {
			return pdk.Payload{}, fmt.Errorf("wrap counter: %w", err)
		}
		if err := k.store.Put(anchorBucket, label, wrapped); err != nil {
			return pdk.Payload{}, fmt.Errorf("store counter: %w", err)
		}
	}
	return pdk.Encode(pdk.KeyAnchored{Was: was})
}

func (k *Kernel) readAnchor(label string) (uint64, error) {
	wrapped, err := k.store.Get(anchorBucket, label)
	if err != nil {
		return 0, fmt.Errorf("read counter: %w", err)
	}
	if wrapped == nil {
		return 0, nil
	}
	value, err := k.keyring.Unwrap(label, wrapped)
	if err != nil || len(value) != 8 {
		return 0, pdk.Errorf(pdk.CodeCorrupt, "corrupt", "the stored counter cannot be unwrapped: the keyring is another one, or the store was changed")
	}
	return binary.BigEndian.Uint64(value), nil
}
