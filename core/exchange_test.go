package core_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"strings"
	"sync"
	"testing"

	"github.com/dougong-dev/dougong/core"
	"github.com/dougong-dev/dougong/core/capability"
	"github.com/dougong-dev/dougong/pdk/go"
)

// shelf is a provider of files that keeps them in memory, one space per app and user.
func shelf(id string) *pdk.Plugin {
	var mu sync.Mutex
	spaces := map[string][]byte{}
	key := func(c *pdk.Context, path string) string { return fmt.Sprintf("%q %q %q", c.App, c.User, path) }
	return pdk.New(id, "1.0.0").Provide("dougong.file/v1", pdk.Methods{
		"writeLocal": pdk.Func(func(c *pdk.Context, in pdk.FileWrite) (pdk.FileWritten, error) {
			mu.Lock()
			defer mu.Unlock()
			if string(in.Data) == "too large" {
				return pdk.FileWritten{}, pdk.Errorf(1300202, "quota", "the maximum size of the file storage is exceeded")
			}
			if in.Path == "" {
				in.Path = fmt.Sprintf("wxfile://tmp/%d%s", len(spaces), in.Extension)
			}
			k := key(c, in.Path)
			if !in.Append {
				spaces[k] = nil
			}
			spaces[k] = append(spaces[k], in.Data...)
			return pdk.FileWritten{Path: in.Path, Size: int64(len(spaces[k]))}, nil
		}),
		"readLocal": pdk.Func(func(c *pdk.Context, in pdk.FileRead) (pdk.FileContent, error) {
			mu.Lock()
			defer mu.Unlock()
			data, ok := spaces[key(c, in.Path)]
			if !ok {
				return pdk.FileContent{}, pdk.Errorf(1300002, "not-found", "no such file or directory, open '%s'", in.Path)
			}
			to := int64(len(data))
			if in.Length > 0 {
				to = min(to, in.Position+in.Length)
			}
			return pdk.FileContent{Data: data[in.Position:to], Size: int64(len(data)), ContentType: "text/plain"}, nil
		}),
	})
}

// camera uses every service that has to do with files.
func camera(id string) *pdk.Plugin {
	type path struct {
		Src      string `json:"src"`
		FilePath string `json:"filePath"`
	}
	return pdk.New(id, "1.0.0").Provide("dougong.media/v1", pdk.Methods{
		"chooseImage": pdk.Func(func(c *pdk.Context, in pdk.Choose) (map[string]any, error) {
			files, err := c.Choose(in)
			paths, all := []string{}, []map[string]any{}
			for _, f := range files {
				paths, all = append(paths, f.Path), append(all, map[string]any{"path": f.Path, "size": f.Size})
				if f.Thumb != "" {
					paths = append(paths, f.Thumb)
				}
			}
			return map[string]any{"tempFilePaths": paths, "tempFiles": all}, err
		}),
		"compressImage": pdk.Func(func(c *pdk.Context, in path) (map[string]any, error) {
			got, err := c.Files().Read(pdk.FileRead{Path: in.Src})
			if err != nil {
				return nil, err
			}
			out, err := c.Files().Write(pdk.FileWrite{Data: pdk.Blob(strings.ToUpper(string(got.Data)))})
			return map[string]any{"tempFilePath": out.Path}, err
		}),
		"openDocument": pdk.Func(func(c *pdk.Context, in path) (struct{}, error) {
			if _, err := c.Package(strings.TrimPrefix(in.FilePath, "/")); err == nil {
				return struct{}{}, nil
			}
			return struct{}{}, c.Deliver(pdk.Deliver{Path: in.FilePath, Name: "name", How: pdk.DeliverOpen})
		}),
	})
}

// desk is a user who hands in and takes files.
type desk struct {
	give  []string
	thumb []byte // of the first
	err   error
	asked []string
	taken []string
}

func (d *desk) Choose(_ context.Context, who core.Party, q pdk.Choose) ([]core.Content, func(), error) {
	var out []core.Content
	for i, text := range d.give {
		var thumb []byte
		if i == 0 {
			thumb = d.thumb
		}
		out = append(out, core.Content{Name: "note.TXT", Type: "text/plain", Thumb: thumb, Open: func() (io.ReadCloser, error) {
			return io.NopCloser(strings.NewReader(text)), nil
		}})
	}
	d.asked = append(d.asked, fmt.Sprintf("%s/%s/%s %d", who.Plugin, who.App, who.User, q.Count))
	return out, func() { d.asked = append(d.asked, "done") }, d.err
}

