package pdktest

import "github.com/dougong-dev/dougong/pdk/go"

// anchor keeps a counter for every app and user, which never falls.
func (h service) anchor(info pdk.Info, in pdk.Payload) (pdk.Payload, error) {
	var q pdk.KeyAnchor
	if err := pdk.Decode(in, &q); err != nil {
		return pdk.Payload{}, err
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	who := info.App + "\x00" + info.User
	was := h.anchors[who]
	if h.anchors == nil {
		h.anchors = map[string]uint64{}
	}
	h.anchors[who] = max(was, q.At)
	return pdk.Encode(pdk.KeyAnchored{Was: was})
}
