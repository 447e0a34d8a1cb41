package jsonfile

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/dougong-dev/dougong/core/miniapp/compiler/internal/source"
)

func TestParse(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ src, want, diag string }{
		{`{"a":[1,"x",{"b":null}],"c":true}`, `{"a":[1,"x",{"b":null}],"c":true}`, ""},
		{``, `{}`, ""}, {"\ufeff {}", `{}`, ""},
		{"{\n  // c\n  \"a\": 1,\n}", `{"a":1}`, "json-comment 2:3 | json-trailing-comma 3:9"},
		{"{\"a\":1 /* x */, \"b\":[1,]}", `{"a":1,"b":[1]}`, "json-comment 1:8 | json-trailing-comma 1:23"},
		{"{\n\"a\": 'x'}", `{}`, "json-syntax 2:6"}, {`{"a":1 "b":2}`, `{"a":1}`, "json-syntax 1:8"}, {`{a:1}`, `{}`, "json-syntax 1:2"},
		{`{"a":tru}`, `{}`, "json-syntax 1:6"}, {`{"a":`, `{}`, "json-syntax 1:6"}, {"{\"中\":\"x\n\"}", `{}`, "json-syntax 1:6"}, {`{} x`, `{}`, "json-syntax 1:4"},
		{`{"a":1`, `{"a":1}`, "json-syntax 1:7"}, {strings.Repeat("[", 200), "", "json-syntax 1:102"}, {`{"a":"\x"}`, `{}`, "json-syntax 1:6"},
	} {
		var diags source.Diagnostics
		n := Parse(source.New("a.json", []byte(c.src)), &diags)
		var ids []string
		for _, d := range diags.List {
			ids = append(ids, fmt.Sprintf("%s %d:%d", d.ID, d.Line, d.Column))
		}
		if got := strings.Join(ids, " | "); got != c.diag {
			t.Errorf("%.40q: diagnostics %q, want %q (%v)", c.src, got, c.diag, diags.List)
		}
		if got, _ := json.Marshal(n.Go()); c.want != "" && string(got) != c.want {
			t.Errorf("%.40q = %s, want %s", c.src, got, c.want)
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{`{"a":[1,"x",{"b":null}]}`, "{//c\n}", `{"a":1,}`, `"\u12`, "{'a':1}"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		var diags source.Diagnostics
		Parse(source.New("a.json", []byte(s)), &diags)
		if len(diags.List) == 0 && strings.TrimSpace(s) != "" && strings.TrimPrefix(s, "\ufeff") == s && !json.Valid([]byte(s)) && strings.ToValidUTF8(s, "") == s {
			t.Fatalf("%q is not JSON and nothing was reported", s)
		}
	})
}
