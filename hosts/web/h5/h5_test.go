package h5

import (
	"strings"
	"testing"

	"github.com/dougong-dev/dougong/core/miniapp/webpolicy"
)

func TestPrepare(t *testing.T) {
	t.Parallel()
	tag := "<script>" + string(guardScript) + `</script><script src="http://x/h5/_dougong/bridge.js" crossorigin="anonymous"></script>`
	for name, tt := range map[string]struct {
		page, want string
		digests    string
	}{
		"after the doctype": {"<!doctype html><html><script>1</script>", "<!doctype html>" + tag + "<html><script>1</script>", "sha256-a4ayc/80/OGda4BO/1o/V0etpOqiLx1JwB5S3beHW0s="},
		"at the top":        {"<p>hi", tag + "<p>hi", ""},
		"a file's script":   {`<script src="a.js">2</script>`, tag + `<script src="a.js">2</script>`, ""},
		"line ends": {"<script>1\r\n2</script><script>1\n2</script>", tag + "<script>1\r\n2</script><script>1\n2</script>",
			"sha256-tZizpio/fO2xfmbRyzHVPf/uuvXAfixg1eMZcZNv014="},
		"within a comment":   {"<!-- <script>1</script> -->", tag + "<!-- <script>1</script> -->", ""},
		"empty":              {"", tag, ""},
		"before the doctype": {"<script src=a.js></script><!doctype html>x", "<!doctype html>" + tag + "<script src=a.js></script><!doctype html>x", ""},
		"mark of UTF-8":      {"\xef\xbb\xbf \n<!DocType html SYSTEM 'a'>x", "\xef\xbb\xbf \n<!DocType html SYSTEM 'a'>" + tag + "x", ""},
		"mark of UTF-16":     {"\xff\xfe<!doctype html>x", "<!doctype html>" + tag + "\xff\xfe<!doctype html>x", ""},
		"pages ahead":        {`<script type=text/plain>{"prefetch": []}</script>`, tag + `<script type=text/plain>{"prefetch": []}</script>`, ""},
		"import map":         {`<script type=importmap>{"imports":{}}</script>`, tag + `<script type=importmap>{"imports":{}}</script>`, "sha256-"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			out, digests := Prepare([]byte(tt.page), "http://x/h5/"+BridgeFile, false)
			if string(out) != tt.want {
				t.Errorf("page %q, want %q", out, tt.want)
			}
			want := strings.Fields(digest(guardScript) + " " + tt.digests)
			if len(digests) != len(want) || !strings.HasPrefix(strings.Join(digests, " "), strings.Join(want, " ")) {
				t.Errorf("digests %q, want %q", digests, want)
			}
		})
	}
}

func TestPolicy(t *testing.T) {
	t.Parallel()
	p := Policy("http://h/f/k/", []string{"sha256-x"}, nil)
	for _, want := range []string{
		"default-src 'none'", "script-src http://h/f/k/h5/ 'wasm-unsafe-eval' 'sha256-x';", "connect-src data: blob: http://h/f/k/h5/;", "frame-src 'none'",
		"form-action 'none'", "worker-src blob:", "require-trusted-types-for 'script'; trusted-types default dougong;", "base-uri 'none'", "sandbox allow-scripts allow-forms",
	} {
		if !strings.Contains(p+";", want) {
			t.Errorf("policy %q has no %q", p, want)
		}
	}
	for _, never := range []string{"allow-same-origin", "allow-top-navigation", "allow-popups", "allow-downloads", "'unsafe-eval'"} {
		if strings.Contains(p+FramePolicy("http://h/f/k/"), never) {
			t.Errorf("the policies have %s", never)
		}
	}
}

// TestGranted: hosts come where they were granted, and take nothing away from what is the app's own.
func TestGranted(t *testing.T) {
	t.Parallel()
	p := Policy("http://h/f/k/", nil, webpolicy.Policy{webpolicy.Image: {"https://i.example"}, webpolicy.Frame: {"https://f.example", "https://g.example"}})
	for _, want := range []string{
		"img-src data: blob: http://h/f/k/h5/ http://h/f/k/fetch https://i.example;", "frame-src https://f.example https://g.example;",
		"font-src data: http://h/f/k/h5/;", "media-src data: blob: http://h/f/k/h5/ http://h/f/k/fetch;", "connect-src data: blob: http://h/f/k/h5/;",
	} {
		if !strings.Contains(p, want) {
			t.Errorf("policy %q has no %q", p, want)
		}
	}
}

func TestType(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{"a/B.HTML": "text/html; charset=utf-8", "x.js": "text/javascript; charset=utf-8", "x.exe": "application/octet-stream", "x": "application/octet-stream"} {
		if got := Type(name); got != want {
			t.Errorf("%s is %s, want %s", name, got, want)
		}
	}
}

func FuzzPrepare(f *testing.F) {
	f.Add([]byte("<!doctype html><script>1</script>"))
	f.Add([]byte("<script><!--<script>"))
	f.Fuzz(func(t *testing.T, page []byte) {
		out, _ := Prepare(page, "b.js", false)
		if out != nil && !strings.Contains(string(out), "b.js") {
			t.Errorf("%q lost the bridge", page)
		}
	})
}
