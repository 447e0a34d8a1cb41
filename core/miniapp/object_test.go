package miniapp_test

import (
	"context"
	"encoding/json"
	"strings"
	"testing"

	"github.com/dougong-dev/dougong/core/capability"
	"github.com/dougong-dev/dougong/core/miniapp/message"
	"github.com/dougong-dev/dougong/pdk/go"
)

// objects is a kernel whose APIs are methods of objects.
type objects struct {
	calls
	apis []message.API
}

func (o objects) APIs(string) []message.API { return o.apis }

// fileKernel provides a little of the file and media capabilities, and says what it was given.
func fileKernel() objects {
	k := objects{calls: calls{
		"stat": func(context.Context, *capability.Call) (pdk.Payload, error) {
			return jsonPayload(`{"stats":{"mode":33188,"size":3,"lastAccessedTime":1,"lastModifiedTime":2}}`)
		},
		"read": func(_ context.Context, c *capability.Call) (pdk.Payload, error) {
			if strings.Contains(string(c.Payload.JSON), `"fd":"bad"`) {
				return pdk.Payload{}, pdk.Errorf(1300009, "bad-descriptor", "bad file descriptor, read 'bad'")
			}
			given, _ := json.Marshal(string(c.Payload.JSON))
			return pdk.Payload{JSON: []byte(`{"bytesRead":2,"given":` + string(given) + `,"data":{"$blob":0}}`), Blobs: [][]byte{{7, 8}}}, nil
		},
		"recorderStart": func(context.Context, *capability.Call) (pdk.Payload, error) {
			return pdk.Payload{}, pdk.Errorf(5, "denied", "auth deny")
		},
		"getImageInfo": func(_ context.Context, c *capability.Call) (pdk.Payload, error) {
			return jsonPayload(`{"path":` + string(c.Payload.JSON[len(`{"src":`):len(c.Payload.JSON)-1]) + `}`)
		},
		"downloadFile": func(_ context.Context, c *capability.Call) (pdk.Payload, error) {
			if strings.Contains(string(c.Payload.JSON), "none") {
				return jsonPayload(`{"statusCode":404,"tempFilePath":"x"}`)
			}
			return jsonPayload(`{"statusCode":200,"tempFilePath":"wxfile://tmp/1.png"}`)
		},
	}}
	add := func(name, capability, method, mode string, args ...string) {
		for _, space := range []string{"wx.", "ft."} {
			k.apis = append(k.apis, message.API{Name: space + name, Capability: capability, Method: method, Mode: mode, Args: args})
		}
	}
	add("getFileSystemManager().stat", "dougong.file/v1", "stat", "async")
	add("getFileSystemManager().statSync", "dougong.file/v1", "stat", "sync", "path", "recursive")
	add("getFileSystemManager().read", "dougong.file/v1", "read", "async")
	add("getFileSystemManager().readSync", "dougong.file/v1", "read", "sync")
	add("getRecorderManager().start", "dougong.media/v1", "recorderStart", "async")
	add("getRecorderManager().onStop", "dougong.media/v1", "recorderStop", "on")
	add("getImageInfo", "dougong.media/v1", "getImageInfo", "async")
	add("downloadFile", "dougong.network/v1", "downloadFile", "async")
	return k
}

func TestObjects(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct{ code, log string }{
		"one object": {`console.log(wx.getFileSystemManager() === wx.getFileSystemManager(), wx.getFileSystemManager() === ft.getFileSystemManager(), typeof ft.getRecorderManager().onStop)`, `true false function`},
		"stat": {`const { stats: s } = wx.getFileSystemManager().statSync("a"); console.log(s.isFile(), s.isDirectory(), JSON.stringify(s))`,
			`true false {"mode":33188,"size":3,"lastAccessedTime":1,"lastModifiedTime":2}`},
		"stat, called back": {`wx.getFileSystemManager().stat({path: "a", success: (r) => console.log(r.stats.isFile(), r.errMsg)})`, `true stat:ok`},
		"a buffer is filled": {`const b = new ArrayBuffer(4);
			const r = wx.getFileSystemManager().readSync({fd: "3", arrayBuffer: b, offset: 1});
			console.log(r.bytesRead, r.arrayBuffer === b, new Uint8Array(b).join(), r.given, "data" in r)`, `2 true 0,7,8,0 {"fd":"3","length":3} false`},
		"a buffer is filled later": {`const b = new ArrayBuffer(2); wx.getFileSystemManager().read({fd: "3", arrayBuffer: b, length: 9, position: 4}).then((r) => console.log(new Uint8Array(r.arrayBuffer).join(), r.given, r.errMsg))`,
			`7,8 {"fd":"3","position":4,"length":2} read:ok`},
		"what fails":                 {`wx.getFileSystemManager().read({fd: "bad", arrayBuffer: new ArrayBuffer(1), fail: (e) => console.log(e.errMsg, e.errno)})`, `read:fail bad file descriptor, read 'bad' 1300009`},
		"what fails, sync":           {`try { wx.getFileSystemManager().readSync({fd: "bad"}) } catch (e) { console.log(e.message) }`, `readSync:fail bad file descriptor, read 'bad'`},
		"start returns nothing":      {`console.log(wx.getRecorderManager().start({duration: 1}))`, `undefined`},
		"canIUse":                    {`console.log(["getFileSystemManager", "getFileSystemManager.stat", "FileSystemManager.readSync", "getFileSystemManager.fly", "FileSystemManager", "getRecorderManager.onStop"].map((s) => wx.canIUse(s)).join())`, `true,true,true,false,false,true`},
		"a local image":              {`wx.getImageInfo({src: "http://tmp/a.png"}).then((r) => console.log(r.path))`, `http://tmp/a.png`},
		"an image behind an address": {`wx.getImageInfo({src: "https://a.example/b.png", success: (r) => console.log(r.path, r.errMsg)})`, `wxfile://tmp/1.png getImageInfo:ok`},
		"an image that is not there": {`wx.getImageInfo({src: "https://a.example/none.png"}).catch((e) => console.log(e.errMsg))`, `getImageInfo:fail download image failed, status code 404`},
		"preview":                    {`wx.previewMedia({fail: (e) => console.log(e.errMsg)})`, `previewMedia:fail parameter error: parameter.sources should be Array instead of Undefined;`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := start(t, onLoad(t, tt.code), withKernel(fileKernel()), withAnswer(answer))
			r.waitLog(tt.log)
			if errs := r.errors(); len(errs) > 0 {
				t.Errorf("errors %+v", errs)
			}
		})
	}
}
