package provider_test

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"image"
	"image/jpeg"
	"image/png"
	"io"
	"strings"
	"testing"

	"github.com/andybalholm/brotli"

	"github.com/dougong-dev/dougong/pdk/go"
	"github.com/dougong-dev/dougong/pdk/go/pdktest"
	"github.com/dougong-dev/dougong/plugins/file/provider"
)

// host is the plugin in the test, with helpers that fail the test.
type host struct {
	*pdktest.Host
	t *testing.T
}

func start(t *testing.T, config provider.Config) *host {
	t.Helper()
	p := provider.New(t.TempDir())
	h := pdktest.New(t, pdk.New("dougong.file", "1.0.0").Provide(provider.Capability, p.Methods()).
		Provide(provider.MediaCapability, p.MediaMethods()).OnConfigure(p.Configure).OnClose(p.Close))
	if err := h.Configure(map[string]any{"user_limit_mb": config.UserLimitMB, "temp_limit_mb": config.TempLimitMB, "max_entries": config.MaxEntries}); err != nil {
		t.Fatal(err)
	}
	return &host{h, t}
}

type m = map[string]any

// do calls a method and returns its result as JSON, or its error.
func (h *host) do(method string, in m) (string, error) {
	capability := provider.Capability
	if strings.HasPrefix(method, "media:") {
		capability, method = provider.MediaCapability, strings.TrimPrefix(method, "media:")
	}
	var out json.RawMessage
	err := h.Call(capability, method, in, &out)
	return string(out), err
}

func (h *host) must(method string, in m) string {
	h.t.Helper()
	out, err := h.do(method, in)
	if err != nil {
		h.t.Fatalf("%s %v: %v", method, in, err)
	}
	return out
}

func (h *host) write(path string, data []byte) {
	h.t.Helper()
	h.must("writeFile", m{"filePath": path, "data": pdk.Blob(data)})
}

func (h *host) text(path string) string {
	h.t.Helper()
	var out struct{ Data string }
	if err := json.Unmarshal([]byte(h.must("readFile", m{"filePath": path, "encoding": "utf8"})), &out); err != nil {
		h.t.Fatal(err)
	}
	return out.Data
}

// entry is a file of an archive that is made up.
type entry struct {
	name    string
	content string
	link    bool
}

