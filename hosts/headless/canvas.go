package headless

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"path"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/dougong-dev/dougong/core"
	"github.com/dougong-dev/dougong/core/capability"
	"github.com/dougong-dev/dougong/core/miniapp/message"
	"github.com/dougong-dev/dougong/core/miniapp/view/dom"
	"github.com/dougong-dev/dougong/core/miniapp/view/raster"
	"github.com/dougong-dev/dougong/pdk/go"
)

// frameTime is how long a frame lasts.
const frameTime = 16 * time.Millisecond

// loadTimeout bounds the loading of one image.
const loadTimeout = 10 * time.Second

// easel holds the canvases of a page.
func (a *App) easel(page int) *raster.Easel {
	if e := a.easels[page]; e != nil {
		return e
	}
	e := raster.New(raster.Options{
		Load: a.asset(page),
		Box:  func(target int) (float64, float64, bool) { return a.canvasBox(page, target) },
	})
	a.easels[page] = e
	return e
}

// draw carries out drawing operations; those that are not understood are the engine's fault.
func (a *App) draw(ask message.Ask) error {
	var d message.Draw
	if err := json.Unmarshal(ask.Args, &d); err != nil {
		return err
	}
	if err := a.easel(ask.Page).Draw(d); err != nil {
		a.errors = append(a.errors, message.Error{
			ID: "draw", Origin: "engine", Message: fmt.Sprintf("drawing on canvas %d of page %d: %v", d.Target, ask.Page, err),
			Hint: "this is a fault of the engine, not of the mini-program; please report it",
		})
	}
	return nil
}

// canvas answers a question about a canvas.
func (a *App) canvas(ask message.Ask) (any, error) {
	var c message.CanvasAsk
	if err := json.Unmarshal(ask.Args, &c); err != nil {
		return nil, err
	}
	switch {
	case c.Want == message.CanvasFrame:
		at := time.Since(a.opened)
		time.AfterFunc(frameTime, func() { a.answerLater(ask, float64((at + frameTime).Milliseconds()), nil) })
		return nil, errUnanswered
	case c.Want == message.CanvasImage && foreign.MatchString(c.Src):
		a.loads.Add(1)
		go a.loadForeign(ask, c)
		return nil, errUnanswered
	}
	return a.easel(ask.Page).Answer(c)
}

// answerLater answers an ask that had to wait.
func (a *App) answerLater(ask message.Ask, result any, err error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.reply(ask, result, err)
}

var foreign = regexp.MustCompile(`^(https?:|wxfile:)?//`)

// loadForeign loads an image through the network capability, as a request of the mini-program.
func (a *App) loadForeign(ask message.Ask, c message.CanvasAsk) {
	defer a.loads.Done()
	ctx, cancel := context.WithTimeout(a.life, loadTimeout)
	defer cancel()
	data, err := a.fetch(ctx, c.Src)
	a.mu.Lock()
	defer a.mu.Unlock()
	var size any
	if err == nil {
		size, err = a.easel(ask.Page).Load(c.Target, c.Src, data)
	}
	a.reply(ask, size, err)
}

func (a *App) fetch(ctx context.Context, address string) ([]byte, error) {
	if a.config.Kernel == nil {
		return nil, fmt.Errorf("GET %.200s failed: there is no network", address)
	}
	if core.IsLocalFile(address) {
		return a.local(ctx, address)
	}
	if strings.HasPrefix(address, "//") {
		address = "https:" + address
	}
	params, err := json.Marshal(map[string]any{"url": address, "method": "GET", "responseType": "arraybuffer"})
	if err != nil {
		return nil, err
	}
	answer, err := a.config.Kernel.Call(ctx, &capability.Call{
		Info:    pdk.Info{Capability: networkCapability, Method: "request", App: a.config.Program.App.ID, User: a.config.User},
		Payload: pdk.Payload{JSON: params},
	})
	if err != nil {
		return nil, err
	}
	var result struct {
		StatusCode int     `json:"statusCode"`
		Data       pdk.Any `json:"data"`
	}
	if err := pdk.Decode(answer, &result); err != nil {
		return nil, err
	}
	if result.StatusCode != 200 {
		return nil, fmt.Errorf("GET %.200s answered %d", address, result.StatusCode)
	}
	return result.Data.Blob, nil
}

// localReader is a kernel that keeps the files of mini-programs.
type localReader interface {
	LocalContent(ctx context.Context, app, user, path string) (pdk.FileContent, error)
}

func (a *App) local(ctx context.Context, path string) ([]byte, error) {
	k, ok := a.config.Kernel.(localReader)
	if !ok {
		return nil, fmt.Errorf("GET %.200s failed: nobody keeps files", path)
	}
	content, err := k.LocalContent(ctx, a.config.Program.App.ID, a.config.User, path)
	return content.Data, err
}

// asset reads images of the bundle, relative to a page.
func (a *App) asset(page int) func(string) ([]byte, error) {
	return func(address string) ([]byte, error) {
		if strings.Contains(address, "://") {
			return nil, fmt.Errorf("GET %.200s failed", address)
		}
		name, _, _ := strings.Cut(address, "?")
		if !strings.HasPrefix(name, "/") {
			name = path.Join("/", path.Dir(a.pathOf(page)), name)
		}
		return a.config.Program.Asset(name)
	}
}

func (a *App) pathOf(page int) string {
	for _, p := range a.stack.Pages {
		if p.ID == page {
			return p.Path
		}
	}
	return ""
}

var pixelSize = regexp.MustCompile(`(?:^|[;\s])(width|height)\s*:\s*(\d*\.?\d+)px`)

// canvasBox is the size of a canvas: what its style attribute says in pixels, else that of a canvas without style.
func (a *App) canvasBox(page, target int) (width, height float64, ok bool) {
	tree := a.pages[page]
	if tree == nil {
		return 0, 0, false
	}
	n, found := tree.Node(target)
	if !found || n.Name != "canvas" {
		return 0, 0, false
	}
	width, height = 300, 150
	for _, m := range pixelSize.FindAllStringSubmatch(attr(n, "style"), -1) {
		if v, err := strconv.ParseFloat(m[2], 64); err == nil && m[1] == "width" {
			width = v
		} else if err == nil {
			height = v
		}
	}
	return width, height, true
}

// CanvasPNG is the picture that a canvas of the page on top shows, found by a selector: a PNG, nil if nothing was drawn.
func (a *App) CanvasPNG(selector string) (data []byte, err error) {
	err = a.look(func(page int, tree *dom.Tree) error {
		found, err := tree.Find(selector)
		if err != nil {
			return err
		}
		for _, n := range found {
			if n.Name == "canvas" {
				data, err = a.easel(page).PNG(n.ID)
				return err
			}
		}
		return errors.New("no canvas matches " + selector)
	})
	return data, err
}
