package c

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/dougong-dev/dougong/pdk/go"
	"github.com/dougong-dev/dougong/pdk/go/wire"
)

// corpus has every rule of JSON, kept and broken.
var corpus = []string{
	``, `null`, `true`, `false`, `nul`, `nulll`, `tru`, `[`, `]`, `{`, `}`, `[]`, `{}`, `[,]`, `[1,]`, `{"a":1,}`, `{,}`, `{"a"}`, `{"a":}`, `{1:2}`,
	`[1 2]`, `[1,2]`, ` [ 1 , 2 ] `, `{"a":1}{`, `{"a":{"b":[{"c":[[]]}]}}`, `{"a":1,"a":2}`, `[[[[1]]],{"x":{}}]`,
	`0`, `-0`, `-`, `01`, `-01`, `1.`, `.1`, `1.5`, `1e`, `1e+`, `1E-7`, `+1`, `1e400`, `0x1`, `NaN`, `12345678901234567890`,
	`""`, `"`, `"\`, `"\"`, `"\""`, `"\\"`, `"\u"`, `"\u12"`, `"\u12g4"`, `"\u00E9\u4e2d"`, `"\ud83c\udc04"`, `"\ud800"`, `"\ud800\u0041"`, `"\udc00"`,
	`"\ud800\ud83c\udc04"`, `"\ud800\u"`, `"\x"`, `"\/\b\f\n\r\t"`, "\"\n\"", "\"\x7f\"", `"\u0000"`, `"中文🀄é"`, "\"\xff\"", "\"\xc0\x80\"",
	"\"\xed\xa0\x80\"", "\"\xf4\x90\x80\x80\"", "\"\xe4\xb8\"", "\"\xf0\x9f\x80\"",
	`"a long plain text that is more than thirty-two bytes of ASCII, \"quoted\" and with an é at an odd place 中"`,
	`"0123456789abcdef0123456789abcde` + "\x01" + `"`, `"0123456789abcdef0123456789abcdef0123456`,
	"\ufeff1", "1 \x00", `[{"$blob":0},{"$blob":1}]`, `{"$blob":2}`, `{"$blob":-1}`, `{"$blob":0.5}`, `{"$blob":1e0}`, `{"$blob":"0"}`, `{"$blob":0,"x":1}`,
	strings.Repeat("[", 511) + strings.Repeat("]", 511), strings.Repeat("[", 512) + strings.Repeat("]", 512), strings.Repeat(`{"a":`, 600) + "1" + strings.Repeat("}", 600),
	strings.Repeat("[", 100_000), `"` + strings.Repeat("\\u00e9", 1000) + `"`,
}

var blobs = [][]byte{[]byte("one"), {}}

// checkJSON compares the kit's reading of a text with that of encoding/json.
func checkJSON(t *testing.T, n *native, text string) {
	t.Helper()
	p, failure := n.serve(t, request("same", text, blobs...), nil)
	valid := (text == "" || json.Valid([]byte(text))) && utf8.ValidString(text)
	if failure != nil {
		about := strings.Contains(failure.Message, "nested") || strings.Contains(failure.Message, "$blob")
		if failure.Code != pdk.CodeInvalidParams && !about || valid && !about || !valid && !strings.Contains(failure.Message, "malformed JSON at byte ") {
			t.Errorf("%.100q is valid: %v; the kit says %v", text, valid, failure)
		}
		return
	}
	if !valid {
		t.Errorf("%.100q is no JSON; the kit took it as %s", text, p.JSON)
		return
	}
	if strings.Contains(text, `$blob`) || strings.Contains(text, `\u0024`) {
		return // the numbers of attachments may have changed
	}
	if text == "" {
		text = "null"
	}
	if got, want := tree(t, p.JSON), tree(t, []byte("["+text+"]")); !reflect.DeepEqual(got, want) {
		t.Errorf("%.100q came back as %.100q", text, p.JSON)
	}
}

func tree(t *testing.T, text []byte) (v any) {
	t.Helper()
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	if err := d.Decode(&v); err != nil {
		t.Errorf("%.100q: %v", text, err)
	}
	return v
}

// mutate changes a few bytes.
func mutate(r *rand.Rand, b []byte) []byte {
	b = bytes.Clone(b)
	for range 1 + r.IntN(4) {
		at := r.IntN(len(b) + 1)
		switch r.IntN(5) {
		case 0:
			b = b[:at]
		case 1:
			b = append(b[:at:at], append([]byte{byte(r.IntN(256))}, b[at:]...)...)
		case 2:
			if at < len(b) {
				b = append(b[:at:at], b[at+1:]...)
			}
		case 3:
			if at+4 <= len(b) {
				binary.LittleEndian.PutUint32(b[at:], []uint32{0, 1, 0x7fffffff, 0x80000000, 0xffffffff, uint32(len(b)), 4096, 4097}[r.IntN(8)])
			}
		default:
			if at < len(b) {
				b[at] = []byte(`"\{}[],:0-eu$` + "\xf0\xed\x80\x00")[r.IntN(17)]
			}
		}
	}
	return b
}

func TestJSON(t *testing.T) {
	t.Parallel()
	n := start(t)
	r := rand.New(rand.NewPCG(1, 2))
	for _, text := range corpus {
		checkJSON(t, n, text)
		if len(text) < 1000 {
			for range 60 {
				checkJSON(t, n, string(mutate(r, []byte(text))))
			}
		}
	}
}

// checkWire compares the kit's reading of a request with that of the Go kit.
func checkWire(t *testing.T, n *native, request, answer []byte) {
	t.Helper()
	_, err := wire.DecodeRequest(request)
	_, failure := n.serve(t, request, answer)
	refused := failure != nil && failure.Name == "wire" && strings.HasPrefix(failure.Message, "malformed request")
	if refused != (err != nil) {
		t.Errorf("request %q: Go says %v, C says %v", request, err, failure)
	}
}

func TestWire(t *testing.T) {
	t.Parallel()
	n := start(t)
	r := rand.New(rand.NewPCG(3, 4))
	answer := reply(`{"found":true,"value":{"$blob":0},"keys":["a"],"more":false,"status":200,"headers":{"a":["b"]},"body":{"$blob":0},"button":1,"was":3}`, []byte("0123456789abcdef"))
	failure := wire.AppendReply(nil, pdk.Payload{}, &pdk.Error{Code: 5, Name: "denied", Message: "no", Data: []byte(`{}`)})
	for _, method := range []string{"same", "services", "fields", "numbers", "nothing"} {
		valid := request(method, `{"t":"x","b":{"$blob":0}}`, []byte("abc"), nil)
		for i := range 400 {
			checkWire(t, n, mutate(r, valid), nil)
			checkWire(t, n, valid, mutate(r, [][]byte{answer, failure}[i%2]))
		}
	}
}

func FuzzJSON(f *testing.F) {
	for _, text := range corpus {
		f.Add(text)
	}
	n := start(f)
	f.Fuzz(func(t *testing.T, text string) { checkJSON(t, n, text) })
}

func FuzzWire(f *testing.F) {
	f.Add(request("services", `{"a":1}`), reply(`{"found":true}`))
	f.Add(request("same", `[{"$blob":0}]`, []byte("x")), []byte{})
	n := start(f)
	f.Fuzz(checkWireFuzz(n))
}

func checkWireFuzz(n *native) func(*testing.T, []byte, []byte) {
	return func(t *testing.T, request, answer []byte) { checkWire(t, n, request, answer) }
}
