package wasm_test

import (
	"bytes"
	"context"
	"encoding/json"
	"image/png"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/dougong-dev/dougong/core/plugin/wasm"
	"github.com/dougong-dev/dougong/pdk/go"
	"github.com/dougong-dev/dougong/pdk/go/contract"
)

// example is a started example plugin; what goes in and out is held against its contract.
type example struct {
	*kitPlugin
	contract *contract.Contract
}

func startExample(t *testing.T, kit string) *example {
	t.Helper()
	dir := kitFolder(t, kit, "example")
	contracts, err := contract.Load(os.DirFS(filepath.Join(dir, "contracts")))
	if err != nil || len(contracts) != 1 {
		t.Fatalf("%d contracts, %v", len(contracts), err)
	}
	r, err := wasm.New(wasm.Options{CacheDir: filepath.Join(dir, "cache")})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = r.Close(context.Background()) })
	return &example{startKit(t, r, dir, nil), contracts[0]}
}

// expect calls a method: want is its result as JSON without attachments, or the failure's name and a part of its message.
func (e *example) expect(t *testing.T, method, args, want string) pdk.Payload {
	t.Helper()
	m := e.contract.Method(method)
	in := pdk.Payload{JSON: []byte(args)}
	if err := m.CheckParams(in); err != nil {
		t.Errorf("%s %s: %v", method, args, err)
	}
	info := kitInfo(method, 0)
	info.Capability = e.contract.Capability
	out, err := e.raw(context.Background(), info, in)
	if err != nil {
		name, message, _ := strings.Cut(want, ": ")
		failure, _ := err.(*pdk.Error) //nolint:errorlint // the runtime promises this very type
		if failure == nil || failure.Name != name || !strings.Contains(failure.Message, message) {
			t.Errorf("%s %s: %v, want %s", method, args, err, want)
		}
		return out
	}
	if err := m.CheckResult(out); err != nil {
		t.Errorf("%s %s: the result does not fit the contract: %v", method, args, err)
	}
	if !sameJSON(string(out.JSON), want) {
		t.Errorf("%s %s = %s, want %s", method, args, out.JSON, want)
	}
	return out
}

func TestKitExampleC(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		return // it needs the kit's toolchain
	}
	e := startExample(t, "c")
	for _, c := range []struct{ code, want string }{
		{"6901234567892", `{"valid":true,"code":"6901234567892","prefix":"690"}`},
		{"4-006381-333931", `{"valid":true,"code":"4006381333931","prefix":"400"}`},
		{"400638133393", `{"valid":true,"code":"4006381333931","prefix":"400"}`},
		{"4006381333932", `{"valid":false,"code":"4006381333931","prefix":"400"}`},
		{"40063813339", "bad-code: found 11"},
		{"40063813339310", "bad-code: at byte 13"},
		{"40063813339３", "bad-code: at byte 11"},
		{"", "bad-code: found 0"},
	} {
		e.expect(t, "checkBarcode", `{"code":"`+c.code+`"}`, c.want)
	}
	e.expect(t, "drawBarcode", `{"code":"4006381333932"}`, "bad-check-digit: should be 1")
	for first := range 10 { // each has another pattern of the left half
		code := string(rune('0'+first)) + "90123456789"
		out := e.expect(t, "drawBarcode", `{"code":"`+code+`","module":3,"height":9}`,
			`{"code":"`+code+string(checkDigit(code))+`","width":339,"height":9,"png":{"$blob":0}}`)
		if got := scan(t, out.Blobs[0], 3, 9); got != code+string(checkDigit(code)) {
			t.Errorf("the picture of %s reads %s", code, got)
		}
	}
	out := e.expect(t, "drawBarcode", `{"code":"690123456789","module":10,"height":1000}`, `{"code":"6901234567892","width":1130,"height":1000,"png":{"$blob":0}}`)
	if got := scan(t, out.Blobs[0], 10, 1000); got != "6901234567892" {
		t.Errorf("the largest picture reads %s", got)
	}
}

func checkDigit(code string) rune {
	sum := 0
	for i, d := range code {
		sum += int(d-'0') * []int{1, 3}[i%2]
	}
	return rune('0' + (10-sum%10)%10)
}

