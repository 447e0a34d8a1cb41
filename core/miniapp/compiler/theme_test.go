package compiler

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/dougong-dev/dougong/core/miniapp/program"
)

// The colours of theme.json: the light ones in place, the dark ones beside them where they differ.
func TestThemes(t *testing.T) {
	t.Parallel()
	result, err := buildFiles(t, map[string]string{
		"app.json": `{"pages":["a","b"],"style":"v2","darkmode":true,"themeLocation":"t.json","window":{"backgroundColor":"@bg","navigationBarBackgroundColor":"@same"},
			"tabBar":{"color":"@ink","list":[{"pagePath":"a","text":"A"},{"pagePath":"b","text":"B","iconPath":"@icon"}]}}`,
		"t.json": `{"light":{"bg":"#fff","same":"#123","ink":"#000","icon":"l.png"},"dark":{"bg":"#000","same":"#123","ink":"#fff","icon":"d.png"}}`,
		"app.js": "", "a.wxml": "", "b.wxml": "", "l.png": "x", "d.png": "x",
		"a.json": `{"navigationBarTextStyle":"@none"}`, "b.json": `{"backgroundColor":"@bg"}`,
	})
	if err != nil {
		t.Fatal(err)
	}
	app, err := program.Load(result.Files)
	if err != nil {
		t.Fatal(err)
	}
	w, bar := app.App.Window, app.App.TabBar
	if app.App.Style != program.StyleV2 {
		t.Errorf("the style is %q, want v2", app.App.Style)
	}
	if !app.App.DarkMode || *w.BackgroundColor != "#fff" || w.Dark == nil || *w.Dark.BackgroundColor != "#000" || w.Dark.NavigationBarBackgroundColor != nil {
		t.Errorf("window = %+v, dark %+v", w, w.Dark)
	}
	if bar.Color != "#000" || bar.List[1].IconPath != "l.png" || bar.Dark == nil || bar.Dark.Color != "#fff" || bar.Dark.List[1].IconPath != "d.png" {
		t.Errorf("tab bar = %+v, dark %+v", bar, bar.Dark)
	}
	for _, path := range []string{"l.png", "d.png"} {
		if _, ok := result.Files[path]; !ok {
			t.Errorf("the picture %s is not in the bundle", path)
		}
	}
}

// TestThemeVariables says of each variable that theme.json does not have where it is used, once.
func TestThemeVariables(t *testing.T) {
	t.Parallel()
	result, err := buildFiles(t, map[string]string{
		"app.json": `{"pages":["a","b"],"darkmode":true,"themeLocation":"t.json","window":{"backgroundColor":"@bq","navigationBarTitleText":"@home"},
"tabBar":{"color":"@none","selectedColor":"@bg","list":[{"pagePath":"a","text":"@a"},{"pagePath":"b","text":"B"}]}}`,
		"t.json": `{"light":{"bg":"#fff"},"dark":{"bg":"#000"}}`,
		"app.js": "", "a.wxml": "", "b.wxml": "", "a.json": "{\n\"navigationBarTextStyle\":\"@ink\"}",
	})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, d := range result.Diagnostics {
		if d.ID == "json-theme-variable" {
			got = append(got, fmt.Sprintf("%s:%d %s", d.File, d.Line, d.Message))
		}
	}
	want := []string{
		`a.json:2 "navigationBarTextStyle" is "@ink", which the file at themeLocation has no value for; known are bg`,
		`app.json:1 "backgroundColor" is "@bq", which the file at themeLocation has no value for; did you mean "bg"?`,
		`app.json:2 "color" is "@none", which the file at themeLocation has no value for; known are bg`,
	}
	if !slices.Equal(got, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}
