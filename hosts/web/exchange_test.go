package web

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/dougong-dev/dougong/pdk/go"
)

// shellOf connects a shell of a user and returns how to wait for its next message.
func shellOf(t *testing.T, s *Server, user string) func() ToShell {
	t.Helper()
	c := &shellConn{user: user, out: newOutbox()}
	s.shells.add(c)
	t.Cleanup(func() { s.shells.remove(c) })
	var waiting []ToShell
	return func() ToShell {
		t.Helper()
		for len(waiting) == 0 {
			items, _, err := c.out.take(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			for _, item := range items {
				var m ToShell
				if err := json.Unmarshal(item, &m); err != nil {
					t.Fatal(err)
				}
				waiting = append(waiting, m)
			}
		}
		m := waiting[0]
		waiting = waiting[1:]
		return m
	}
}

// hand sends files in as a user's browser does and returns the status.
func hand(t *testing.T, s *Server, user, id string, names ...string) int {
	t.Helper()
	var b bytes.Buffer
	form := multipart.NewWriter(&b)
	for _, name := range names {
		part, err := form.CreateFormFile("file", name)
		if err == nil {
			_, err = io.WriteString(part, "content of "+name)
		}
		if err == nil {
			err = form.WriteField("time", "1700000000")
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := form.Close(); err != nil {
		t.Fatal(err)
	}
	r := httptest.NewRequest(http.MethodPost, "/api/give/"+id, &b)
	r.Header.Set("Content-Type", form.FormDataContentType())
	r.SetPathValue("id", id)
	w := httptest.NewRecorder()
	s.give(w, r, &login{user: user})
	return w.Code
}

// chosen is what came of Choose.
type chosen struct {
	files []File
	done  func()
	err   error
}

func choose(t *testing.T, s *Server, user string, count int) chan chosen {
	out := make(chan chosen, 1)
	go func() {
		files, done, err := s.Choose(t.Context(), "shop", user, pdk.Choose{Count: count, Accept: []string{"image"}})
		out <- chosen{files, done, err}
	}()
	return out
}

func TestChoose(t *testing.T) {
	t.Parallel()
	s := startHost(t, nil).server
	next := shellOf(t, s, "ann")
	result := choose(t, s, "ann", 2)
	q := next().Choose
	if q == nil || q.App != "shop" || q.Count != 2 || strings.Join(q.Accept, ",") != "image" {
		t.Fatalf("the shell is asked %+v", q)
	}
	for name, got := range map[string]int{
		"another user": hand(t, s, "bob", q.ID, "evil.png"), "a guessed id": hand(t, s, "ann", "guess", "evil.png"),
	} {
		if got != http.StatusGone {
			t.Errorf("%s hands in files: status %d", name, got)
		}
	}
	if got := hand(t, s, "ann", q.ID, "一.png", `..\..\two.png`); got != http.StatusNoContent {
		t.Errorf("status %d", got)
	}
	r := <-result
	if r.err != nil || len(r.files) != 2 || r.files[0].Name != "一.png" || r.files[1].Name != "two.png" || r.files[1].Time != 1700000000 {
		t.Fatalf("chosen %+v, %v", r.files, r.err)
	}
	f, err := r.files[0].Open()
	if err != nil {
		t.Fatal(err)
	}
	data, _ := io.ReadAll(f)
	folder := filepath.Dir(f.(*os.File).Name())
	_ = f.Close()
	if string(data) != "content of 一.png" {
		t.Errorf("content %q", data)
	}
	r.done()
	if _, err := os.Stat(folder); !os.IsNotExist(err) {
		t.Errorf("what was handed in stays behind: %v", err)
	}
	if got := hand(t, s, "ann", q.ID, "late.png"); got != http.StatusGone {
		t.Errorf("files that come late: status %d", got)
	}
}

func TestChooseThatFails(t *testing.T) {
	t.Parallel()
	s := startHost(t, nil).server
	next := shellOf(t, s, "ann")
	for name, c := range map[string]struct {
		answer func(id string)
		fails  bool
	}{
		"canceled":       {func(id string) { s.fromShell("ann", FromShell{Choice: &Choice{ID: id}}) }, false},
		"too many":       {func(id string) { hand(t, s, "ann", id, "a", "b") }, true},
		"no form":        {func(id string) { handText(s, "ann", id, "text") }, true},
		"refused":        {func(id string) { one := 1; s.fromShell("ann", FromShell{Choice: &Choice{ID: id, Button: &one}}) }, true},
		"of nobody else": {func(id string) { s.fromShell("bob", FromShell{Choice: &Choice{ID: id}}); hand(t, s, "ann", id) }, false},
	} {
		result := choose(t, s, "ann", 1)
		var q *ShellChoose
		for q == nil {
			q = next().Choose
		}
		c.answer(q.ID)
		if r := <-result; (r.err != nil) != c.fails || len(r.files) > 0 {
			t.Errorf("%s: %+v, %v", name, r.files, r.err)
		} else if r.done != nil {
			r.done()
		}
	}
}

// A picture of a video belongs to the file before it; what is no picture, too large, or of no file is left out.
func TestChooseThumb(t *testing.T) {
	t.Parallel()
	s := startHost(t, nil).server
	next := shellOf(t, s, "ann")
	jpeg := "\xff\xd8\xff of the film"
	for _, c := range []struct {
		name  string
		parts []string // form name, content
		want  []string // thumbs
	}{
		{"of the second", []string{"file", "a", "file", "b", "thumb", jpeg}, []string{"", jpeg}},
		{"none", []string{"file", "a"}, []string{""}},
		{"of no file", []string{"thumb", jpeg, "file", "a"}, []string{""}},
		{"no picture", []string{"file", "a", "thumb", "<svg>", "file", "b", "thumb", jpeg}, []string{"", jpeg}},
		{"too large", []string{"file", "a", "thumb", jpeg + strings.Repeat("x", maxThumb), "file", "b"}, []string{"", ""}},
	} {
		result := choose(t, s, "ann", 2)
		var q *ShellChoose
		for q == nil {
			q = next().Choose
		}
		var b bytes.Buffer
		form := multipart.NewWriter(&b)
		for i := 0; i < len(c.parts); i += 2 {
			part, err := form.CreateFormFile(c.parts[i], "film.webm")
			if err != nil {
				t.Fatal(err)
			}
			if _, err := io.WriteString(part, c.parts[i+1]); err != nil {
				t.Fatal(err)
			}
		}
		if err := form.Close(); err != nil {
			t.Fatal(err)
		}
		r := httptest.NewRequest(http.MethodPost, "/api/give/"+q.ID, &b)
		r.Header.Set("Content-Type", form.FormDataContentType())
		r.SetPathValue("id", q.ID)
		s.give(httptest.NewRecorder(), r, &login{user: "ann"})
		got := <-result
		if got.err != nil || len(got.files) != len(c.want) {
			t.Fatalf("%s: %d files, %v; want %d", c.name, len(got.files), got.err, len(c.want))
		}
		for i, want := range c.want {
			if string(got.files[i].Thumb) != want {
				t.Errorf("%s: file %d has the thumb %.20q, want %q", c.name, i, got.files[i].Thumb, want)
			}
		}
		if got.done != nil {
			got.done()
		}
	}
}

func handText(s *Server, user, id, text string) {
	r := httptest.NewRequest(http.MethodPost, "/api/give/"+id, strings.NewReader(text))
	r.SetPathValue("id", id)
	s.give(httptest.NewRecorder(), r, &login{user: user})
}

// A file that a mini-program hands out is fetched once, by its user, and never as something that a browser runs.
func TestDeliver(t *testing.T) {
	t.Parallel()
	s := startHost(t, nil).server
	next := shellOf(t, s, "ann")
	for kind, want := range map[string]string{
		"image/png": "image/png", "application/pdf": "application/pdf", "text/html": "application/octet-stream",
		"image/svg+xml": "application/octet-stream", "text/javascript": "application/octet-stream", "": "application/octet-stream",
		"text/plain; charset=utf-8": "text/plain",
	} {
		ended := make(chan error, 1)
		go func() {
			file := File{Name: "报告", Type: kind, Size: 4, Open: func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader("data")), nil }}
			ended <- s.Deliver(t.Context(), "shop", "ann", pdk.Deliver{Path: "wxfile://usr/x", Name: "报告.bin", How: pdk.DeliverSave}, file)
		}()
		var d *ShellDeliver
		for d == nil {
			d = next().Deliver
		}
		if got := fetched(s, "bob", d.ID); got.Code != http.StatusGone {
			t.Errorf("%s: another user gets status %d", kind, got.Code)
		}
		got := fetched(s, "ann", d.ID)
		if h := got.Header(); got.Code != 200 || got.Body.String() != "data" || h.Get("Content-Type") != want || !strings.HasPrefix(h.Get("Content-Disposition"), "attachment") {
			t.Errorf("%s: status %d, %q, %v", kind, got.Code, got.Body, h)
		}
		if got := fetched(s, "ann", d.ID); got.Code != http.StatusGone {
			t.Errorf("%s: fetched twice: status %d", kind, got.Code)
		}
		zero := 0
		s.fromShell("ann", FromShell{Choice: &Choice{ID: d.ID, Button: &zero}})
		if err := <-ended; err != nil {
			t.Errorf("%s: %v", kind, err)
		}
	}
}

func fetched(s *Server, user, id string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(http.MethodGet, fmt.Sprintf("/api/take/%s", id), nil)
	r.SetPathValue("id", id)
	w := httptest.NewRecorder()
	s.take(w, r, &login{user: user})
	return w
}