// scan reads a barcode off its picture, by the widths of bars and gaps as a scanner does.
func scan(t *testing.T, data []byte, module, height int) string {
	t.Helper()
	img, err := png.Decode(bytes.NewReader(data))
	if err != nil || img.Bounds().Dy() != height {
		t.Errorf("picture of %d bytes: %v", len(data), err)
		return ""
	}
	read := func(y int) []int {
		var runs []int
		last, n := true, 0
		for x := range img.Bounds().Dx() {
			r, _, _, _ := img.At(x, y).RGBA()
			if white := r == 0xffff; white == last {
				n++
			} else {
				runs, last, n = append(runs, n/module), white, 1
			}
		}
		return append(runs, n/module)
	}
	runs := read(height - 1)
	if len(runs) != 61 || runs[0] != 11 || runs[60] != 7 {
		t.Errorf("runs %v", runs)
		return ""
	}
	widths := map[[4]int]int{{3, 2, 1, 1}: 0, {2, 2, 2, 1}: 1, {2, 1, 2, 2}: 2, {1, 4, 1, 1}: 3, {1, 1, 3, 2}: 4,
		{1, 2, 3, 1}: 5, {1, 1, 1, 4}: 6, {1, 3, 1, 2}: 7, {1, 2, 1, 3}: 8, {3, 1, 1, 2}: 9}
	out, parity := "", ""
	for i := range 12 {
		at := 4 + 4*i
		if i >= 6 {
			at += 5
		}
		w := [4]int(runs[at : at+4])
		set := "L"
		d, ok := widths[w]
		if !ok {
			set = "G"
			d, ok = widths[[4]int{w[3], w[2], w[1], w[0]}]
		}
		if !ok {
			t.Errorf("digit %d has the widths %v", i, w)
		}
		out += string(rune('0' + d))
		if i < 6 {
			parity += set
		}
	}
	first := map[string]string{"LLLLLL": "0", "LLGLGG": "1", "LLGGLG": "2", "LLGGGL": "3", "LGLLGG": "4", "LGGLLG": "5", "LGGGLL": "6", "LGLGLG": "7", "LGLGGL": "8", "LGGLGL": "9"}
	return first[parity] + out
}

func TestKitExampleRust(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		return // it needs the kit's toolchain
	}
	e := startExample(t, "rust")
	for _, c := range []struct{ method, field, value, want string }{
		{"checkCreditCode", "code", "91350100M000100Y43", `{"valid":true,"region":"350100","organisation":"M000100Y4"}`},
		{"checkCreditCode", "code", " 91350100m000100y43", `{"valid":true,"region":"350100","organisation":"M000100Y4"}`},
		{"checkCreditCode", "code", "91350100M000100Y44", `{"valid":false,"reason":"the last character should be 3"}`},
		{"checkCreditCode", "code", "91350100M000100O43", `{"valid":false,"reason":"O at place 16 is not used in credit codes"}`},
		{"checkCreditCode", "code", "91A50100M000100Y43", `{"valid":false,"reason":"expected six digits of a region at places 3 to 8"}`},
		{"checkCreditCode", "code", "统一", `{"valid":false,"reason":"expected 18 characters, found 2"}`},
		{"checkIdCard", "number", "11010519491231002X", `{"valid":true,"region":"110105","birth":"1949-12-31","sex":"female"}`},
		{"checkIdCard", "number", "440524188001010014", `{"valid":true,"region":"440524","birth":"1880-01-01","sex":"male"}`},
		{"checkIdCard", "number", "110105194912310021", `{"valid":false,"reason":"the last character should be X"}`},
		{"checkIdCard", "number", "11010519490231002X", `{"valid":false,"reason":"the last character should be 6"}`},
		{"checkIdCard", "number", "110105194902310026", `{"valid":false,"reason":"places 7 to 14 are no date of birth"}`},
		{"checkIdCard", "number", "1101051949１231002X", `{"valid":false,"reason":"expected a digit at place 11"}`},
		{"checkIban", "iban", "de89 3704 0044 0532 0130 00", `{"valid":true,"country":"DE","written":"DE89 3704 0044 0532 0130 00"}`},
		{"checkIban", "iban", "GB82WEST12345698765432", `{"valid":true,"country":"GB","written":"GB82 WEST 1234 5698 7654 32"}`},
		{"checkIban", "iban", "GB83WEST12345698765432", `{"valid":false,"reason":"the check digits should be 82"}`},
		{"checkIban", "iban", "GB82WEST1234569876543", `{"valid":false,"reason":"an IBAN of GB has 22 characters, found 21"}`},
		{"checkIban", "iban", "MT84MALT011000012345MTLCAST001S", `{"valid":true,"country":"MT","written":"MT84 MALT 0110 0001 2345 MTLC AST0 01S"}`},
		{"checkIban", "iban", "银行", `{"valid":false,"reason":"银 at place 1 is neither a letter nor a digit"}`},
		{"checkIban", "iban", "", `{"valid":false,"reason":"expected two letters of a country and two check digits at the start"}`},
	} {
		args, err := json.Marshal(map[string]string{c.field: c.value})
		if err != nil {
			t.Fatal(err)
		}
		e.expect(t, c.method, string(args), c.want)
	}
}

