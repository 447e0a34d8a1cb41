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

// kernel is a small one: an echo, a failure, a sync store and a socket.
func kernel() calls {
	k := calls{}
	k["echo"] = func(_ context.Context, c *capability.Call) (pdk.Payload, error) { return c.Payload, nil }
	k["pay"] = func(context.Context, *capability.Call) (pdk.Payload, error) {
		return pdk.Payload{}, pdk.Errorf(70001, "cancel", "canceled by the user")
	}
	stored := map[string]json.RawMessage{}
	k["setStorageSync"] = func(_ context.Context, c *capability.Call) (pdk.Payload, error) {
		var in struct {
			Key  string
			Data json.RawMessage
		}
		if err := json.Unmarshal(c.Payload.JSON, &in); err != nil {
			return pdk.Payload{}, err
		}
		stored[in.Key] = in.Data
		return pdk.Payload{}, nil
	}
	k["getStorageSync"] = func(_ context.Context, c *capability.Call) (pdk.Payload, error) {
		var in struct{ Key string }
		if err := json.Unmarshal(c.Payload.JSON, &in); err != nil {
			return pdk.Payload{}, err
		}
		if stored[in.Key] == nil {
			return pdk.Payload{}, pdk.Errorf(pdk.CodeNotFound, "notFound", "no key %q", in.Key)
		}
		return jsonPayload(`{"data":` + string(stored[in.Key]) + `}`)
	}
	k["badSync"] = func(context.Context, *capability.Call) (pdk.Payload, error) {
		return pdk.Payload{}, pdk.Errorf(pdk.CodeQuota, "quota", "10 MB are used up")
	}
	var emit func(capability.Event)
	k["connectSocket"] = func(_ context.Context, c *capability.Call) (pdk.Payload, error) {
		emit = c.Events
		emit(capability.Event{Name: "open", Payload: pdk.Payload{JSON: []byte(`{"header":{}}`)}})
		return pdk.Payload{}, nil
	}
	k["connectSocket.send"] = func(_ context.Context, c *capability.Call) (pdk.Payload, error) {
		if strings.Contains(string(c.Payload.JSON), "too late") {
			return pdk.Payload{}, pdk.Errorf(pdk.CodeNotFound, "notFound", "the task has ended")
		}
		emit(capability.Event{Name: "message", Payload: c.Payload})
		return pdk.Payload{}, nil
	}
	k["connectSocket.close"] = func(context.Context, *capability.Call) (pdk.Payload, error) {
		emit(capability.Event{Name: "close", Payload: pdk.Payload{JSON: []byte(`{"code":1000}`)}})
		return pdk.Payload{}, nil
	}
	return k
}