func (d *desk) Deliver(_ context.Context, who core.Party, q pdk.Deliver, file core.Content) error {
	r, err := file.Open()
	if err != nil {
		return err
	}
	data, err := io.ReadAll(r)
	d.taken = append(d.taken, fmt.Sprintf("%s %s %s %s %d %.9s", who.User, q.How, file.Name, file.Type, file.Size, data))
	return err
}

func (d *desk) Record(context.Context, core.Party, pdk.Record) (*core.Content, int64, func(), error) {
	return nil, 0, nil, errors.New("no microphone")
}

// startDesk runs a kernel with both plugins, of which the second requires what is given.
func startDesk(t *testing.T, requires string, d core.Exchange) *core.Kernel {
	t.Helper()
	cfg := setup(t, pluginDir(t, "test.files", "dougong.file/v1", ""), pluginDir(t, "test.camera", "dougong.media/v1", requires))
	return start(t, cfg, inside{"test.files": shelf("test.files"), "test.camera": camera("test.camera")}, func(o *core.Options) {
		o.Exchange = d
		o.Package = func(app, path string) ([]byte, error) {
			if app == "shop" && path == "a.json" {
				return []byte("{}"), nil
			}
			return nil, fs.ErrNotExist
		}
	})
}

func media(t *testing.T, k *core.Kernel, user, method string, in map[string]any) (string, error) {
	t.Helper()
	p, err := pdk.Encode(in)
	if err != nil {
		t.Fatal(err)
	}
	out, err := k.Call(t.Context(), &capability.Call{Info: pdk.Info{Capability: "dougong.media/v1", Method: method, App: "shop", User: user}, Payload: p})
	return string(out.JSON), err
}

// The picture of a video becomes a file of its own.
func TestExchangeThumb(t *testing.T) {
	t.Parallel()
	k := startDesk(t, "user_files: true", &desk{give: []string{"film", "text"}, thumb: []byte("picture")})
	got, err := media(t, k, "ann", "chooseImage", map[string]any{"count": 2})
	if want := `"tempFilePaths":["wxfile://tmp/0.TXT","wxfile://tmp/1.jpg","wxfile://tmp/2.TXT"]`; err != nil || !strings.Contains(got, want) {
		t.Fatalf("chosen %s, %v; want %s", got, err, want)
	}
	content, err := k.LocalFile(t.Context(), "shop", "ann", pdk.FileRead{Path: "wxfile://tmp/1.jpg"})
	if err != nil || string(content.Data) != "picture" {
		t.Errorf("the picture is %q, %v", content.Data, err)
	}
}

// A picture that there is no room for is left out: the video is kept.
func TestExchangeThumbTooLarge(t *testing.T) {
	t.Parallel()
	k := startDesk(t, "user_files: true", &desk{give: []string{"film", "text"}, thumb: []byte("too large")})
	got, err := media(t, k, "ann", "chooseImage", map[string]any{"count": 2})
	if want := `"tempFilePaths":["wxfile://tmp/0.TXT","wxfile://tmp/1.TXT"]`; err != nil || !strings.Contains(got, want) {
		t.Errorf("chosen %s, %v; want %s", got, err, want)
	}
}

