package miniapp_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/dougong-dev/dougong/core/miniapp/message"
	"github.com/dougong-dev/dougong/core/miniapp/program"
)

// canvasPage is a program of one page with a canvas; script runs when the page is ready, with the canvas and its context.
func canvasPage(t *testing.T, script string) *program.Program {
	t.Helper()
	return build(t, program.App{Pages: []string{"a"}}, map[string]string{
		"app.js": "App({})",
		"a.wxml": `<canvas type="2d" id="c" bindtouchstart="touched"/><canvas canvas-id="old"/>`,
		"a.js": `Page({
			onReady() {
				this.createSelectorQuery().select("#c").node(({ node }) => {
					const ctx = node.getContext("2d");
					` + script + `
				}).exec()
			},
			touched(e) { console.log(e.changedTouches[0].x, e.changedTouches[0].y, e.currentTarget.offsetLeft, e.currentTarget.offsetTop) },
		})`,
	})
}

// client answers queries with the canvas, and questions about canvases with what f gives.
func client(f func(message.CanvasAsk) *message.Answer) option {
	return withAnswer(func(a message.Ask) *message.Answer {
		switch a.Kind {
		case message.AskQuery:
			return &message.Answer{Result: json.RawMessage(`[[{}]]`)}
		case message.AskCanvas:
			var ask message.CanvasAsk
			if err := json.Unmarshal(a.Args, &ask); err != nil {
				return &message.Answer{Error: err.Error()}
			}
			return f(ask)
		}
		return nil
	})
}

// draws are the batches that were sent, in order.
func (r *run) draws() (out []message.Draw) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, m := range r.all {
		if m.Ask != nil && m.Ask.Kind == message.AskDraw {
			var d message.Draw
			if err := json.Unmarshal(m.Ask.Args, &d); err != nil {
				r.t.Error(err)
			}
			out = append(out, d)
		}
	}
	return out
}

func TestDrawingIsSentOnceATurn(t *testing.T) {
	t.Parallel()
	r := start(t, canvasPage(t, `for (let i = 0; i < 1000; i++) ctx.fillRect(i, 0, 1, 1)`), client(nil))
	r.wantNoErrors()
	draws := r.draws()
	if len(draws) != 1 {
		t.Fatalf("%d batches, want 1", len(draws))
	}
	var ops []float64
	if err := json.Unmarshal(draws[0].Ops, &ops); err != nil || len(ops) != 5000 {
		t.Errorf("%d numbers, want 5000: %v", len(ops), err)
	}
}

func (r *run) wantNoErrors() {
	r.t.Helper()
	for _, e := range r.errors() {
		r.t.Errorf("%s: %s", e.ID, e.Message)
	}
}

// What is drawn before a question is asked reaches the client before the question.
func TestQuestionsWaitForTheAnswer(t *testing.T) {
	t.Parallel()
	r := start(t, canvasPage(t, `
		ctx.fillRect(0, 0, 1, 1)
		const { data } = ctx.getImageData(0, 0, 1, 1)
		console.log(data.join())
		console.log(ctx.measureText("a").width, ctx.measureText("a").width)
		try { ctx.getImageData(5, 5, 1, 1) } catch (e) { console.log(e.errMsg) }
		try { ctx.getImageData(0, 0, 0, 1) } catch (e) { console.log(e.message) }
	`), client(func(ask message.CanvasAsk) *message.Answer {
		switch {
		case ask.Want == message.CanvasMeasure:
			return &message.Answer{Result: json.RawMessage(`{"width":7}`)}
		case ask.X == 5:
			return &message.Answer{Result: json.RawMessage(`{"width":9,"height":9,"data":""}`)}
		}
		return &message.Answer{Result: json.RawMessage(`{"width":1,"height":1,"data":"AQID/w=="}`)}
	}))
	r.wantLog("1,2,3,255", "7 7", "getImageData:fail the answer is not readable: 0 bytes for 9×9 pixels",
		"getImageData: want a box that is not empty, got 0, 0, 0, 1")
	if len(r.draws()) != 1 {
		t.Errorf("%d batches, want 1", len(r.draws()))
	}
}

