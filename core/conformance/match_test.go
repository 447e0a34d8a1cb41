package conformance

import (
	"strings"
	"testing"

	"github.com/dougong-dev/dougong/pdk/conformance"
	"github.com/dougong-dev/dougong/pdk/go"
)

// expectation reads an expectation as a case has it.
func expectation(t *testing.T, text string) *conformance.Value {
	t.Helper()
	f, err := conformance.Parse("x.yaml", []byte("capability: com.example.x/v1\ncases: [{id: a, name: n, steps: [{call: m, expect: "+text+"}]}]\n"))
	if err != nil {
		t.Fatal(err)
	}
	return f.Cases[0].Steps[0].Expect
}

func TestMatch(t *testing.T) {
	t.Parallel()
	vars := variables{"name": "Ada", "n": 7, "order": map[string]any{"id": "o1", "lat": 22.5}}
	blob := [][]byte{[]byte("abc")}
	for _, c := range []struct{ want, got, wrong string }{
		{`{a: 1, b: [true, null, "x"]}`, `{"b":[true,null,"x"],"a":1.0}`, ""},
		{`{a: 1}`, `{"a":2}`, "a: 1 / a: 2"},
		{`{a: 1}`, `{"a":1,"b":2}`, "b: nothing / b: 2"},
		{`{a: 1, b: 2}`, `{"a":1}`, "b: 2 / b: nothing"},
		{`{a: 1}`, `[1]`, "an object / [1]"},
		{`[1, 2]`, `[1]`, "2 items / 1 items: [1]"},
		{`{a: [1, {b: x}]}`, `{"a":[1,{"b":"y"}]}`, `a[1].b: "x" / a[1].b: "y"`},
		{`9007199254740993`, `9007199254740993`, ""},
		{`9007199254740993`, `9007199254740992`, "9007199254740993 / 9007199254740992"},
		{`1`, `"1"`, `1 / "1"`}, {`"1"`, `1`, `"1" / 1`}, {`null`, `false`, "null / false"}, {`null`, `null`, ""}, {`true`, `1`, "true / 1"},
		{`"hello ${name}"`, `"hello Ada"`, ""}, {`{$var: n}`, `7`, ""}, {`{$var: order.id}`, `"o1"`, ""},
		{`{$var: nobody}`, `7`, `there is no variable "nobody" / 7`}, {`"${nobody}"`, `7`, `there is no variable ${nobody} / 7`},
		{`{$bytes: abc}`, `{"$blob":0}`, ""}, {`{$bytes: abd}`, `{"$blob":0}`, "3 bytes, 616264 / 3 bytes, 616263; they differ from byte 2"},
		{`{$bytes: abc}`, `"abc"`, `3 bytes, 616263 / "abc"`},
		{`{$any: true}`, `null`, ""}, {`{a: {$absent: true}}`, `{}`, ""}, {`{a: {$absent: true}}`, `{"a":null}`, "a: nothing / a: null"},
		{`{$type: integer}`, `3.0`, ""}, {`{$type: integer}`, `3.5`, "a value of type integer / 3.5"}, {`{$type: bytes}`, `{"$blob":0}`, ""},
		{`{$type: object}`, `{}`, ""}, {`{$type: array}`, `{}`, "a value of type array / {}"}, {`{$type: null}`, `null`, ""}, {`{$type: string}`, `"x"`, ""}, {`{$type: boolean}`, `false`, ""},
		{`{$range: [0, 1.5]}`, `1.5`, ""}, {`{$range: [0, 1]}`, `-1`, "a number from 0 to 1 / -1"}, {`{$range: [0, 1]}`, `"0"`, `a number from 0 to 1 / "0"`},
		{`{$near: {$var: order.lat}}`, `22.50005`, ""}, {`{$near: 22.5}`, `22.51`, "a number near 22.5 / 22.51"},
		{`{$length: 2}`, `"豆工"`, ""}, {`{$length: [2, 3]}`, `[1]`, "something of length 2 to 3 / [1]"}, {`{$length: 3}`, `{"$blob":0}`, ""}, {`{$length: 1}`, `7`, "something of length 1 / 7"},
		{`{$matches: "^a+$"}`, `"aaa"`, ""}, {`{$matches: "^a+$"}`, `"ab"`, `text like ^a+$ / "ab"`},
		{`{$contains: "${name}"}`, `"x Ada y"`, ""}, {`{$contains: {$range: [5, 9]}}`, `[1, 7]`, ""}, {`{$contains: {$bytes: bc}}`, `{"$blob":0}`, ""},
		{`{$contains: z}`, `"abc"`, `something that contains "z" / "abc"`},
		{`{$subset: {a: 1}}`, `{"a":1,"b":2}`, ""}, {`{$subset: {a: 1}}`, `{"b":2}`, "a: 1 / a: nothing"},
		{`{$each: {$type: string}}`, `["a","b"]`, ""}, {`{$each: {$type: string}}`, `["a",1]`, "[1]: a value of type string / [1]: 1"},
		{`{$oneOf: [1, {$type: string}]}`, `"x"`, ""}, {`{$oneOf: [1, 2]}`, `3`, "one of [1, 2] / 3"},
		{`{$set: [b, a, a]}`, `["a","b","a"]`, ""}, {`{$set: [a, a]}`, `["a","b"]`, `an item "a" / ["a","b"]`}, {`{$set: [a]}`, `["a","b"]`, `1 items / ["a","b"]`},
		{`"e\u0301"`, `"é"`, `"e\u0301" / "\u00e9"`}, {`"a\u200b"`, `"a"`, `"a\u200b" / "a"`},
	} {
		got, err := decode(pdk.Payload{JSON: []byte(c.got), Blobs: blob})
		if err != nil {
			t.Fatal(err)
		}
		wrong := ""
		if m := vars.match(expectation(t, c.want), got, ""); m != nil {
			wrong = m.expected() + " / " + m.found()
		}
		if wrong != c.wrong {
			t.Errorf("%s against %s: %q, want %q", c.got, c.want, wrong, c.wrong)
		}
	}
}

