package miniapp

import (
	"path"
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

// launchOf completes a launch: the entry page, the default scene, a path without its slash and with its query taken off.
func launchOf(l message.Launch, p *program.Program) message.Launch {
	if l.Scene == 0 {
		l.Scene = defaultScene
	}
	t := parseURL("/"+strings.TrimPrefix(l.Path, "/"), "")
	if ref, _, _ := strings.Cut(l.Path, "?"); strings.HasPrefix(ref, "plugin") {
		if page, ok := p.App.PluginPath(ref, func(p *program.Plugin) map[string]string { return p.Pages }); ok {
			t.path = page
		}
	}
	query := map[string]string{}
	for key, v := range t.query.All() {
		query[key] = value.Text(v)
	}
	for key, v := range l.Query {
		query[key] = v
	}
	l.Path, l.Query = t.path, query
	if l.Path == "" && len(p.App.Pages) > 0 {
		l.Path = p.App.Pages[0]
	}
	return l
}

// options is a launch as App.onLaunch, App.onShow and wx.getLaunchOptionsSync give it.
func launchOptions(l message.Launch) *value.Object {
	query, err := value.From(l.Query)
	if err != nil || len(l.Query) == 0 {
		query = value.NewObject(0)
	}
	var referrer value.Value = value.NewObject(0)
	if len(l.Referrer) > 0 {
		if v, err := value.DecodeJSON(l.Referrer); err == nil {
			referrer = v
		}
	}
	return value.ObjectOf("path", l.Path, "query", query, "scene", value.Int(l.Scene), "referrerInfo", referrer, "shareTicket", nil)
}
