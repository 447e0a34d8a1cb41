package pdk_test

import (
	"io"
	"net/http"
	"reflect"
	"testing"

	"github.com/dougong-dev/dougong/pdk/go"
	"github.com/dougong-dev/dougong/pdk/go/pdktest"
)

// every uses every host service once.
func every(ctx *pdk.Context, _ struct{}) (map[string]any, error) {
	kv := ctx.KV()
	for _, key := range []string{"b", "a", "other"} {
		if err := kv.Set(key, []byte("value of "+key)); err != nil {
			return nil, err
		}
	}
	if err := kv.Delete("other"); err != nil {
		return nil, err
	}
	keys, err := kv.List("")
	if err != nil {
		return nil, err
	}
	value, found, err := kv.Get("a")
	if err != nil {
		return nil, err
	}
	_, missing, err := kv.Get("other")
	if err != nil {
		return nil, err
	}
	res, err := ctx.HTTP().Do(pdk.HTTPRequest{Method: "POST", URL: "https://api.example.com/x?y=1", Body: []byte("ping")})
	if err != nil {
		return nil, err
	}
	button, err := ctx.Confirm("Pay", "1.00", "No", "Yes")
	if err != nil {
		return nil, err
	}
	secret, err := ctx.Secret("api_key")
	if err != nil {
		return nil, err
	}
	ctx.Log(pdk.LevelInfo, "done", "keys", len(keys))
	if err := ctx.Emit("progress", map[string]int{"percent": 50}); err != nil {
		return nil, err
	}
	return map[string]any{"keys": keys, "value": string(value), "found": found, "missing": missing, "status": res.Status,
		"body": string(res.Body), "type": res.Header("content-type"), "button": button, "secret": secret}, ctx.End("end", nil)
}

func TestSpeaks(t *testing.T) {
	t.Parallel()
	offers := map[string][]string{"both": {"zh", "en"}, "regions": {"zh-TW", "zh-CN"}, "one": {"de"}}
	p := pdk.New("com.example.p", "1.0.0").Provide("example.c/v1", pdk.Methods{
		"choose": pdk.Func(func(c *pdk.Context, offer string) (string, error) {
			return c.Speaks(offers[offer][0], offers[offer][1:]...), nil
		})})
	for _, x := range []struct{ name, language, offer, want string }{
		{"the user's own", "en", "both", "en"},
		{"another region", "zh-CN", "both", "zh"},
		{"of two regions the user's", "zh-cn", "regions", "zh-CN"},
		{"of two other regions the first", "zh-SG", "regions", "zh-TW"},
		{"neither: English", "fr", "both", "en"},
		{"neither, and no English", "fr", "one", "de"},
		{"the host does not say", "", "both", "zh"},
	} {
		t.Run(x.name, func(t *testing.T) {
			t.Parallel()
			h := pdktest.New(t, p)
			h.Language = x.language
			var got string
			if err := h.Call("example.c/v1", "choose", x.offer, &got); err != nil || got != x.want {
				t.Errorf("%q of %v: got %q (%v), want %q", x.language, offers[x.offer], got, err, x.want)
			}
		})
	}
}

func TestHostServices(t *testing.T) {
	t.Parallel()
	h := pdktest.New(t, pdk.New("com.example.p", "1.0.0").Provide("example.c/v1", pdk.Methods{"every": pdk.Func(every)}))
	if err := h.Call("example.c/v1", "every", nil, nil); pdk.Code(err) != pdk.CodeDenied {
		t.Errorf("a service that the test did not set up: got %v, want code %d", err, pdk.CodeDenied)
	}
	h.HTTP = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		w.Header().Set("Content-Type", "text/x-echo")
		_, _ = io.WriteString(w, r.Method+" "+r.Host+r.URL.RequestURI()+" "+string(body))
	})
	h.Answer = func(c pdk.Confirm) int { return len(c.Buttons) - 1 }
	h.Secrets = map[string]string{"api_key": "s3cret"}
	h.Info.Task = h.NewTask()
	var got map[string]any
	if err := h.Call("example.c/v1", "every", nil, &got); err != nil {
		t.Fatal(err)
	}
	want := map[string]any{"keys": []any{"a", "b"}, "value": "value of a", "found": true, "missing": false, "status": 200.0,
		"body": "POST api.example.com/x?y=1 ping", "type": "text/x-echo", "button": 1.0, "secret": "s3cret"}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got  %v\nwant %v", got, want)
	}
	if ev := h.Events(); len(ev) != 2 || ev[0].Name != "progress" || ev[0].Info.Task != h.Info.Task || ev[0].Final || !ev[1].Final {
		t.Errorf("events: %+v", ev)
	}
	if string(h.Stored("app.test", "local", "a")) != "value of a" || h.Stored("app.test", "another", "a") != nil {
		t.Error("the store is not kept by user")
	}
	if logs := h.Logs(); len(logs) != 1 || logs[0].Fields["keys"] != "2" {
		t.Errorf("logs: %+v", logs)
	}
}
