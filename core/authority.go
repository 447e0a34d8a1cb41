package core

import (
	"context"
	"encoding/json"

	"github.com/dougong-dev/dougong/core/capability"
	"github.com/dougong-dev/dougong/pdk/go"
)

// authority is the kernel as provider of dougong.permission/v1: wx.getSetting, wx.authorize, wx.openSetting.
type authority struct{ k *Kernel }

var _ capability.Provider = authority{}

// ID implements capability.Provider.
func (authority) ID() string { return "dougong.kernel" }

// Call implements capability.Provider.
func (a authority) Call(ctx context.Context, call *capability.Call) (pdk.Payload, error) {
	p := a.k.policy
	switch call.Method {
	case "getSetting":
		return settings(p.Setting(call.App, call.User))
	case "openSetting":
		now, err := p.OpenSetting(ctx, call.App, call.User)
		if err != nil {
			return pdk.Payload{}, err
		}
		return settings(now)
	case "authorize":
		var in struct {
			Scope string `json:"scope"`
		}
		if err := json.Unmarshal(call.Payload.JSON, &in); err != nil {
			return pdk.Payload{}, err
		}
		return pdk.Payload{}, p.Authorize(ctx, call.App, call.User, in.Scope, call.Page)
	}
	return pdk.Payload{}, pdk.Errorf(pdk.CodeUnsupported, "unsupported", "the kernel has no method %q", call.Method)
}

func settings(scopes map[string]bool) (pdk.Payload, error) {
	out, err := json.Marshal(map[string]any{"authSetting": scopes})
	return pdk.Payload{JSON: out}, err
}
