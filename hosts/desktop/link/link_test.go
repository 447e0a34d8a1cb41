package link_test

import (
	"strings"
	"testing"

	"github.com/dougong-dev/dougong/hosts/desktop/link"
)

func TestParse(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, text string
		want       link.Link
		fails      string
	}{
		{name: "launcher", text: "dougong://open"},
		{name: "app", text: "dougong://open?app=dg.example.shop", want: link.Link{App: "dg.example.shop"}},
		{name: "slash", text: "DOUGONG://open/?app=a", want: link.Link{App: "a"}},
		{
			name: "page and query", text: "dougong://open?app=a&page=/pages/goods/index&id=7&name=%E6%9C%A8",
			want: link.Link{App: "a", Page: "pages/goods/index?id=7&name=%E6%9C%A8"},
		},
		{name: "query of the first page", text: "dougong://open?app=a&id=7", want: link.Link{App: "a", Page: "?id=7"}},
		{name: "other scheme", text: "http://open?app=a", fails: "expected dougong://open"},
		{name: "other action", text: "dougong://install?app=a", fails: "expected dougong://open"},
		{name: "user", text: "dougong://me:pw@open?app=a", fails: "expected dougong://open"},
		{name: "path", text: "dougong://open/etc/passwd", fails: "expected dougong://open"},
		{name: "two apps", text: "dougong://open?app=a&app=b", fails: `"app" is given 2 times`},
		{name: "page alone", text: "dougong://open?page=pages/x", fails: "without an app"},
		{name: "climbing page", text: "dougong://open?app=a&page=../../x", fails: "is no page's path"},
		{name: "page with a query", text: "dougong://open?app=a&page=x%3Fy", fails: "give its query beside it"},
		{name: "app that is a path", text: "dougong://open?app=..%2Fb", fails: "is no mini-program's id"},
		{name: "control character", text: "dougong://open?app=a%0Ab", fails: "control character"},
		{name: "broken text", text: "dougong://open?app=%ff", fails: "broken text"},
		{name: "broken escape", text: "dougong://open?app=%zz", fails: "invalid URL escape"},
		{name: "broken address", text: "dougong://[::1", fails: "missing ']'"},
		{name: "too long", text: "dougong://open?app=" + strings.Repeat("a", link.MaxLength), fails: "at most 4096"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			got, err := link.Parse(c.text)
			if c.fails != "" {
				if err == nil || !strings.Contains(err.Error(), c.fails) {
					t.Fatalf("Parse(%.60q) fails with %v, want %q", c.text, err, c.fails)
				}
				return
			}
			if err != nil || got != c.want {
				t.Fatalf("Parse(%q) = %+v, %v; want %+v", c.text, got, err, c.want)
			}
		})
	}
}

func TestIs(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]bool{"dougong://open": true, "Dougong:x": true, "superapp.yaml": false, "dougong": false, "C:/a": false} {
		if got := link.Is(text); got != want {
			t.Errorf("Is(%q) = %t, want %t", text, got, want)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add("dougong://open?app=dg.example.shop&page=pages/goods/index&id=7")
	f.Add("dougong://open?app=%ff&page=//x")
	f.Fuzz(func(t *testing.T, text string) {
		l, err := link.Parse(text)
		if err != nil {
			if len(err.Error()) > 8*link.MaxLength {
				t.Fatalf("an error of %d bytes", len(err.Error()))
			}
			return
		}
		page, _, _ := strings.Cut(l.Page, "?")
		if strings.ContainsAny(l.App, "/?#\x00\n") || strings.Contains("/"+page+"/", "/../") || (l.App == "" && l.Page != "") {
			t.Fatalf("Parse(%q) = %+v", text, l)
		}
	})
}
