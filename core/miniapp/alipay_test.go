package miniapp_test

import (
	"context"
	"encoding/json"
	"strings"
	"testing"

	"github.com/dougong-dev/dougong/core/capability"
	"github.com/dougong-dev/dougong/core/miniapp/message"
	"github.com/dougong-dev/dougong/core/miniapp/program"
	"github.com/dougong-dev/dougong/pdk/go"
)

// alipayKernel has the capabilities that my.* stands on.
func alipayKernel() calls {
	k := kernel()
	k["request"] = func(_ context.Context, c *capability.Call) (pdk.Payload, error) {
		var in struct {
			URL, Method, DataType string
			Header                map[string]string
			Data                  json.RawMessage
		}
		if err := json.Unmarshal(c.Payload.JSON, &in); err != nil {
			return pdk.Payload{}, err
		}
		switch {
		case strings.HasSuffix(in.URL, "/slow"):
			return pdk.Payload{}, pdk.Errorf(5, "timeout", "timeout")
		case strings.HasSuffix(in.URL, "/404"):
			return jsonPayload(`{"statusCode":404,"data":"{}","header":{}}`)
		case strings.HasSuffix(in.URL, "/text"):
			return jsonPayload(`{"statusCode":200,"data":"no json","header":{}}`)
		}
		said, _ := json.Marshal(map[string]any{"method": in.Method, "type": in.Header["content-type"], "data": in.Data})
		out, err := json.Marshal(map[string]any{"statusCode": 200, "data": string(said), "header": map[string]string{"x": "y"}})
		return pdk.Payload{JSON: out}, err
	}
	k["login"] = func(context.Context, *capability.Call) (pdk.Payload, error) { return jsonPayload(`{"code":"C1"}`) }
	k["getLocation"] = func(context.Context, *capability.Call) (pdk.Payload, error) {
		return jsonPayload(`{"latitude":30.5,"longitude":120,"accuracy":65}`)
	}
	k["requestPayment"] = func(_ context.Context, c *capability.Call) (pdk.Payload, error) {
		if strings.Contains(string(c.Payload.JSON), "prepay_id=ok") {
			return jsonPayload(`{}`)
		}
		return pdk.Payload{}, pdk.Errorf(70001, "cancel", "the user canceled the payment")
	}
	return k
}

// alipayTests are pieces of a page's onLoad and what they log.
var alipayTests = map[string]struct{ code, log string }{
	"request": {
		`my.request({url: "https://a/x", method: "post", data: {a: 1}, success: (r) => console.log(JSON.stringify(r)), complete: (r) => console.log("c", r.status)});`,
		`{"data":{"data":{"a":1},"method":"POST","type":"application/json"},"status":200,"statusCode":200,"headers":{"x":"y"},"header":{"x":"y"}}|c 200`,
	},
	"request of text":  {`my.httpRequest({url: "https://a/text", dataType: "text"}).then((r) => console.log(r.data));`, `no json`},
	"request not json": {`my.request({url: "https://a/text", fail: (e) => console.log(e.error, e.errorMessage)});`, `14 parse json data error`},
	"request status":   {`my.request({url: "https://a/404", fail: (e) => console.log(e.error, e.status)});`, `19 404`},
	"request timeout":  {`my.request({url: "https://a/slow"}).catch((e) => console.log(e.error, e.errorMessage));`, `13 timeout`},
	"storage": {
		`console.log(my.setStorageSync({key: "k", data: {a: [1]}}).success, JSON.stringify(my.getStorageSync({key: "k"})), my.getStorageSync({key: "none"}).data);`,
		`true {"data":{"a":[1]},"success":true} null`,
	},
	"auth code": {`my.getAuthCode({scopes: "auth_user", success: (r) => console.log(JSON.stringify(r))});`, `{"authCode":"C1","authSuccessScopes":["auth_user"],"authErrorScopes":{}}`},
	"location":  {`my.getLocation().then((r) => console.log(typeof r.latitude, r.latitude, r.longitude, r.accuracy));`, `string 30.5 120 65`},
	"pay": {
		`my.tradePay({orderStr: "timeStamp=1&nonceStr=n&package=prepay_id%3Dok&paySign=s"}).then((r) => console.log(r.resultCode));
		 my.tradePay({tradeNO: "package=prepay_id%3Dno"}).then((r) => console.log(r.resultCode));`,
		`9000|6001`,
	},
	"confirm": {`my.confirm({title: "T", content: "C", confirmButtonText: "Y", success: (r) => console.log(JSON.stringify(r))});`, `T C Y|>{"confirm":true,"cancel":false}`},
	"alert":   {`my.alert({title: "T", buttonText: "B", success: (r) => console.log(JSON.stringify(r))});`, `T  B|>{}`},
	"prompt":  {`my.prompt({title: "T", message: "M"}).then((r) => console.log(JSON.stringify(r)));`, `T  |>{"ok":true,"inputValue":"typed"}`},
	"sheet": {
		`my.showActionSheet({title: "T", items: ["a", "b"], success: (r) => {
			console.log(r.index);
			my.showActionSheet({items: ["none"], success: (r) => console.log(r.index)});
		 }});`,
		`1|-1`,
	},
	"toast":       {`my.showToast({content: "Hi", type: "fail"});`, `Hi  error|>-`},
	"clipboard":   {`my.getClipboard({success: (r) => console.log(r.text)});`, `copied`},
	"scan":        {`my.scan({type: "qr", success: (r) => console.log(JSON.stringify(r))});`, `{"code":"42","qrCode":"42"}`},
	"network":     {`my.getNetworkType({success: (r) => console.log(JSON.stringify(r))});`, `{"networkType":"WIFI","networkAvailable":true}`},
	"system":      {`const s = my.getSystemInfoSync(); console.log(s.app, s.platform, s.titleBarHeight, my.SDKVersion, my.env.clientName, s.windowWidth);`, `alipay Android 44 2.9.40 ap 375`},
	"can I use":   {`console.log(["component2", "request", "getStorageSync", "button", "button.formType.submit", "lottie", "faceVerify", "chooseImage"].map((n) => my.canIUse(n)).join());`, `true,true,true,true,true,false,false,false`},
	"no wx":       {`console.log(typeof wx, Object.keys(my).includes("confirm"));`, `undefined true`},
	"not there":   {`my.faceVerify({});`, `ERROR api-missing unsupported onLoad of index: TypeError: Object has no member 'faceVerify'`},
	"bad options": {`my.showActionSheet({}).catch((e) => console.log(e.error));`, `2`},
}

