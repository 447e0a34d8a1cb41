package core

import (
	"crypto/rand"
	"encoding/hex"
	"fmt"

	"github.com/dougong-dev/dougong/pdk/go"
)

// keyBucket is where wrapped data keys are stored.
const keyBucket = "keys"

// dataKey is the key.data service: a secret key per plugin, app and user, made at first use, stored wrapped only.
func (k *Kernel) dataKey(id string, info pdk.Info, in pdk.Payload) (pdk.Payload, error) {
	var q pdk.KeyData
	if err := pdk.Decode(in, &q); err != nil {
		return pdk.Payload{}, err
	}
	if q.Size != 16 && q.Size != 32 {
		return pdk.Payload{}, pdk.Errorf(pdk.CodeInvalidParams, "invalidParams", "key.data: size must be 16 or 32, found %d", q.Size)
	}
	// Lengths go in first so that no two owners can be spelled alike.
	label := fmt.Sprintf("data-key/%d/%d:%s/%d:%s/%d:%s", q.Size, len(id), id, len(info.App), info.App, len(info.User), info.User)
	key, err := k.wrappedKey(label, q.Size)
	if err != nil {
		return pdk.Payload{}, err
	}
	return pdk.Encode(pdk.KeyValue{Key: key})
}

func (k *Kernel) wrappedKey(label string, size int) ([]byte, error) {
	k.keys.Lock()
	defer k.keys.Unlock()
	wrapped, err := k.store.Get(keyBucket, label)
	if err != nil {
		return nil, fmt.Errorf("read data key: %w", err)
	}
	if wrapped != nil {
		key, err := k.keyring.Unwrap(label, wrapped)
		if err != nil || len(key) != size {
			return nil, pdk.Errorf(pdk.CodeCorrupt, "corrupt", "the stored data key cannot be unwrapped: the keyring is another one, or the store was changed")
		}
		return key, nil
	}
	key := make([]byte, size)
	if _, err := rand.Read(key); err != nil {
		return nil, fmt.Errorf("make data key: %w", err)
	}
	if wrapped, err = k.keyring.Wrap(label, key); err != nil {
		return nil, fmt.Errorf("wrap data key: %w", err)
	}
	if err := k.store.Put(keyBucket, label, wrapped); err != nil {
		return nil, fmt.Errorf("store data key: %w", err)
	}
	return key, nil
}

// newTrace makes a trace id.
func newTrace() string {
	var id [16]byte
	if _, err := rand.Read(id[:]); err != nil { // the runtime ends the program itself if the system has no randomness
		return "00000000000000000000000000000000"
	}
	return hex.EncodeToString(id[:])
}
