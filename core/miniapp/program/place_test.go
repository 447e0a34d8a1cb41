package program

import "testing"

func placed() *App {
	return &App{
		Pages:       []string{"pages/a", "shop/list"},
		SubPackages: []SubPackage{{Root: "shop", Name: "s", Pages: []string{"shop/list"}}},
		Plugins: []Plugin{
			{Name: "hello", Provider: "wx1", Root: "__plugin__/wx1", Pages: map[string]string{"first": "__plugin__/wx1/pages/first"}, Components: map[string]string{"c": "__plugin__/wx1/c"}},
			{Name: "gone", Provider: "wx2"},
		},
	}
}

func TestPackages(t *testing.T) {
	t.Parallel()
	app := placed()
	for path, want := range map[string]string{"shop/list": "shop", "/shop/utils/x": "shop", "shopping/x": "", "pages/a": ""} {
		got := ""
		if sub := app.PackageOf(path); sub != nil {
			got = sub.Root
		}
		if got != want {
			t.Errorf("PackageOf(%q) = %q, want %q", path, got, want)
		}
	}
	for name, want := range map[string]bool{"s": true, "shop": true, "/shop/": true, "x": false} {
		if got := app.Package(name) != nil; got != want {
			t.Errorf("Package(%q) found = %v", name, got)
		}
	}
}

func TestPlugins(t *testing.T) {
	t.Parallel()
	app := placed()
	pages := func(p *Plugin) map[string]string { return p.Pages }
	for ref, want := range map[string]string{
		"plugin://hello/first":               "__plugin__/wx1/pages/first",
		"plugin://hello/pages/first":         "__plugin__/wx1/pages/first",
		"plugin-private://wx1/pages/first":   "__plugin__/wx1/pages/first",
		"plugin://hello/second":              "",
		"plugin://gone/first":                "",
		"plugin://nobody/first":              "",
		"plugin://hello/../../pages/a":       "",
		"pages/a":                            "",
		"https://example.com/plugin://hello": "",
	} {
		if got, ok := app.PluginPath(ref, pages); got != want || ok != (want != "") {
			t.Errorf("PluginPath(%q) = %q, %v; want %q", ref, got, ok, want)
		}
	}
	for path, want := range map[string]bool{"pages/a": true, "__plugin__/wx1/pages/first": true, "__plugin__/wx1/c": false, "__plugin__/wx2/x": false, "x": false} {
		if got := app.IsPage(path); got != want {
			t.Errorf("IsPage(%q) = %v", path, got)
		}
	}
}

func TestWindowWith(t *testing.T) {
	t.Parallel()
	red, blue, yes := "red", "blue", true
	got := Window{BackgroundColor: &red, NavigationBarTitleText: &red}.With(Window{BackgroundColor: &blue, DisableScroll: &yes})
	if *got.BackgroundColor != "blue" || *got.NavigationBarTitleText != "red" || !*got.DisableScroll {
		t.Errorf("With = %+v", got)
	}
}
