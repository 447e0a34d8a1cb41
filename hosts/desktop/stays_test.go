package desktop

import (
	"maps"
	"testing"

	"github.com/dougong-dev/dougong/core/miniapp/webpolicy"
	"github.com/dougong-dev/dougong/hosts/desktop/window"
	"github.com/dougong-dev/dougong/hosts/web"
)

func TestStays(t *testing.T) {
	t.Parallel()
	plain, map1 := web.App{ID: "plain"}, web.App{ID: "map", CSP: webpolicy.Policy{"frame-src": {"map.example"}, "img-src": {"img.example"}}}
	free := web.App{ID: "free", WebViews: []string{"h5.example"}}
	for _, c := range []struct {
		what  string
		apps  []web.App
		shown string
		all   bool
		stays bool
		hosts []string
	}{
		{"launcher", []web.App{plain, map1, free}, "", false, true, nil},
		{"mini-program", []web.App{plain, map1, free}, "plain", false, true, nil},
		{"H5 app with frames", []web.App{plain, map1, free}, "map", false, true, []string{"map.example"}},
		{"mini-program with a web-view", []web.App{plain, map1, free}, "free", false, false, nil},
		{"all in one window", []web.App{plain, map1}, "", true, true, []string{"map.example"}},
		{"all in one window, one with a web-view", []web.App{plain, map1, free}, "", true, false, nil},
	} {
		if got, want := stays(c.apps, name{"anna", c.shown}, c.all), (window.Stay{Stays: c.stays, Hosts: c.hosts}); !got.Equal(want) {
			t.Errorf("%s: %+v, want %+v", c.what, got, want)
		}
	}
}

// An update that may go elsewhere is told to the windows that it concerns.
func TestUpdateGoesElsewhere(t *testing.T) {
	t.Parallel()
	was := []web.App{{ID: "map", CSP: webpolicy.Policy{"frame-src": {"map.example"}}}, {ID: "plain"}}
	listed := []web.App{{ID: "map", CSP: webpolicy.Policy{"frame-src": {"map.example", "tiles.example"}}}, {ID: "plain"}}
	free := []web.App{{ID: "map", CSP: was[0].CSP}, {ID: "plain", WebViews: []string{"h5.example"}}}
	for _, c := range []struct {
		what string
		apps []web.App
		want map[string]window.Stay
	}{
		{"the same", was, map[string]window.Stay{}},
		{"another host in frames", listed, map[string]window.Stay{"map": {Stays: true, Hosts: []string{"map.example", "tiles.example"}}}},
		{"a web-view", free, map[string]window.Stay{"plain": {}}},
	} {
		w := newWindows(Config{})
		for _, app := range []string{"", "map", "plain"} {
			n := name{"anna", app}
			w.open[n] = &handle{name: n, stay: stays(was, n, false)}
		}
		got := map[string]window.Stay{}
		for h, stay := range w.otherwise(c.apps) {
			got[h.name.app] = stay
		}
		if !maps.EqualFunc(got, c.want, window.Stay.Equal) {
			t.Errorf("%s: %+v is told, want %+v", c.what, got, c.want)
		}
	}
}
