package provider_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/dougong-dev/dougong/pdk/go"
	"github.com/dougong-dev/dougong/pdk/go/pdktest"
	"github.com/dougong-dev/dougong/plugins/securestorage/provider"
)

type args map[string]any

func start(t *testing.T) *pdktest.Host {
	t.Helper()
	p := provider.New()
	return pdktest.New(t, pdk.New("dougong.securestorage", "1.0.0").Provide(provider.Capability, p.Methods()).OnConfigure(p.Configure))
}

// get returns a value as text, or the name of the error.
func get(t *testing.T, h *pdktest.Host, key string) string {
	t.Helper()
	var out struct{ Data pdk.Any }
	if err := h.Call(provider.Capability, "getEncryptedStorage", args{"key": key}, &out); err != nil {
		return pdk.AsError(err).Name
	}
	return string(out.Data.JSON) + string(out.Data.Blob)
}

func do(t *testing.T, h *pdktest.Host, method string, in args) {
	t.Helper()
	if err := h.Call(provider.Capability, method, in, nil); err != nil {
		t.Fatalf("%s: %v", method, err)
	}
}

func set(t *testing.T, h *pdktest.Host, key string, data any) {
	t.Helper()
	do(t, h, "setEncryptedStorage", args{"key": key, "data": data})
}

func TestItems(t *testing.T) {
	t.Parallel()
	h := start(t)
	set(t, h, "note", args{"title": "secret title", "n": 1})
	set(t, h, "bytes", pdk.Blob("\x00raw"))
	set(t, h, "note", args{"title": "second title"})
	for key, want := range map[string]string{"note": `{"title":"second title"}`, "bytes": "\x00raw", "none": "notFound"} {
		if got := get(t, h, key); got != want {
			t.Errorf("%s is %q, want %q", key, got, want)
		}
	}
	var names struct{ Keys []string }
	_ = h.Call(provider.Capability, "getEncryptedStorageInfo", nil, &names)
	if strings.Join(names.Keys, " ") != "bytes note" {
		t.Errorf("keys %v", names.Keys)
	}
	do(t, h, "removeEncryptedStorage", args{"key": "note"})
	do(t, h, "removeEncryptedStorage", args{"key": "note"})
	if get(t, h, "note") != "notFound" || get(t, h, "bytes") != "\x00raw" {
		t.Error("remove removed too little or too much")
	}
	do(t, h, "clearEncryptedStorage", nil)
	if get(t, h, "bytes") != "notFound" {
		t.Error("clear left something")
	}
	set(t, h, "bytes", "again")
	if get(t, h, "bytes") != `"again"` {
		t.Error("nothing can be stored after clear")
	}
	if e := pdk.AsError(h.Call(provider.Capability, "setEncryptedStorage", args{"key": "", "data": 1}, nil)); e == nil || e.Code != pdk.CodeInvalidParams {
		t.Errorf("an empty key: %v", e)
	}
}

func TestUsersAndAppsAreApart(t *testing.T) {
	t.Parallel()
	h := start(t)
	set(t, h, "k", "mine")
	for _, info := range []pdk.Info{{App: "app.test", User: "bob"}, {App: "other", User: "local"}} {
		h.Info = info
		if got := get(t, h, "k"); got != "notFound" {
			t.Errorf("%+v reads %q", info, got)
		}
	}
}

func TestKeyEpoch(t *testing.T) {
	t.Parallel()
	h := start(t)
	set(t, h, "old", 1)
	if err := h.Configure(args{"key_epoch": 1}); err != nil {
		t.Fatal(err)
	}
	set(t, h, "new", 2)
	if get(t, h, "old") != "1" || get(t, h, "new") != "2" {
		t.Errorf("old %s, new %s", get(t, h, "old"), get(t, h, "new"))
	}
	if e := pdk.AsError(h.Configure(args{"epoch": 1})); e == nil || e.Code != pdk.CodeConfig {
		t.Errorf("an unknown option: %v", e)
	}
}

func TestTamperingIsLogged(t *testing.T) {
	t.Parallel()
	h := start(t)
	set(t, h, "k", "v")
	box := bytes.Clone(h.Stored("app.test", "local", "index"))
	box[len(box)-1] ^= 1
	h.Store("app.test", "local", "index", box)
	if got := get(t, h, "k"); got != "corrupt" {
		t.Errorf("a changed index: %s", got)
	}
	if logs := h.Logs(); len(logs) != 1 || logs[0].Level != pdk.LevelError {
		t.Errorf("logs %+v", logs)
	}
	do(t, h, "clearEncryptedStorage", nil)
	set(t, h, "k", "v")
	if got := get(t, h, "k"); got != `"v"` {
		t.Errorf("after clear: %s", got)
	}
}
