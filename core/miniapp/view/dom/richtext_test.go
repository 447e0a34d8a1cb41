package dom

import (
	"strings"
	"testing"
)

func TestRichText(t *testing.T) {
	t.Parallel()
	tree := func(name, text string) any {
		return []any{map[string]any{"name": name, "children": []any{map[string]any{"type": "text", "text": text}}}}
	}
	for _, c := range []struct {
		name  string
		nodes any
		want  string
	}{
		{"HTML", "<p class=a>one <b>two</b></p>", "one two"},
		{"entities", "a &lt;b&gt; &amp;nbsp; &copy; &#20013;&quot;", "a <b> &nbsp; © 中\""},
		{"a script", "one<script type='x'>if (a < b) alert('no')</script>two", "one two"},
		{"a script in capitals", "one<SCRIPT>no</Script >two", "one two"},
		{"a style", "<style>p { color: red }</style>one", "one"},
		{"a script without end", "one<script>no", "one"},
		{"a comment", "one<!-- <b>no</b> -->two", "one two"},
		{"a comment without end", "one<!-- no", "one"},
		{"what is not shown, with others in it", "one<video><p>no</p><video>no</video>no</video>two", "one two"},
		{"an input, which has no end", "one<input>two", "one two"},
		{"a bracket at the end", "one<", "one"},
		{"a tree", tree("P", "one &lt; two"), "one < two"},
		{"a script in a tree", tree("script", "no"), ""},
		{"a text without type", []any{map[string]any{"text": "one"}}, "one"},
		{"a list of others", []any{"no", nil, 3.0}, ""},
		{"nothing", nil, ""},
	} {
		if got := strings.Join(strings.Fields(richText(c.nodes)), " "); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}

// FuzzRichText: any text comes to an end, and shows no more than is in it.
func FuzzRichText(f *testing.F) {
	f.Add("<p>a<script>b</script>&lt;")
	f.Add("<video><video></video>")
	f.Fuzz(func(t *testing.T, s string) {
		if got := htmlText(s); len(got) > 8*len(s)+8 {
			t.Errorf("%q gives %d bytes", s, len(got))
		}
	})
}
