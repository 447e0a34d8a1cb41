package main

import (
	"fmt"
	"strings"
	"testing"

	"github.com/dougong-dev/dougong/pdk/go"
	"github.com/dougong-dev/dougong/pdk/go/pdktest"
)

// number is the standard's own example.
const number = "11010519491231002X"

// ask puts a question to the guard as a host does: the arguments of the call in place of params.
func ask(t *testing.T, h *pdktest.Host, params string, blobs ...pdk.Blob) verdict {
	t.Helper()
	var v verdict
	q := map[string]any{
		"capability": "dougong.network/v1", "method": "request", "app": "shop", "user": "ann", "page": "", "caller": "", "plugin": "dougong.network",
		"params": pdk.Any{JSON: []byte(params)},
	}
	if len(blobs) > 0 {
		q["params"] = map[string]any{"url": "https://a.example", "data": blobs[0]}
	}
	if err := h.Call("dougong.guard/v1", "check", q, &v); err != nil {
		t.Fatalf("%s: %v", params, err)
	}
	return v
}

func TestCheck(t *testing.T) {
	t.Parallel()
	h := pdktest.New(t, newPlugin())
	for _, c := range []struct {
		name, text string
		veto       bool
	}{
		{"plain", number, true},
		{"small x", strings.ToLower(number), true},
		{"in a sentence", "他的身份证是" + number + "，请查收", true},
		{"spaces", "110105 19491231 002X", true},
		{"dashes", "110105-19491231-002X", true},
		{"each apart", "1 1 0 1 0 5 1 9 4 9 1 2 3 1 0 0 2 X", true},
		{"full width", "１１０１０５１９４９１２３１００２Ｘ", true},
		{"in an address", "https://a.example/?id=" + number, true},
		{"escaped in an address", "https://a.example/?id=110105%2D19491231%2D002X", true},
		{"behind another number", "tel 13800138000, id " + number, true},
		{"wrong check digit", "110105194912310021", false},
		{"no such day", "110105194913310020", false},
		{"a longer number", "9" + number[:17] + "2", false},
		{"within a longer number", "1" + number, false},
		{"a card number", "6222021234567890123", false},
		{"a phone number", "13800138000", false},
		{"fifteen digits", "110105491231002", false},
		{"an order number of 18 digits", "202611260630461234", false},
		{"empty", "", false},
	} {
		v := ask(t, h, fmt.Sprintf(`{"url":"https://a.example","data":{"deep":[1,{"text":%q}]}}`, c.text))
		if v.Allow == c.veto || c.veto && (v.Code != "id-card" || !strings.Contains(v.Reason, "a text among the arguments")) {
			t.Errorf("%s: %q: %+v, want veto %t", c.name, c.text, v, c.veto)
		}
		if strings.Contains(v.Reason, "1949") {
			t.Errorf("%s: the reason tells the number: %s", c.name, v.Reason)
		}
		if got := ask(t, h, "", pdk.Blob("a,b\n"+c.text+"\n")); got.Allow == c.veto {
			t.Errorf("%s in an attachment: %+v, want veto %t", c.name, got, c.veto)
		}
	}
	for text, veto := range map[string]bool{`{"id":440524188001010014}`: true, `{"` + number + `":1}`: true, `null`: false, `7`: false} {
		if v := ask(t, h, text); v.Allow == veto {
			t.Errorf("%s: %+v, want veto %t", text, v, veto)
		}
	}
}

func TestAllowHosts(t *testing.T) {
	t.Parallel()
	h := pdktest.New(t, newPlugin())
	if err := h.Configure(map[string]any{"allow_hosts": []string{"id.example.com", "*.bank.example"}}); err != nil {
		t.Fatal(err)
	}
	for address, allowed := range map[string]bool{
		"https://id.example.com/check": true, "https://ID.example.com:8443/": true, "https://a.bank.example/": true,
		"https://evil.id.example.com/": false, "https://bank.example/": false, "https://id.example.com@evil.example/": false,
		"https://evil.example/?https://id.example.com": false, "::": false,
	} {
		if v := ask(t, h, fmt.Sprintf(`{"url":%q,"data":%q}`, address, number)); v.Allow != allowed {
			t.Errorf("%s: %+v, want allowed %t", address, v, allowed)
		}
	}
}

// FuzzHoldsNumber: whatever a text holds, a number put into it apart from other digits is found.
func FuzzHoldsNumber(f *testing.F) {
	f.Add("a", "b")
	f.Fuzz(func(t *testing.T, before, after string) {
		holdsNumber([]byte(before + after))
		if !holdsNumber([]byte(before + "\n,\n" + number + "\n,\n" + after)) {
			t.Errorf("%q %q", before, after)
		}
	})
}