// A client that does not answer costs a script one wait, not one for each question.
func TestSilentClient(t *testing.T) {
	t.Parallel()
	r := start(t, canvasPage(t, `
		for (let i = 0; i < 100; i++) {
			ctx.font = "20px sans-serif"
			const { width } = ctx.measureText("中 " + i)
			if (i % 50 === 0) console.log(width)
			try { ctx.getImageData(0, 0, 1, 1) } catch (e) { if (i % 50 === 0) console.log(e.errMsg) }
		}
	`), client(func(message.CanvasAsk) *message.Answer { return nil }))
	r.wantLog("40", "getImageData:fail the view does not answer", "50", "getImageData:fail the view does not answer")
}

// A client that connects anew gets the drawings of the open pages, those that a blank bitmap has not made needless.
func TestRedraw(t *testing.T) {
	t.Parallel()
	r := start(t, canvasPage(t, `
		ctx.fillRect(1, 1, 1, 1)
		wx.nextTick(() => setTimeout(() => { node.width = 20; ctx.fillRect(2, 2, 2, 2) }))
		const old = wx.createCanvasContext("old")
		old.fillRect(3, 3, 3, 3)
		old.draw()
	`), client(nil))
	for len(r.draws()) < 3 {
		<-r.changed
	}
	r.clear()
	r.post(message.ToActor{Resume: true})
	var got []string
	for _, d := range r.draws() {
		got = append(got, string(d.Ops))
	}
	if text := strings.Join(got, " "); len(got) != 2 || strings.Contains(text, ",1,1,1,1") || !strings.Contains(text, ",2,2,2,2") || !strings.Contains(text, ",3,3,3,3") {
		t.Errorf("a new client gets %s", text)
	}
}

func TestCanvasTouches(t *testing.T) {
	t.Parallel()
	r := start(t, canvasPage(t, ``), client(nil))
	s, _ := r.stack()
	x, y := 3.5, 4.0
	e := &clientEvent{Page: s.Pages[0].ID, Node: 1, Type: "touchstart", Bubbles: true, Offsets: [][3]float64{{1, 10, 20}}}
	e.ChangedTouches = append(e.ChangedTouches, touch{X: &x, Y: &y})
	r.post(message.ToActor{Event: e})
	r.wantLog("3.5 4 10 20")
}

// A client that connects anew gets players as they are now, not as they were made; hiding pauses them.
func TestPlayers(t *testing.T) {
	t.Parallel()
	r := start(t, canvasPage(t, `
		const sound = wx.createInnerAudioContext()
		sound.src = "/a.mp3"
		sound.volume = 0.5
		sound.play()
		wx.createInnerAudioContext().destroy()
		const gone = wx.createInnerAudioContext()
		gone.src = "/b.mp3"
		gone.destroy()
	`), client(nil))
	wantDone := func(want ...string) {
		t.Helper()
		r.mu.Lock()
		var got []string
		for _, m := range r.all {
			if m.Ask == nil || m.Ask.Kind != message.AskAudioDo {
				continue
			}
			var do struct {
				What   string
				Volume float64
				Src    string
			}
			if err := json.Unmarshal(m.Ask.Args, &do); err != nil {
				t.Error(err)
			}
			got = append(got, strings.TrimSpace(fmt.Sprintf("%s %s %g", do.What, do.Src, do.Volume)))
		}
		r.mu.Unlock()
		if strings.Join(got, ", ") != strings.Join(want, ", ") {
			t.Errorf("the client is told %v, want %v", got, want)
		}
		r.clear()
	}
	r.wantNoErrors()
	wantDone("set  0.5", "play  0", "destroy  0")
	r.post(message.ToActor{Resume: true})
	wantDone("set /a.mp3 0.5", "play  0")
	r.post(message.ToActor{Hide: true})
	wantDone("pause  0")
}
