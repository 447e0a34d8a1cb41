package wire

import (
	"bytes"
	"encoding/hex"
	"math"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/dougong-dev/dougong/pdk/go"
)

var payloads = []pdk.Payload{
	{},
	{JSON: []byte(`{"x":"豆"}`)},
	{JSON: []byte(`[{"$blob":0},{"$blob":1}]`), Blobs: [][]byte{{0, 1, 255}, []byte("second")}},
	{Blobs: [][]byte{{}}},
}

func same(a, b pdk.Payload) bool {
	if !bytes.Equal(a.JSON, b.JSON) || len(a.Blobs) != len(b.Blobs) {
		return false
	}
	for i := range a.Blobs {
		if !bytes.Equal(a.Blobs[i], b.Blobs[i]) {
			return false
		}
	}
	return true
}

func TestRequestRoundTrip(t *testing.T) {
	t.Parallel()
	info := pdk.Info{Capability: "dougong.storage/v1", Method: "setStorage", App: "应用", User: "local", Page: "pages/index",
		Trace: strings.Repeat("a", 32), Caller: "com.example.p", Task: math.MaxUint64}
	for _, p := range payloads {
		in := Request{Op: OpCall, Info: info, Timeout: 1500 * time.Millisecond, Payload: p}
		b := AppendRequest(nil, &in)
		if len(b) != RequestSize(&in) {
			t.Errorf("RequestSize %d, encoded %d", RequestSize(&in), len(b))
		}
		out, err := DecodeRequest(b)
		if err != nil || !same(out.Payload, p) {
			t.Fatalf("decoded %+v, %v", out, err)
		}
		out.Payload, in.Payload = pdk.Payload{}, pdk.Payload{}
		if !reflect.DeepEqual(out, in) {
			t.Errorf("got  %+v\nwant %+v", out, in)
		}
	}
}

// TestRequestLayout pins the bytes: other kits are written by hand from docs/wire-protocol.md.
func TestRequestLayout(t *testing.T) {
	t.Parallel()
	got := AppendRequest(nil, &Request{Op: OpCall, Info: pdk.Info{Capability: "c/v1", Method: "m", Task: 7}, Timeout: 1000 * time.Millisecond,
		Payload: pdk.Payload{JSON: []byte("1"), Blobs: [][]byte{[]byte("ab")}}})
	want := "\x01\x03\x00\x00" + "\xe8\x03\x00\x00" + "\x07\x00\x00\x00\x00\x00\x00\x00" + // version, op, timeout, task
		"\x04\x00\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00" + "\x00\x00" + "c/v1m" + // seven sizes, padding, names
		"\x01\x00\x00\x00" + "\x01\x00\x00\x00" + "\x02\x00\x00\x00" + "1" + "ab" // payload
	if string(got) != want {
		t.Errorf("got  %x\nwant %x", got, want)
	}
}

func TestReplyRoundTrip(t *testing.T) {
	t.Parallel()
	for _, p := range payloads {
		out, failure, err := DecodeReply(AppendReply(nil, p, nil))
		if err != nil || failure != nil || !same(out, p) {
			t.Errorf("reply %+v: %+v, %v, %v", p, out, failure, err)
		}
	}
	want := &pdk.Error{Code: 70001, Name: "cancel", Message: "取消", Data: []byte{1, 2}}
	_, failure, err := DecodeReply(AppendReply(nil, pdk.Payload{}, want))
	if err != nil || !reflect.DeepEqual(failure, want) {
		t.Errorf("error reply: %+v, %v", failure, err)
	}
}

func TestHostMessages(t *testing.T) {
	t.Parallel()
	for _, p := range payloads {
		if name, out, err := DecodeService(AppendService(nil, "kv.get", p)); err != nil || name != "kv.get" || !same(out, p) {
			t.Errorf("service: %q %+v %v", name, out, err)
		}
		if task, name, out, final, err := DecodeEvent(AppendEvent(nil, 9, "progress", p, true)); err != nil || task != 9 || name != "progress" || !final || !same(out, p) {
			t.Errorf("event: %d %q %+v %v %v", task, name, out, final, err)
		}
	}
	fields := map[string]string{"k": "v", "键": ""}
	for _, level := range levels {
		if l, m, f, err := DecodeLog(AppendLog(nil, level, "行", fields)); err != nil || l != level || m != "行" || !reflect.DeepEqual(f, fields) {
			t.Errorf("log: %q %q %v %v", l, m, f, err)
		}
	}
}