func TestKitExampleAssemblyScript(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		return // it needs the kit's toolchain
	}
	e := startExample(t, "assemblyscript")
	text := func(s string) string { return `{"text":"` + s + `"}` }
	for _, c := range []struct{ method, args, want string }{
		{"formatPrice", `{"amount":123450}`, text("¥1,234.50")},
		{"formatPrice", `{"amount":0}`, text("¥0.00")},
		{"formatPrice", `{"amount":-5}`, text("-¥0.05")},
		{"formatPrice", `{"amount":1e2}`, text("¥1.00")},
		{"formatPrice", `{"amount":-9223372036854775808,"currency":"JPY"}`, text("-JP¥9,223,372,036,854,775,808")},
		{"formatPrice", `{"amount":1234567,"currency":"KWD"}`, text("KWD 1,234.567")},
		{"formatPrice", `{"amount":1,"currency":"XXX"}`, "bad-currency: XXX is not known"},
		{"capitalPrice", `{"fen":123450}`, text("壹仟贰佰叁拾肆元伍角整")},
		{"capitalPrice", `{"fen":0}`, text("零元整")},
		{"capitalPrice", `{"fen":1}`, text("壹分")},
		{"capitalPrice", `{"fen":30}`, text("叁角整")},
		{"capitalPrice", `{"fen":10002}`, text("壹佰元零贰分")},
		{"capitalPrice", `{"fen":140950}`, text("壹仟肆佰零玖元伍角整")},
		{"capitalPrice", `{"fen":600714}`, text("陆仟零柒元壹角肆分")},
		{"capitalPrice", `{"fen":1000000}`, text("壹万元整")},
		{"capitalPrice", `{"fen":10000500}`, text("壹拾万零伍元整")},
		{"capitalPrice", `{"fen":10000000500}`, text("壹亿零伍元整")},
		{"capitalPrice", `{"fen":100010005000}`, text("壹拾亿零壹拾万零伍拾元整")},
		{"capitalPrice", `{"fen":-10753}`, text("负壹佰零柒元伍角叁分")},
		{"capitalPrice", `{"fen":99999999999999}`, text("玖仟玖佰玖拾玖亿玖仟玖佰玖拾玖万玖仟玖佰玖拾玖元玖角玖分")},
		{"capitalPrice", `{"fen":100000000000000}`, "too-large: at most 99999999999999"},
	} {
		e.expect(t, c.method, c.args, c.want)
	}
	if err := e.Configure(context.Background(), []byte(`{"currency":"EUR"}`)); err != nil {
		t.Fatal(err)
	}
	e.expect(t, "formatPrice", `{"amount":150}`, text("€1.50"))
	if err := e.Configure(context.Background(), []byte(`{"currency":"ABC"}`)); pdk.Code(err) != pdk.CodeConfig || !strings.Contains(err.Error(), "ABC") {
		t.Errorf("an unknown currency: %v", err)
	}
}