// apiTests are pieces of a page's onLoad and what they log.
var apiTests = map[string]struct{ code, log string }{
	"callbacks": {
		`const r = wx.echo({a: 1, f() {}, success: (r) => console.log("s", JSON.stringify(r)), fail: console.log, complete: (r) => console.log("c", r.errMsg)});
		 console.log(typeof r);`,
		`undefined|s {"a":1,"errMsg":"echo:ok"}|c echo:ok`,
	},
	"promise":       {`wx.echo({a: 1}).then((r) => console.log(r.a, r.errMsg));`, `1 echo:ok`},
	"fail callback": {`wx.pay({fail: (e) => console.log(e.errMsg, e.errno, JSON.stringify(e)), complete: () => console.log("c")});`, `pay:fail canceled by the user 70001 {"errMsg":"pay:fail canceled by the user","errno":70001}|c`},
	"rejection":     {`wx.pay().catch((e) => console.log(e instanceof Error, e.message, e.errno));`, `true pay:fail canceled by the user 70001`},
	"a throwing success still completes": {
		`wx.echo({success() { throw new Error("oh") }, complete: () => console.log("c")});`,
		`c|ERROR script-throw app callback: oh`,
	},
	"bytes": {
		`const buf = new Uint8Array([1, 2, 255]).buffer;
		 wx.echo({buf}).then((r) => console.log(r.buf instanceof ArrayBuffer, new Uint8Array(r.buf).join()));`,
		`true 1,2,255`,
	},
	"key order": {`wx.echo({z: 1, a: {y: 1, b: 2}}).then((r) => console.log(JSON.stringify(r)))`, `{"z":1,"a":{"y":1,"b":2},"errMsg":"echo:ok"}`},
	"sync": {
		`console.log(JSON.stringify(wx.getStorageSync("k")));
		 wx.setStorageSync("k", {n: [1, null]});
		 console.log(JSON.stringify(wx.getStorageSync("k")));`,
		`""|{"n":[1,null]}`,
	},
	"sync throws": {`try { wx.badSync("x") } catch (e) { console.log(e.errMsg, e.errno, e instanceof Error) }`, `badSync:fail 10 MB are used up 7 true`},
	"socket": {
		`const s = wx.connectSocket({url: "wss://x"});
		 console.log(s.readyState);
		 s.onOpen(() => { console.log("open", s.readyState); s.send({data: "hi", success: (r) => console.log(r.errMsg)}); });
		 s.onMessage((m) => { console.log("message", m.data); s.close({}); });
		 s.onClose((c) => console.log("closed", c.code, s.readyState));`,
		`0|open 1|message hi|send:ok|closed 1000 3`,
	},
	"old socket API": {
		`wx.onSocketOpen(() => wx.sendSocketMessage({data: "hi"}));
		 wx.onSocketMessage((m) => { console.log(m.data); wx.closeSocket() });
		 wx.onSocketClose(() => console.log("closed"));
		 wx.connectSocket({url: "wss://x"});`,
		`hi|closed`,
	},
	"plain object": {
		`const own = {...wx}; console.log(Object.getPrototypeOf(wx) === Object.prototype, typeof own.echo, Object.keys(wx).includes("showToast"), typeof ft.navigateTo);`,
		`true function true function`,
	},
	"canIUse": {
		`console.log(["echo", "pay", "nope", "showModal.success.confirm", "showModal.success.nope", "button.size.mini", "button.open-type.contact", "view", "live-player", "connectSocket.send"].map((s) => wx.canIUse(s)).join());`,
		`true,true,false,true,false,true,false,true,false,true`,
	},
	"missing API": {`wx.nope({})`, `ERROR api-missing unsupported onLoad of p/a/a: TypeError: Object has no member 'nope'`},
	"toast":       {`wx.showToast({title: "hi"}).then((r) => console.log(r.errMsg)); wx.hideLoading({complete: (r) => console.log(r.errMsg)})`, `showToast:ok|hideLoading:ok`},
	"modal":       {`wx.showModal({title: "sure?"}).then((r) => console.log(JSON.stringify(r)))`, `{"confirm":true,"cancel":false,"errMsg":"showModal:ok"}`},
	"action sheet": {
		`wx.showActionSheet({itemList: ["a", "b"], fail: (e) => console.log(e.errMsg)});
		 wx.showActionSheet({fail: (e) => console.log(e.errMsg)});`,
		`showActionSheet:fail parameter error: parameter.itemList should be Array instead of Undefined;|showActionSheet:fail cancel`,
	},
	"not supported": {`wx.makePhoneCall({phoneNumber: "1", fail: (e) => console.log(e.errMsg)})`, `makePhoneCall:fail not supported`},
	"what there cannot be": {
		`wx.requestSubscribeMessage({tmplIds: ["a"], fail: (e) => console.log(e.errMsg)});
		 const ad = wx.createRewardedVideoAd({adUnitId: "a"});
		 ad.onError((e) => console.log("error", e.errCode));
		 ad.load().catch((e) => console.log(e.errMsg, e.errCode));
		 console.log(wx.canIUse("createRewardedVideoAd"), wx.canIUse("requestSubscribeMessage"), wx.canIUse("worklet"), JSON.stringify(wx.getExptInfoSync(["a"])));
		 wx.updateShareMenu({isUpdatableMessage: true, fail: (e) => console.log(e.errMsg)});
		 wx.updateShareMenu({withShareTicket: true, success: (e) => console.log(e.errMsg)})`,
		`false false false {}|load:fail no advertisement 1004|requestSubscribeMessage:fail not supported|error 1004|error 1004|updateShareMenu:fail not supported|updateShareMenu:ok`,
	},
	"no such mini-program": {
		`wx.navigateToMiniProgram({appId: 5, fail: (e) => console.log(e.errMsg)});
		 wx.navigateToMiniProgram({appId: "x", extraData: "no", fail: (e) => console.log(e.errMsg)});
		 wx.navigateBackMiniProgram({fail: (e) => console.log(e.errMsg)})`,
		`navigateToMiniProgram:fail parameter error: parameter.appId should be String instead of Number;|` +
			`navigateToMiniProgram:fail parameter error: parameter.extraData should be Object instead of String;|` +
			`navigateBackMiniProgram:fail not supported`,
	},
	"device": {
		`wx.scanCode({success: (r) => console.log(r.errMsg, r.result)});
		 wx.setScreenBrightness({value: 3, fail: (e) => console.log(e.errMsg)});
		 wx.setKeepScreenOn({keepScreenOn: 1, fail: (e) => console.log(e.errMsg)});
		 wx.addPhoneContact({fail: (e) => console.log(e.errMsg)});
		 wx.openLocation({latitude: 91, longitude: 0, fail: (e) => console.log(e.errMsg)});`,
		`setScreenBrightness:fail parameter error: parameter.value should be between 0 and 1|` +
			`setKeepScreenOn:fail parameter error: parameter.keepScreenOn should be Boolean instead of Number;|` +
			`addPhoneContact:fail parameter error: parameter.firstName should be String instead of Undefined;|` +
			`openLocation:fail parameter error: the point is not on the earth|scanCode:ok 6901234567892`,
	},
	"a sensor that is not there": {
		`wx.startGyroscope({fail: (e) => console.log(e.errMsg)});
		 wx.startCompass({complete: (r) => console.log(r.errMsg)});
		 wx.stopCompass({success: (r) => console.log(r.errMsg)})`,
		`startCompass:ok|stopCompass:ok|startGyroscope:fail not supported`,
	},
	"nextTick": {`this.setData({n: 2}); wx.nextTick(() => console.log("tick")); console.log("now")`, `now|tick`},
	"query": {
		`const q = wx.createSelectorQuery();
		 q.select("#x").boundingClientRect((r) => console.log(JSON.stringify(r)));
		 q.selectAll(".row").fields({size: true}, (all) => console.log(all.length));
		 q.select(".none").boundingClientRect();
		 q.selectViewport().scrollOffset();
		 q.exec((all) => console.log(all.length, all[2], all[3].scrollTop));`,
		`{"id":"x","dataset":{"k":"1"},"left":0,"width":10}|2|4 null 5`,
	},
	"query in a component": {
		`this.createSelectorQuery().select("#x").fields({id: true}, (r) => console.log(r.id)).exec();
		 wx.createSelectorQuery().in(this).select("#x").fields({id: true}, (r) => console.log(r.id)).exec();`,
		`x|x`,
	},
	"intersection": {
		`const o = this.createIntersectionObserver({thresholds: [0.5]});
		 o.relativeToViewport({bottom: 20}).observe("#x", (r) => { console.log(r.intersectionRatio, r.id, JSON.stringify(r.dataset)); o.disconnect(); });`,
		`0.75 x {"k":"1"}`,
	},
	"animation": {
		`const a = wx.createAnimation({duration: 100}); a.rotate(45).width(20).opacity(0.5).step().translateX(5).step({delay: 7});
		 console.log(JSON.stringify(a.export().actions.map((s) => [s.animates.map((x) => x.type + ":" + x.args.join()), s.option.transition.delay])), a.export().actions.length);`,
		`[[["rotate:45","style:width,20px","style:opacity,0.5"],0],[["rotate:45","translateX:5"],7]] 0`,
	},
	"base64": {
		`const b = wx.base64ToArrayBuffer("AQL/"); console.log(new Uint8Array(b).join(), wx.arrayBufferToBase64(b), wx.arrayBufferToBase64(new Uint8Array([104, 105]).buffer), new Uint8Array(wx.base64ToArrayBuffer("aGk=")).join())`,
		`1,2,255 AQL/ aGk= 104,105`,
	},
	"system": {
		`const s = wx.getSystemInfoSync(); s.windowWidth = 0;
		 console.log(wx.getWindowInfo().windowWidth, wx.getAppBaseInfo().language, "windowWidth" in wx.getAppBaseInfo(), wx.getMenuButtonBoundingClientRect().right, wx.getAccountInfoSync().miniProgram.appId, wx.getLaunchOptionsSync().path);`,
		`375 zh_CN false 368 test p/a/a`,
	},
	"configuration": {
		`console.log(__wxConfig.envVersion, __wxConfig.accountInfo.appId, __wxConfig.pages[0] === __wxConfig.entryPagePath, __wxConfig.entryPagePath,
		   wx.getAccountInfoSync().miniProgram.envVersion)`,
		`release test true p/a/a release`,
	},
	"event channel": {
		`wx.navigateTo({url: "/p/b/b", events: {back: (d) => console.log("opener got", d.n)}, success: (r) => r.eventChannel.emit("there", {n: 1})})`,
		`b load {}|b show|b ready`,
	},
	"log manager": {
		`const l = wx.getRealtimeLogManager(); l.info("a", {b: 1}); l.setFilterMsg("pay"); l.addFilterMsg("late"); l.warn("c"); wx.reportEvent("e", {n: 1})`,
		`a {"b":1}|pay late c|reportEvent e {"n":1}`,
	},
	"update manager": {`const m = wx.getUpdateManager(); m.onCheckForUpdate((r) => console.log(r.hasUpdate)); m.onUpdateReady(() => console.log("no"))`, `false`},
	"timers":         {`setTimeout(() => console.log("b"), 2); setTimeout(() => console.log("a"), 1);`, `a|b`},
	"page stack":     {`console.log(getCurrentPages().length, getCurrentPages()[0] === this)`, `1 true`},
	"tab bar off":    {`wx.setTabBarBadge({index: 0, text: "1", fail: (e) => console.log(e.errMsg)})`, `setTabBarBadge:fail not TabBar page`},
	"bad colour":     {`wx.setNavigationBarColor({frontColor: "red", backgroundColor: "#000", fail: (e) => console.log(e.errMsg)})`, `setNavigationBarColor:fail invalid frontColor "red", should be #ffffff or #000000`},
	"onError":        {`wx.onError((e) => console.log("heard", e.split("\n")[0])); setTimeout(() => { throw new Error("late") }, 0)`, `ERROR script-throw app setTimeout callback: late|heard setTimeout callback: late`},
	"unhandled":      {`Promise.reject(new Error("lost"))`, `ERROR unhandled-rejection app unhandled promise rejection: lost`},
	// Nothing is there to catch it, and all that runs when the answer comes is the base library.
	"unhandled of an API": {`wx.startGyroscope({})`, `ERROR unhandled-rejection app unhandled promise rejection: startGyroscope:fail not supported`},
}

