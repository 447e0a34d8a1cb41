package wasm

import (
	"encoding/json"
	"strings"

	"github.com/dougong-dev/dougong/core/capability"
	"github.com/dougong-dev/dougong/pdk/go"
)

// wholeBytes is the JSON of a payload that is nothing but one attachment.
const wholeBytes = `{"$blob":0}`

// extismInput is what a plugin gets to see of a payload: its JSON, or the bytes of a payload that is one attachment.
func extismInput(id string, info *pdk.Info, p *pdk.Payload) ([]byte, error) {
	switch {
	case len(p.Blobs) == 0:
		return p.JSON, nil
	case len(p.Blobs) == 1 && len(p.JSON) < 40 && strings.ReplaceAll(string(p.JSON), " ", "") == wholeBytes:
		return p.Blobs[0], nil
	}
	return nil, pdk.Errorf(pdk.CodeUnsupported, "unsupported", "plugin %q: %s has %d attachments within its arguments, which an Extism plugin cannot be given; pass bytes alone, or as text",
		id, info.Method, len(p.Blobs))
}

// result implements abi.
func (a *extismABI) result() func(*capability.Call, pdk.Payload) pdk.Payload { return extismResult }

// extismResult takes an output for JSON, or for bytes if the contract says that the result is bytes.
func extismResult(call *capability.Call, out pdk.Payload) pdk.Payload {
	if call.Contract == nil || !call.Contract.Result.IsBytes() {
		return out
	}
	blob := out.JSON
	if blob == nil {
		blob = []byte{} // a nil attachment would be null
	}
	return pdk.Payload{JSON: []byte(wholeBytes), Blobs: [][]byte{blob}}
}

// maxErrorText is where the text of an error is cut.
const maxErrorText = 8 << 10

// extismError is the error that a plugin has set: {"code": …, "name": …, "message": …}, or any text.
func extismError(text string) error {
	var e struct {
		Code    int             `json:"code"`
		Name    string          `json:"name"`
		Message string          `json:"message"`
		Data    json.RawMessage `json:"data"`
	}
	if strings.HasPrefix(text, "{") && json.Unmarshal([]byte(text), &e) == nil && e.Code != 0 && e.Message != "" {
		return &pdk.Error{Code: e.Code, Name: cutText(e.Name), Message: cutText(e.Message), Data: e.Data}
	}
	return &pdk.Error{Code: pdk.CodeInternal, Name: "internal", Message: cutText(text)}
}

func cutText(text string) string {
	if len(text) > maxErrorText {
		text = text[:maxErrorText] + "…"
	}
	return strings.ToValidUTF8(text, "\uFFFD")
}
