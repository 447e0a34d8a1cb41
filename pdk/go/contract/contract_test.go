package contract_test

import (
	"errors"
	"os"
	"strings"
	"testing"

	"github.com/dougong-dev/dougong/pdk/go"
	"github.com/dougong-dev/dougong/pdk/go/contract"
)

func standard(t testing.TB) map[string]*contract.Contract {
	t.Helper()
	list, err := contract.Load(os.DirFS("../../contracts"))
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]*contract.Contract{}
	for _, c := range list {
		out[c.Capability] = c
	}
	return out
}

func TestStandardContracts(t *testing.T) {
	t.Parallel()
	all := standard(t)
	for _, name := range []string{"network", "storage", "geolocation", "payment", "trace", "securestorage", "permission"} {
		if all["dougong."+name+"/v1"] == nil {
			t.Errorf("no contract dougong.%s/v1", name)
		}
	}
	net := all["dougong.network/v1"]
	if m := net.Method("connectSocket.send"); m == nil || m.Name != "connectSocket.send" || m.Mode != contract.Async {
		t.Errorf("connectSocket.send = %+v", m)
	}
	if m := net.Method("connectSocket.sned"); m != nil {
		t.Errorf("connectSocket.sned = %+v, want none", m)
	}
	get := all["dougong.storage/v1"].Methods["getStorage"]
	if get.Sync == nil || get.Sync.Returns != "data" || string(get.Sync.Missing) != `""` {
		t.Errorf("getStorage sync = %+v", get.Sync)
	}
}

func blobs(n int) [][]byte {
	out := make([][]byte, n)
	for i := range out {
		out[i] = []byte{byte(i)}
	}
	return out
}

func TestCheckParams(t *testing.T) {
	t.Parallel()
	all := standard(t)
	for _, c := range []struct {
		name, method, in string
		blobs            int
		want             string // "" = accepted
	}{
		{"minimal", "network request", `{"url":"https://a.cn"}`, 0, ""},
		{"full", "network request", `{"url":"https://a.cn","method":"POST","data":{"a":[1,2,{"b":null}]},"header":{"x":"y","n":1},"timeout":3e3}`, 0, ""},
		{"bytes body", "network request", `{"url":"https://a.cn","data":{"$blob":0}}`, 1, ""},
		{"no url", "network request", `{"method":"GET"}`, 0, `request: argument "url": expected text of 1 to 8192 characters, found nothing; the field is required`},
		{"no arguments", "network request", ``, 0, `argument "url"`},
		{"wrong type", "network request", `{"url":5}`, 0, `request: argument "url": expected string, found number 5`},
		{"empty url", "network request", `{"url":""}`, 0, `argument "url": expected text of 1 to 8192 characters, found string ""`},
		{"bad method", "network request", `{"url":"x","method":"FETCH"}`, 0, `argument "method": expected one of "GET", "HEAD"`},
		{"nested", "network request", `{"url":"x","header":{"a":{"b":1}}}`, 0, `argument "header.a": expected boolean, number or string, found an object`},
		{"negative timeout", "network request", `{"url":"x","timeout":-1}`, 0, `argument "timeout": expected number of at least 0, found number -1`},
		{"wrong case", "network request", `{"url":"x","URL":"http://evil"}`, 0, `unknown field "URL"; did you mean "url"?`},
		{"twice", "network request", `{"url":"x","url":"http://evil"}`, 0, `the key "url" is given twice`},
		{"escaped key", "network request", `{"\u0075rl":"x","url":"y"}`, 0, `the key "url" is given twice`},
		{"missing attachment", "network request", `{"url":"x","data":{"$blob":1}}`, 1, `argument "data": attachment 1 is referred to, but there are 1`},
		{"unused attachment", "network request", `{"url":"x"}`, 1, `attachment 0 is not referred to`},
		{"attachment with more", "network request", `{"url":"x","data":{"$blob":0,"x":1}}`, 1, `argument "data": an attachment is written`},
		{"late attachment", "network request", `{"url":"x","data":{"x":1,"$blob":0}}`, 1, `the key "$blob" is reserved`},
		{"attachment for text", "network request", `{"url":{"$blob":0}}`, 1, `argument "url": expected string, found bytes`},
		{"sensitive is not shown", "payment requestPayment", `{"timeStamp":"1","nonceStr":"n","package":"p","paySign":4711}`, 0, `argument "paySign": expected string, found a number`},
		{"list", "storage batchSetStorage", `{"kvList":[{"key":"a","value":1},{"key":"b"}]}`, 0, `argument "kvList[1].value": expected a value, found nothing`},
		{"any of", "network uploadFile", `{"url":"x","name":"f"}`, 0, `argument "filePath": expected a value, found nothing; the field is required (none of the 2 alternatives fits`},
		{"any of second", "network uploadFile", `{"url":"x","name":"f","file":{"$blob":0}}`, 1, ""},
		{"not encrypted", "storage setStorage", `{"key":"k","data":1,"encrypt":true}`, 0, `argument "encrypt": expected false, found boolean true`},
		{"no parameters, none", "storage clearStorage", ``, 0, ""},
		{"no parameters, leftovers", "storage clearStorage", `{"foo":1}`, 0, ""},
		{"no parameters, list", "storage clearStorage", `[1]`, 0, `clearStorage: argument: expected null or object, found an array`},
		{"cut", "network request", `{"url":"x"`, 0, `the JSON ends at byte 10 where "," or "}" is expected`},
		{"behind the end", "network request", `{"url":"x"} 1`, 0, `the JSON has '1' at byte 12 where the end is expected`},
		{"leading zero", "network request", `{"url":"x","timeout":01}`, 0, `a number without leading zeros`},
		{"not UTF-8", "network request", "{\"url\":\"\xff\"}", 0, `not UTF-8`},
		{"control character", "network request", "{\"url\":\"\n\"}", 0, `control character`},
		{"deep", "network request", `{"url":"x","data":` + strings.Repeat("[", 600) + strings.Repeat("]", 600) + `}`, 0, `nested more than 512 deep`},
		{"many attachments", "trace append", `{"log":"l","first":1,"records":[` + manyRefs(70) + `]}`, 70, ""},
		{"many attachments, one lost", "trace append", `{"log":"l","first":1,"records":[` + manyRefs(69) + `]}`, 70, `attachment 69 is not referred to`},
		{"whole as float", "trace read", `{"log":"l","from":1.0e0}`, 0, ""},
		{"not whole", "trace read", `{"log":"l","from":1.5}`, 0, `argument "from": expected integer, found number 1.5`},
	} {
		t.Run(c.name, func(t *testing.T) {
			area, method, _ := strings.Cut(c.method, " ")
			err := all["dougong."+area+"/v1"].Method(method).CheckParams(pdk.Payload{JSON: []byte(c.in), Blobs: blobs(c.blobs)})
			switch {
			case c.want == "" && err != nil:
				t.Errorf("%s\n got %v\nwant it accepted", c.in, err)
			case c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)):
				t.Errorf("%s\n got %v\nwant %s", c.in, err, c.want)
			}
			var pe *pdk.Error
			if err != nil && (!errors.As(err, &pe) || pe.Code != pdk.CodeInvalidParams) {
				t.Errorf("error is %#v, want a *pdk.Error with CodeInvalidParams", err)
			}
		})
	}
}

