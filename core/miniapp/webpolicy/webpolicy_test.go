package webpolicy

import (
	"encoding/json"
	"regexp"
	"slices"
	"strings"
	"testing"
)

func TestParse(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ text, fails string }{
		"nothing":             {`{"name": "x"}`, ""},
		"hosts":               {`{"csp": {"img-src": ["img.example.com", "*.example.com:8443", "http://10.0.0.5:8080/"], "frame-src": []}}`, ""},
		"scripts":             {`{"csp": {"script-src": ["x.example.com"]}}`, `cannot widen "script-src", only font-src, frame-src, img-src, media-src`},
		"connections":         {`{"csp": {"connect-src": ["x.example.com"]}}`, `cannot widen "connect-src"`},
		"misspelt":            {`{"csp": {"img-scr": ["x.example.com"]}}`, `csp: an H5 app cannot widen "img-scr"; did you mean "img-src"?`},
		"in capitals":         {`{"csp": {"Frame-Src": []}}`, `cannot widen "Frame-Src"; did you mean "frame-src"?`},
		"styles":              {`{"csp": {"style-src": []}}`, `cannot widen "style-src", only font-src`},
		"everything":          {`{"csp": {"img-src": ["*"]}}`, `img-src[0]: expected a host`},
		"a keyword":           {`{"csp": {"img-src": ["a.example.com", "'unsafe-inline'"]}}`, `img-src[1]: expected a host`},
		"a scheme":            {`{"csp": {"img-src": ["https:"]}}`, `found "https:"`},
		"another directive":   {`{"csp": {"img-src": ["a.example.com; script-src *"]}}`, `expected a host`},
		"another policy":      {`{"csp": {"img-src": ["a.example.com, default-src *"]}}`, `expected a host`},
		"a line":              {`{"csp": {"img-src": ["a.example.com\nb.example.com"]}}`, `expected a host`},
		"a path":              {`{"csp": {"img-src": ["a.example.com/x"]}}`, `expected a host`},
		"too many":            {`{"csp": {"img-src": [` + strings.TrimSuffix(strings.Repeat(`"a.example.com",`, MaxSources+1), ",") + `]}}`, "at most 64"},
		"another kind":        {`{"csp": "img-src *"}`, "expected lists of hosts by directive"},
		"no manifest":         {`{`, "expected lists of hosts by directive"},
		"an empty part":       {`{"csp": {"img-src": ["a..example.com"]}}`, "expected a host"},
		"another script":      {`{"csp": {"img-src": ["исход.example"]}}`, "expected a host"},
		"a websocket's":       {`{"csp": {"img-src": ["wss://a.example.com"]}}`, "expected a host"},
		"what is nobody's":    {`{"csp": {"img-src": ["null"], "media-src": [""]}}`, "media-src[0]"},
		"a very long one":     {`{"csp": {"img-src": ["` + strings.Repeat("a", 301) + `"]}}`, "expected a host"},
		"a port out of place": {`{"csp": {"img-src": ["a.example.com:"]}}`, "expected a host"},
	} {
		_, err := Parse([]byte(c.text))
		if got := ""; err != nil {
			got = err.Error()
			if c.fails == "" || !strings.Contains(got, c.fails) {
				t.Errorf("%s: %s, want %q", name, got, c.fails)
			}
		} else if c.fails != "" {
			t.Errorf("%s: read, want %q", name, c.fails)
		}
	}
}