// answer is what a client would say to apiTests' asks.
func answer(ask message.Ask) *message.Answer {
	switch ask.Kind {
	case message.AskModal:
		return &message.Answer{Result: json.RawMessage(`{"confirm":true,"cancel":false}`)}
	case message.AskActionSheet:
		return &message.Answer{Error: "cancel"}
	case message.AskQuery:
		var q message.Query
		if err := json.Unmarshal(ask.Args, &q); err != nil {
			return &message.Answer{Error: err.Error()}
		}
		var out []message.QueryResult
		for _, r := range q.Requests {
			res := message.QueryResult{}
			if r.Viewport {
				res = append(res, message.NodeInfo{"scrollTop": 5})
			}
			for range r.Nodes {
				res = append(res, message.NodeInfo{"width": 10, "left": 0})
			}
			out = append(out, res)
		}
		raw, _ := json.Marshal(out)
		return &message.Answer{Result: raw}
	case message.AskScan:
		return &message.Answer{Result: json.RawMessage(`{"result":"6901234567892"}`)}
	case message.AskObserve:
		var o message.Observe
		if err := json.Unmarshal(ask.Args, &o); err != nil || len(o.Nodes) == 0 || o.Relative[0].Margins[2] != 20 {
			return nil
		}
		raw, _ := json.Marshal(message.Intersection{Node: o.Nodes[0], IntersectionRatio: 0.75})
		return &message.Answer{Result: raw}
	}
	return &message.Answer{Error: "not supported"}
}

