package miniapp_test

import (
	"encoding/json"
	"testing"

	"github.com/dougong-dev/dougong/core/miniapp/message"
)

// FuzzMessages: whatever a client says, the mini-program lives and the engine does not fail.
func FuzzMessages(f *testing.F) {
	for _, seed := range []string{
		`{"event":{"page":1,"node":1,"type":"tap","bubbles":true,"touches":[{"identifier":1}]}}`,
		`{"event":{"page":1,"node":0,"type":"pagescroll","detail":{"scrollTop":3}}}`,
		`{"event":{"page":1,"node":0,"type":"share"}}`,
		`{"route":{"kind":"navigate","path":"/p/a/a?x=1"}}`,
		`{"route":{"kind":"switchTab","path":"p/cart/cart"}}`,
		`{"route":{"kind":"back","delta":-1}}`,
		`{"answer":{"id":1,"result":{"confirm":true}}}`,
		`{"resize":{"width":-1,"height":0}}`,
		`{"show":{"path":"p/b/b?q","scene":-1,"query":{"a":"b"},"referrer":[1]}}`,
		`{"hide":true}`,
		`{"resume":true}`,
		`{"task":{"task":0,"capability":"x","name":"y","payload":{}}}`,
	} {
		f.Add([]byte(seed))
	}
	p := five(f)
	f.Fuzz(func(t *testing.T, raw []byte) {
		var m message.ToActor
		if json.Unmarshal(raw, &m) != nil || m.Close || m.Reply != nil || m.Task != nil {
			return // what only the kernel says is trusted
		}
		r := start(t, p)
		r.post(m)
		r.post(message.ToActor{Resize: &message.Resize{Size: message.Size{Width: 300, Height: 300}}})
		for _, e := range r.errors() {
			if e.Origin == "engine" {
				t.Errorf("%s: %+v", raw, e)
			}
		}
		select {
		case <-r.session.Done():
			t.Errorf("%s ended the mini-program", raw)
		default:
		}
	})
}
