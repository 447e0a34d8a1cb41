package words

import (
	"fmt"
	"testing"
)

func TestStrays(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, source, want string }{
		{"a comment", "// 中文\n/* 中文\n */ a = 1;", "[]"},
		{"a comment after a pattern", "const a = /[/]\"/; // \"中文\"", "[]"},
		{"a pattern", "const a = /取消|\"no\"/i.test(b)", "[]"},
		{"a division", "const a = b / 2; x.textContent = \"Play\"; // c /", "[{1 Play}]"},
		{"Chinese anywhere", "const a = {\n  text: '广告位' };", "[{2 广告位}]"},
		{"Chinese in a template", "f(`${a} 暂不支持${b ? `甲` : \"\"}`)", "[{1  暂不支持} {1 甲}]"},
		{"signs", "x.textContent = \"▶\" + `${a} × ${b}%`", "[]"},
		{"a property", "this.note.textContent = ok ? t.good : \"Bad luck\";", "[{1 Bad luck}]"},
		{"a property that nobody sees", "x.className = \"hidden note\"; x.id = 'title'", "[]"},
		{"a unit", "x.textContent = `${n}km`", "[{1 km}]"},
		{"an expression in a gap", "x.textContent = `${a.get(\"key\")}: ${b === \"yes\" ? 1 : 2}`", "[]"},
		{"a default", "x.ariaLabel = this.str(\"name\", \"Nobody\") || this.str(\"author\")", "[{1 Nobody}]"},
		{"a default elsewhere", "const mode = this.str(\"mode\", \"auto\")", "[]"},
		{"an element", "make(\"div\", \"note wide\", \"Good morning\", make(\"p\", \"sub\"))", "[{1 Good morning}]"},
		{"a button", "button(\"save\", () => go(\"now\"), \"Save\")", "[{1 Save}]"},
		{"children", "x.replaceChildren(this.str(\"defaultText\", \"Somebody\"))", "[{1 Somebody}]"},
		{"a field", "form.append(\"file\", data); box.append(\"Nothing\")", "[{1 Nothing}]"},
		{"an attribute", "x.setAttribute(\"aria-label\", \"Close\"); x.setAttribute(\"role\", \"button\")", "[{1 Close}]"},
		{"an index", "x.title = t[\"close\"]", "[]"},
		{"after a statement", "x.title = t.a; y = \"plain words\"", "[]"},
		{"within a function", "f((e) => (x.title = \"Late\"), \"name\")", "[{1 Late}]"},
		{"an object", "x.append(render({ kind: \"list\" }))", "[]"},
		{"open ends", "x.title = `a ${b", "[]"},
		{"an open string", "x.title = \"Open", "[{1 Open}]"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			if got := fmt.Sprint(Strays(c.source)); got != c.want {
				t.Errorf("%s\ngot  %s\nwant %s", c.source, got, c.want)
			}
		})
	}
}

// FuzzStrays: any text is taken apart to its end.
func FuzzStrays(f *testing.F) {
	f.Add("x.title = `a ${b ? `c ${{}}` : \"d\"}`; /* e */ /[/]f/")
	f.Add("\"\\")
	f.Add("`${}}`")
	f.Fuzz(func(t *testing.T, source string) {
		for _, s := range Strays(source) {
			if s.Line < 1 {
				t.Errorf("%q: line %d", source, s.Line)
			}
		}
	})
}
