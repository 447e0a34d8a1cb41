package miniapp

import (
	"cmp"
	"encoding/json"

	"github.com/dougong-dev/dougong/core/miniapp/message"
	"github.com/dougong-dev/dougong/core/miniapp/program"
	"github.com/dougong-dev/dougong/core/miniapp/value"
)

// SDKVersion is the version of WeChat's base library whose behaviour ours follows.
const SDKVersion = "3.5.0"

// DefaultSystem is the system information where the host says nothing: a phone of 375 x 812 CSS pixels.
func DefaultSystem() json.RawMessage {
	return json.RawMessage(`{
  "brand": "dougong", "model": "dougong", "system": "Linux", "platform": "linux",
  "pixelRatio": 2, "screenWidth": 375, "screenHeight": 812, "windowWidth": 375, "windowHeight": 724,
  "statusBarHeight": 20, "screenTop": 88,
  "safeArea": {"left": 0, "right": 375, "top": 20, "bottom": 812, "width": 375, "height": 792},
  "language": "zh_CN", "version": "8.0.50", "SDKVersion": "` + SDKVersion + `", "theme": "light",
  "fontSizeSetting": 16, "benchmarkLevel": 50, "enableDebug": false,
  "host": {"env": "dougong", "appId": "", "version": "1"},
  "albumAuthorized": false, "cameraAuthorized": false, "locationAuthorized": false,
  "microphoneAuthorized": false, "notificationAuthorized": false, "bluetoothEnabled": false,
  "locationEnabled": true, "wifiEnabled": true, "deviceOrientation": "portrait"
}`)
}

// setup is what the base library is built from: native.ts Setup.
func (a *actor) setup(l arrival) *value.Object {
	app := a.prog.App
	apis := append([]message.API{}, a.open.APIs...)
	for i := range apis {
		apis[i].Details = nil // bindUses looks them up here
	}
	return value.ObjectOf(
		"dialect", app.Dialect,
		"apis", a.valueOf(apis),
		"extApis", a.valueOf(append([]program.ExtAPI{}, app.ExtAPIs...)),
		"system", a.system(),
		"launch", l.options(),
		"account", value.ObjectOf("appId", app.ID, "version", app.Version, "envVersion", cmp.Or(a.open.Env, message.EnvRelease)),
		"pages", a.valueOf(app.Pages),
		"components", a.valueOf(components),
		"ext", a.extConfig(),
		"packages", a.packages(),
		"plugins", providers(app.Plugins),
	)
}

// providers are those of the plugins, as they stand in plugin:// addresses of storage.
func providers(plugins []program.Plugin) *value.Array {
	out := value.NewArray()
	for _, p := range plugins {
		out.Push(p.Provider)
	}
	return out
}

// system is the host's system information over the defaults.
func (a *actor) system() value.Value {
	out, _ := value.DecodeJSON(DefaultSystem())
	info := out.(*value.Object)
	defer func() {
		a.height.take(info)
		if !a.prog.App.DarkMode {
			info.Set("theme", themeLight)
		}
		a.theme = text(info, "theme")
		a.metered = metered[text(info, "networkType")]
	}()
	if len(a.open.System) == 0 {
		return info
	}
	own, err := value.DecodeJSON(a.open.System)
	if o, ok := own.(*value.Object); err == nil && ok {
		for key, v := range o.All() {
			info.Set(key, v)
		}
	}
	return info
}

// valueOf makes a value of what marshals to JSON.
func (a *actor) valueOf(v any) value.Value {
	raw, err := json.Marshal(v)
	if err != nil {
		a.log.Error("marshal for the base library", "error", err)
		return nil
	}
	out, err := value.DecodeJSON(raw)
	if err != nil {
		a.log.Error("decode for the base library", "error", err)
	}
	return out
}

// extConfig is what ext.json holds for scripts.
func (a *actor) extConfig() value.Value {
	if a.prog.App.Ext == nil {
		return value.NewObject(0)
	}
	return a.valueOf(a.prog.App.Ext)
}

// packages are the names by which scripts know the subpackages.
func (a *actor) packages() value.Value {
	names := [][]string{}
	for _, sub := range a.prog.App.SubPackages {
		names = append(names, []string{sub.Name, sub.Root})
	}
	return value.ObjectOf("names", a.valueOf(names), "workers", a.prog.App.Workers != "")
}