func TestAPIs(t *testing.T) {
	t.Parallel()
	for name, tt := range apiTests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := start(t, onLoad(t, tt.code), withKernel(kernel()), withAnswer(answer))
			r.waitLog(strings.Split(tt.log, "|")...)
		})
	}
}

// TestTaskMethodFailsQuietly: a socket that has ended meanwhile is nothing that a program without callbacks has to handle.
func TestTaskMethodFailsQuietly(t *testing.T) {
	t.Parallel()
	r := start(t, onLoad(t, `
		const s = wx.connectSocket({url: "wss://x"});
		s.onOpen(() => {
		  s.send({data: "too late"});
		  s.send({data: "too late", fail: (e) => {
		    console.log(e.errMsg);
		    s.send({data: "too late"}).catch((e) => { console.log("caught", e.errno); setTimeout(() => console.log("end"), 1) });
		  }});
		});`), withKernel(kernel()), withAnswer(answer))
	r.waitLog("send:fail the task has ended", "caught 14", "end")
	if errs := r.errors(); len(errs) > 0 {
		t.Errorf("errors %+v", errs)
	}
}

// TestUnhandledRejectionHasAPlace: of an API's promise, where the API was called.
func TestUnhandledRejectionHasAPlace(t *testing.T) {
	t.Parallel()
	for name, code := range map[string]string{
		"at once": "\nwx.startGyroscope({});",
		"awaited": "\n(async () => { await wx.startGyroscope({}); })();",
		"later":   "\nsetTimeout(() => wx.startGyroscope({}));",
	} {
		r := start(t, onLoad(t, code), withAnswer(answer))
		r.waitLog("ERROR unhandled-rejection app unhandled promise rejection: startGyroscope:fail not supported")
		if e := r.errors()[0]; e.File != "p/a/a.js" || e.Line != 3 || !strings.Contains(e.Stack, "p/a/a.js:3:") {
			t.Errorf("%s: reported at %s:%d:%d\n%s", name, e.File, e.Line, e.Column, e.Stack)
		}
	}
}

// TestBadAnswer: a client's answer that is no JSON fails what was asked, over either transport.
func TestBadAnswer(t *testing.T) {
	t.Parallel()
	r := start(t, onLoad(t, `wx.showModal({fail: (e) => console.log(e.errMsg.slice(0, 14))})`), withAnswer(func(message.Ask) *message.Answer {
		return &message.Answer{Result: json.RawMessage(`{`)}
	}))
	r.waitLog("showModal:fail")
}

func TestMissingAPIHasAHint(t *testing.T) {
	t.Parallel()
	r := start(t, onLoad(t, "wx.cloud.init()"))
	errs := r.errors()
	if len(errs) != 1 || errs[0].Origin != "unsupported" || !strings.Contains(errs[0].Hint, "wx.cloud is not provided") {
		t.Fatalf("errors = %+v, want one of origin unsupported that names wx.cloud", errs)
	}
}
