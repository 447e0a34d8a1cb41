package e2e

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// The looks of built-in components: what a browser computes of each without a "style" in app.json and with "v2", in the light
// theme and the dark one of a program that has a dark theme.
func TestBuiltinLooks(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("needs a browser")
	}
	for _, c := range []struct {
		name, style, darkmode string
		light, dark           []computed
	}{
		{"v1", "", `"darkmode": true`, looksV1, looksV1Dark},
		{"v2", `"style": "v2"`, `"darkmode": true`, looksV2, looksV2Dark},
		{"v2 without a dark theme", `"style": "v2"`, "", looksV2, looksV2},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			d := startProject(t, looksProject(t, c.style, c.darkmode))
			d.Wait(`$("#picker") && still($("#on .wx-switch-input")) && still($("#off .wx-switch-input"))`)
			d.computed(t, append(looksOwn, c.light...))
			name := strings.ReplaceAll("looks-"+c.name, " ", "-")
			d.Screenshot(name)
			d.Theme(true)
			d.Wait(`matchMedia("(prefers-color-scheme: dark)").matches && still($("#off .wx-switch-input"))`)
			d.computed(t, append(looksOwn, c.dark...))
			d.Screenshot(name + "-dark")
			panel := "rgb(255, 255, 255)"
			if c.darkmode != "" {
				panel = "rgb(30, 30, 30)"
			}
			d.Tap(`$("#picker")`)
			d.Wait(`still($(".sheet"))`)
			d.want(`getComputedStyle($(".sheet")).backgroundColor`, panel)
			d.Screenshot(name + "-picker")
		})
	}
}

// looksProject is the mini-program with these lines of app.json in place of its own.
func looksProject(t *testing.T, style, darkmode string) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "looks")
	if err := os.CopyFS(dir, os.DirFS("testdata/looks")); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(dir, "app.json")
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	for own, other := range map[string]string{`"style": "v2"`: style, `"darkmode": true`: darkmode} {
		if !strings.Contains(string(text), own+",") {
			t.Fatalf("app.json has no %s", own)
		}
		if other == "" {
			text = []byte(strings.Replace(string(text), own+",", "", 1))
		}
	}
	if err := os.WriteFile(file, text, 0o600); err != nil {
		t.Fatal(err)
	}
	return dir
}

// looksOwn is what the page's styles say, which wins over every look.
var looksOwn = []computed{
	{"#own", "width", "250px"}, {"#own", "padding-left", "3px"}, {"#own", "font-weight", "400"}, {"#own", "border-top-left-radius", "9px"},
	{"#own", "color", "rgb(1, 2, 3)"}, {"#own", "background-color", "rgb(4, 5, 6)"},
}

var looksV1 = []computed{
	{"#default", "width", "100vw"}, {"#default", "font-size", "18px"}, {"#default", "line-height", "46px"}, {"#default", "padding-left", "14px"},
	{"#default", "font-weight", "400"}, {"#default", "border-top-left-radius", "5px"}, {"#default::after", "border-top-width", "1px"},
	{"#default", "color", "rgb(0, 0, 0)"}, {"#default", "background-color", "rgb(248, 248, 248)"},
	{"#primary", "color", "rgb(255, 255, 255)"}, {"#primary", "background-color", "rgb(26, 173, 25)"},
	{"#warn", "color", "rgb(255, 255, 255)"}, {"#warn", "background-color", "rgb(230, 67, 64)"},
	{"#default-off", "color", "rgba(0, 0, 0, 0.3)"}, {"#primary-off", "background-color", "rgb(158, 217, 157)"},
	{"#primary-plain", "border-top-color", "rgb(26, 173, 25)"}, {"#pressed", "background-color", "rgb(222, 222, 222)"},
	{"#default-mini", "display", "inline-block"}, {"#default-mini", "font-size", "13px"},
	{"#check .wx-checkbox-input", "color", "rgb(9, 187, 7)"}, {"#check .wx-checkbox-input", "width", "22px"}, {"#check .wx-checkbox-input", "border-top-left-radius", "3px"},
	{"#radio .wx-radio-input", "background-color", "rgb(9, 187, 7)"}, {"#on .wx-switch-input", "background-color", "rgb(4, 190, 2)"},
	{".area .fill", "background-color", "rgb(26, 173, 25)"}, {".bar:not(.area *) .fill", "background-color", "rgb(9, 187, 7)"}, {"svg:not(.icon) path", "fill", "rgb(9, 187, 7)"},
	{"#unchecked .wx-checkbox-input", "background-color", "rgb(255, 255, 255)"}, {"#off .wx-switch-input", "background-color", "rgb(223, 223, 223)"},
	{"#input dg-placeholder", "color", "rgb(128, 128, 128)"},
}

