package web

import (
	"encoding/json"
	"slices"
	"strings"

	"github.com/dougong-dev/dougong/core/config"
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
	if len(p.Language) == 0 || len(p.Language) > 20 {
		p.Language = "zh_CN"
	}
	if p.Platform != "ios" && p.Platform != "android" {
		p.Platform = "devtools"
	}
	return p
}

func (p Phone) theme() string {
	if p.Dark {
		return "dark"
	}
	return "light"
}

// lang is the user's language as documents name it: "zh-CN".
func (p Phone) lang() string { return strings.ReplaceAll(p.Language, "_", "-") }

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

// system is what wx.getSystemInfoSync returns on this stage.
func (p Phone) system(ui *config.UI, debugged bool) json.RawMessage {
	data, err := json.Marshal(map[string]any{
		"brand": "dougong", "model": "dougong-web", "platform": p.Platform, "system": "Web", "language": p.Language,
		"version": "8.0.50", "SDKVersion": "3.7.0", "pixelRatio": p.PixelRatio, "fontSizeSetting": p.FontSize, "theme": p.theme(), "enableDebug": debugged,
		"screenWidth": p.Width, "screenHeight": p.Height, "windowWidth": p.Width,
		"windowHeight": p.Height - p.StatusBar - ui.Navigation.Height, "statusBarHeight": p.StatusBar, "screenTop": 0,
		"safeArea": map[string]int{
			"left": 0, "top": p.StatusBar, "right": p.Width, "bottom": p.Height, "width": p.Width, "height": p.Height - p.StatusBar,
		},
		"menuButton": p.menuButton(ui.Capsule),
	})
	if err != nil {
		return json.RawMessage("{}")
	}
	return data
}
