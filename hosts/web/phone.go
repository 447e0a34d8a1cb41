package web

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"

	"github.com/dougong-dev/dougong/core/config"
	"github.com/dougong-dev/dougong/core/miniapp/message"
)

// defaultFontSize is the text size that browsers, and WeChat, have before a user changes it.
const defaultFontSize = 16

// clamp keeps what a browser says of its stage in sane bounds.
func (p Phone) clamp() Phone {
	bound := func(v, low, high, fallback int) int {
		if v < low || v > high {
			return fallback
		}
		return v
	}
	p.Width = bound(p.Width, 200, 8192, 390)
	p.Height = bound(p.Height, 200, 8192, 844)
	p.StatusBar = bound(p.StatusBar, 0, 100, 0)
	if !(p.PixelRatio >= 0.5 && p.PixelRatio <= 8) {
		p.PixelRatio = 2
	}
	if !(p.FontSize >= 8 && p.FontSize <= 72) {
		p.FontSize = defaultFontSize
	}
	if !languageForm.MatchString(p.lang()) {
		p.Language = "zh_CN" // WeChat's own
	}
	if p.Platform != "ios" && p.Platform != "android" {
		p.Platform = "devtools"
	}
	if !networks[p.Network] {
		p.Network = ""
	}
	return p
}

// networks are those that a browser may be in. What a subpackage may be fetched by ahead of its time depends on it.
var networks = map[string]bool{"wifi": true, "2g": true, "3g": true, "4g": true, "5g": true, "none": true}

func (p Phone) theme() string {
	if p.Dark {
		return "dark"
	}
	return "light"
}

// lang is the user's language as documents name it: "zh-CN".
func (p Phone) lang() string { return strings.ReplaceAll(p.Language, "_", "-") }

// nameOf is a mini-program's name in the user's language, or else its own.
func (p Phone) nameOf(app App) string {
	base, _, _ := strings.Cut(p.lang(), "-")
	for _, language := range []string{p.lang(), base} {
		if name := app.Names[language]; name != "" {
			return name
		}
	}
	for _, language := range slices.Sorted(maps.Keys(app.Names)) {
		if strings.HasPrefix(language, base+"-") {
			return app.Names[language]
		}
	}
	return app.Name
}

// mirrored tells whether the user's language is written from the right: what stands right in the shell stands left then.
func (p Phone) mirrored() bool {
	base, _, _ := strings.Cut(strings.ToLower(p.lang()), "-")
	return slices.Contains([]string{"ar", "he", "fa", "ur"}, base)
}

// menuButton is where the shell draws the capsule, from the top left of the stage.
func (p Phone) menuButton(c config.Capsule) map[string]float64 {
	top := float64(p.StatusBar) + c.Top
	left := float64(p.Width) - c.Side - c.Width
	if (c.Position == config.PositionLeft) != p.mirrored() {
		left = c.Side
	}
	return map[string]float64{
		"width": c.Width, "height": c.Height, "top": top, "bottom": top + c.Height, "left": left, "right": left + c.Width,
	}
}

// window is what of system depends on the size of the stage.
func (p Phone) window(ui *config.UI) map[string]any {
	return map[string]any{
		"screenWidth": p.Width, "screenHeight": p.Height, "windowWidth": p.Width,
		"windowHeight": p.Height - p.StatusBar - ui.Navigation.Height, "statusBarHeight": p.StatusBar, "screenTop": 0,
		"safeArea": map[string]int{
			"left": 0, "top": p.StatusBar, "right": p.Width, "bottom": p.Height, "width": p.Width, "height": p.Height - p.StatusBar,
		},
		"menuButton": p.menuButton(ui.Capsule),
	}
}

// stage is the session's as it is now.
func (s *session) stage() Phone {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.phone
}

// Language is what a user of a mini-program reads, such as "zh-CN": that of the shell which shows it, or "" if none does.
func (s *Server) Language(app, user string) string {
	x := s.sessionOf(user, app)
	if x == nil {
		return ""
	}
	return x.stage().lang()
}

// resize has the mini-program know of a stage of another size, and of the place of the status bar and the capsule on it.
func (s *session) resize(size message.Size) {
	s.mu.Lock()
	s.phone.Width, s.phone.Height = min(max(size.Width, 200), 8192), min(max(size.Height, 200), 8192)
	s.phone.StatusBar = min(size.StatusBar, 100)
	s.phone = s.phone.clamp()
	phone := s.phone
	s.mu.Unlock()
	system, err := json.Marshal(phone.window(s.server.brand().UI))
	if err != nil {
		return
	}
	s.post(message.ToActor{Resize: &message.Resize{Size: size, System: system}})
}

// system is what wx.getSystemInfoSync returns on this stage.
func (p Phone) system(ui *config.UI, debugged bool) json.RawMessage {
	info := p.window(ui)
	maps.Copy(info, map[string]any{
		"brand": "dougong", "model": "dougong-web", "platform": p.Platform, "system": "Web", "language": p.Language,
		"version": "8.0.50", "SDKVersion": "3.7.0", "pixelRatio": p.PixelRatio, "fontSizeSetting": p.FontSize, "theme": p.theme(), "enableDebug": debugged, "networkType": p.Network,
	})
	data, err := json.Marshal(info)
	if err != nil {
		return json.RawMessage("{}")
	}
	return data
}
