package headless

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/dougong-dev/dougong/core/miniapp/message"
	"github.com/dougong-dev/dougong/core/miniapp/view"
)

// Size of the window that geometry is made up for, in CSS pixels.
const (
	Width  = 375
	Height = 724
	// RowHeight is how high every node is: nothing is laid out here.
	RowHeight = 44
)

// Answers say how dialogs are answered, by the kind of ask: for "modal" "confirm", "cancel" or {content: …}, for
// "actionSheet" the index of an item or "cancel", for "choose" the paths of files or "cancel". Without an answer dialogs are
// confirmed, the first item is taken, and a picture that is made up is chosen. What a user has to bring ("scanCode",
// "chooseLocation", "chooseAddress") is the answer itself, "cancel" without one. An answer by the name of a source
// (message.WatchCompass …) is a report of it.
type Answers map[string]any

// errUnanswered says that an ask is not answered now.
var errUnanswered = errors.New("no answer yet")

// ask answers what a shell or client would.
func (a *App) ask(ask message.Ask) {
	result, err := a.answer(ask)
	if !errors.Is(err, errUnanswered) {
		a.reply(ask, result, err)
	}
}

func (a *App) reply(ask message.Ask, result any, err error) {
	if ask.ID == 0 {
		return
	}
	m := message.Answer{ID: ask.ID}
	if err != nil {
		m.Error = err.Error()
	} else if m.Result, err = json.Marshal(result); err != nil {
		m.Result, m.Error = nil, err.Error()
	}
	_ = a.post(message.ToActor{Answer: &m})
	a.sendReports()
}

func (a *App) answer(ask message.Ask) (any, error) {
	switch ask.Kind {
	case message.AskToast, message.AskLoading:
		var t message.Toast
		err := json.Unmarshal(ask.Args, &t)
		a.toast = t.Title
		return nil, err
	case message.AskHideToast, message.AskHideLoading:
		a.toast = ""
		return nil, nil
	case message.AskModal:
		return a.modal(ask.Args)
	case message.AskActionSheet:
		return a.actionSheet(ask.Args)
	case message.AskQuery:
		return a.query(ask)
	case message.AskObserve:
		a.observe(ask)
		return nil, errUnanswered
	case message.AskDraw:
		return nil, a.draw(ask)
	case message.AskCanvas:
		return a.canvas(ask)
	case message.AskInvoke:
		return a.invoke(ask)
	case message.AskAudio:
		if err := a.openPlayer(ask); err != nil {
			return nil, err
		}
		return nil, errUnanswered
	case message.AskAudioDo:
		return nil, a.drivePlayer(ask.Args)
	case message.AskStartPullDown:
		_ = a.post(message.ToActor{Event: &view.ClientEvent{Page: ask.Page, Type: message.PagePullDownRefresh}})
		return nil, nil
	case message.AskLoadFont:
		return nil, a.loadFont(ask)
	case message.AskShare:
		a.shared = &message.Share{}
		return nil, json.Unmarshal(ask.Args, a.shared)
	case message.AskExit:
		a.exited = true
		return nil, nil
	case message.AskRestart:
		var to message.Restart
		if err := json.Unmarshal(ask.Args, &to); err != nil {
			return nil, err
		}
		a.loads.Go(func() { a.restart(message.Launch{Path: to.Path, Query: to.Query}) })
		return nil, nil
	case message.AskApplyUpdate:
		return nil, errNoDevice // nobody installs a version while a scenario runs
	case message.AskUnobserve, message.AskScrollTo, message.AskStopPullDown, message.AskPreviewImage, message.AskPreviewMedia,
		message.AskVibrate, message.AskShareMenu, message.AskAnimate, message.AskClearAnimation:
		return nil, nil
	case message.AskHideKeyboard:
		a.focused = nil
		return nil, nil
	case message.AskOpenMiniProgram, message.AskBackMiniProgram:
		return a.leave(ask)
	}
	if result, err, known := a.ofBrowser(ask); known {
		return result, err
	}
	if result, err, known := a.onDevice(ask); known {
		return result, err
	}
	return nil, errNoDevice
}

// ofBrowser answers what a browser would know or keep, and reports whether ask is of that kind.
func (a *App) ofBrowser(ask message.Ask) (result any, err error, known bool) {
	switch ask.Kind {
	case message.AskSetClipboard:
		var c message.Clipboard
		err := json.Unmarshal(ask.Args, &c)
		a.copied = c.Data
		return nil, err, true
	case message.AskGetClipboard:
		return message.Clipboard{Data: a.copied}, nil, true
	case message.AskUserAgent:
		return message.UserAgent{UserAgent: "dougong headless"}, nil, true
	case message.AskSelectedText:
		text, err := a.selectedText()
		return text, err, true
	case message.AskNetworkType:
		if told, ok := a.answers[message.WatchNetwork].(map[string]any); ok && told["networkType"] != nil {
			return told, nil, true
		}
		return message.NetworkType{NetworkType: "wifi"}, nil, true
	}
	return nil, nil, false
}