func TestMalformed(t *testing.T) {
	t.Parallel()
	ok := AppendRequest(nil, &Request{Op: OpCall, Info: pdk.Info{Method: "m"}, Payload: payloads[2]})
	change := func(at int, b ...byte) []byte { c := bytes.Clone(ok); copy(c[at:], b); return c }
	for _, c := range []struct {
		name string
		in   []byte
		want string
	}{
		{"empty", nil, "version needs 1 bytes, 0 are left"},
		{"version", change(0, 2), "version 2, this side speaks 1"},
		{"cut in the header", ok[:20], "name sizes needs 16 bytes"},
		{"cut in the payload", ok[:len(ok)-1], "attachment needs 6 bytes, 5 are left"},
		{"too long", append(bytes.Clone(ok), 0), "1 bytes too many"},
		{"name size", change(18, 0xff, 0xff), "names needs 65535 bytes"},
		{"JSON size", change(33, 0xff, 0xff, 0xff, 0x02), "JSON needs 50331647 bytes"},
		{"payload size", change(33, 0xff, 0xff, 0xff, 0xff), "payload of 4294967304 bytes, at most 67108864"},
		{"attachments", change(37, 0xff, 0xff, 0xff, 0xff), "4294967295 attachments, at most 4096"},
	} {
		if _, err := DecodeRequest(c.in); err == nil || !strings.Contains(err.Error(), "malformed request at byte") || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: got %v, want %q", c.name, err, c.want)
		}
	}
}

func TestCheckRequest(t *testing.T) {
	t.Parallel()
	for name, r := range map[string]Request{
		"long name":  {Info: pdk.Info{Page: strings.Repeat("p", 1<<16)}},
		"payload":    {Payload: pdk.Payload{JSON: make([]byte, pdk.MaxPayload+1)}},
		"many blobs": {Payload: pdk.Payload{Blobs: make([][]byte, MaxBlobs+1)}},
	} {
		if err := CheckRequest(&r); pdk.Code(err) != pdk.CodeTooLarge {
			t.Errorf("%s: got %v", name, err)
		}
	}
	if err := CheckRequest(&Request{Payload: payloads[2]}); err != nil {
		t.Error(err)
	}
}

func TestClone(t *testing.T) {
	t.Parallel()
	for _, p := range payloads {
		c := Clone(p)
		if !same(c, p) || (c.JSON == nil) != (p.JSON == nil) {
			t.Errorf("Clone(%+v) = %+v", p, c)
		}
		for i := range c.Blobs {
			if len(c.Blobs[i]) > 0 && &c.Blobs[i][0] == &p.Blobs[i][0] {
				t.Error("a clone shares bytes")
			}
			c.Blobs[i] = append(c.Blobs[i], 'x') // must not run into the next one
		}
		for i := range c.Blobs {
			if !bytes.Equal(c.Blobs[i][:len(p.Blobs[i])], p.Blobs[i]) {
				t.Error("attachments of a clone overlap")
			}
		}
	}
}

// sameDecoded decodes a message with names from another request at hand and without, and compares.
func sameDecoded(t *testing.T, b []byte) {
	t.Helper()
	want, wantErr := DecodeRequest(b)
	before := want
	before.Info.App, before.Info.Trace = before.Info.App+"x", ""
	for _, into := range []Request{{}, want, before, {Info: pdk.Info{Capability: "c/v1", Method: "m", Caller: "c", Task: 3}, Payload: payloads[2]}} {
		err := into.Decode(b)
		if (err == nil) != (wantErr == nil) || err != nil && err.Error() != wantErr.Error() {
			t.Fatalf("Decode(%x): %v, DecodeRequest says %v", b, err, wantErr)
		}
		if err == nil && (into.Op != want.Op || into.Timeout != want.Timeout || into.Info != want.Info || !same(into.Payload, want.Payload)) {
			t.Fatalf("Decode(%x) = %+v, DecodeRequest says %+v", b, into, want)
		}
	}
}

