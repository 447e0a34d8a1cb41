package message

import (
	"strings"
	"testing"
)

func TestShortLinkName(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, link, want string }{
		{"with a key", "#小程序://木作小铺/Gt2rQkyoHbzEhxg", "木作小铺"},
		{"without", "#小程序://木作小铺", "木作小铺"},
		{"spaces around", "#小程序:// Shop /k", "Shop"},
		{"no name", "#小程序:///k", ""},
		{"an empty key", "#小程序://Shop/", ""},
		{"a path", "#小程序://Shop/pages/a", ""},
		{"another scheme", "https://Shop/k", ""},
		{"nothing", "", ""},
		{"far too long", "#小程序://" + strings.Repeat("a", maxShortLink), ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			if got := ShortLinkName(c.link); got != c.want {
				t.Errorf("%.60s: got %q, want %q", c.link, got, c.want)
			}
		})
	}
}

func FuzzShortLinkName(f *testing.F) {
	f.Add("#小程序://Shop/k")
	f.Fuzz(func(t *testing.T, link string) {
		if name := ShortLinkName(link); strings.Contains(name, "/") || len(name) > len(link) {
			t.Errorf("%q: %q", link, name)
		}
	})
}
