package alipay

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"

	"github.com/dougong-dev/dougong/core/miniapp/compiler/internal/jsonfile"
	"github.com/dougong-dev/dougong/core/miniapp/compiler/internal/source"
)

// readUsing reads which tags are components, in app.json and beside every template.
func (c *conversion) readUsing() {
	c.app = c.usingOf(c.at("app.json"))
	for _, name := range c.files {
		base, ok := strings.CutSuffix(name, ".axml")
		if ok && slices.Contains(c.files, base+".json") {
			c.using[base] = c.usingOf(base + ".json")
		}
	}
}

func (c *conversion) usingOf(name string) map[string]string {
	out := map[string]string{}
	data, err := fs.ReadFile(c.fsys, name)
	if err != nil || len(data) > maxSource {
		return out
	}
	list := jsonfile.Parse(source.New(name, data), &source.Diagnostics{}).Get("usingComponents")
	if list == nil {
		return out
	}
	for i, key := range list.Keys {
		if ref, ok := list.Items[i].Text(); ok && i < len(list.Items) {
			out[key.Name] = c.resolve(name, ref)
		}
	}
	return out
}

// resolve gives the component behind a reference; one of a package keeps its name.
func (c *conversion) resolve(from, ref string) string {
	switch {
	case strings.HasPrefix(ref, "/"):
		ref = c.at(strings.TrimPrefix(path.Clean(ref), "/"))
	case strings.HasPrefix(ref, "."):
		ref = path.Join(path.Dir(from), ref)
	}
	if slices.Contains(c.files, path.Join(ref, "index.axml")) {
		return path.Join(ref, "index")
	}
	return ref
}

// windowKeys are Alipay's names in window sections and pages; "" has no equivalent.
var windowKeys = map[string]string{
	"defaultTitle": "navigationBarTitleText", "titleBarColor": "navigationBarBackgroundColor", "pullRefresh": "enablePullDownRefresh",
	"titleImage": "", "optionMenu": "", "barButtonTheme": "", "enableScrollBar": "", "gestureBack": "", "backgroundImageUrl": "", "backgroundImageColor": "",
	"allowsBounceVertical": "", "responsive": "", "showTitleLoading": "",
}

var tabKeys = map[string]string{"textColor": "color", "items": "list"}

var tabItemKeys = map[string]string{"name": "text", "icon": "iconPath", "activeIcon": "selectedIconPath"}

// json converts configuration and copies data.
func (c *conversion) json(name string, data []byte) error {
	base := strings.TrimSuffix(name, ".json")
	switch {
	case name == projectFile:
		return c.putProject(data)
	case name != c.at("app.json") && !slices.Contains(c.files, base+".axml"), len(data) > maxSource:
		return c.copy(name, data)
	}
	f := source.New(name, data)
	n := jsonfile.Parse(f, &c.diags)
	if !n.Object {
		return c.copy(name, data)
	}
	w := &jsonWriter{conversion: c, file: f}
	if name == c.at("app.json") {
		w.app(n)
	} else {
		w.object(n, windowKeys, nil)
		w.packages(n)
	}
	return c.put(name, w.indent())
}

// jsonWriter writes an object again with other keys, in its order.
type jsonWriter struct {
	*conversion
	file *source.File
	out  bytes.Buffer
}

func (w *jsonWriter) indent() []byte {
	var out bytes.Buffer
	if err := json.Indent(&out, w.out.Bytes(), "", "  "); err != nil {
		return w.out.Bytes()
	}
	return append(out.Bytes(), '\n')
}

// object writes an object with its keys renamed; what stands in special is written by it.
func (w *jsonWriter) object(n *jsonfile.Node, names map[string]string, special map[string]func(*jsonfile.Node)) {
	w.out.WriteByte('{')
	first := true
	for i, key := range n.Keys {
		name, renamed := names[key.Name]
		if renamed && name == "" {
			w.diags.Warn(w.file, n.Items[i].Offset, "alipay-config", "remove it, or draw it in the page", "%q is Alipay's own and is left out", key.Name)
			continue
		}
		if !renamed {
			name = key.Name
		}
		if !first {
			w.out.WriteByte(',')
		}
		first = false
		w.value(name)
		w.out.WriteByte(':')
		if f := special[key.Name]; f != nil {
			f(n.Items[i])
		} else {
			w.value(n.Items[i].Go())
		}
	}
	w.out.WriteByte('}')
}

func (w *jsonWriter) value(v any) {
	data, err := json.Marshal(v)
	if err != nil {
		data = []byte("null")
	}
	w.out.Write(data)
}

func (w *jsonWriter) app(n *jsonfile.Node) {
	objects := func(names map[string]string, special map[string]func(*jsonfile.Node)) func(*jsonfile.Node) {
		return func(n *jsonfile.Node) {
			if n.Object {
				w.object(n, names, special)
			} else {
				w.value(n.Go())
			}
		}
	}
	item := objects(tabItemKeys, nil)
	items := func(n *jsonfile.Node) {
		w.out.WriteByte('[')
		for i, each := range n.Items {
			if i > 0 {
				w.out.WriteByte(',')
			}
			item(each)
		}
		w.out.WriteByte(']')
	}
	w.object(n, nil, map[string]func(*jsonfile.Node){
		"window": objects(windowKeys, nil),
		"tabBar": objects(tabKeys, map[string]func(*jsonfile.Node){"items": items}),
	})
	w.packages(n)
}

// packages reports components of npm packages: those for Alipay are none for WeChat.
func (w *jsonWriter) packages(n *jsonfile.Node) {
	list := n.Get("usingComponents")
	if list == nil {
		return
	}
	for i, key := range list.Keys {
		ref, ok := list.Items[i].Text()
		switch {
		case !ok:
		case strings.HasPrefix(ref, "plugin://"), strings.HasPrefix(ref, "dynamic-plugin://"):
			w.diags.Warn(w.file, list.Items[i].Offset, "alipay-plugin", "use a component from npm or from the project", "component <%s> comes from a plugin of Alipay's (%s)", key.Name, ref)
		case !strings.HasPrefix(ref, ".") && !strings.HasPrefix(ref, "/"):
			w.diags.Warn(w.file, list.Items[i].Offset, "alipay-package", "use the package's build for WeChat, if it has one", "component <%s> is of the npm package %q, which is not converted", key.Name, ref)
		}
	}
}

// putProject writes project.config.json; data is mini.project.json, if there is one.
func (c *conversion) putProject(data []byte) error {
	config := map[string]any{"appid": "touristappid", "compileType": "miniprogram", "setting": map[string]any{"es6": true, "enhance": true}}
	if c.root != "." {
		config["miniprogramRoot"] = c.root + "/"
	}
	if n := jsonfile.Parse(source.New(projectFile, data), &source.Diagnostics{}); len(data) > 0 {
		if n.Get("compileOptions").Get("typescript") != nil {
			config["setting"].(map[string]any)["useCompilerPlugins"] = []string{"typescript"}
		}
	}
	out, err := json.MarshalIndent(config, "", "  ")
	if err != nil {
		return fmt.Errorf("write project.config.json: %w", err)
	}
	return c.put("project.config.json", append(out, '\n'))
}
