package selector

import (
	"fmt"
	"strings"
	"testing"
)

func show(chains [][]Compound) string {
	var out []string
	for _, chain := range chains {
		for _, c := range chain {
			s := ""
			if c.Link != None {
				s = string(rune(c.Link))
			}
			s += c.Tag
			if c.ID != "" {
				s += "#" + c.ID
			}
			for _, class := range c.Classes {
				s += "." + class
			}
			for _, a := range c.Attrs {
				s += fmt.Sprintf("[%s %q %v]", a.Name, a.Value, a.Any)
			}
			out = append(out, s)
		}
		out = append(out, ",")
	}
	return strings.Join(out, "")
}

func TestParse(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ in, want, err string }{
		{in: "view", want: "view,"}, {in: "#a", want: "#a,"}, {in: "view#a.b.c", want: "view#a.b.c,"}, {in: " a  b ", want: "a b,"}, {in: "a>b", want: "a>b,"},
		{in: ".a >>> .b", want: ".aS.b,"}, {in: "a,b c", want: "a,b c,"}, {in: "*", want: ","}, {in: "[x]", want: `[x "" true],`}, {in: `t[x="1"]`, want: `t[x "1" false],`},
		{in: "", err: "a part is empty"}, {in: "a,", err: "a part is empty"}, {in: "> a", err: "begins with a combinator"}, {in: "a >", err: "a part is empty"},
		{in: ".", err: `a name is missing behind "."`}, {in: "a:hover", err: `"a:hover" is not supported`}, {in: "[x", err: "is not closed"}, {in: "[]", err: "is not closed"},
	} {
		got, err := Parse(c.in)
		if c.err != "" {
			if err == nil || !strings.Contains(err.Error(), c.err) {
				t.Errorf("Parse(%q) error = %v, want %q", c.in, err, c.err)
			}
		} else if err != nil || show(got) != c.want {
			t.Errorf("Parse(%q) = %s, %v; want %s", c.in, show(got), err, c.want)
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{"view#a.b > c >>> d, [x=1]", "..", "[", ">", "*#"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		chains, err := Parse(s)
		if err != nil {
			return
		}
		for _, chain := range chains {
			if len(chain) == 0 || chain[0].Link != None {
				t.Fatalf("Parse(%q) gave the chain %+v", s, chain)
			}
		}
	})
}
