// Package h5 prepares the pages of H5 apps for their container: which policy confines a page, and the scripts around it.
//
//	page, digests := h5.Prepare(html, bridge, len(granted["frame-src"]) > 0)
//	header.Set("Content-Security-Policy", h5.Policy(own, digests, granted))
//
// A page of an H5 app has an origin that is nobody's (its frame is sandboxed), loads nothing but files of its own bundle, and
// stands in a document of the host's (Frame) whose policy lets it go nowhere else. Whatever it wants beyond that it asks the
// bridge for. The package must not know who is asked, nor how it is answered.
package h5

import (
	"bytes"
	"crypto/sha256"
	_ "embed" // the scripts
	"encoding/base64"
	"encoding/json"
	"errors"
	"io"
	"path"
	"regexp"
	"slices"
	"strings"

	"golang.org/x/net/html"

	"github.com/dougong-dev/dougong/core/miniapp/webpolicy"
)

//go:embed frame.js
var frameScript []byte

//go:embed guard.js
var guardScript []byte

//go:embed bridge.js
var bridgeScript []byte

// BridgeFile is where, below the app's own path, a page finds the bridge.
const BridgeFile = "_dougong/bridge.js"

// FrameScript runs in the document around a page; Bridge in the page, before all else.
func FrameScript() []byte { return frameScript }

//go:embed jssdk.js
var jssdkScript []byte

//go:embed net.js
var netScript []byte

//go:embed worker.js
var workerScript []byte

// WorkerFile is what a page's workers begin with.
const WorkerFile = "_dougong/worker.js"

// Bridge is the script of BridgeFile.
func Bridge() []byte { return within(netScript, jssdkScript, bridgeScript) }

// Worker is the script of WorkerFile.
func Worker() []byte { return within(netScript, workerScript) }

// within puts scripts into one that leaves no names behind.
func within(scripts ...[]byte) []byte {
	return slices.Concat([]byte("(function () {\n"), bytes.Join(scripts, []byte("\n")), []byte("\n})();\n"))
}

// Frame is the document around the pages.
const Frame = `<!doctype html><html><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1"><title>H5</title>
<style>html,body{height:100%;margin:0}iframe{display:block;width:100%;height:100%;border:0;background:#fff}
main{box-sizing:border-box;height:100%;display:flex;flex-direction:column;align-items:center;justify-content:center;gap:12px;padding:24px;text-align:center;font:16px/1.5 system-ui,sans-serif;color:#1a1d21;background:#fff}
main p{margin:0;color:#5c6470;overflow-wrap:anywhere}button{min-height:44px;padding:0 24px;border:0;border-radius:12px;background:#0b6bcb;color:#fff;font:inherit}[hidden]{display:none!important}</style>
<body><script src="h5frame.js"></script></body></html>
`

// FramePolicy is the content security policy of Frame: own is the address of the mini-program's frame, with a slash at its end.
func FramePolicy(own string) string {
	return strings.Join([]string{
		"default-src 'none'", "script-src " + own + "h5frame.js", "style-src 'unsafe-inline'", "frame-src " + own + "h5/", "base-uri 'none'",
		"form-action 'none'", "sandbox allow-scripts allow-forms",
	}, "; ")
}

// Policy is the content security policy of a page. digests are those of the scripts within it. Pictures from outside come
// through the host, which asks the network capability, or from the hosts that were granted. A worker is a blob that loads files
// of the app, since a page whose origin is nobody's has no other; this policy holds in it as well. A page of the web that is
// granted as a frame is in the sandbox of this one.
func Policy(own string, digests []string, granted webpolicy.Policy) string {
	files := own + "h5/"
	scripts := files + " 'wasm-unsafe-eval'"
	for _, d := range digests {
		scripts += " '" + d + "'"
	}
	with := func(directive, basic string) string {
		return strings.Join(append([]string{directive, basic}, granted[directive]...), " ")
	}
	frames := "frame-src 'none'"
	if list := granted[webpolicy.Frame]; len(list) > 0 {
		frames = "frame-src " + strings.Join(list, " ")
	}
	return strings.Join([]string{
		"default-src 'none'", "script-src " + scripts, "style-src 'unsafe-inline' " + files, with(webpolicy.Image, "data: blob: "+files+" "+own+"fetch"),
		with(webpolicy.Font, "data: "+files), with(webpolicy.Media, "data: blob: "+files+" "+own+"fetch"), "connect-src data: blob: " + files, "manifest-src " + files,
		"worker-src blob:", frames, "object-src 'none'", noBase, "form-action 'none'", "webrtc 'block'",
		"require-trusted-types-for 'script'", "trusted-types default dougong", "sandbox allow-scripts allow-forms",
	}, "; ")
}

