package h5

import (
	"bytes"
	"regexp"
	"strings"
	"testing"
)

func TestScrub(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct{ page, want string }{
		"nothing":                {`<p title="srcdoc">srcdoc</p><link rel=stylesheet href=a.css>`, `<p title="srcdoc">srcdoc</p><link rel=stylesheet href=a.css>`},
		"frame of text":          {`<iframe srcdoc="<p>">`, `<iframe srcnot="<p>">`},
		"capitals":               {"<IFRAME SrcDoc\n = '<p>'>", "<IFRAME srcnot\n = '<p>'>"},
		"after a quote":          {`<iframe a="b"srcdoc=x>`, `<iframe a="b"srcnot=x>`},
		"within an attribute":    {`<textarea title="'><iframe srcdoc='x'>"></textarea>`, `<textarea title="'><iframe srcnot='x'>"></textarea>`},
		"within a comment":       {`<!-- <iframe srcdoc=x> -->`, `<!-- <iframe srcnot=x> -->`},
		"preconnect":             {`<link rel="preconnect" href="//h">after`, `<meta rel="preconnect" href="//h">after`},
		"entities":               {`<link href=//h rel=pre&#99;onnect>`, `<meta href=//h rel=pre&#99;onnect>`},
		"several relations":      {"<LINK rel='icon\tDNS-Prefetch' href=//h>", "<meta rel='icon\tDNS-Prefetch' href=//h>"},
		"slashes":                {`<link/rel=prefetch/href=//h>`, `<link/rel=prefetch/href=//h>`}, // the relation is prefetch/href=//h
		"slash":                  {`<link/rel="prefetch"/href=//h />`, `<meta/rel="prefetch"/href=//h />`},
		"no end":                 {`<link rel=`, `<meta rel=`},
		"quoted end":             {`<link title=">" rel=prerender>`, `<meta title=">" rel=prerender>`},
		"the first of two":       {`<link rel=icon rel=prefetch>`, `<link rel=icon rel=prefetch>`},
		"modules of the app":     {`<link rel="modulepreload" href="./a.js">`, `<link rel="modulepreload" href="./a.js">`},
		"another element":        {`<link-list rel="prefetch">`, `<link-list rel="prefetch">`},
		"within raw text":        {`<svg><style><p><link rel=preconnect href=//h></style></svg>`, `<svg><style><p><meta rel=preconnect href=//h></style></svg>`},
		"longer names":           {`<embed-card><object-x data=a><object_><iframe-box src=a><embed:x>`, `<embed-card><object-x data=a><object_><iframe-box src=a><embed:x>`},
		"borders of a name":      {"<embed\t><embed\n><embed\f><embed\r><embed><embed/><object", "<no-embed\t><no-embed\n><no-embed\f><no-embed\r><no-embed><no-embed/><no-object"},
		"neither name":           {`<a href=x>prefetch</a>`, `<a href=x>prefetch</a>`},
		"script that uses it":    {`<script>f.srcdoc = "<p>"</script>`, `<script>f.srcnot = "<p>"</script>`},
		"script that names both": {`<script>a = "srcdoc"; b = "<link>"</script>`, `<script>a = "srcdoc"; b = "<link>"</script>`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := string(scrub([]byte(tt.page), true)); got != tt.want {
				t.Errorf("scrub(%q)\n got %q\nwant %q", tt.page, got, tt.want)
			}
		})
	}
}

func TestScrubFrames(t *testing.T) {
	t.Parallel()
	page := `<iframe src=a></iframe><IFrame><frameset><frame/><iframes><script>"<iframe "</script><iframe`
	want := `<no-iframe src=a></iframe><no-IFrame><frameset><no-frame/><iframes><script>"<no-iframe "</script><no-iframe`
	if got := string(scrub([]byte(page), false)); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

// What is a frame by another name goes whether frames of hosts are granted or not.
func TestScrubObjects(t *testing.T) {
	t.Parallel()
	page := `<object type="text/html" data=//h></object><EMBED src=//h><embedded><objects><svg><style><p><object data=//h></style></svg><embed`
	want := `<no-object type="text/html" data=//h></object><no-EMBED src=//h><embedded><objects><svg><style><p><no-object data=//h></style></svg><no-embed`
	for _, frames := range []bool{true, false} {
		if got := string(scrub([]byte(page), frames)); got != want {
			t.Errorf("frames %v: got  %s\nwant %s", frames, got, want)
		}
	}
}

// objects are where scrub adds to a page that may have frames.
var objects = regexp.MustCompile(`(?i)<(?:object|embed)(?:[\t\n\f\r />]|$)`)

func FuzzScrub(f *testing.F) {
	for _, seed := range []string{`<iframe srcdoc="<p>">`, `<link rel=preconnect href=//h>`, `<link rel=`, "<LINK rel='icon\tDNS-Prefetch'>", `<object data=//h><embed>`} {
		f.Add([]byte(seed), true)
		f.Add([]byte(seed), false)
	}
	f.Fuzz(func(t *testing.T, page []byte, frames bool) {
		once := scrub(bytes.Clone(page), frames)
		if frames && len(once) != len(page)+len("no-")*len(objects.FindAll(page, -1)) {
			t.Errorf("%q has another length: %q", page, once)
		}
		if again := scrub(bytes.Clone(once), frames); !bytes.Equal(once, again) {
			t.Errorf("%q is scrubbed to %q, and that to %q", page, once, again)
		}
		if suspects.Match(once) && strings.Contains(strings.ToLower(string(once)), "srcdoc=") {
			t.Errorf("%q keeps a frame of text: %q", page, once)
		}
	})
}