func manyRefs(n int) string {
	var parts []string
	for i := range n {
		parts = append(parts, `{"$blob":`+itoa(i)+`}`)
	}
	return strings.Join(parts, ",")
}

func itoa(i int) string {
	if i < 10 {
		return string(rune('0' + i))
	}
	return itoa(i/10) + itoa(i%10)
}

func TestCheckResult(t *testing.T) {
	t.Parallel()
	all := standard(t)
	get := all["dougong.geolocation/v1"].Methods["getLocation"]
	if err := get.CheckResult(pdk.Payload{JSON: []byte(`{"latitude":31.2,"longitude":121.5}`)}); err != nil {
		t.Error(err)
	}
	err := get.CheckResult(pdk.Payload{JSON: []byte(`{"latitude":95,"longitude":121.5}`)})
	var pe *pdk.Error
	if !errors.As(err, &pe) || pe.Code != pdk.CodeInvalidResult {
		t.Fatalf("got %v, want CodeInvalidResult", err)
	}
	if want := `getLocation: result "latitude": expected number of at least -90 and at most 90, found a number`; pe.Message != want {
		t.Errorf("got  %s\nwant %s", pe.Message, want)
	}
	set := all["dougong.storage/v1"].Methods["setStorage"]
	if err := set.CheckResult(pdk.Payload{}); err != nil {
		t.Error(err)
	}
	if err := set.CheckResult(pdk.Payload{JSON: []byte(`{"secret":1}`)}); err == nil {
		t.Error("a result where the contract has none is accepted")
	}
}

func TestSensitive(t *testing.T) {
	t.Parallel()
	all := standard(t)
	pay := all["dougong.payment/v1"].Methods["requestPayment"]
	if got := pay.Params.Sensitive(); len(got) != 1 || got[0] != "paySign" {
		t.Errorf("Sensitive() = %q", got)
	}
	in := `{"timeStamp":"1","nonceStr":"n","package":"p","paySign":"s3cret"}`
	spans, ok := pay.Params.SensitiveSpans([]byte(in), 0)
	if !ok || len(spans) != 1 || in[spans[0].Start:spans[0].End] != `"s3cret"` {
		t.Errorf("SensitiveSpans = %v, %v", spans, ok)
	}
	if _, ok := pay.Params.SensitiveSpans([]byte(`{"paySign":`), 0); ok {
		t.Error("SensitiveSpans trusts broken JSON")
	}
}

func TestIsBytes(t *testing.T) {
	t.Parallel()
	for schema, want := range map[string]bool{
		"{type: bytes}": true, "{type: [string, bytes]}": false, "{type: string}": false, "{}": false,
		"{type: object, properties: {a: {type: bytes}}}": false,
	} {
		c, err := contract.Parse("x.yaml", []byte("capability: a.b/v1\nsummary: {en: x, zh: x}\nmethods:\n  m: {api: [wx.m], mode: async, summary: {en: x, zh: x}, result: "+schema+"}\n"))
		if err != nil {
			t.Fatal(err)
		}
		if got := c.Methods["m"].Result.IsBytes(); got != want {
			t.Errorf("%s: IsBytes = %v", schema, got)
		}
		if c.Methods["m"].Params.IsBytes() {
			t.Error("no parameters are bytes")
		}
	}
}