var looksV1Dark = append([]computed{
	{"#default", "width", "100vw"}, {"#default", "color", "rgba(255, 255, 255, 0.8)"}, {"#primary", "background-color", "rgb(26, 173, 25)"},
	{"#warn", "background-color", "rgb(230, 67, 64)"},
}, looksDark...)

var looksV2 = []computed{
	{"#default", "width", "184px"}, {"#default", "margin-left", "-92px+50vw"}, {"#default", "padding-left", "24px"}, {"#default", "padding-top", "8px"},
	{"#default", "font-size", "17px"}, {"#default", "line-height", "24px"}, {"#default", "font-weight", "700"}, {"#default", "border-top-left-radius", "4px"},
	{"#default::after", "border-top-width", "0px"},
	{"#default", "color", "rgb(6, 174, 86)"}, {"#default", "background-color", "rgb(242, 242, 242)"},
	{"#primary", "color", "rgb(255, 255, 255)"}, {"#primary", "background-color", "rgb(7, 193, 96)"},
	{"#warn", "color", "rgb(250, 81, 81)"}, {"#warn", "background-color", "rgb(242, 242, 242)"},
	{"#default-off", "color", "rgba(0, 0, 0, 0.2)"}, {"#default-off", "background-color", "rgba(0, 0, 0, 0.05)"},
	{"#primary-off", "color", "rgba(0, 0, 0, 0.2)"}, {"#warn-off", "background-color", "rgba(0, 0, 0, 0.05)"},
	{"#default-plain", "background-color", "rgba(0, 0, 0, 0)"}, {"#default-plain", "border-top-color", "rgb(53, 53, 53)"},
	{"#primary-plain", "border-top-color", "rgb(7, 193, 96)"}, {"#warn-plain", "color", "rgb(250, 81, 81)"}, {"#warn-plain", "border-top-width", "1px"},
	{"#pressed", "background-color", "rgb(230, 230, 230)"}, {"#pressed", "color", "rgb(6, 174, 86)"},
	{"#default-mini", "display", "inline-block"}, {"#default-mini", "height", "32px"}, {"#default-mini", "padding-left", "12px"}, {"#default-mini", "font-size", "16px"},
	{"#check .wx-checkbox-input", "color", "rgb(7, 193, 96)"}, {"#check .wx-checkbox-input", "width", "23px"}, {"#check .wx-checkbox-input", "border-top-left-radius", "4px"},
	{"#radio .wx-radio-input", "background-color", "rgb(7, 193, 96)"}, {"#radio .wx-radio-input", "border-top-left-radius", "50%"},
	{"#on .wx-switch-input", "background-color", "rgb(7, 193, 96)"}, {".area .fill", "background-color", "rgb(7, 193, 96)"},
	{".bar:not(.area *) .fill", "background-color", "rgb(7, 193, 96)"}, {"svg:not(.icon) path", "fill", "rgb(7, 193, 96)"},
	{"#unchecked .wx-checkbox-input", "background-color", "rgb(255, 255, 255)"}, {"#input dg-placeholder", "color", "rgb(128, 128, 128)"},
}

var looksV2Dark = append([]computed{
	{"#default", "width", "184px"}, {"#default", "color", "rgb(6, 174, 86)"}, {"#primary", "background-color", "rgb(7, 193, 96)"},
	{"#warn", "color", "rgb(250, 81, 81)"}, {"#warn", "background-color", "rgba(255, 255, 255, 0.08)"},
}, looksDark...)

// looksDark is what both looks have in common in the dark theme.
var looksDark = []computed{
	{"#default", "background-color", "rgba(255, 255, 255, 0.08)"}, {"#default-off", "color", "rgba(255, 255, 255, 0.2)"}, {"#primary-off", "color", "rgba(255, 255, 255, 0.2)"},
	{"#unchecked .wx-checkbox-input", "background-color", "rgba(0, 0, 0, 0)"}, {"#unchosen .wx-radio-input", "background-color", "rgba(0, 0, 0, 0)"},
	{"#off .wx-switch-input", "background-color", "rgb(70, 70, 70)"}, {"#off .wx-switch-input::before", "background-color", "rgb(44, 44, 44)"},
	{".area .bar", "background-color", "rgba(255, 255, 255, 0.15)"}, {"#input dg-placeholder", "color", "rgba(255, 255, 255, 0.3)"},
}
