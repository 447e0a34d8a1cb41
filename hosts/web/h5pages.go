package web

import (
	"bytes"
	"fmt"
	"io/fs"
	"net/http"
	"path"
	"strings"
	"time"

	"github.com/dougong-dev/dougong/core/miniapp/message"
	"github.com/dougong-dev/dougong/core/miniapp/program"
	"github.com/dougong-dev/dougong/core/miniapp/webpolicy"
	"github.com/dougong-dev/dougong/hosts/web/h5"
)

// ownPath is the address of a frame, with a slash at its end.
func ownPath(r *http.Request, f *frame) string { return "http://" + r.Host + "/f/" + f.key + "/" }

// h5Frame serves the document around the pages of an H5 app.
func (s *Server) h5Frame(w http.ResponseWriter, r *http.Request, f *frame) {
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Security-Policy", h5.FramePolicy(ownPath(r, f)))
	confine(h)
	h.Set("Cache-Control", "no-store")
	fmt.Fprint(w, h5.Frame)
}

// granted is what the app's pages may load from hosts of the web: what the manifest in the bundle asks for, as far as the
// super-app allows it. What is refused is told to the developer once, by the first page.
func (f *frame) granted(tell bool) webpolicy.Policy {
	manifest, err := f.session.asset(path.Join(program.H5Dir, "manifest.json"))
	if err != nil {
		return nil
	}
	wish, err := webpolicy.Parse(manifest)
	if err != nil {
		if tell {
			f.session.problem(message.Error{ID: "h5-csp", Origin: "app", File: "manifest.json", Message: err.Error()})
		}
		return nil
	}
	granted, refused := wish.Within(f.session.app.CSP)
	if tell && len(refused) > 0 {
		f.session.problem(message.Error{
			ID: "h5-csp", Origin: "app", File: "manifest.json",
			Message: fmt.Sprintf("the super-app does not let this app load %s", strings.Join(refused, ", ")),
			Hint:    "list the hosts under csp of the mini-program in superapp.yaml",
		})
	}
	return granted
}

func (s *Server) h5FrameScript(w http.ResponseWriter, _ *http.Request, _ *frame) {
	frameHeaders(w, "text/javascript; charset=utf-8")
	w.Write(h5.FrameScript()) //nolint:errcheck // the browser may be gone
}

// h5File serves a file of an H5 app, as it is in its bundle; pages get the bridge, and their policy.
func (s *Server) h5File(w http.ResponseWriter, r *http.Request, f *frame) {
	name := r.PathValue("path")
	if script := map[string]func() []byte{h5.BridgeFile: h5.Bridge, h5.WorkerFile: h5.Worker}[name]; script != nil {
		frameHeaders(w, "text/javascript; charset=utf-8")
		w.Write(script()) //nolint:errcheck // the browser may be gone
		return
	}
	file, data, err := f.h5Asset(name, r)
	if err != nil {
		f.session.problem(message.Error{ID: "h5-missing", Origin: "app", Message: fmt.Sprintf("the H5 app has no file %.200q", name)})
		w.Header().Set("Access-Control-Allow-Origin", "null")
		w.Header().Set("Content-Security-Policy", "default-src 'none'; sandbox")
		http.Error(w, "there is no such file in the app", http.StatusNotFound)
		return
	}
	if !h5.IsPage(file) && isDocument(r) {
		f.session.problem(message.Error{ID: "h5-no-page", Origin: "app", Message: fmt.Sprintf("the H5 app goes to %.200q, which is no page", name), Hint: "its pages are .html and .htm"})
		w.Header().Set("Content-Security-Policy", "default-src 'none'; sandbox")
		http.Error(w, "this file of the app is no page", http.StatusForbidden)
		return
	}
	frameHeaders(w, h5.Type(file))
	if h5.IsPage(file) {
		f.h5Page(w, r, data, name)
		return
	}
	http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(data))
}

// h5Index is an H5 app's first page.
const h5Index = "index.html"

// h5Asset finds what answers a request below an H5 app's path. An address that a page is loaded from, has no ending and is no file is one
// that the app's router has made: the first page answers, and its router goes on there.
func (f *frame) h5Asset(name string, r *http.Request) (file string, data []byte, err error) {
	read := func(name string) ([]byte, error) {
		if !fs.ValidPath(name) {
			return nil, fs.ErrNotExist
		}
		return f.session.asset(path.Join(program.H5Dir, name))
	}
	route := strings.TrimSuffix(name, "/")
	if data, err = read(name); err == nil || path.Ext(name) != "" || route != "" && !fs.ValidPath(route) || !loadsPage(r) {
		return name, data, err
	}
	data, err = read(h5Index)
	return h5Index, data, err
}

// h5Page serves a page of an H5 app, as name.
func (f *frame) h5Page(w http.ResponseWriter, r *http.Request, data []byte, name string) {
	own := ownPath(r, f)
	granted := f.granted(name == h5Index)
	page, digests := h5.Prepare(data, own+"h5/"+h5.BridgeFile, len(granted[webpolicy.Frame]) > 0)
	policy := h5.Policy
	if !h5.IsPage(name) {
		page, policy = h5.Rooted(page, own), h5.RoutePolicy
	}
	w.Header().Set("Content-Security-Policy", policy(own, digests, granted))
	w.Header().Set("Referrer-Policy", "no-referrer") // the key is in its address
	confine(w.Header())
	w.Header().Set("Cache-Control", "no-store")
	w.Write(page) //nolint:errcheck // the browser may be gone
}

// confine has a document keep away from what no content security policy holds: looking up the hosts that it links to, and whatever a
// browser has beyond a page's own content.
func confine(h http.Header) {
	h.Set("X-DNS-Prefetch-Control", "off")
	h.Set("Permissions-Policy", h5.Permissions())
}

// isDocument tells whether a browser means to show the answer as a page. Text and drawings are documents too, without the bridge.
func isDocument(r *http.Request) bool {
	switch r.Header.Get("Sec-Fetch-Dest") {
	case "document", "iframe", "frame", "object", "embed", "fencedframe":
		return true
	}
	return false
}

// loadsPage is isDocument also for browsers that do not say what they load for: at hosts without encryption they do not.
func loadsPage(r *http.Request) bool {
	return isDocument(r) || r.Header.Get("Sec-Fetch-Dest") == "" && strings.HasPrefix(r.Header.Get("Accept"), "text/html")
}