// TestWithin: nothing that is wider than what is allowed comes through, not in part either.
func TestWithin(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		allowed, wish string
		granted       string // "" is refused
	}{
		"the same":                    {"img.example.com", "img.example.com", "https://img.example.com"},
		"by another spelling":         {"https://IMG.example.com:443/", "img.Example.com", "https://img.example.com"},
		"one below":                   {"*.example.com", "img.example.com", "https://img.example.com"},
		"some below":                  {"*.example.com", "*.img.example.com", "https://*.img.example.com"},
		"all below":                   {"*.example.com", "*.example.com", "https://*.example.com"},
		"the domain itself":           {"*.example.com", "example.com", ""},
		"a name that ends alike":      {"*.example.com", "badexample.com", ""},
		"wider than one host":         {"img.example.com", "*.example.com", ""},
		"wider than some":             {"*.img.example.com", "*.example.com", ""},
		"a longer name":               {"img.example.com", "img.example.com.evil.example", ""},
		"unencrypted":                 {"img.example.com", "http://img.example.com", ""},
		"encrypted where only not is": {"http://img.example.com", "img.example.com", ""},
		"another port":                {"img.example.com", "img.example.com:8443", ""},
		"any port for one":            {"img.example.com", "img.example.com:*", ""},
		"one port of any":             {"img.example.com:*", "img.example.com:8443", "https://img.example.com:8443"},
		"any port of any":             {"http://127.0.0.1:*", "http://127.0.0.1:*", "http://127.0.0.1:*"},
		"everything is allowed":       {"*", "http://img.example.com", "http://img.example.com"},
		"nothing is":                  {"", "img.example.com", ""},
	} {
		granted, refused := Policy{Image: {c.wish}}.Within(Policy{Image: {c.allowed}, Media: {"*"}})
		if got := strings.Join(granted[Image], " "); got != c.granted || (c.granted == "") != slices.Equal(refused, []string{"img-src " + c.wish}) {
			t.Errorf("%s: %q within %q: granted %q, refused %q; want %q", name, c.wish, c.allowed, got, refused, c.granted)
		}
	}
	if granted, refused := (Policy{Frame: {"a.example"}, Font: {"b.example"}}).Within(Policy{Image: {"*"}}); len(granted) > 0 || len(refused) != 2 {
		t.Errorf("what is allowed to pictures is granted to others: %v, %v", granted, refused)
	}
	if granted, refused := (Policy{Frame: {"a.example"}}).Within(Any()); len(refused) > 0 || len(granted[Frame]) != 1 {
		t.Errorf("within anything: %v, %v", granted, refused)
	}
}

// FuzzPolicy: whatever a manifest says, what is granted is hosts, and hosts that are allowed.
func FuzzPolicy(f *testing.F) {
	f.Add(`{"csp": {"img-src": ["img.example.com", "*.example.com:*"]}}`)
	f.Add(`{"csp": {"frame-src": ["http://10.0.0.5:8080/"]}}`)
	plain := regexp.MustCompile(`^https?://(\*\.)?[a-z0-9.-]+(:([0-9]+|\*))?$`)
	f.Fuzz(func(t *testing.T, text string) {
		wish, err := Parse([]byte(text))
		if err != nil {
			return
		}
		if !json.Valid([]byte(text)) {
			t.Fatalf("%q was read", text)
		}
		granted, _ := wish.Within(Any())
		for directive, list := range granted {
			for _, s := range list {
				if !plain.MatchString(s) {
					t.Errorf("%s %q of %q", directive, s, text)
				}
			}
		}
		if granted, _ := wish.Within(Policy{Image: {"*.example.com"}}); len(granted[Frame])+len(granted[Font])+len(granted[Media]) > 0 {
			t.Errorf("%q is granted %v", text, granted)
		}
	})
}

func TestReaches(t *testing.T) {
	t.Parallel()
	hosts := []string{"map.example", "*.tiles.example:*", "http://10.0.0.5:8080", "not a host"}
	for address, want := range map[string]bool{
		"https://map.example": true, "https://map.example:443": true, "https://MAP.example": true, "http://map.example": false, "https://a.map.example": false,
		"https://a.tiles.example:99": true, "https://tiles.example": false, "https://*.tiles.example": false, "https://a.tiles.example:*": false,
		"http://10.0.0.5:8080": true, "http://10.0.0.5": false, "": false, "not a host": false, "https://map.example@evil": false,
	} {
		if got := Reaches(hosts, address); got != want {
			t.Errorf("Reaches(%q) = %v, want %v", address, got, want)
		}
	}
	if !Reaches([]string{"*"}, "https://any.example") || Reaches(nil, "https://any.example") {
		t.Error("every host is not every host, or none is one")
	}
}
