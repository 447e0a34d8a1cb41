package provider_test

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/dougong-dev/dougong/pdk/go"
)

// receive answers with what a multipart form holds.
func receive(w http.ResponseWriter, r *http.Request) {
	if r.ContentLength <= 0 {
		http.Error(w, "no length", http.StatusLengthRequired)
		return
	}
	if err := r.ParseMultipartForm(1 << 20); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	for name, all := range r.MultipartForm.File {
		f, _ := all[0].Open()
		b, _ := io.ReadAll(f)
		_ = f.Close()
		fmt.Fprintf(w, "%s=%s (%s) %d bytes %q; %v", name, all[0].Filename, all[0].Header.Get("Content-Type"), len(b), b[:min(len(b), 4)], r.MultipartForm.Value)
	}
}

func text(r result) string {
	s, _ := r.Data.Text()
	return s
}

func TestUploadBytes(t *testing.T) {
	t.Parallel()
	r := start(t, local)
	url := serve(t, receive)
	out := r.must(1, "uploadFile", args{"url": url, "name": "pic", "fileName": `a"b.png`, "file": pdk.Blob(strings.Repeat("x", 300000)), "formData": args{"user": "alice", "n": 3}})
	if want := `pic=a"b.png (image/png) 300000 bytes "xxxx"; map[n:[3] user:[alice]]`; strings.ReplaceAll(text(out), "%22", `"`) != want {
		t.Errorf("the server received %q, want %q", text(out), want)
	}
	var last event
	for e := r.next(); e.name == "progressUpdate"; e = r.next() {
		last = e
	}
	if !strings.Contains(last.text, `"progress":100`) {
		t.Errorf("last progress %s", last.text)
	}
	r.fails(0, "uploadFile", args{"url": url, "name": "f", "filePath": "wxfile://tmp/none"}, pdk.CodeNotFound, "file wxfile://tmp/none")
	r.fails(0, "uploadFile", args{"url": url, "name": "f", "filePath": "/etc/passwd"}, pdk.CodeInvalidParams, `file path "/etc/passwd"`)
}

func TestDownloadThenReadThenUpload(t *testing.T) {
	t.Parallel()
	r := start(t, local)
	content := bytes.Repeat([]byte("0123456789"), 50000)
	url := serve(t, func(w http.ResponseWriter, q *http.Request) {
		if q.Method == http.MethodPost {
			receive(w, q)
			return
		}
		w.Header().Set("Content-Type", "image/svg+xml")
		w.Header().Set("Content-Length", fmt.Sprint(len(content)))
		_, _ = w.Write(content)
	})
	out := r.must(5, "downloadFile", args{"url": url + "/picture"})
	if !strings.HasPrefix(out.TempFilePath, "wxfile://tmp/") || !strings.HasSuffix(out.TempFilePath, ".svg") || out.DataLength != 500000 || out.FilePath != "" {
		t.Fatalf("download: %+v", out)
	}
	if names := r.names(); !strings.HasPrefix(names, "headersReceived progressUpdate") {
		t.Errorf("events: %s", names)
	}
	p, err := r.payload(t.Context(), 0, "readTempFile", args{"filePath": out.TempFilePath})
	if err != nil || len(p.Blobs) != 1 || !bytes.Equal(p.Blobs[0], content) || !strings.Contains(string(p.JSON), "image/svg+xml") {
		t.Errorf("read: %s %v", p.JSON, err)
	}
	up := r.must(0, "uploadFile", args{"url": url, "name": "f", "filePath": out.TempFilePath})
	if !strings.Contains(text(up), "500000 bytes") {
		t.Errorf("upload of the downloaded file: %s", text(up))
	}
	r.info.User = "bob"
	r.fails(0, "readTempFile", args{"filePath": out.TempFilePath}, pdk.CodeNotFound, "file")
}

func TestDownloadToAPath(t *testing.T) {
	t.Parallel()
	r := start(t, local)
	url := serve(t, func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("hello")) })
	out := r.must(0, "downloadFile", args{"url": url, "filePath": "wxfile://usr/a/b.txt"})
	if out.FilePath != "wxfile://usr/a/b.txt" || out.TempFilePath != "" {
		t.Errorf("download: %+v", out)
	}
	r.fails(0, "downloadFile", args{"url": url, "filePath": "wxfile://usr/../x"}, pdk.CodeInvalidParams, "file path")
}

func TestDownloadLimits(t *testing.T) {
	t.Parallel()
	r := start(t, `{"private_addresses":["127.0.0.1"],"max_download_mb":0.01,"max_files_mb":0.015}`)
	url := serve(t, func(w http.ResponseWriter, q *http.Request) {
		n := 20000
		if q.URL.Path == "/small" {
			n = 9000
		}
		if q.URL.Path == "/known" {
			w.Header().Set("Content-Length", fmt.Sprint(n))
		} else {
			_ = http.NewResponseController(w).Flush()
		}
		_, _ = w.Write(make([]byte, n))
	})
	r.fails(0, "downloadFile", args{"url": url + "/known"}, 600013, "the answer is larger")
	r.fails(0, "downloadFile", args{"url": url + "/unknown"}, 600013, "the answer is larger")
	r.must(0, "downloadFile", args{"url": url + "/small"})
	r.fails(0, "downloadFile", args{"url": url + "/small"}, pdk.CodeQuota, "exceed max file size")
}
