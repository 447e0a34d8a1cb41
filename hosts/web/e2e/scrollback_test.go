package e2e

import (
	"fmt"
	"path/filepath"
	"testing"

	"github.com/dougong-dev/dougong/hosts/sessions"
	"github.com/dougong-dev/dougong/hosts/web/internal/browser"
)

// TestScrolledBack: after the host was killed, a page and its scroll-views are scrolled to where they were, though what they
// show comes late; who scrolls meanwhile is not disturbed.
func TestScrolledBack(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("needs a browser")
	}
	data := t.TempDir()
	shop := write(t, map[string]string{
		"project.config.json":  `{"appid": "one", "projectname": "One"}`,
		"app.json":             `{"pages": ["pages/home/home"]}`,
		"pages/home/home.js":   `Page({ data: { rows: [] }, onLoad() { setTimeout(() => this.setData({ rows: Array.from({ length: 100 }, (_, i) => i) }), 700) } })`,
		"pages/home/home.wxml": `<view id="home">home</view><scroll-view id="tabs" scroll-x style="white-space: nowrap; height: 50px"><view wx:for="{{rows}}" wx:key="*this" style="display: inline-block; width: 90px">tab {{item}}</view></scroll-view><scroll-view id="list" scroll-y style="height: 300px"><view wx:for="{{rows}}" wx:key="*this" style="height: 40px">item {{item}}</view></scroll-view><view wx:for="{{rows}}" wx:key="*this" style="height: 40px">row {{item}}</view>`,
	})
	dir := write(t, map[string]string{"superapp.yaml": fmt.Sprintf("name: House\ndata: %s\nlisten: 127.0.0.1:0\nminiapps:\n  - {path: %s}\n", data, shop)})
	yaml := filepath.Join(dir, "superapp.yaml")
	k := startKillable(t, yaml)
	b := browser.Start(t, 1000, 920)
	b.Open(k.address)
	open(b, "one")
	full := `$("#list")?.scrollHeight > 3500 && $$(".scroller").at(-1).scrollHeight > 4000 && $("#tabs")?.scrollWidth > 8000`
	b.Wait(full)
	b.Wait(`($("#list").scrollTop = 700) === $("#list").scrollTop && ($("#tabs").scrollLeft = 450) === $("#tabs").scrollLeft`)
	b.Wait(`($$(".scroller").at(-1).scrollTop = 120) === $$(".scroller").at(-1).scrollTop`)
	store := sessions.Open(filepath.Join(data, "sessions"))
	until(t, "a note of everything that is scrolled", func() bool {
		s, err := store.Load("local")
		if err != nil {
			t.Fatal(err)
		}
		one := s.App("one")
		return one != nil && len(one.Pages) == 1 && one.Pages[0].Scroll == 120 && one.Pages[0].Views["list"].Top == 700 && one.Pages[0].Views["tabs"].Left == 450
	})
	for range 2 { // what was brought back is noted again
		k.kill()
		k = startKillable(t, yaml)
		b.Open(k.address)
		b.Wait(full)
		b.Wait(`$("#list").scrollTop === 700 && $("#tabs").scrollLeft === 450 && $$(".scroller").at(-1).scrollTop === 120`)
	}
	b.Screenshot("scrolled-back")
}
