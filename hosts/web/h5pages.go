package web

import (
	"bytes"
	"fmt"
	"io/fs"
	"net/http"
	"path"
	"time"

	"github.com/dougong-dev/dougong/core/miniapp/message"
	"github.com/dougong-dev/dougong/core/miniapp/program"
	"github.com/dougong-dev/dougong/hosts/web/h5"
)

// ownPath is the address of a frame, with a slash at its end.
func ownPath(r *http.Request, f *frame) string { return "http://" + r.Host + "/f/" + f.key + "/" }

// h5Frame serves the document around the pages of an H5 app.
func (s *Server) h5Frame(w http.ResponseWriter, r *http.Request, f *frame) {
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Security-Policy", h5.FramePolicy(ownPath(r, f)))
	h.Set("Cache-Control", "no-store")
	fmt.Fprint(w, h5.Frame)
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
	var data []byte
	err := fs.ErrNotExist
	if fs.ValidPath(name) {
		data, err = f.session.asset(path.Join(program.H5Dir, name))
	}
	if err != nil {
		f.session.problem(message.Error{ID: "h5-missing", Origin: "app", Message: fmt.Sprintf("the H5 app has no file %.200q", name)})
		w.Header().Set("Access-Control-Allow-Origin", "null")
		w.Header().Set("Content-Security-Policy", "default-src 'none'; sandbox")
		http.Error(w, "there is no such file in the app", http.StatusNotFound)
		return
	}
	frameHeaders(w, h5.Type(name))
	if h5.IsPage(name) {
		own := ownPath(r, f)
		page, digests := h5.Prepare(data, own+"h5/"+h5.BridgeFile)
		w.Header().Set("Content-Security-Policy", h5.Policy(own, digests))
		w.Header().Set("Cache-Control", "no-store")
		w.Write(page) //nolint:errcheck // the browser may be gone
		return
	}
	http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(data))
}
