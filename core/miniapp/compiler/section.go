package compiler

import (
	"reflect"
	"strings"

	"github.com/dougong-dev/dougong/core/miniapp/compiler/internal/jsonfile"
	"github.com/dougong-dev/dougong/core/miniapp/compiler/internal/source"
	"github.com/dougong-dev/dougong/core/miniapp/program"
	"github.com/dougong-dev/dougong/pdk/go/strict"
)

// section reads typed fields of a JSON file and reports wrong types at their place.
type section struct {
	file  *source.File
	node  *jsonfile.Node
	diags *source.Diagnostics
	theme *jsonfile.Node // theme.json: values of "@name", light and dark
	dark  bool           // the dark ones count
}

func (s section) wrong(n *jsonfile.Node, name, want string) {
	s.diags.Error(s.file, n.Offset, "json-type", "", "%q must be %s, got %s", name, want, n.Kind())
}

func (s section) text(name string) *string {
	n := s.node.Get(name)
	if n == nil {
		return nil
	}
	v, ok := n.Text()
	if !ok {
		s.wrong(n, name, "a text")
		return nil
	}
	if variable, isTheme := strings.CutPrefix(v, "@"); isTheme && s.theme != nil {
		v = s.themed(variable, name, n)
	}
	return &v
}

// themed is the value of a variable of theme.json; "@" and its name if there is none.
func (s section) themed(variable, key string, n *jsonfile.Node) string {
	v, known := "@"+variable, false
	for _, theme := range s.themes() {
		if themed, ok := s.theme.Get(theme).Get(variable).Text(); ok {
			v, known = themed, true
		}
	}
	if !known && !strings.HasSuffix(key, "Text") && key != "text" { // a title may begin with an @
		s.diags.Warn(s.file, n.Offset, "json-theme-variable", "add it to \"light\" and \"dark\" of that file, or write a colour",
			"%q is %q, which the file at themeLocation has no value for%s", key, v, s.nearVariable(variable))
	}
	return v
}

// nearVariable says which variable may have been meant.
func (s section) nearVariable(variable string) string {
	var names []string
	if light := s.theme.Get("light"); light != nil {
		for _, k := range light.Keys {
			names = append(names, k.Name)
		}
	}
	return strict.NearMiss(variable, names)
}

func (s section) plain(name string) string {
	if v := s.text(name); v != nil {
		return *v
	}
	return ""
}

func (s section) flag(name string) *bool {
	n := s.node.Get(name)
	if n == nil {
		return nil
	}
	if v, ok := n.Bool(); ok {
		return &v
	}
	if t, ok := n.Text(); ok && (t == "true" || t == "false") { // widely written, and taken by WeChat
		v := t == "true"
		return &v
	}
	s.wrong(n, name, "true or false")
	return nil
}

func (s section) isSet(name string) bool {
	v := s.flag(name)
	return v != nil && *v
}

func (s section) integer(name string) *int {
	n := s.node.Get(name)
	if n == nil {
		return nil
	}
	f, ok := n.Number()
	if !ok || f != float64(int(f)) {
		s.wrong(n, name, "a whole number")
		return nil
	}
	v := int(f)
	return &v
}

// list gives the items of an array; nil if there is none.
func (s section) list(name string) []*jsonfile.Node {
	n := s.node.Get(name)
	if n == nil {
		return nil
	}
	if !n.Array {
		s.wrong(n, name, "a list")
		return nil
	}
	return n.Items
}

// below opens an object in a field.
func (s section) below(name string) section {
	n := s.node.Get(name)
	if n != nil && !n.Object {
		s.wrong(n, name, "an object")
		n = nil
	}
	s.node = n
	return s
}

// themes are the sections of theme.json, the one that counts last.
func (s section) themes() []string {
	if s.dark {
		return []string{"light", "dark"}
	}
	return []string{"light"}
}

// window reads the keys of a window section or page, for both themes.
func (s section) window(alipay bool) program.Window {
	if alipay {
		return s.alipayWindow()
	}
	w := s.themedWindow()
	if s.theme == nil {
		return w
	}
	quiet := s
	quiet.dark, quiet.diags = true, &source.Diagnostics{} // what is wrong has been said
	dark, light := quiet.themedWindow().Colors(), w.Colors()
	if reflect.DeepEqual(dark, light) {
		return w
	}
	w.Dark = &dark
	for _, field := range []struct{ now, was **string }{
		{&dark.NavigationBarBackgroundColor, &light.NavigationBarBackgroundColor},
		{&dark.NavigationBarTextStyle, &light.NavigationBarTextStyle},
		{&dark.BackgroundColor, &light.BackgroundColor},
		{&dark.BackgroundTextStyle, &light.BackgroundTextStyle},
		{&dark.BackgroundColorTop, &light.BackgroundColorTop},
		{&dark.BackgroundColorBottom, &light.BackgroundColorBottom},
	} {
		if *field.now != nil && **field.now == **field.was {
			*field.now = nil
		}
	}
	return w
}

func (s section) themedWindow() program.Window {
	return program.Window{
		NavigationBarBackgroundColor: s.text("navigationBarBackgroundColor"),
		NavigationBarTextStyle:       s.text("navigationBarTextStyle"),
		NavigationBarTitleText:       s.text("navigationBarTitleText"),
		NavigationStyle:              s.text("navigationStyle"),
		HomeButton:                   s.flag("homeButton"),
		BackgroundColor:              s.text("backgroundColor"),
		BackgroundTextStyle:          s.text("backgroundTextStyle"),
		BackgroundColorTop:           s.text("backgroundColorTop"),
		BackgroundColorBottom:        s.text("backgroundColorBottom"),
		EnablePullDownRefresh:        s.flag("enablePullDownRefresh"),
		OnReachBottomDistance:        s.integer("onReachBottomDistance"),
		DisableScroll:                s.flag("disableScroll"),
		PageOrientation:              s.text("pageOrientation"),
		RestartStrategy:              s.text("restartStrategy"),
	}
}