func TestDecode(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		`{"a":`:          "is not JSON",
		`{} {}`:          "with something behind it",
		`{"$blob":3}`:    "refers to attachment 3, it has 1",
		`[{"$blob":-1}]`: "refers to attachment -1",
	} {
		if _, err := decode(pdk.Payload{JSON: []byte(text), Blobs: [][]byte{nil}}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", text, err, want)
		}
	}
	in := map[string]any{"a": []byte("x"), "b": []any{[]byte(""), "t"}}
	p, err := encode(in)
	if err != nil || len(p.Blobs) != 2 {
		t.Fatalf("encode: %+v, %v", p, err)
	}
	out, err := decode(p)
	if err != nil || show(out) != show(in) {
		t.Errorf("%s came back as %s, %v", show(in), show(out), err)
	}
	if long := show(strings.Repeat("豆", 1000)); len(long) > 400 || !strings.HasSuffix(long, "(3002 bytes)") {
		t.Errorf("a long value is shown as %q", long)
	}
}

func TestWants(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		only, id string
		want     bool
	}{
		{"", "generic/start", true}, {"generic/*", "generic/start", true}, {"generic/*", "protocol/time/spin", false},
		{"protocol/...", "protocol/time/spin", true}, {"protocol/*/spin", "protocol/time/spin", true}, {"protocol/time/spin", "protocol/time/spin", true},
		{"proto/...", "protocol/time/spin", false},
	} {
		o := Options{Only: c.only}
		if err := o.setDefaults(); err != nil || o.wants(c.id) != c.want {
			t.Errorf("%q wants %q = %v, %v", c.only, c.id, !c.want, err)
		}
	}
	if err := (&Options{Only: "[x"}).setDefaults(); err == nil {
		t.Error("a bad pattern was accepted")
	}
}

func TestReportForms(t *testing.T) {
	t.Parallel()
	r := &Report{Format: ReportFormat, Plugin: Subject{ID: "a"}}
	r.add(Result{ID: "x", Outcome: Passed, MS: 5})
	r.add(Result{ID: "y", Outcome: Skipped, Hint: "why"})
	if !r.OK() || strings.Contains(string(r.Canonical()), `"ms"`) || r.Cases[0].MS != 5 {
		t.Errorf("canonical: %s", r.Canonical())
	}
	again, err := ParseReport(r.Canonical())
	if err != nil || string(again.Canonical()) != string(r.Canonical()) {
		t.Errorf("read again: %+v, %v", again, err)
	}
	if _, err := ParseReport([]byte(`{"format":"other"}`)); err == nil || !strings.Contains(err.Error(), "make it again") {
		t.Errorf("another format: %v", err)
	}
	r.add(Result{ID: "z", Outcome: Failed})
	if r.OK() {
		t.Error("a report with a failed case is OK")
	}
}

// FuzzDecode looks that no answer of a plugin makes the runner panic.
func FuzzDecode(f *testing.F) {
	for _, text := range []string{`{"a":{"$blob":0}}`, `[{"$blob":1e3}]`, `{"$blob":-1}`, `"\ud83d"`, `[[[`, ``} {
		f.Add([]byte(text), []byte("x"))
	}
	f.Fuzz(func(t *testing.T, text, blob []byte) {
		x, err := decode(pdk.Payload{JSON: text, Blobs: [][]byte{blob}})
		if err != nil {
			return
		}
		if len(show(x)) > 2*maxShown {
			t.Errorf("a value is shown in %d bytes", len(show(x)))
		}
		if _, err := encode(x); err != nil {
			t.Errorf("%s cannot be sent back: %v", text, err)
		}
	})
}
