package isolate

import (
	"bytes"
	"errors"
	"io"
	"reflect"
	"strings"
	"testing"

	"github.com/dougong-dev/dougong/core/miniapp/message"
	"github.com/dougong-dev/dougong/core/miniapp/view"
	"github.com/dougong-dev/dougong/pdk/go"
)

func TestMessagesComeBack(t *testing.T) {
	t.Parallel()
	payload := pdk.Payload{JSON: []byte(`{"a":{"$blob":0}}`), Blobs: [][]byte{{0, 255}, {}, bytes.Repeat([]byte{7}, 1<<17)}}
	for name, m := range map[string]message.ToActor{
		"reply":   {Reply: &message.Reply{ID: 1, Payload: payload}},
		"failure": {Reply: &message.Reply{ID: 1, Error: pdk.Errorf(7, "x", "y")}},
		"task":    {Task: &message.TaskEvent{Task: 1, Name: "message", Payload: payload}},
		"hide":    {Hide: true},
	} {
		var stream bytes.Buffer
		parts, err := encodeTo(m)
		if err == nil {
			err = writeFrame(&stream, kindMessage, parts...)
		}
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if strings.Contains(stream.String(), "BwcH") {
			t.Errorf("%s: bytes travel as base64", name)
		}
		k, body, err := readFrame(&stream)
		if err != nil || k != kindMessage {
			t.Fatalf("%s: kind %d, %v", name, k, err)
		}
		back, err := decodeTo(body)
		if err != nil || !reflect.DeepEqual(m, back) {
			t.Errorf("%s: came back as %+v, %v; want %+v", name, back, err, m)
		}
	}
}

func TestCallsComeBack(t *testing.T) {
	t.Parallel()
	want := message.FromActor{Call: &message.Call{ID: 3, Method: "m", Sync: true, Payload: pdk.Payload{JSON: []byte(`1`), Blobs: [][]byte{{1}}}}}
	parts, err := encodeFrom(want)
	if err != nil {
		t.Fatal(err)
	}
	got, err := decodeFrom(bytes.Join(parts, nil))
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("came back as %+v, %v", got.Call, err)
	}
	if want.Call.Payload.JSON == nil {
		t.Error("encoding changed the message")
	}
}

func TestTooLarge(t *testing.T) {
	t.Parallel()
	for name, m := range map[string]message.ToActor{
		"payload":     {Reply: &message.Reply{Payload: pdk.Payload{Blobs: [][]byte{make([]byte, pdk.MaxPayload+1)}}}},
		"attachments": {Reply: &message.Reply{Payload: pdk.Payload{Blobs: make([][]byte, maxBlobs+1)}}},
		"envelope":    {Event: &view.ClientEvent{Type: strings.Repeat("x", maxEnvelope)}},
	} {
		if _, err := encodeTo(m); err == nil || !strings.Contains(err.Error(), "at most") {
			t.Errorf("%s: %v, want the limit", name, err)
		}
	}
}

func TestBrokenFrames(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		in   string
		want string
	}{
		"empty frame":   {"\x00\x00\x00\x00\x01", "length 0"},
		"too long":      {"\xff\xff\xff\xff\x01", "length 4294967295"},
		"head cut off":  {"\x00\x00", "within its head"},
		"body cut off":  {"\x00\x00\x00\x09\x01abc", "after 3 of 8 bytes"},
		"end of stream": {"", "EOF"},
	} {
		_, _, err := readFrame(strings.NewReader(tt.in))
		if err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: %v, want %q", name, err, tt.want)
		}
		if !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) && !strings.Contains(tt.want, "length") {
			t.Errorf("%s: %v does not say that the stream ended", name, err)
		}
	}
}

// FuzzFromChild: nothing that a child says takes the host down, and what is understood can be said again.
func FuzzFromChild(f *testing.F) {
	for _, m := range []message.FromActor{
		{Log: &message.Log{Message: "x"}}, {Closed: &message.Closed{}},
		{Call: &message.Call{ID: 1, Payload: pdk.Payload{JSON: []byte(`{}`), Blobs: [][]byte{{1}}}}},
		{Patch: &view.Patch{Page: 1, Seq: 1, Ops: []any{[]any{view.OpClone, 1, 2, 0, 0, []any{"x", nil, 1.5}}, []any{view.OpReset}}}},
	} {
		parts, err := encodeFrom(m)
		if err != nil {
			f.Fatal(err)
		}
		var b bytes.Buffer
		if err := writeFrame(&b, kindMessage, parts...); err != nil {
			f.Fatal(err)
		}
		f.Add(b.Bytes())
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		r := bytes.NewReader(data)
		for {
			_, body, err := readFrame(r)
			if err != nil {
				return
			}
			m, err := decodeFrom(body)
			if err != nil {
				continue
			}
			parts, err := encodeFrom(m)
			if err != nil {
				t.Fatalf("%+v cannot be said again: %v", m, err)
			}
			if _, err := decodeFrom(bytes.Join(parts, nil)); err != nil {
				t.Fatalf("%+v does not come back: %v", m, err)
			}
		}
	})
}