func zipped(t testing.TB, entries ...entry) []byte {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for _, e := range entries {
		head := &zip.FileHeader{Name: e.name, Method: zip.Deflate}
		if e.link {
			head.SetMode(0o777 | 1<<27) // a symbolic link
		}
		f, err := w.CreateHeader(head)
		if err == nil {
			_, err = io.WriteString(f, e.content)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestUnzip(t *testing.T) {
	t.Parallel()
	h := start(t, provider.Config{})
	h.write("wxfile://usr/a.zip", zipped(t, entry{name: "dir/"}, entry{name: "dir/sub/x.txt", content: "deep"}, entry{name: "top", content: "top"}, entry{name: "a..b", content: "dots"}))
	h.must("unzip", m{"zipFilePath": "wxfile://usr/a.zip", "targetPath": "wxfile://usr/out"})
	for path, want := range map[string]string{"dir/sub/x.txt": "deep", "top": "top", "a..b": "dots"} {
		if got := h.text("wxfile://usr/out/" + path); got != want {
			t.Errorf("%s is %q, want %q", path, got, want)
		}
	}
	h.must("unzip", m{"zipFilePath": "wxfile://usr/a.zip", "targetPath": "wxfile://usr"})
}

func TestUnzipRefuses(t *testing.T) {
	t.Parallel()
	h := start(t, provider.Config{UserLimitMB: 3})
	zeros := strings.Repeat("\x00", 2<<20)
	for name, c := range map[string]struct {
		archive []byte
		code    int
		part    string
	}{
		"leads out":         {zipped(t, entry{name: "good", content: "x"}, entry{name: "../../evil", content: "x"}), 1301103, "leads out"},
		"absolute":          {zipped(t, entry{name: "/etc/passwd", content: "x"}), 1301103, "leads out"},
		"backslashes":       {zipped(t, entry{name: `a\..\..\evil`, content: "x"}), 1301103, "leads out"},
		"a drive":           {zipped(t, entry{name: "c:evil", content: "x"}), 1301103, "leads out"},
		"a link":            {zipped(t, entry{name: "link", content: "/etc/passwd", link: true}), 1301103, "neither a file"},
		"a bomb":            {zipped(t, entry{name: "bomb", content: zeros}), 1301103, "too many times larger"},
		"more than fits":    {zipped(t, entry{name: "a", content: noise(2 << 20)}, entry{name: "b", content: noise(2 << 20)}), 1300202, "storage limit"},
		"no archive":        {[]byte("PK but no archive"), 1301104, "unzip fail"},
		"a cut one":         {zipped(t, entry{name: "x", content: noise(1000)})[:600], 1301104, "unzip fail"},
		"a damaged content": {damaged(zipped(t, entry{name: "x", content: noise(100)})), 1301103, "entry x"},
	} {
		h.Info.User = name // each in its own space
		h.must("writeFile", m{"filePath": "wxfile://tmp/in.zip", "data": pdk.Blob(c.archive)})
		_, err := h.do("unzip", m{"zipFilePath": "wxfile://tmp/in.zip", "targetPath": "wxfile://usr/out"})
		if e := pdk.AsError(err); e == nil || e.Code != c.code || !strings.Contains(e.Message, c.part) {
			t.Errorf("%s: %v, want code %d with %q", name, err, c.code, c.part)
		}
		if c.part == "leads out" {
			if out := h.must("readdir", m{"dirPath": "wxfile://usr"}); out != `{"files":[]}` {
				t.Errorf("%s: something was written: %s", name, out)
			}
		}
	}
}

// noise is text that does not pack well.
func noise(n int) string {
	b := make([]byte, n)
	x := uint32(1)
	for i := range b {
		x = x*1664525 + 1013904223
		b[i] = byte(x >> 24)
	}
	return string(b)
}

func damaged(archive []byte) []byte {
	archive[50] ^= 0xff
	return archive
}

func TestReadZipEntry(t *testing.T) {
	t.Parallel()
	h := start(t, provider.Config{})
	h.write("wxfile://usr/a.zip", zipped(t, entry{name: "a", content: "hello"}, entry{name: "b/c", content: "world"}))
	all := h.must("readZipEntry", m{"filePath": "wxfile://usr/a.zip", "encoding": "utf8", "entries": "all"})
	if want := `{"entries":{"a":{"errMsg":"readZipEntry:ok","data":"hello"},"b/c":{"errMsg":"readZipEntry:ok","data":"world"}}}`; all != want {
		t.Errorf("all: %s, want %s", all, want)
	}
	some := h.must("readZipEntry", m{"filePath": "wxfile://usr/a.zip", "entries": []m{
		{"path": "a", "encoding": "utf8", "position": 1, "length": 3}, {"path": "none"}, {"path": "b/c", "encoding": "hex", "position": 9},
	}})
	for _, want := range []string{`"a":{"errMsg":"readZipEntry:ok","data":"ell"}`, `"none":{"errMsg":"readZipEntry:fail no such entry"`, `"b/c":{"errMsg":"readZipEntry:fail the position`} {
		if !strings.Contains(some, want) {
			t.Errorf("some: %s lacks %s", some, want)
		}
	}
}

func TestEncodings(t *testing.T) {
	t.Parallel()
	h := start(t, provider.Config{})
	for encoding, c := range map[string]struct{ text, hex string }{
		"utf8": {"é豆", "c3a9e8b186"}, "utf-8": {"é", "c3a9"}, "ascii": {"aZ", "615a"}, "latin1": {"é", "e9"}, "binary": {"ÿ", "ff"},
		"base64": {"AP8=", "00ff"}, "hex": {"00ff", "00ff"}, "ucs2": {"豆", "468c"}, "utf16le": {"a", "6100"}, "utf-16le": {"😀", "3dd800de"}, "ucs-2": {"b", "6200"},
	} {
		h.must("writeFile", m{"filePath": "wxfile://usr/f", "data": c.text, "encoding": encoding})
		for as, want := range map[string]string{encoding: c.text, "hex": c.hex} {
			quoted, _ := json.Marshal(m{"data": want})
			if got := h.must("readFile", m{"filePath": "wxfile://usr/f", "encoding": as}); got != string(quoted) {
				t.Errorf("%s read as %s: %s, want %s", encoding, as, got, quoted)
			}
		}
	}
	for encoding, text := range map[string]string{"base64": "!", "hex": "0"} {
		if _, err := h.do("writeFile", m{"filePath": "wxfile://usr/f", "data": text, "encoding": encoding}); pdk.Code(err) != pdk.CodeInvalidParams {
			t.Errorf("%q as %s: %v", text, encoding, err)
		}
	}
}

func TestReadCompressedFile(t *testing.T) {
	t.Parallel()
	h := start(t, provider.Config{})
	var b bytes.Buffer
	w := brotli.NewWriter(&b)
	if _, err := io.WriteString(w, strings.Repeat("豆工", 1000)); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	h.write("wxfile://usr/a.br", b.Bytes())
	var out struct {
		Data pdk.Blob `json:"data"`
	}
	if err := h.Call(provider.Capability, "readCompressedFile", m{"filePath": "wxfile://usr/a.br", "compressionAlgorithm": "br"}, &out); err != nil || string(out.Data) != strings.Repeat("豆工", 1000) {
		t.Errorf("%d bytes, %v", len(out.Data), err)
	}
	h.write("wxfile://usr/b.br", []byte("no brotli at all"))
	if _, err := h.do("readCompressedFile", m{"filePath": "wxfile://usr/b.br", "compressionAlgorithm": "br"}); pdk.Code(err) != 1301111 {
		t.Errorf("garbage: %v", err)
	}
}

// What is not allowed fails with WeChat's words and number, and nobody sees another's files.
func TestFailures(t *testing.T) {
	t.Parallel()
	h := start(t, provider.Config{})
	h.Package = map[string][]byte{"a.json": []byte("{}")}
	h.write("wxfile://usr/f", []byte("hello"))
	h.must("mkdir", m{"dirPath": "wxfile://usr/d"})
	h.write("wxfile://usr/d/x", nil)
	h.write("wxfile://tmp/t", []byte("t"))
	for name, c := range map[string]struct {
		method string
		in     m
		code   int
		text   string
	}{
		"read what is not there":     {"readFile", m{"filePath": "wxfile://usr/none"}, 1300002, "no such file or directory, open 'wxfile://usr/none'"},
		"read a directory":           {"readFile", m{"filePath": "wxfile://usr/d"}, 1300021, "illegal operation on a directory, open 'wxfile://usr/d'"},
		"read out of range":          {"readFile", m{"filePath": "wxfile://usr/f", "position": 5}, 1301009, "value of position is out of range"},
		"read too much":              {"readFile", m{"filePath": "wxfile://usr/f", "position": 1, "length": 5}, 1301006, "value of length is out of range"},
		"write a directory":          {"writeFile", m{"filePath": "wxfile://usr/d", "data": "x"}, 1300021, "illegal operation on a directory"},
		"write into nothing":         {"writeFile", m{"filePath": "wxfile://usr/no/f", "data": "x"}, 1300002, "no such file or directory"},
		"write below a file":         {"writeFile", m{"filePath": "wxfile://usr/f/x", "data": "x"}, 1300020, "not a directory"},
		"write over a temporary one": {"writeFile", m{"filePath": "wxfile://tmp/t", "data": "x"}, 1300013, "permission denied"},
		"write into the package":     {"writeFile", m{"filePath": "a.json", "data": "x"}, 1300013, "permission denied"},
		"append to nothing":          {"appendFile", m{"filePath": "wxfile://usr/none", "data": "x"}, 1300002, "no such file"},
		"make what is there":         {"mkdir", m{"dirPath": "wxfile://usr/d"}, 1301005, "file already exists, mkdir"},
		"remove what is full":        {"rmdir", m{"dirPath": "wxfile://usr/d"}, 1300066, "directory not empty, rmdir"},
		"rmdir a file":               {"rmdir", m{"dirPath": "wxfile://usr/f"}, 1300020, "not a directory"},
		"remove all":                 {"rmdir", m{"dirPath": "wxfile://usr", "recursive": true}, 1300013, "permission denied"},
		"unlink a directory":         {"unlink", m{"filePath": "wxfile://usr/d"}, 1300001, "operation not permitted"},
		"rename over a directory":    {"rename", m{"oldPath": "wxfile://usr/f", "newPath": "wxfile://usr/d"}, 1301005, "file already exists"},
		"rename into itself":         {"rename", m{"oldPath": "wxfile://usr/d", "newPath": "wxfile://usr/d/e"}, 1300022, "invalid argument"},
		"list the package":           {"readdir", m{"dirPath": "/"}, 1300001, "operation not permitted"},
		"save what is not there":     {"saveFile", m{"tempFilePath": "wxfile://tmp/none"}, 1301112, "tempFilePath file not exist"},
		"a closed file":              {"close", m{"fd": "77"}, 1300009, "bad file descriptor"},
		"a name too long":            {"access", m{"path": "wxfile://usr/" + strings.Repeat("x", 300)}, 1300036, "file name too long"},
		"the host's files":           {"access", m{"path": "file:///etc/passwd"}, 1300014, "path permission denied"},
	} {
		_, err := h.do(c.method, c.in)
		if e := pdk.AsError(err); e == nil || e.Code != c.code || !strings.HasPrefix(e.Message, c.text) {
			t.Errorf("%s: %v, want code %d, %q", name, err, c.code, c.text)
		}
	}
	fd := h.must("open", m{"filePath": "wxfile://usr/f", "flag": "r"})
	h.Info.User = "bob"
	for method, in := range map[string]m{
		"readFile": {"filePath": "wxfile://usr/f"}, "unlink": {"filePath": "wxfile://tmp/t"},
		"readLocal": {"filePath": "wxfile://usr/f"}, "fstat": {"fd": strings.Trim(strings.TrimPrefix(fd, `{"fd":`), `"}`)},
	} {
		if out, err := h.do(method, in); err == nil {
			t.Errorf("bob's %s of ann's file: %s", method, out)
		}
	}
}

func TestTooManyOpenFiles(t *testing.T) {
	t.Parallel()
	h := start(t, provider.Config{})
	h.write("wxfile://usr/f", []byte("x"))
	for i := range 65 {
		_, err := h.do("open", m{"filePath": "wxfile://usr/f"})
		if full := pdk.Code(err) == 1302002; full != (i == 64) {
			t.Errorf("open %d: %v", i, err)
		}
	}
}

func encoded(t testing.TB, encode func(io.Writer, image.Image) error, w, h int) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := encode(&b, image.NewRGBA(image.Rect(0, 0, w, h))); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func asJPEG(w io.Writer, i image.Image) error { return jpeg.Encode(w, i, nil) }

// Choosing: what the host is asked for, and what the mini-program gets.
func TestChoose(t *testing.T) {
	t.Parallel()
	h := start(t, provider.Config{})
	h.must("writeFile", m{"filePath": "wxfile://tmp/p.png", "data": pdk.Blob(encoded(t, png.Encode, 30, 20))})
	files := []pdk.ChosenFile{{Path: "wxfile://tmp/p.png", Name: "p.png", Type: "image/png", Size: 99, Time: 7}}
	for method, c := range map[string]struct {
		in    m
		asked string
		out   string
	}{
		"chooseImage":       {m{"sourceType": []string{"camera"}}, `{"count":9,"accept":["image"],"source":"camera"}`, `{"tempFilePaths":["wxfile://tmp/p.png"],"tempFiles":[{"path":"wxfile://tmp/p.png","size":99}]}`},
		"chooseMedia":       {m{"count": 2, "camera": "front"}, `{"count":2,"accept":["image","video"],"front":true}`, `{"tempFiles":[{"tempFilePath":"wxfile://tmp/p.png","size":99,"fileType":"image","width":30,"height":20}],"type":"image"}`},
		"chooseVideo":       {m{}, `{"count":1,"accept":["video"]}`, `{"tempFilePath":"wxfile://tmp/p.png","size":99,"duration":0,"width":0,"height":0}`},
		"chooseMessageFile": {m{"count": 3, "type": "file", "extension": []string{"png", ".pdf"}}, `{"count":3,"accept":[".png",".pdf"],"source":"message"}`, `{"tempFiles":[{"path":"wxfile://tmp/p.png","size":99,"name":"p.png","type":"image","time":7}]}`},
	} {
		h.User.Choose = func(_ pdk.Info, q pdk.Choose) ([]pdk.ChosenFile, error) {
			if asked, _ := json.Marshal(q); string(asked) != c.asked {
				t.Errorf("%s asks for %s, want %s", method, asked, c.asked)
			}
			if _, err := h.do("media:chooseImage", m{}); pdk.Code(err) != pdk.CodeBusy {
				t.Errorf("a second chooser: %v", err)
			}
			return files, nil
		}
		if out := h.must("media:"+method, c.in); out != c.out {
			t.Errorf("%s gives %s, want %s", method, out, c.out)
		}
		h.User.Choose = func(pdk.Info, pdk.Choose) ([]pdk.ChosenFile, error) { return nil, nil }
		if _, err := h.do("media:"+method, c.in); err == nil || pdk.AsError(err).Message != "cancel" {
			t.Errorf("%s that is canceled: %v", method, err)
		}
	}
}

// A video comes with the picture that the host has made of it.
func TestChooseVideoThumb(t *testing.T) {
	t.Parallel()
	h := start(t, provider.Config{})
	h.must("writeFile", m{"filePath": "wxfile://tmp/v.webm", "data": "no film"})
	h.User.Choose = func(pdk.Info, pdk.Choose) ([]pdk.ChosenFile, error) {
		return []pdk.ChosenFile{{Path: "wxfile://tmp/v.webm", Name: "v.webm", Type: "video/webm", Size: 7, Thumb: "wxfile://tmp/t.jpg"}}, nil
	}
	const want = `{"tempFiles":[{"tempFilePath":"wxfile://tmp/v.webm","size":7,"fileType":"video","duration":0,"thumbTempFilePath":"wxfile://tmp/t.jpg"}],"type":"video"}`
	if out := h.must("media:chooseMedia", m{"mediaType": []string{"video"}}); out != want {
		t.Errorf("got %s, want %s", out, want)
	}
}

// A program that wants compressed pictures only gets smaller ones.
func TestChooseShrinks(t *testing.T) {
	t.Parallel()
	h := start(t, provider.Config{})
	big := image.NewRGBA(image.Rect(0, 0, 2000, 1000))
	copy(big.Pix, noise(len(big.Pix)))
	var b bytes.Buffer
	if err := png.Encode(&b, big); err != nil {
		t.Fatal(err)
	}
	h.must("writeFile", m{"filePath": "wxfile://tmp/big.png", "data": pdk.Blob(b.Bytes())})
	h.User.Choose = func(pdk.Info, pdk.Choose) ([]pdk.ChosenFile, error) {
		return []pdk.ChosenFile{{Path: "wxfile://tmp/big.png", Name: "big.png", Type: "image/png", Size: int64(b.Len())}}, nil
	}
	var out struct{ TempFilePaths []string }
	if err := json.Unmarshal([]byte(h.must("media:chooseImage", m{"sizeType": []string{"compressed"}})), &out); err != nil {
		t.Fatal(err)
	}
	if info := h.must("media:getImageInfo", m{"src": out.TempFilePaths[0]}); !strings.Contains(info, `"width":1440,"height":720`) || !strings.Contains(info, `"type":"jpeg"`) {
		t.Errorf("the picture is %s", info)
	}
}

func TestDeliver(t *testing.T) {
	t.Parallel()
	h := start(t, provider.Config{})
	h.Package = map[string][]byte{"doc.pdf": []byte("%PDF-1.4")}
	h.must("writeFile", m{"filePath": "wxfile://usr/p.jpg", "data": pdk.Blob(encoded(t, asJPEG, 3, 2))})
	var got []string
	h.User.Deliver = func(_ pdk.Info, d pdk.Deliver) error {
		got = append(got, fmt.Sprintf("%s %s %s %v", d.How, d.Path, d.Name, d.Menu))
		return nil
	}
	h.must("media:saveImageToPhotosAlbum", m{"filePath": "wxfile://usr/p.jpg"})
	h.must("media:openDocument", m{"filePath": "doc.pdf", "showMenu": true})
	h.must("media:openDocument", m{"filePath": "wxfile://usr/p.jpg", "fileType": "docx"})
	h.must("media:saveFileToDisk", m{"filePath": "doc.pdf"})
	want := "album wxfile://usr/p.jpg p.jpg false|open doc.pdf doc.pdf true|open wxfile://usr/p.jpg p.docx false|save doc.pdf doc.pdf false"
	if s := strings.Join(got, "|"); s != want {
		t.Errorf("delivered %s, want %s", s, want)
	}
	for method, path := range map[string]string{"saveImageToPhotosAlbum": "doc.pdf", "saveVideoToPhotosAlbum": "wxfile://usr/p.jpg", "openDocument": "none.pdf", "saveFileToDisk": "wxfile://usr"} {
		if out, err := h.do("media:"+method, m{"filePath": path}); err == nil {
			t.Errorf("%s of %s: %s", method, path, out)
		}
	}
	if len(got) != 4 {
		t.Errorf("something was delivered that fails: %v", got)
	}
}

func TestRecorder(t *testing.T) {
	t.Parallel()
	h := start(t, provider.Config{})
	var done []string
	busy := false
	h.User.Record = func(_ pdk.Info, r pdk.Record) (pdk.Recorded, error) {
		if busy && r.Action == pdk.RecordStart {
			return pdk.Recorded{}, pdk.Errorf(pdk.CodeBusy, "busy", "recording")
		}
		busy = r.Action != pdk.RecordStop
		done = append(done, r.Action)
		if r.Action == pdk.RecordStop {
			return pdk.Recorded{File: &pdk.ChosenFile{Path: "wxfile://tmp/r.webm", Size: 5}, DurationMS: 1200}, nil
		}
		return pdk.Recorded{}, nil
	}
	h.must("media:recorderStart", m{"duration": 5000})
	for _, method := range []string{"recorderResume", "recorderStart"} {
		if _, err := h.do("media:"+method, m{}); pdk.Code(err) != 1300903 {
			t.Errorf("%s while recording: %v", method, err)
		}
	}
	h.must("media:recorderPause", m{})
	h.must("media:recorderResume", m{})
	h.must("media:recorderStop", m{})
	if _, err := h.do("media:recorderStop", m{}); pdk.Code(err) != 1300903 {
		t.Errorf("stopping twice: %v", err)
	}
	if s := strings.Join(done, ","); s != "start,pause,resume,stop" {
		t.Errorf("the host was asked to %s", s)
	}
	var events []string
	for _, e := range h.Events() {
		events = append(events, e.Name)
	}
	if s := strings.Join(events, ","); s != "recorderStart,recorderError,recorderError,recorderPause,recorderResume,recorderStop,recorderError" {
		t.Errorf("events %s", s)
	}
	h.User.Record = func(pdk.Info, pdk.Record) (pdk.Recorded, error) { return pdk.Recorded{}, errors.New("no microphone") }
	for range 2 { // the failed start leaves nothing behind
		if _, err := h.do("media:recorderStart", m{}); err == nil || !strings.Contains(err.Error(), "no microphone") {
			t.Errorf("without a microphone: %v", err)
		}
	}
}
