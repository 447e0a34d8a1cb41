package apiname_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/dougong-dev/dougong/core/capability/apiname"
	"github.com/dougong-dev/dougong/pdk/contracts"
	"github.com/dougong-dev/dougong/pdk/go/contract"
)

func names(t *testing.T) *apiname.Names {
	t.Helper()
	list, err := contract.Load(contracts.Files)
	if err != nil {
		t.Fatal(err)
	}
	return apiname.New(list)
}

func TestOwner(t *testing.T) {
	t.Parallel()
	n := names(t)
	for api, want := range map[string]string{
		"wx.request": "dougong.network/v1", "ft.request": "dougong.network/v1", "wx.getStorageSync": "dougong.storage/v1",
		"wx.onLocationChange": "dougong.geolocation/v1", "wx.offLocationChange": "dougong.geolocation/v1",
		"wx.login": "dougong.account/v1", "ft.login": "dougong.account/v1", "wx.scanCode": "WeChat", "wx.canIUse": "WeChat", "wx.showToast": "WeChat",
		"wx.invokeNativePlugin": "WeChat", "ft.loadExtApi": "FinClip", "wx.toString": "JavaScript", "wx.acmeFace": "", "ft.loginAcme": "",
	} {
		if got := n.Owner(api); got != want {
			t.Errorf("%s belongs to %q, want %q", api, got, want)
		}
	}
}

func TestCheck(t *testing.T) {
	t.Parallel()
	n := names(t)
	for _, c := range []struct{ name, api, event, want string }{
		{"own", "wx.acmeFace, ft.acmeFace", "wx.onAcme", ""},
		{"login", "wx.login", "", `c.yaml:4:16: wx.login: com.acme.face/v1 cannot name wx.login, which belongs to the standard capability "dougong.account/v1": provide that one instead; choose a name of your own, such as "wx.acmeLogin"`},
		{"ft.login", "ft.login", "", `ft.login, which belongs to the standard capability`},
		{"request", "wx.acme, wx.request", "", `c.yaml:4:25: wx.request: com.acme.face/v1 cannot name wx.request, which belongs to the standard capability "dougong.network/v1": provide that one instead; choose a name of your own, such as "wx.acmeRequest"`},
		{"event", "wx.acme", "wx.onAppShow", `wx.onAppShow, which WeChat defines: mini-programs rely on its meaning; choose a name of your own, such as "wx.onAcmeAppShow"`},
		{"the off of an event", "wx.acme", "wx.onLocationChange", `cannot name wx.offLocationChange, which belongs`},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			text := fmt.Sprintf("capability: com.acme.face/v1\nsummary: {en: x, zh: x}\nmethods:\n  face: {api: [%s], mode: async, summary: {en: x, zh: x}}\n", c.api)
			if c.event != "" {
				text += fmt.Sprintf("events:\n  e: {api: [%s], summary: {en: x, zh: x}}\n", c.event)
			}
			k, err := contract.Parse("c.yaml", []byte(text))
			if err != nil {
				t.Fatal(err)
			}
			switch err := n.Check(k); {
			case c.want == "" && err != nil:
				t.Errorf("refused: %v", err)
			case c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)):
				t.Errorf("got %v\nwant %s", err, c.want)
			}
		})
	}
}
