package web

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"html"
	"io/fs"
	"net/http"
	"path"
	"strings"
	"sync"
	"time"

	"github.com/dougong-dev/dougong/core/config"
	"github.com/dougong-dev/dougong/core/miniapp/message"
	"github.com/dougong-dev/dougong/core/miniapp/view/client"
	"github.com/dougong-dev/dougong/pdk/go"
)

// frame is one sandboxed document that shows a session. Its key is all it has.
type frame struct {
	key     string
	session *session

	mu     sync.Mutex
	served bool   // the document was delivered; it is delivered once
	next   string // the one-use key of the next connection
	// scripts are the template scripts of the document.
	scripts []byte
}

// spend takes a one-use key; it reports whether it was the right one.
func (f *frame) spend(key string) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.next == "" || key != f.next {
		return false
	}
	f.next = ""
	return true
}

// renew makes the key of the next connection.
func (f *frame) renew() string {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.next = newKey()
	return f.next
}

// serve reports whether the document may be delivered, and with which key: the first time only.
func (f *frame) serve() (string, bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.served {
		return "", false
	}
	f.served = true
	return f.next, true
}

const frameHTML = `<!doctype html>
<html lang="%s">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1,viewport-fit=cover">
<title>%s</title>
<body>%s<script src="client.js" integrity="%s" crossorigin="anonymous" data-key="%s" data-scripts="%s" data-regions="%s" data-nav="%s"></script></body>
</html>
`

// templateScripts is the script element of a mini-program's own template scripts: the only program code in a frame.
const templateScripts = `<script src="wxs.js" integrity="%s" crossorigin="anonymous"></script>`

func (s *Server) frameDocument(w http.ResponseWriter, r *http.Request, f *frame) {
	key, ok := f.serve()
	if !ok {
		http.Error(w, "a frame's document is delivered once; open the mini-program from the launcher", http.StatusForbidden)
		return
	}
	scripts, digest := f.session.templateScripts()
	element := ""
	if digest != "" {
		f.mu.Lock()
		f.scripts = scripts
		f.mu.Unlock()
		f.session.framed(digest)
		element = fmt.Sprintf(templateScripts, digest)
	}
	w.Header().Set("Content-Security-Policy", framePolicy(r, f.key, digest))
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	phone := f.session.stage()
	fmt.Fprintf(w, frameHTML, html.EscapeString(phone.lang()), html.EscapeString(phone.nameOf(f.session.app)), element, client.Integrity(), html.EscapeString(key), digest, client.Digest(client.Regions()), s.navigation())
}

// navigation is how the pages' bars look, for the view client.
func (s *Server) navigation() string {
	brand := s.brand()
	bar := brand.UI.Navigation
	bar.BackIcon, bar.HomeIcon = brand.inline(bar.BackIcon), brand.inline(bar.HomeIcon)
	data, err := json.Marshal(struct {
		config.Navigation
		Capsule string `json:"capsule"` // which side has to be kept free
		Mode    string `json:"mode"`
	}{bar, brand.UI.Capsule.Position, brand.UI.Mode})
	if err != nil {
		return "{}"
	}
	return html.EscapeString(string(data))
}

// framePolicy is the content security policy of a frame: the client, template scripts with this digest if it is not "",
// and nothing from anywhere but the frame's own path.
func framePolicy(r *http.Request, key, scripts string) string {
	own := "http://" + r.Host + "/f/" + key + "/"
	if scripts != "" {
		scripts = " '" + scripts + "'"
	}
	return strings.Join([]string{
		"default-src 'none'",
		"script-src " + own + "regions.js " + own + "client.js" + scripts,
		"style-src 'none'",
		"img-src data: blob: " + own,
		"font-src data: " + own,
		"media-src data: blob: " + own,
		"connect-src ws://" + r.Host + "/f/" + key + "/ws",
		"base-uri 'none'",
		"form-action 'none'",
		"frame-ancestors http://" + r.Host,
		"sandbox allow-scripts",
	}, "; ")
}

func (s *Server) frameScript(w http.ResponseWriter, _ *http.Request, _ *frame) {
	frameHeaders(w, "text/javascript; charset=utf-8")
	w.Write(client.Script()) //nolint:errcheck // the client went away
}

// frameRegions serves the client's table of regions.
func (s *Server) frameRegions(w http.ResponseWriter, _ *http.Request, _ *frame) {
	frameHeaders(w, "text/javascript; charset=utf-8")
	w.Write(client.Regions()) //nolint:errcheck // the client went away
}

// frameScripts serves the template scripts that the frame's document named, whatever the bundle is by now.
func (s *Server) frameScripts(w http.ResponseWriter, _ *http.Request, f *frame) {
	f.mu.Lock()
	scripts := f.scripts
	f.mu.Unlock()
	frameHeaders(w, "text/javascript; charset=utf-8")
	w.Write(scripts) //nolint:errcheck // the client went away
}

