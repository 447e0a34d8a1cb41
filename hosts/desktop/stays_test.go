package desktop

import (
	"slices"
	"testing"

	"github.com/dougong-dev/dougong/core/miniapp/webpolicy"
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
		stays, hosts := stays(c.apps, name{"anna", c.shown}, c.all)
		if stays != c.stays || !slices.Equal(hosts, c.hosts) {
			t.Errorf("%s: stays %v, %q; want %v, %q", c.what, stays, hosts, c.stays, c.hosts)
		}
	}
}