// Files that a user picks, whatever their size, become files of the mini-program and of this user alone.
func TestExchange(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("豆工 ", 1_500_000) // two pieces
	d := &desk{give: []string{long, "", "one too many"}}
	k := startDesk(t, "user_files: true, local_files: true, package: true", d)
	got, err := media(t, k, "ann", "chooseImage", map[string]any{"count": 2})
	if want := fmt.Sprintf(`"tempFiles":[{"path":"wxfile://tmp/0.TXT","size":%d},{"path":"wxfile://tmp/1.TXT","size":0}]`, len(long)); err != nil || !strings.Contains(got, want) {
		t.Fatalf("chosen %s, %v; want %s", got, err, want)
	}
	if asked := strings.Join(d.asked, "|"); asked != "test.camera/shop/ann 2|done" {
		t.Errorf("the user was asked %s", asked)
	}
	content, err := k.LocalFile(t.Context(), "shop", "ann", pdk.FileRead{Path: "wxfile://tmp/0.TXT"})
	if err != nil || string(content.Data) != long {
		t.Errorf("the host reads %d bytes, %v; want %d", len(content.Data), err, len(long))
	}
	if _, err := media(t, k, "ann", "openDocument", map[string]any{"filePath": "wxfile://tmp/0.TXT"}); err != nil {
		t.Error(err)
	}
	if want := fmt.Sprintf("ann open name text/plain %d %.9s", len(long), long); len(d.taken) != 1 || d.taken[0] != want {
		t.Errorf("delivered %q, want %q", d.taken, want)
	}
	for _, method := range []string{"openDocument", "compressImage"} {
		if got, err := media(t, k, "bob", method, map[string]any{"filePath": "wxfile://tmp/0.TXT", "src": "wxfile://tmp/0.TXT"}); pdk.Code(err) != 1300002 {
			t.Errorf("bob's %s of ann's file: %s, %v", method, got, err)
		}
	}
	kept, err := k.KeepFile(t.Context(), "shop", "bob", "drawing.png", strings.NewReader("drawn"))
	if err != nil || !strings.HasSuffix(kept, ".png") {
		t.Fatalf("kept as %q, %v", kept, err)
	}
	if got, err := media(t, k, "bob", "compressImage", map[string]any{"src": kept}); err != nil || !strings.Contains(got, "tempFilePath") {
		t.Errorf("a plugin works on what the host kept: %s, %v", got, err)
	}
	if _, err := media(t, k, "ann", "openDocument", map[string]any{"filePath": "/a.json"}); err != nil {
		t.Errorf("a file of the package: %v", err)
	}
	if _, err := media(t, k, "ann", "openDocument", map[string]any{"filePath": "/none.json"}); pdk.Code(err) != 1300002 {
		t.Errorf("a file that neither has: %v", err)
	}
}

func TestExchangeIsRefused(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		requires, method string
		exchange         core.Exchange
		in               map[string]any
		want             string
	}{
		"not required: choose":  {"local_files: true", "chooseImage", &desk{}, nil, `does not say requires: {user_files: true}`},
		"not required: read":    {"user_files: true", "compressImage", &desk{}, nil, `does not say requires: {local_files: true}`},
		"not required: deliver": {"local_files: true", "openDocument", &desk{}, nil, `does not say requires: {user_files: true}`},
		"nobody there":          {"user_files: true", "chooseImage", nil, nil, "no user to exchange files with"},
		"the host fails":        {"user_files: true", "chooseImage", &desk{err: errors.New("no screen")}, nil, "no screen"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			k := startDesk(t, c.requires, c.exchange)
			got, err := media(t, k, "ann", c.method, map[string]any{"count": 1, "src": "x", "filePath": "x"})
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("%s, %v; want %q", got, err, c.want)
			}
		})
	}
}

// A plugin that reads files of mini-programs stands behind the provider of files, which cannot do so itself.
func TestFilesCannotGoInACircle(t *testing.T) {
	t.Parallel()
	cfg := setup(t, pluginDir(t, "test.files", "dougong.file/v1", "local_files: true"))
	_, err := core.New(t.Context(), cfg, core.Options{Runtime: inside{"test.files": shelf("test.files")}})
	if err == nil || !strings.Contains(err.Error(), "in a circle: test.files → test.files") {
		t.Errorf("a provider of files that requires local_files: %v", err)
	}
}

// Methods and events of an object have names of their own.
func TestAPIsOfObjects(t *testing.T) {
	t.Parallel()
	names := map[string]string{}
	for _, api := range startDesk(t, "", nil).APIs("shop") {
		names[api.Name] = api.Mode
	}
	for name, mode := range map[string]string{
		"wx.getFileSystemManager().readFile": "async", "ft.getFileSystemManager().readFileSync": "sync", "wx.saveFile": "async",
		"wx.getRecorderManager().onStop": "on", "wx.getRecorderManager().offStop": "off", "ft.getRecorderManager().start": "async",
	} {
		if names[name] != mode {
			t.Errorf("%s has mode %q, want %q", name, names[name], mode)
		}
	}
}
