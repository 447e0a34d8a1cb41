package web

import (
	"encoding/base64"
	"encoding/json"
	"html"
	"net/http"
	"net/url"
	"strings"

	"github.com/dougong-dev/dougong/core/config"
	"github.com/dougong-dev/dougong/core/miniapp/message"
)

// PictureAddress is where the shell finds one of a Brand's Pictures.
func PictureAddress(name string) string { return "/api/picture/" + url.PathEscape(name) }

// brand is the backend's, with a look.
func (s *Server) brand() Brand {
	b := s.config.Backend.Brand()
	if b.UI == nil {
		ui := config.DefaultUI()
		b.UI = &ui
	}
	return b
}

// first is what the shell opens at once.
func (s *Server) first() *LaunchApp {
	if s.config.Start != nil {
		return s.config.Start
	}
	if id := s.brand().UI.Start; id != "" {
		return &LaunchApp{App: id}
	}
	return nil
}

// picture serves a file that the look names.
func (s *Server) picture(w http.ResponseWriter, r *http.Request, _ *login) {
	name := r.PathValue("name")
	data, ok := s.brand().Pictures[name]
	if tried := s.tried.Load(); !ok && tried != nil {
		data, ok = (*tried)[name] // of a look that is only tried in the theme editor
	}
	if !ok {
		http.NotFound(w, r)
		return
	}
	servePicture(w, data)
}

func servePicture(w http.ResponseWriter, data []byte) {
	h := w.Header()
	h.Set("Content-Type", imageType(data))
	h.Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; sandbox")
	h.Set("Cache-Control", "private, max-age=60")
	w.Write(data) //nolint:errcheck // the browser may be gone
}

// maxInline bounds a picture that a frame carries in its document: one that is larger is drawn by the shell's own icon.
const maxInline = 64 << 10

// inline is one of the brand's pictures as an address that frames may load: they reach nothing of the shell's.
func (b Brand) inline(address string) string {
	for name, data := range b.Pictures {
		if PictureAddress(name) == address && len(data) <= maxInline {
			return "data:" + imageType(data) + ";base64," + base64.StdEncoding.EncodeToString(data)
		}
	}
	return ""
}

// emit has the mini-program hear an event of the super-app's own.
func (s *session) emit(event string) {
	data, err := json.Marshal(map[string]string{"from": "menu"})
	if err != nil || len(event) == 0 || len(event) > 128 {
		return
	}
	s.post(message.ToActor{Custom: &message.Custom{Event: event, Data: data}})
}

const openHTML = `<!doctype html><meta charset="utf-8"><title>Dougong</title><meta http-equiv="refresh" content="0;url=%s">
<p><a href="%s">Open</a></p>
`

// openLink takes the address that was shared, /open?app=…&page=…, to the shell. It needs no login and tells nothing: the login's
// cookie is not sent with a link of another site, and comes with the page that this one goes on to.
func (s *Server) openLink(w http.ResponseWriter, r *http.Request) {
	query := r.URL.Query()
	to := html.EscapeString(linkTo(query.Get("app"), query.Get("page"), query.Get("scene")))
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
	w.Write([]byte(strings.ReplaceAll(openHTML, "%s", to))) //nolint:errcheck // the browser may be gone
}

// linkTo is the shell's own address of a mini-program's page; "/" if none is named.
func linkTo(app, page, scene string) string {
	if app == "" || len(app)+len(page)+len(scene) > 4096 {
		return "/"
	}
	to := "/#/app/" + url.PathEscape(app)
	query := url.Values{}
	if page != "" {
		query.Set("path", strings.TrimPrefix(page, "/"))
	}
	if scene != "" {
		query.Set("scene", scene)
	}
	if len(query) > 0 {
		to += "?" + query.Encode()
	}
	return to
}

// after is where a browser goes once it has logged in: to what the address named beside its token.
func (s *Server) after(r *http.Request) string {
	query := r.URL.Query()
	if query.Get("theme") != "" && s.config.Theme != nil {
		return "/theme"
	}
	return linkTo(query.Get("app"), query.Get("page"), query.Get("scene"))
}
