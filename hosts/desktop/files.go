package desktop

import (
	"context"
	"errors"
	"fmt"
	"io"
	"mime"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"

	"github.com/dougong-dev/dougong/hosts/desktop/window"
	"github.com/dougong-dev/dougong/hosts/superapp"
	"github.com/dougong-dev/dougong/hosts/web"
	"github.com/dougong-dev/dougong/pdk/go"
)

// endings are the file names that a kind of media has.
var endings = map[string][]string{
	"image": {"png", "jpg", "jpeg", "gif", "webp", "bmp", "svg", "avif", "heic"},
	"video": {"mp4", "webm", "mov", "mkv", "avi"},
	"audio": {"mp3", "m4a", "aac", "wav", "ogg", "flac", "opus"},
}

// patterns are an Accept as the system's dialog reads them, in either case of letters.
func patterns(accept []string) []string {
	var out []string
	for _, a := range accept {
		list, ok := endings[a]
		if !ok {
			list = []string{strings.TrimPrefix(a, ".")}
		}
		for _, ending := range list {
			if ending == "" || strings.ContainsAny(ending, "\n*?[") {
				continue
			}
			out = append(out, "*."+strings.ToLower(ending), "*."+strings.ToUpper(ending))
		}
	}
	return out
}

// native tells whether files are picked in the system's own dialog. A camera is the page's matter.
func native() bool { return Supported && runtime.GOOS == "linux" }

// Choose implements superapp.Exchanger with the system's file dialog, above the window of the mini-program that asks.
func (h *Host) Choose(ctx context.Context, app, user string, q pdk.Choose) ([]web.File, func(), error) {
	if !native() || q.Source == "camera" {
		return h.Server.Choose(ctx, app, user, q)
	}
	paths, err := h.windows.pick(ctx, name{user, app}, window.Pick{
		Title: h.appName(app) + " · " + h.word(app, user, "选择文件", "Choose files"), Count: q.Count, Patterns: patterns(q.Accept),
	})
	if err != nil {
		return nil, nil, err
	}
	var files []web.File
	for _, p := range paths[:min(len(paths), max(q.Count, 1))] {
		f, err := fileAt(p)
		if err != nil {
			return nil, nil, err
		}
		files = append(files, f)
	}
	return files, func() {}, nil
}

// word is one in the language that a user of a mini-program reads: English for all but who reads Chinese or is not known.
func (h *Host) word(app, user, chinese, english string) string {
	if l := h.Language(app, user); l == "" || strings.HasPrefix(strings.ToLower(l), "zh") {
		return chinese
	}
	return english
}

// fileAt is a file of the user's that a dialog named.
func fileAt(path string) (web.File, error) {
	info, err := os.Stat(path)
	if err != nil {
		return web.File{}, fmt.Errorf("read the chosen file: %w", err)
	}
	if !info.Mode().IsRegular() {
		return web.File{}, pdk.Errorf(pdk.CodeInvalidParams, "not_a_file", "%q is not a file", filepath.Base(path))
	}
	kind, _, _ := mime.ParseMediaType(mime.TypeByExtension(filepath.Ext(path)))
	return web.File{
		Name: filepath.Base(path), Type: kind, Size: info.Size(), Time: info.ModTime().Unix(),
		Open: func() (io.ReadCloser, error) { return os.Open(path) },
	}, nil
}

// Deliver implements superapp.Exchanger: what the user saves goes where the system's dialog says. What is to be shown at once
// is left to the page, which shows it without running anything.
func (h *Host) Deliver(ctx context.Context, app, user string, q pdk.Deliver, file web.File) error {
	if !native() || q.How == pdk.DeliverOpen {
		return h.Server.Deliver(ctx, app, user, q, file)
	}
	paths, err := h.windows.pick(ctx, name{user, app}, window.Pick{
		Title: h.appName(app) + " · " + h.word(app, user, "保存文件", "Save the file"), Save: true, Name: safeName(q.Name),
	})
	if err != nil {
		return err
	}
	if len(paths) == 0 {
		return pdk.Errorf(pdk.CodeCanceled, "cancel", "cancel")
	}
	return save(file, paths[0])
}

// safeName is a name that a mini-program gave, without what would make a path or a hidden file of it.
func safeName(text string) string {
	base := strings.TrimLeft(filepath.Base(strings.ReplaceAll(text, "\\", "/")), ".")
	base = strings.Map(func(r rune) rune {
		if r < ' ' || r == '/' || r == 0x7f {
			return -1
		}
		return r
	}, base)
	if base == "" {
		return "file"
	}
	return base
}

// save writes a file beside its place first, so that a failure leaves what was there.
func save(file web.File, path string) (err error) {
	in, err := file.Open()
	if err != nil {
		return fmt.Errorf("save the file: %w", err)
	}
	defer func() { err = errors.Join(err, in.Close()) }()
	out, err := os.CreateTemp(filepath.Dir(path), ".dougong-*")
	if err != nil {
		return fmt.Errorf("save the file: %w", err)
	}
	_, err = io.Copy(out, in)
	err = errors.Join(err, out.Chmod(0o644), out.Close())
	if err == nil {
		err = os.Rename(out.Name(), path)
	}
	if err != nil {
		_ = os.Remove(out.Name())
		return fmt.Errorf("save the file: %w", err)
	}
	return nil
}

func (h *Host) appName(id string) string {
	apps := h.config.Web.Backend.Apps()
	if i := slices.IndexFunc(apps, func(a web.App) bool { return a.ID == id }); i >= 0 {
		return apps[i].Name
	}
	return id
}

// pick asks in the window that a name has, or in the launcher's; no file means that the user canceled.
func (w *windows) pick(ctx context.Context, n name, q window.Pick) ([]string, error) {
	answer := make(chan []string, 1)
	w.mu.Lock()
	h := w.open[n]
	if h == nil {
		h = w.open[name{}]
	}
	if h == nil {
		w.mu.Unlock()
		return nil, pdk.Errorf(pdk.CodeUnsupported, "unsupported", "not supported: there is no window to ask in")
	}
	w.lastID++
	q.ID = w.lastID
	w.picks[q.ID] = pending{h, answer}
	w.mu.Unlock()
	defer func() {
		w.mu.Lock()
		delete(w.picks, q.ID)
		w.mu.Unlock()
	}()
	if err := h.process.Pick(q); err != nil {
		return nil, err
	}
	select {
	case files := <-answer:
		return files, nil
	case <-ctx.Done():
		err := fmt.Errorf("ask for a file: %w", context.Cause(ctx))
		return nil, errors.Join(err, h.process.Unpick(q.ID))
	}
}

// picked passes an answer on.
func (w *windows) picked(p window.Picked) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if open, ok := w.picks[p.ID]; ok {
		open.answer <- p.Files
		delete(w.picks, p.ID)
	}
}

var (
	_ superapp.Exchanger = (*Host)(nil)
	_ superapp.Shell     = (*Host)(nil)
)
