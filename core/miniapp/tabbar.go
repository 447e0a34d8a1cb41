package miniapp

import (
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/dougong-dev/dougong/core/miniapp/message"
	"github.com/dougong-dev/dougong/core/miniapp/program"
	"github.com/dougong-dev/dougong/core/miniapp/value"
)

// tabBar is app.json's tab bar and what the mini-program changed of it.
type tabBar struct {
	bar     *program.TabBar // a copy of our own; nil without a tab bar
	light   *program.TabBar // as app.json has it, with its dark side
	hidden  bool
	badges  map[int]string
	redDots map[int]bool
}

func newTabBar(bar *program.TabBar) *tabBar {
	t := &tabBar{badges: map[int]string{}, redDots: map[int]bool{}}
	if bar != nil {
		own := *bar
		own.List, own.Dark = slices.Clone(bar.List), nil
		t.bar, t.light = &own, bar
	}
	return t
}

// index is the place of a page in the bar, -1 if it is not there.
func (t *tabBar) index(path string) int {
	if t.bar == nil {
		return -1
	}
	return slices.IndexFunc(t.bar.List, func(i program.TabItem) bool { return i.PagePath == path })
}

func (t *tabBar) text(i int) string { return t.bar.List[i].Text }

func (t *tabBar) describe() *program.TabBar {
	if t.bar == nil {
		return nil
	}
	out := *t.bar
	out.List = slices.Clone(t.bar.List)
	return &out
}

func (t *tabBar) state() *message.TabState {
	if t.bar == nil {
		return nil
	}
	return &message.TabState{Hidden: t.hidden, Badges: maps.Clone(t.badges), RedDots: maps.Clone(t.redDots)}
}

// change carries out wx.setTabBarBadge and its kin; handled is false if kind is none of them.
func (t *tabBar) change(kind string, o *value.Object, onTab bool) (handled bool, err error) {
	change, ok := tabChanges[kind]
	if !ok {
		return false, nil
	}
	if t.bar == nil || !onTab {
		return true, errors.New("not TabBar page")
	}
	return true, change(t, o)
}

var tabChanges = map[string]func(*tabBar, *value.Object) error{
	"showTabBar": func(t *tabBar, _ *value.Object) error { t.hidden = false; return nil },
	"hideTabBar": func(t *tabBar, _ *value.Object) error { t.hidden = true; return nil },
	"setTabBarBadge": func(t *tabBar, o *value.Object) error {
		return t.item(o, func(i int) { t.badges[i] = text(o, "text"); delete(t.redDots, i) })
	},
	"removeTabBarBadge": func(t *tabBar, o *value.Object) error {
		return t.item(o, func(i int) { delete(t.badges, i) })
	},
	"showTabBarRedDot": func(t *tabBar, o *value.Object) error {
		return t.item(o, func(i int) { t.redDots[i] = true; delete(t.badges, i) })
	},
	"hideTabBarRedDot": func(t *tabBar, o *value.Object) error {
		return t.item(o, func(i int) { delete(t.redDots, i) })
	},
	"setTabBarItem": func(t *tabBar, o *value.Object) error {
		return t.item(o, func(i int) {
			item := &t.bar.List[i]
			setText(&item.Text, o, "text")
			setText(&item.IconPath, o, "iconPath")
			setText(&item.SelectedIconPath, o, "selectedIconPath")
		})
	},
	"setTabBarStyle": func(t *tabBar, o *value.Object) error {
		setText(&t.bar.Color, o, "color")
		setText(&t.bar.SelectedColor, o, "selectedColor")
		setText(&t.bar.BackgroundColor, o, "backgroundColor")
		setText(&t.bar.BorderStyle, o, "borderStyle")
		return nil
	},
}

func (t *tabBar) item(o *value.Object, change func(i int)) error {
	index, _ := o.Get("index")
	f, ok := index.(float64)
	if !ok || int(f) < 0 || int(f) >= len(t.bar.List) {
		return fmt.Errorf("tabbar item not found: index %s of %d", value.Text(index), len(t.bar.List))
	}
	change(int(f))
	return nil
}

func setText(to *string, o *value.Object, key string) {
	if s, ok := o.Get(key); ok {
		if s, ok := s.(string); ok {
			*to = s
		}
	}
}

func text(o *value.Object, key string) string {
	var s string
	setText(&s, o, key)
	return s
}
