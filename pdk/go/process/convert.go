package process

import (
	"strings"

	"github.com/dougong-dev/dougong/pdk/go"
	"github.com/dougong-dev/dougong/pdk/go/process/pluginv1"
)

// PayloadToProto converts a payload without copying its bytes.
func PayloadToProto(p pdk.Payload) *pluginv1.Payload {
	return &pluginv1.Payload{Json: p.JSON, Blobs: p.Blobs}
}

// PayloadFromProto converts a payload without copying its bytes; nil is the zero payload.
func PayloadFromProto(p *pluginv1.Payload) pdk.Payload {
	if p == nil {
		return pdk.Payload{}
	}
	return pdk.Payload{JSON: p.Json, Blobs: p.Blobs}
}

// InfoToProto converts the description of a call.
func InfoToProto(i pdk.Info) *pluginv1.CallInfo {
	return &pluginv1.CallInfo{Capability: i.Capability, Method: i.Method, App: i.App, User: i.User, Page: i.Page,
		Trace: i.Trace, Caller: i.Caller, Task: i.Task}
}

// InfoFromProto converts the description of a call; nil is the zero Info.
func InfoFromProto(i *pluginv1.CallInfo) pdk.Info {
	if i == nil {
		return pdk.Info{}
	}
	return pdk.Info{Capability: i.Capability, Method: i.Method, App: i.App, User: i.User, Page: i.Page,
		Trace: i.Trace, Caller: i.Caller, Task: i.Task}
}

// ErrorToProto converts an error of any kind; nil stays nil.
func ErrorToProto(err error) *pluginv1.Error {
	if err == nil {
		return nil
	}
	e := pdk.AsError(err)
	return &pluginv1.Error{Code: int32(e.Code), Name: valid(e.Name), Message: valid(e.Message), Data: e.Data}
}

// valid makes text fit a protobuf string, which has to be UTF-8.
func valid(s string) string { return strings.ToValidUTF8(s, "\uFFFD") }

// ErrorFromProto converts an error; nil stays nil. An error with code 0, which no correct peer sends, becomes internal.
func ErrorFromProto(e *pluginv1.Error) error {
	if e == nil {
		return nil
	}
	out := &pdk.Error{Code: int(e.Code), Name: e.Name, Message: e.Message, Data: e.Data}
	if out.Code == 0 {
		out.Code, out.Name = pdk.CodeInternal, "internal"
	}
	return out
}