// TestDecodeInto reads requests of all kinds, and each of them cut off and damaged, into requests that have been used.
func TestDecodeInto(t *testing.T) {
	t.Parallel()
	for _, p := range payloads {
		b := AppendRequest(nil, &Request{Op: OpCall, Timeout: time.Second, Payload: p,
			Info: pdk.Info{Capability: "c/v1", Method: "m", App: "a", User: "u", Page: "p", Trace: "t", Caller: "c", Task: 9}})
		sameDecoded(t, b)
		for i := range min(len(b), 80) {
			sameDecoded(t, b[:i])
			for _, x := range []byte{1, 0x80, 0xff} {
				damaged := bytes.Clone(b)
				damaged[i] ^= x
				sameDecoded(t, damaged)
			}
		}
	}
}

// FuzzDecode gives any bytes to every decoder. What one accepts encodes to the same meaning again.
func FuzzDecode(f *testing.F) {
	f.Add(AppendRequest(nil, &Request{Op: OpCall, Info: pdk.Info{Method: "m", Task: 1}, Payload: payloads[2]}))
	f.Add(AppendReply(nil, payloads[2], nil))
	f.Add(AppendReply(nil, pdk.Payload{}, pdk.Errorf(2, "n", "m")))
	f.Add(AppendService(nil, "kv.get", payloads[1]))
	f.Add(AppendEvent(nil, 1, "e", payloads[3], true))
	f.Add(AppendLog(nil, "warn", "m", map[string]string{"a": "b"}))
	f.Fuzz(func(t *testing.T, b []byte) {
		sameDecoded(t, b)
		if q, err := DecodeRequest(b); err == nil {
			again, err := DecodeRequest(AppendRequest(nil, &q))
			if err != nil || again.Info != q.Info || again.Timeout != q.Timeout || !same(again.Payload, q.Payload) {
				t.Errorf("request: %+v became %+v, %v", q, again, err)
			}
		}
		if p, failure, err := DecodeReply(b); err == nil && failure == nil {
			if again, _, err := DecodeReply(AppendReply(nil, p, nil)); err != nil || !same(again, p) {
				t.Errorf("reply: %+v became %+v, %v", p, again, err)
			}
		}
		if name, p, err := DecodeService(b); err == nil {
			if n, again, err := DecodeService(AppendService(nil, name, p)); err != nil || n != name || !same(again, p) {
				t.Errorf("service %q became %q, %v", name, n, err)
			}
		}
		if task, name, p, final, err := DecodeEvent(b); err == nil {
			if k, n, again, l, err := DecodeEvent(AppendEvent(nil, task, name, p, final)); err != nil || k != task || n != name || l != final || !same(again, p) {
				t.Errorf("event %q became %q, %v", name, n, err)
			}
		}
		_, _, _, _ = DecodeLog(b)
	})
}

func BenchmarkRequest(b *testing.B) {
	in := Request{Op: OpCall, Info: pdk.Info{Capability: "example.sample/v1", Method: "echo", App: "app.a", User: "local"}, Payload: pdk.Payload{JSON: make([]byte, 100)}}
	buf := make([]byte, 0, 1024)
	for b.Loop() {
		if _, err := DecodeRequest(AppendRequest(buf, &in)); err != nil {
			b.Fatal(err)
		}
	}
}

// TestDocumentedExample compares the example in docs/wire-protocol.md with what is written.
func TestDocumentedExample(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile(filepath.Join("..", "..", "..", "docs", "wire-protocol.md"))
	if err != nil {
		t.Fatal(err)
	}
	_, example, ok := strings.Cut(string(text), "one second left:\n```\n")
	example, _, closed := strings.Cut(example, "```")
	if !ok || !closed {
		t.Fatal("the example is gone")
	}
	got := hex.EncodeToString(AppendRequest(nil, &Request{Op: OpCall, Info: pdk.Info{Capability: "c/v1", Method: "m", Task: 7}, Timeout: time.Second,
		Payload: pdk.Payload{JSON: []byte("1"), Blobs: [][]byte{[]byte("ab")}}}))
	if want := strings.Join(strings.Fields(example), ""); got != want {
		t.Errorf("written    %s\ndocumented %s", got, want)
	}
}
