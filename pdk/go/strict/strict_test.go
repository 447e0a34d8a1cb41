package strict

import (
	"errors"
	"strings"
	"testing"
	"time"
)

type sample struct {
	Name    string            `yaml:"name"`
	Count   int               `yaml:"count"`
	Ratio   float64           `yaml:"ratio"`
	On      bool              `yaml:"on"`
	Wait    time.Duration     `yaml:"wait"`
	Labels  map[string]string `yaml:"labels"`
	Parts   []part            `yaml:"parts"`
	Free    any               `yaml:"free"`
	Later   Value             `yaml:"later"`
	Pointer *part             `yaml:"pointer"`
}

type part struct {
	ID string `yaml:"id"`
}

func TestDecode(t *testing.T) {
	t.Parallel()
	var s sample
	err := Decode("a.yaml", []byte(`
name: x
count: 3
ratio: 2
"on": true
wait: 1m30s
labels: {a: b}
parts: [{id: one}, {id: two}]
free: {n: 1, l: [1, x, null]}
later: {id: late}
pointer: {id: p}
`), &s)
	if err != nil {
		t.Fatal(err)
	}
	if s.Name != "x" || s.Count != 3 || s.Ratio != 2 || !s.On || s.Wait != 90*time.Second || s.Labels["a"] != "b" ||
		len(s.Parts) != 2 || s.Parts[1].ID != "two" || s.Pointer.ID != "p" {
		t.Errorf("got %+v", s)
	}
	if m, ok := s.Free.(map[string]any); !ok || m["n"] != 1 {
		t.Errorf("free = %#v", s.Free)
	}
	var p part
	if err := s.Later.Decode(&p); err != nil || p.ID != "late" {
		t.Errorf("later = %+v, %v", p, err)
	}
}

func TestMistakes(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, in, want string }{
		{"near miss", "nmae: x", `a.yaml:1:1: unknown key "nmae"; did you mean "name"?`},
		{"no near miss", "zzzzzz: x", `a.yaml:1:1: unknown key "zzzzzz"; known are count,`},
		{"nested", "parts:\n  - id: a\n  - idd: b", `a.yaml:3:5: parts[1]: unknown key "idd"; did you mean "id"?`},
		{"wrong kind", "count: many", `a.yaml:1:8: count: expected a whole number, found "many"`},
		{"number for text", "name: 1.10", `a.yaml:1:7: name: expected text, found 1.10; write it in quotes`},
		{"list for map", "labels: [a]", `a.yaml:1:9: labels: expected a map, found a list`},
		{"twice", "name: a\nname: b", `a.yaml:2:1: key "name" is given twice, first in line 1`},
		{"duration", "wait: soon", `a.yaml:1:7: wait: expected a duration such as "10s", found "soon"`},
		{"empty", "", `a.yaml: the file is empty`},
		{"syntax", "a: [b", `a.yaml:1:1: did not find expected`},
		{"second document", "name: a\n---\nname: b", `found a second one`},
		{"scalar document", "5", `a.yaml:1:1: expected a map with the keys`},
	} {
		t.Run(c.name, func(t *testing.T) {
			var s sample
			err := Decode("a.yaml", []byte(c.in), &s)
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("Decode(%q)\n got %v\nwant %s", c.in, err, c.want)
			}
			var list Errors
			if !errors.As(err, &list) {
				t.Errorf("Decode(%q): error is a %T, want Errors", c.in, err)
			}
		})
	}
}

func TestAllMistakesAtOnce(t *testing.T) {
	t.Parallel()
	var s sample
	err := Decode("a.yaml", []byte("nmae: x\ncount: y\nparts: 3\n"), &s)
	var list Errors
	if !errors.As(err, &list) || len(list) != 3 {
		t.Fatalf("got %v, want 3 mistakes", err)
	}
}

func TestAliasBomb(t *testing.T) {
	t.Parallel()
	var b strings.Builder
	b.WriteString("free:\n  a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n")
	for i := 1; i < 9; i++ {
		prev := "*a" + string(rune('0'+i-1))
		b.WriteString("  a" + string(rune('0'+i)) + ": &a" + string(rune('0'+i)) + " [" + strings.TrimSuffix(strings.Repeat(prev+",", 10), ",") + "]\n")
	}
	var s sample
	if err := Decode("a.yaml", []byte(b.String()), &s); err == nil || !strings.Contains(err.Error(), "fewer aliases") {
		t.Fatalf("got %v, want a refusal that names aliases", err)
	}
}

func FuzzDecode(f *testing.F) {
	f.Add([]byte("name: x\nparts: [{id: a}]"))
	f.Add([]byte("a: &a [*a]"))
	f.Add([]byte("? [x]\n: y"))
	f.Add([]byte("<<: {a: b}"))
	f.Fuzz(func(t *testing.T, data []byte) {
		var s sample
		_ = Decode("f.yaml", data, &s)
		if v, err := Parse("f.yaml", data); err == nil {
			_, _ = v.Any()
		}
	})
}
