// Package kitcheck is what the tests of the language kits share: malformed and well-formed messages, and what a kit has to make
// of them. The Go kit's reader and encoding/json are the measure.
//
// It must not know how a kit is built or run: that comes in as a Serve. It is used by tests only.
package kitcheck

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

// Capability that a kit's plugin for these checks provides. Its method "same" answers with an array of its one argument, read and
// written again; "services" calls services of the host.
const Capability = "dougong.probe/v1"

// Serve hands a request to a kit's plugin, and gives answer to every service and event that it asks the host for. A plugin that
// ends, or a reply that is malformed, fails the test.
type Serve func(t testing.TB, request, answer []byte) (pdk.Payload, *pdk.Error)

// Request is a call of a method with a JSON text.
func Request(method, text string, blobs ...[]byte) []byte {
	return wire.AppendRequest(nil, &wire.Request{Op: wire.OpCall, Info: pdk.Info{Capability: Capability, Method: method, App: "应用", Task: 7},
		Payload: pdk.Payload{JSON: []byte(text), Blobs: blobs}})
}

// Reply is an answer of the host.
func Reply(text string, blobs ...[]byte) []byte {
	return wire.AppendReply(nil, pdk.Payload{JSON: []byte(text), Blobs: blobs}, nil)
}

// JSON compares a kit's reading of a text with that of encoding/json.
func JSON(t *testing.T, serve Serve, text string) {
	t.Helper()
	p, failure := serve(t, Request("same", text, blobs...), nil)
	valid := (text == "" || json.Valid([]byte(text))) && utf8.ValidString(text)
	if failure != nil {
		limit := strings.Contains(failure.Message, "nested") || strings.Contains(failure.Message, "$blob")
		if failure.Code != pdk.CodeInvalidParams && !limit || valid && !limit || !valid && !strings.Contains(failure.Message, "malformed JSON at byte ") {
			t.Errorf("%.100q is valid: %v; the kit says %v", text, valid, failure)
		}
		return
	}
	if !valid {
		t.Errorf("%.100q is no JSON; the kit took it as %.100s", text, p.JSON)
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

// Wire compares a kit's reading of a request with that of the Go kit.
func Wire(t *testing.T, serve Serve, request, answer []byte) {
	t.Helper()
	_, err := wire.DecodeRequest(request)
	_, failure := serve(t, request, answer)
	refused := failure != nil && failure.Name == "wire" && strings.HasPrefix(failure.Message, "malformed request")
	if refused != (err != nil) {
		t.Errorf("request %q: Go says %v, the kit says %v", request, err, failure)
	}
}

// Run checks the corpus, and n mutations of each of its texts and of well-formed messages.
func Run(t *testing.T, serve Serve, n int) {
	t.Helper()
	r := rand.New(rand.NewPCG(1, 2))
	for _, text := range Texts {
		JSON(t, serve, text)
		for i := 0; i < n && len(text) < 1000; i++ {
			JSON(t, serve, string(Mutate(r, []byte(text))))
		}
	}
	answers := [][]byte{
		Reply(`{"found":true,"value":{"$blob":0},"keys":["a"],"more":false,"status":200,"headers":{"a":["b"]},"body":{"$blob":0},"button":1,"was":3}`, []byte("0123456789abcdef")),
		wire.AppendReply(nil, pdk.Payload{}, &pdk.Error{Code: 5, Name: "denied", Message: "no", Data: []byte(`{}`)}),
	}
	for _, method := range []string{"same", "services", "nothing"} {
		valid := Request(method, `{"t":"x","b":{"$blob":0}}`, []byte("abc"), nil)
		for i := range 8 * n {
			Wire(t, serve, Mutate(r, valid), answers[0])
			Wire(t, serve, valid, Mutate(r, answers[i%2]))
		}
	}
}

// Mutate changes a few bytes.
func Mutate(r *rand.Rand, b []byte) []byte {
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
