package h5

import (
	"strings"
	"testing"

	"github.com/dougong-dev/dougong/core/miniapp/webpolicy"
)

func TestPrepare(t *testing.T) {
	t.Parallel()
	tag := `<script src="http://x/h5/_dougong/bridge.js" crossorigin="anonymous"></script>`
	for name, tt := range map[string]struct {
		page, want string
		digests    string
	}{
		"after the doctype": {"<!doctype html><html><script>1</script>", "<!doctype html>" + tag + "<html><script>1</script>", "sha256-a4ayc/80/OGda4BO/1o/V0etpOqiLx1JwB5S3beHW0s="},
		"at the top":        {"<p>hi", tag + "<p>hi", ""},
		"a file's script":   {`<script src="a.js">2</script>`, tag + `<script src="a.js">2</script>`, ""},
		"line ends": {"<script>1\r\n2</script><script>1\n2</script>", tag + "<script>1\r\n2</script><script>1\n2</script>",
			"sha256-rEM48Qy4tQpNIVBCTA8Wd5r3+dFjK4K2zUs6zMGwsbw="},
		"within a comment": {"<!-- <script>1</script> -->", tag + "<!-- <script>1</script> -->", ""},
		"empty":            {"", tag, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			out, digests := Prepare([]byte(tt.page), "http://x/h5/"+BridgeFile)
			if string(out) != tt.want {
				t.Errorf("page %q, want %q", out, tt.want)
			}
			if got := strings.Join(digests, " "); (got == "") != (tt.digests == "") || len(digests) > 1 {
				t.Errorf("digests %q, want %q", got, tt.digests)
			}
		})
	}
}

func TestPolicy(t *testing.T) {
	t.Parallel()
	p := Policy("http://h/f/k/", []string{"sha256-x"}, nil)
	for _, want := range []string{
		"default-src 'none'", "script-src http://h/f/k/h5/ 'wasm-unsafe-eval' 'sha256-x';", "connect-src data: blob: http://h/f/k/h5/;", "frame-src 'none'",
		"form-action 'none'", "worker-src blob:", "base-uri 'none'", "sandbox allow-scripts allow-forms",
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
		out, _ := Prepare(page, "b.js")
		if out != nil && !strings.Contains(string(out), "b.js") {
			t.Errorf("%q lost the bridge", page)
		}
	})
}
