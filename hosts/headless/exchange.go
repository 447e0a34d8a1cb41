package headless

import (
	"bytes"
	"context"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"io"
	"io/fs"
	"mime"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/dougong-dev/dougong/core"
	"github.com/dougong-dev/dougong/pdk/go"
)

// AnswerChoose is the kind of question that a user answers with files.
const AnswerChoose = "choose"

// openApps are the open mini-programs of a kernel: who would be asked, and whose packages are read.
type openApps struct {
	mu   sync.Mutex
	apps []*App
}

// add takes a mini-program in; it returns what takes it out again.
func (o *openApps) add(a *App) func() {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.apps = append(o.apps, a)
	return func() {
		o.mu.Lock()
		defer o.mu.Unlock()
		o.apps = slices.DeleteFunc(o.apps, func(x *App) bool { return x == a })
	}
}

// find returns the mini-program that was opened last for a user; any user if it is "".
func (o *openApps) find(app, user string) *App {
	o.mu.Lock()
	defer o.mu.Unlock()
	for _, a := range slices.Backward(o.apps) {
		if a.config.Program.App.ID == app && (user == "" || a.config.User == user) {
			return a
		}
	}
	return nil
}

// file reads a file of a mini-program's package.
func (o *openApps) file(app, path string) ([]byte, error) {
	a := o.find(app, "")
	if a == nil {
		return nil, fs.ErrNotExist
	}
	return a.config.Program.Asset(path)
}

// Choose implements core.Exchange: the files of the answer "choose", by their paths, or none for "cancel". Without an
// answer it is a picture that is made up.
func (o *openApps) Choose(_ context.Context, who core.Party, q pdk.Choose) ([]core.Content, func(), error) {
	a := o.find(who.App, who.User)
	if a == nil {
		return nil, nil, pdk.Errorf(pdk.CodeUnsupported, "unsupported", "nobody is there to choose files")
	}
	a.mu.Lock()
	how, dir := a.answers[AnswerChoose], a.config.Dir
	a.mu.Unlock()
	var paths []any
	switch how := how.(type) {
	case nil:
		c, err := madeUp()
		return []core.Content{c}, nil, err
	case string:
		if how == "cancel" {
			return nil, nil, nil
		}
		paths = []any{how}
	case []any:
		paths = how
	default:
		return nil, nil, fmt.Errorf("answer %q: want the path of a file, a list of them, or cancel; found %v", AnswerChoose, how)
	}
	var out []core.Content
	for _, p := range paths[:min(len(paths), q.Count)] {
		path := fmt.Sprint(p)
		if !filepath.IsAbs(path) {
			path = filepath.Join(dir, path)
		}
		c, err := onDisk(path)
		if err != nil {
			return nil, nil, fmt.Errorf("answer %q: %w", AnswerChoose, err)
		}
		out = append(out, c)
	}
	return out, nil, nil
}

func onDisk(path string) (core.Content, error) {
	info, err := os.Stat(path)
	if err != nil {
		return core.Content{}, err
	}
	kind, _, _ := strings.Cut(mime.TypeByExtension(filepath.Ext(path)), ";")
	return core.Content{
		Name: filepath.Base(path), Type: kind, Size: info.Size(), Time: info.ModTime().Unix(),
		Open: func() (io.ReadCloser, error) { return os.Open(path) },
	}, nil
}

// madeUp is a picture of 64 by 48 points.
func madeUp() (core.Content, error) {
	img := image.NewRGBA(image.Rect(0, 0, 64, 48))
	for i := range 64 * 48 {
		img.Set(i%64, i/64, color.RGBA{uint8(4 * (i % 64)), uint8(i / 64 * 5), 120, 255}) //nolint:gosec // below 256 both
	}
	var b bytes.Buffer
	err := png.Encode(&b, img)
	return core.Content{
		Name: "picture.png", Type: "image/png", Size: int64(b.Len()),
		Open: func() (io.ReadCloser, error) { return io.NopCloser(&b), nil },
	}, err
}

// Given is a file that a mini-program handed to the user.
type Given struct {
	Name, How string
	Data      []byte
}

// maxGiven bounds a file that is kept for a look at it.
const maxGiven = 64 << 20

// Deliver implements core.Exchange: the file is kept, for Given.
func (o *openApps) Deliver(_ context.Context, who core.Party, q pdk.Deliver, file core.Content) error {
	a := o.find(who.App, who.User)
	if a == nil {
		return pdk.Errorf(pdk.CodeUnsupported, "unsupported", "nobody is there to take files")
	}
	r, err := file.Open()
	if err != nil {
		return err
	}
	defer func() { _ = r.Close() }()
	data, err := io.ReadAll(io.LimitReader(r, maxGiven))
	if err != nil {
		return err
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	a.given = append(a.given, Given{q.Name, q.How, data})
	return nil
}

// Given are the files that the mini-program handed to the user so far.
func (a *App) Given() []Given {
	a.mu.Lock()
	defer a.mu.Unlock()
	return slices.Clone(a.given)
}

// AnswerRecord is what a microphone would hear: the path of a file. Without an answer there is no microphone.
const AnswerRecord = "record"

// Record implements core.Exchange: the file of the answer "record" is what has been recorded.
func (o *openApps) Record(_ context.Context, who core.Party, q pdk.Record) (*core.Content, int64, func(), error) {
	none := pdk.Errorf(pdk.CodeUnsupported, "unsupported", "not supported: there is no microphone")
	a := o.find(who.App, who.User)
	if a == nil {
		return nil, 0, nil, none
	}
	a.mu.Lock()
	path, given := a.answers[AnswerRecord].(string)
	dir := a.config.Dir
	a.mu.Unlock()
	switch {
	case !given:
		return nil, 0, nil, none
	case q.Action != pdk.RecordStop:
		return nil, 0, nil, nil
	case !filepath.IsAbs(path):
		path = filepath.Join(dir, path)
	}
	c, err := onDisk(path)
	if err != nil {
		return nil, 0, nil, fmt.Errorf("answer %q: %w", AnswerRecord, err)
	}
	return &c, recorded.Milliseconds(), nil, nil
}

// recorded is how long a recording lasts that nobody makes.
const recorded = time.Second

var _ core.Exchange = (*openApps)(nil)