// Prepare scrubs a page, puts the guard and the bridge before everything else in it, and lists the digests of the scripts that it
// has within it: they are of the bundle, so they may run. Scripts that are put into the page while it runs have none.
// frames tells whether the page may have pages of the web in it.
func Prepare(page []byte, bridge string, frames bool) (out []byte, digests []string) {
	page = scrub(page, frames)
	tokens := html.NewTokenizer(bytes.NewReader(page))
	inline, doctype := false, false
	digests = []string{digest(guardScript)}
	seen := map[string]bool{digests[0]: true}
	for {
		kind := tokens.Next()
		raw := tokens.Raw()
		switch kind {
		case html.ErrorToken:
			if !errors.Is(tokens.Err(), io.EOF) {
				return nil, nil
			}
			return insert(page, doctype, bridge, frames), digests
		case html.DoctypeToken:
			doctype = true
		case html.StartTagToken:
			inline = isInline(tokens)
		case html.TextToken:
			if inline && !isSpeculation(raw) {
				if d := digest(raw); !seen[d] {
					seen[d] = true
					digests = append(digests, d)
				}
			}
			inline = false
		default:
			inline = false
		}
	}
}

// digest is a script's, as a policy names it.
func digest(script []byte) string {
	sum := sha256.Sum256(normal(script))
	return "sha256-" + base64.StdEncoding.EncodeToString(sum[:])
}

// normal has a script's line ends as a browser has them.
func normal(raw []byte) []byte {
	return bytes.ReplaceAll(bytes.ReplaceAll(raw, []byte("\r\n"), []byte("\n")), []byte("\r"), []byte("\n"))
}

// isInline tells whether a start tag begins a script whose text follows.
func isInline(tokens *html.Tokenizer) bool {
	name, more := tokens.TagName()
	if string(name) != "script" {
		return false
	}
	for more {
		var key []byte
		key, _, more = tokens.TagAttr()
		if string(key) == "src" {
			return false
		}
	}
	return true
}

// isSpeculation tells rules by which a browser loads pages ahead, whatever the script that has them says it is: no policy but the
// one for scripts holds what they name, and it knows a text alone.
func isSpeculation(script []byte) bool {
	var rules map[string]json.RawMessage
	if json.Unmarshal(script, &rules) != nil {
		return false
	}
	_, imports := rules["imports"]
	_, scopes := rules["scopes"]
	return !imports && !scopes || rules["prefetch"] != nil || rules["prerender"] != nil
}

// begin is how a page may begin so that nothing of it runs before what is put behind: a doctype ends at the first >.
var begin = regexp.MustCompile("^(?:\xef\xbb\xbf)?[\\t\\n\\f\\r ]*<!(?i:doctype)[^>]*>")

// insert puts the scripts behind the doctype that a page begins with, or before everything: what comes before a later doctype may
// be scripts, or marks of an encoding in which these would be none. Such a page keeps the mode that its doctype gives.
func insert(page []byte, doctype bool, bridge string, frames bool) []byte {
	tag := "<script>"
	if frames {
		tag = "<script data-frames>"
	}
	tags := tag + string(guardScript) + `</script><script src="` + html.EscapeString(bridge) + `" crossorigin="anonymous"></script>`
	at := len(begin.Find(page))
	if at == 0 && doctype {
		tags = "<!doctype html>" + tags
	}
	return slices.Concat(page[:at], []byte(tags), page[at:])
}

var types = map[string]string{
	".html": "text/html; charset=utf-8", ".htm": "text/html; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".mjs": "text/javascript; charset=utf-8",
	".css": "text/css; charset=utf-8", ".json": "application/json", ".webmanifest": "application/manifest+json", ".map": "application/json",
	".txt": "text/plain; charset=utf-8", ".xml": "application/xml", ".wasm": "application/wasm", ".svg": "image/svg+xml", ".png": "image/png",
	".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".gif": "image/gif", ".webp": "image/webp", ".avif": "image/avif", ".bmp": "image/bmp", ".ico": "image/x-icon",
	".ttf": "font/ttf", ".otf": "font/otf", ".woff": "font/woff", ".woff2": "font/woff2", ".mp3": "audio/mpeg", ".m4a": "audio/mp4", ".aac": "audio/aac",
	".wav": "audio/wav", ".ogg": "audio/ogg", ".mp4": "video/mp4", ".webm": "video/webm", ".mov": "video/quicktime",
}

// Type is the media type of a file by its ending.
func Type(name string) string {
	if t, ok := types[strings.ToLower(path.Ext(name))]; ok {
		return t
	}
	return "application/octet-stream"
}

// IsPage tells whether a file is a page.
func IsPage(name string) bool { return strings.HasPrefix(Type(name), "text/html") }
