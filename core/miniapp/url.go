package miniapp

import (
	"maps"
	"path"
	"slices"
	"strings"

	"github.com/dougong-dev/dougong/core/miniapp/message"
	"github.com/dougong-dev/dougong/core/miniapp/program"
	"github.com/dougong-dev/dougong/core/miniapp/value"
)

// defaultScene is WeChat's scene value for an entry out of the list of mini-programs.
const defaultScene = 1001

// target is where a navigation goes.
type target struct {
	path  string
	query *value.Object
}

// parseURL resolves the url of a navigation against the page it comes from: "/pages/a/a?x=1" is absolute, everything else
// relative. Query values are passed on as they are written; pages decode them themselves.
func parseURL(url, from string) target {
	p, query, _ := strings.Cut(url, "?")
	if strings.HasPrefix(p, "/") {
		p = path.Clean(p)
	} else {
		p = path.Join("/", path.Dir(from), p)
	}
	p = strings.TrimSuffix(strings.TrimPrefix(p, "/"), ".html")
	return target{path: p, query: parseQuery(query)}
}

func parseQuery(query string) *value.Object {
	out := value.NewObject(0)
	query, _, _ = strings.Cut(query, "#")
	for part := range strings.SplitSeq(query, "&") {
		if key, val, _ := strings.Cut(part, "="); key != "" {
			out.Set(key, val)
		}
	}
	return out
}

// arrival is a launch as the mini-program hears of it. Its query keeps the order in which it was written.
type arrival struct {
	message.Launch
	query *value.Object
}

// launchOf completes a launch: the entry page, the default scene, a path without its slash and with its query taken off.
func launchOf(l message.Launch, p *program.Program) arrival {
	if l.Scene == 0 {
		l.Scene = defaultScene
	}
	t := parseURL("/"+strings.TrimPrefix(l.Path, "/"), "")
	if ref, _, _ := strings.Cut(l.Path, "?"); strings.HasPrefix(ref, "plugin") {
		if page, ok := p.App.PluginPath(ref, func(p *program.Plugin) map[string]string { return p.Pages }); ok {
			t.path = page
		}
	}
	for _, key := range slices.Sorted(maps.Keys(l.Query)) {
		t.query.Set(key, l.Query[key])
	}
	l.Path, l.Query = t.path, nil
	if l.Path == "" && len(p.App.Pages) > 0 {
		l.Path = p.App.Pages[0]
	}
	return arrival{l, t.query}
}

// Categories of APIs, by how a mini-program is entered.
const (
	categoryDefault  = "default"
	categoryBrowse   = "browseOnly" // sceneTimeline: the page as everybody sees it
	categoryEmbedded = "embedded"   // over another mini-program, which stays

	sceneTimeline = 1154
)

func (a arrival) category() string {
	switch {
	case a.Embedded:
		return categoryEmbedded
	case a.Scene == sceneTimeline:
		return categoryBrowse
	}
	return categoryDefault
}

// options is a launch as App.onLaunch, App.onShow and wx.getLaunchOptionsSync give it.
func (a arrival) options() *value.Object {
	var referrer value.Value = value.NewObject(0)
	if len(a.Referrer) > 0 {
		if v, err := value.DecodeJSON(a.Referrer); err == nil {
			referrer = v
		}
	}
	return value.ObjectOf(
		"path", a.Path, "query", a.query, "scene", value.Int(a.Scene), "referrerInfo", referrer, "shareTicket", nil,
		"apiCategory", a.category(),
	)
}