// templateScripts are the scripts of the session's mini-program as they are now, and their digest; "" if it has none.
func (s *session) templateScripts() (scripts []byte, digest string) {
	scripts, err := s.server.config.Backend.TemplateScripts(s.app.ID)
	if err != nil || len(scripts) == 0 {
		return nil, "" // why it cannot be opened the session says
	}
	return scripts, client.Digest(scripts)
}

// framed remembers which template scripts the frame has. They are the frame's for as long as it lives.
func (s *session) framed(digest string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.inFrame = digest
}

// chooseScripts decides for an actor that is being started whether the frame runs its template scripts: not if the frame
// has those of an older build.
func (s *session) chooseScripts() bool {
	_, digest := s.templateScripts()
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.inFrame != "" && s.inFrame != digest {
		digest = ""
	}
	s.scripts = digest
	return digest != ""
}

// frameHeaders marks an answer as meant for an opaque origin that knows the frame's key.
func frameHeaders(w http.ResponseWriter, contentType string) {
	h := w.Header()
	h.Set("Content-Type", contentType)
	h.Set("Access-Control-Allow-Origin", "null")
	h.Set("Cross-Origin-Resource-Policy", "cross-origin")
	h.Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; sandbox")
	h.Set("Cache-Control", "private, max-age=300")
	h.Set("Vary", "Origin")
}

// mediaTypes are the bundle files that a view may show, by ending.
var mediaTypes = map[string]string{
	".png": "image/png", ".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".gif": "image/gif", ".webp": "image/webp",
	".svg": "image/svg+xml", ".bmp": "image/bmp", ".ico": "image/x-icon", ".avif": "image/avif",
	".ttf": "font/ttf", ".otf": "font/otf", ".woff": "font/woff", ".woff2": "font/woff2",
	".mp3": "audio/mpeg", ".m4a": "audio/mp4", ".aac": "audio/aac", ".wav": "audio/wav", ".ogg": "audio/ogg",
	".mp4": "video/mp4", ".webm": "video/webm", ".mov": "video/quicktime",
}

func (s *Server) frameAsset(w http.ResponseWriter, r *http.Request, f *frame) {
	name := r.PathValue("path")
	contentType, ok := mediaTypes[strings.ToLower(path.Ext(name))]
	if !ok || !fs.ValidPath(name) {
		s.refuse(w, f, http.StatusNotFound, "asset-refused", fmt.Sprintf("%q is no picture, font, sound or film", name))
		return
	}
	data, err := f.session.asset(name)
	if err != nil {
		s.refuse(w, f, http.StatusNotFound, "asset-missing", fmt.Sprintf("read %q from the bundle: %v", name, err))
		return
	}
	frameHeaders(w, contentType)
	http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(data))
}

func (s *Server) frameFetch(w http.ResponseWriter, r *http.Request, f *frame) {
	address := r.URL.Query().Get("u")
	resource, err := s.config.Backend.Fetch(r.Context(), f.session.app.ID, f.session.user, address)
	if err != nil {
		s.refuse(w, f, fetchStatus(err), "resource-refused", fmt.Sprintf("load %s: %v", address, err))
		return
	}
	contentType, ok := resourceType(resource)
	if !ok {
		s.refuse(w, f, http.StatusUnsupportedMediaType, "resource-type",
			fmt.Sprintf("load %s: it is %s, not a picture, font, sound or film", address, resource.ContentType))
		return
	}
	frameHeaders(w, contentType)
	if resource.Fresh {
		w.Header().Set("Cache-Control", "no-store")
	}
	http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(resource.Body))
}

// resourceType checks that a fetched resource is something a view may show. Servers often call fonts octet streams.
func resourceType(r Resource) (string, bool) {
	declared, _, _ := strings.Cut(r.ContentType, ";")
	declared = strings.ToLower(strings.TrimSpace(declared))
	if declared == "" || declared == "application/octet-stream" || declared == "binary/octet-stream" {
		declared, _, _ = strings.Cut(http.DetectContentType(r.Body), ";")
	}
	kind, _, _ := strings.Cut(declared, "/")
	switch {
	case kind == "image", kind == "font", kind == "audio", kind == "video":
		return declared, true
	case strings.HasPrefix(declared, "application/font"), strings.HasPrefix(declared, "application/x-font"),
		declared == "application/vnd.ms-fontobject":
		return declared, true
	default:
		return declared, false
	}
}

func fetchStatus(err error) int {
	var e *pdk.Error
	if !errors.As(err, &e) {
		return http.StatusBadGateway
	}
	switch e.Code {
	case pdk.CodeDomain, pdk.CodeDenied, pdk.CodeVetoed:
		return http.StatusForbidden
	case pdk.CodeTooLarge:
		return http.StatusRequestEntityTooLarge
	case pdk.CodeInvalidParams:
		return http.StatusBadRequest
	default:
		return http.StatusBadGateway
	}
}

// refuse answers a resource request with an error and reports it where the mini-program's author looks.
func (s *Server) refuse(w http.ResponseWriter, f *frame, status int, id, text string) {
	f.session.problem(message.Error{ID: id, Origin: "network", Message: text})
	w.Header().Set("Access-Control-Allow-Origin", "null")
	http.Error(w, text, status)
}