func TestAlipayAPI(t *testing.T) {
	t.Parallel()
	for name, tc := range alipayTests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := build(t, program.App{Pages: []string{"index"}, Dialect: program.DialectAlipay}, map[string]string{
				"index.wxml": "<view>x</view>", "index.js": "Page({ onLoad() { " + tc.code + " } })",
			})
			r := start(t, p, withKernel(alipayKernel()), withAnswer(alipayAnswer))
			asks, log, _ := strings.Cut("|"+tc.log, "|>")
			if log == "" {
				asks, log = "", tc.log
			}
			if got := r.asked(); got != strings.TrimPrefix(asks, "|") {
				t.Errorf("asked %q, want %q", got, asks)
			}
			want := strings.Split(log, "|")
			if log == "-" {
				want = []string{""}
			}
			r.waitText(strings.Join(want, "\n"))
		})
	}
}

// asked is what dialogs and toasts say, one after the other.
func (r *run) asked() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	var out []string
	for _, m := range r.all {
		if m.Ask == nil || m.Ask.Kind != message.AskModal && m.Ask.Kind != message.AskToast {
			continue
		}
		var args struct{ Title, Content, ConfirmText, Icon string }
		if err := json.Unmarshal(m.Ask.Args, &args); err != nil {
			r.t.Error(err)
		}
		out = append(out, args.Title+" "+args.Content+" "+args.ConfirmText+args.Icon)
	}
	return strings.Join(out, ";")
}

// waitText waits for a log that may be empty.
func (r *run) waitText(want string) {
	r.t.Helper()
	if want == "" {
		if got := r.log(); got != "" {
			r.t.Errorf("logged %q", got)
		}
		return
	}
	r.waitLog(strings.Split(want, "\n")...)
}

// alipayAnswer is what the shell says.
func alipayAnswer(a message.Ask) *message.Answer {
	result := map[string]string{
		"modal": `{"confirm":true,"cancel":false,"content":"typed"}`, "getClipboard": `{"data":"copied"}`, "networkType": `{"networkType":"wifi"}`,
		"scanCode": `{"result":"42","scanType":"QR_CODE","charSet":"UTF-8"}`, "actionSheet": `{"tapIndex":1}`,
	}[a.Kind]
	if strings.Contains(string(a.Args), "none") {
		return &message.Answer{Error: "cancel"}
	}
	return &message.Answer{Result: json.RawMessage(result)}
}