// leave goes to another mini-program, unless the user does not want to.
func (a *App) leave(ask message.Ask) (any, error) {
	if ask.Kind == message.AskOpenMiniProgram && a.answers[ask.Kind] == "cancel" {
		return nil, errCanceled
	}
	if a.config.stage == nil {
		return nil, errNoDevice
	}
	a.config.stage.move(a, ask)
	return nil, errUnanswered
}

func (a *App) modal(args json.RawMessage) (any, error) {
	var m message.Modal
	if err := json.Unmarshal(args, &m); err != nil {
		return nil, err
	}
	switch how := a.answers[message.AskModal].(type) {
	case string:
		if how == "cancel" {
			return message.ModalResult{Cancel: true}, nil
		}
	case map[string]any:
		content, _ := how["content"].(string)
		return message.ModalResult{Confirm: true, Content: content}, nil
	}
	return message.ModalResult{Confirm: true}, nil
}

func (a *App) actionSheet(args json.RawMessage) (any, error) {
	var m message.ActionSheet
	if err := json.Unmarshal(args, &m); err != nil {
		return nil, err
	}
	switch how := a.answers[message.AskActionSheet].(type) {
	case string:
		if how == "cancel" {
			return nil, fmt.Errorf("cancel")
		}
		for i, item := range m.ItemList {
			if item == how {
				return message.ActionSheetResult{TapIndex: i}, nil
			}
		}
		return nil, fmt.Errorf("cancel")
	case int:
		return message.ActionSheetResult{TapIndex: how}, nil
	}
	return message.ActionSheetResult{}, nil
}

// query makes up a plausible place for every node: rows of the window's width, one below the other.
func (a *App) query(ask message.Ask) (any, error) {
	var q message.Query
	if err := json.Unmarshal(ask.Args, &q); err != nil {
		return nil, err
	}
	out := make([]message.QueryResult, len(q.Requests))
	for i, r := range q.Requests {
		if r.Viewport {
			out[i] = message.QueryResult{place(r, box(0, Height))}
			continue
		}
		out[i] = message.QueryResult{}
		for n, id := range r.Nodes {
			b := box(float64(n)*RowHeight, RowHeight)
			if w, h, ok := a.canvasBox(ask.Page, id); ok {
				b.Width, b.Height, b.Right, b.Bottom = w, h, b.Left+w, b.Top+h
			}
			out[i] = append(out[i], place(r, b))
		}
	}
	return out, nil
}

func place(r message.QueryRequest, b message.Rect) message.NodeInfo {
	info := message.NodeInfo{}
	if r.Rect {
		info["left"], info["top"], info["right"], info["bottom"] = b.Left, b.Top, b.Right, b.Bottom
	}
	if r.Size {
		info["width"], info["height"] = b.Width, b.Height
	}
	if r.ScrollOffset {
		info["scrollLeft"], info["scrollTop"], info["scrollWidth"], info["scrollHeight"] = 0, 0, b.Width, b.Height
	}
	for _, property := range r.ComputedStyle {
		info[property] = computed(property, b)
	}
	return info
}

// computed is a computed style where no style sheet is: lengths are in pixels, as scripts that parse them expect.
func computed(property string, b message.Rect) string {
	name := strings.ToLower(strings.ReplaceAll(property, "-", ""))
	switch {
	case name == "width":
		return fmt.Sprintf("%gpx", b.Width)
	case name == "height", name == "lineheight":
		return fmt.Sprintf("%gpx", b.Height)
	case name == "fontsize":
		return "16px"
	case strings.HasPrefix(name, "margin"), strings.HasPrefix(name, "padding"), strings.HasSuffix(name, "width"), strings.HasSuffix(name, "radius"):
		return "0px"
	case name == "display":
		return "block"
	}
	return ""
}

func box(top, height float64) message.Rect {
	return message.Rect{Top: top, Right: Width, Bottom: top + height, Width: Width, Height: height}
}

// observe reports every watched node as fully visible, once.
func (a *App) observe(ask message.Ask) {
	var o message.Observe
	if json.Unmarshal(ask.Args, &o) != nil || o.InitialRatio >= 1 {
		return
	}
	if o.Media != nil {
		a.reply(ask, map[string]bool{"matches": matchesMedia(o.Media)}, nil)
		return
	}
	for n, id := range o.Nodes {
		b := box(float64(n)*RowHeight, RowHeight)
		raw, err := json.Marshal(message.Intersection{
			Node: id, IntersectionRatio: 1, IntersectionRect: b, BoundingClientRect: b, RelativeRect: box(0, Height),
		})
		if err == nil {
			_ = a.post(message.ToActor{Answer: &message.Answer{ID: ask.ID, Result: raw}})
		}
	}
}

// matchesMedia tells whether the made-up window is as described.
func matchesMedia(raw json.RawMessage) bool {
	var m struct {
		MinWidth, MaxWidth, Width, MinHeight, MaxHeight, Height *float64
		Orientation                                             string
	}
	if json.Unmarshal(raw, &m) != nil {
		return false
	}
	within := func(size float64, least, most, exact *float64) bool {
		return (least == nil || size >= *least) && (most == nil || size <= *most) && (exact == nil || size == *exact)
	}
	return within(Width, m.MinWidth, m.MaxWidth, m.Width) && within(Height, m.MinHeight, m.MaxHeight, m.Height) && m.Orientation != "landscape"
}
