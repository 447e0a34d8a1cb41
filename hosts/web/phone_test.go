package web

import (
	"context"
	"encoding/json"
	"sync"
	"testing"

	"github.com/dougong-dev/dougong/core/config"
	"github.com/dougong-dev/dougong/core/miniapp/message"
)

// Where the capsule and the status bar are is computed alike for the stage at the start and for one of another size.
func TestStageOfAnotherSize(t *testing.T) {
	t.Parallel()
	ui := config.DefaultUI()
	left := config.DefaultUI()
	left.Capsule.Position, left.Capsule.Width, left.Navigation.Height = config.PositionLeft, 120, 60
	for _, c := range []struct {
		name  string
		ui    config.UI
		phone Phone
		want  map[string]float64
	}{
		{"phone", ui, Phone{Width: 390, Height: 844}, map[string]float64{"left": 296, "top": 6, "right": 383, "bottom": 38, "windowHeight": 800}},
		{"framed", ui, Phone{Width: 390, Height: 800, StatusBar: 28}, map[string]float64{"left": 296, "top": 34, "right": 383, "bottom": 66, "windowHeight": 728}},
		{"left", left, Phone{Width: 1280, Height: 800, StatusBar: 28}, map[string]float64{"left": 7, "top": 34, "right": 127, "bottom": 66, "windowHeight": 712}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			data, err := json.Marshal(c.phone.window(&c.ui))
			if err != nil {
				t.Fatal(err)
			}
			for _, text := range []json.RawMessage{data, c.phone.system(&c.ui, false)} {
				var got struct {
					WindowHeight float64            `json:"windowHeight"`
					MenuButton   map[string]float64 `json:"menuButton"`
				}
				if err := json.Unmarshal(text, &got); err != nil {
					t.Fatal(err)
				}
				got.MenuButton["windowHeight"] = got.WindowHeight
				for key, want := range c.want {
					if got.MenuButton[key] != want {
						t.Errorf("%s is %v, want %v in %s", key, got.MenuButton[key], want, text)
					}
				}
			}
		})
	}
}

// A stage that is smaller than any phone is told as the smallest, not as another phone.
func TestTinyStage(t *testing.T) {
	t.Parallel()
	h := startHost(t, nil)
	h.open("shop")
	x := h.server.sessionOf("local", "shop")
	x.resize(message.Size{Width: 320, Height: 180, StatusBar: 120})
	if p := x.stage(); p.Width != 320 || p.Height != 200 || p.StatusBar != 100 {
		t.Errorf("it is %dx%d below a status bar of %d", p.Width, p.Height, p.StatusBar)
	}
}

// TestPhoneTellsTheNetwork: preloadRule's "network: wifi" is obeyed only if the mini-program hears what the browser is in.
func TestPhoneTellsTheNetwork(t *testing.T) {
	t.Parallel()
	for said, want := range map[string]string{"wifi": "wifi", "4g": "4g", "none": "none", "": "", "pigeon": ""} {
		var info struct{ NetworkType string }
		ui := config.Default().UI
		if err := json.Unmarshal(Phone{Network: said}.clamp().system(&ui, false), &info); err != nil || info.NetworkType != want {
			t.Errorf("the network %q comes as %q, %v; want %q", said, info.NetworkType, err, want)
		}
	}
}

func TestNameInTheUsersLanguage(t *testing.T) {
	t.Parallel()
	app := App{Name: "own", Names: map[string]string{"en": "Shop", "zh-CN": "小铺", "fr-CA": "Boutique"}}
	for language, want := range map[string]string{"en": "Shop", "en_GB": "Shop", "zh_CN": "小铺", "zh_HK": "小铺", "fr": "Boutique", "de": "own", "": "own", "z": "own"} {
		if got := (Phone{Language: language}).nameOf(app); got != want {
			t.Errorf("in %q it is %q, want %q", language, got, want)
		}
	}
}

// TestStageWhileFramesAreServed: a stage takes another size while documents and connections that tell of it go out. The race detector
// looks on in make test-race; without it, each says a size that there was.
func TestStageWhileFramesAreServed(t *testing.T) {
	t.Parallel()
	h := startHost(t, nil)
	opened := h.open("shop")
	x, _ := h.server.session(opened.Session)
	ctx, stop := context.WithCancel(t.Context())
	var resizing sync.WaitGroup
	resizing.Go(func() {
		for width := 320; ctx.Err() == nil; width = 1060 - width {
			x.resize(message.Size{Width: width, Height: 640})
			<-h.backend.last().posted
		}
	})
	x.until(func() bool { return x.phone.Width == 740 }) // it has begun
	for range 20 {
		opened := h.open("shop")
		key := h.key(opened) // of the document
		socket, status := h.dial(opened.Frame+"ws?key="+key, "null", "")
		if socket == nil {
			t.Fatalf("connect: %d", status)
		}
		if m := h.read(socket); m.Hello == nil || m.Hello.Height != 640 || m.Hello.Width != 320 && m.Hello.Width != 740 {
			t.Errorf("the first message is %+v, want a size that there was", m.Hello)
		}
		socket.CloseNow()
	}
	stop()
	resizing.Wait()
}
