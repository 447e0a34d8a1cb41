package w3c

import (
	"regexp"
	"slices"
	"strings"

	"github.com/dougong-dev/dougong/core/miniapp/compiler/internal/jsonfile"
	"github.com/dougong-dev/dougong/core/miniapp/compiler/internal/source"
)

// ManifestFile is the manifest's name, at the top of a package.
const ManifestFile = "manifest.json"

// Manifest is a MiniApp manifest.
type Manifest struct {
	Dir, Lang                    string
	AppID                        string
	Name, ShortName, Description string
	Icons                        []Icon
	Version                      Version
	Platform                     Platform
	Pages                        []string
	Window                       map[string]any
	Widgets                      []Widget
	Permissions                  []Permission
	ColorScheme                  string
	DeviceType                   []string

	places map[string]int // of paths in the manifest's text
}

// Icon is an entry of icons.
type Icon struct{ Src, Sizes, Label, Type string }

// Version of the MiniApp.
type Version struct {
	Name string
	Code int
}

// Platform says which platforms it runs on.
type Platform struct {
	MinCode, TargetCode int
	ReleaseType         string
}

// Widget is an entry of widgets.
type Widget struct {
	Name, Path string
	MinCode    int
}

// Permission is an entry of req_permissions.
type Permission struct{ Name, Reason string }

// reader reads a manifest and notes what is wrong at its place.
type reader struct {
	file   *source.File
	diags  *source.Diagnostics
	places map[string]int
}

// member reads one member of an object.
type member func(r *reader, n *jsonfile.Node, path string)

// ReadManifest reads a manifest. What it returns is as complete as it can be; the diagnostics say what the draft does not
// allow. Members that the draft does not know are ignored with a warning.
func ReadManifest(name string, data []byte) (*Manifest, source.Diagnostics) {
	var diags source.Diagnostics
	r := &reader{file: source.New(name, data), diags: &diags, places: map[string]int{}}
	m := &Manifest{places: r.places}
	n := jsonfile.Parse(r.file, &diags)
	if !n.Object {
		if !diags.HasErrors() {
			r.fail(n, "w3c-type", "write { … }", "a manifest is an object, got %s", n.Kind())
		}
		return m, diags
	}
	r.object(n, "", map[string]member{
		"dir": r.oneOf(&m.Dir, "ltr", "rtl", "auto"), "lang": r.language(&m.Lang), "app_id": r.text(&m.AppID), "name": r.text(&m.Name),
		"short_name": r.text(&m.ShortName), "description": r.text(&m.Description), "icons": r.icons(&m.Icons),
		"version": r.version(&m.Version), "platform_version": r.platform(&m.Platform), "pages": r.pages(&m.Pages),
		"window": r.window(&m.Window), "widgets": r.widgets(&m.Widgets), "req_permissions": r.permissions(&m.Permissions),
		"color_scheme": r.oneOf(&m.ColorScheme, "auto", "light", "dark"), "device_type": r.texts(&m.DeviceType),
	}, "app_id", "name", "icons", "version", "platform_version", "pages")
	if m.AppID != "" && !appID.MatchString(m.AppID) {
		r.failAt("app_id", "w3c-app-id", "write a reverse domain name, such as org.example.app", "%q is no id: letters, digits, dots, hyphens and underscores make one", m.AppID)
	}
	return m, diags
}

var (
	appID    = regexp.MustCompile(`^[A-Za-z0-9]([A-Za-z0-9._-]{0,253}[A-Za-z0-9])?$`)
	langTag  = regexp.MustCompile(`^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*$`)
	color    = regexp.MustCompile(`^(#([0-9A-Fa-f]{3,4}|[0-9A-Fa-f]{6}|[0-9A-Fa-f]{8})|[a-z]+|(rgb|rgba|hsl|hsla)\([^()]*\))$`)
	iconSize = regexp.MustCompile(`^(any|[1-9][0-9]*[xX][1-9][0-9]*)( (any|[1-9][0-9]*[xX][1-9][0-9]*))*$`)
)

func (r *reader) fail(n *jsonfile.Node, id, hint, format string, args ...any) {
	r.diags.Error(r.file, n.Offset, id, hint, format, args...)
}

func (r *reader) failAt(path, id, hint, format string, args ...any) {
	r.diags.Error(r.file, r.places[path], id, hint, format, args...)
}

// object reads an object's members; those required must be there.
func (r *reader) object(n *jsonfile.Node, path string, members map[string]member, required ...string) {
	if !n.Object {
		r.fail(n, "w3c-type", "", "%s must be an object, got %s", path, n.Kind())
		return
	}
	for i, key := range n.Keys {
		at := strings.TrimPrefix(path+"."+key.Name, ".")
		r.places[at] = n.Items[i].Offset
		if read := members[key.Name]; read != nil {
			read(r, n.Items[i], at)
			continue
		}
		r.diags.Warn(r.file, key.Offset, "w3c-unknown-member", "remove it, or check how it is written", "%q is no member that the draft knows; it is ignored", at)
	}
	for _, name := range required {
		if n.Get(name) == nil {
			r.fail(n, "w3c-missing-member", "add it", "%q is required", strings.TrimPrefix(path+"."+name, "."))
		}
	}
}

func (r *reader) text(to *string) member {
	return func(r *reader, n *jsonfile.Node, path string) {
		v, ok := n.Text()
		switch {
		case !ok:
			r.fail(n, "w3c-type", "", "%q must be a text, got %s", path, n.Kind())
		case strings.TrimSpace(v) == "":
			r.fail(n, "w3c-empty", "write something, or leave the member out", "%q is empty", path)
		}
		*to = v
	}
}

func (r *reader) oneOf(to *string, values ...string) member {
	return func(r *reader, n *jsonfile.Node, path string) {
		v, _ := n.Text()
		if *to = v; !slices.Contains(values, v) {
			r.fail(n, "w3c-value", "", "%q must be one of %s", path, strings.Join(values, ", "))
		}
	}
}

func (r *reader) language(to *string) member {
	return func(r *reader, n *jsonfile.Node, path string) {
		v, _ := n.Text()
		if *to = v; !langTag.MatchString(v) {
			r.fail(n, "w3c-language", `write a language tag, such as "en" or "zh-Hans"`, "%q must be a language tag", path)
		}
	}
}

func (r *reader) number(to *int, least int) member {
	return func(r *reader, n *jsonfile.Node, path string) {
		v, ok := n.Number()
		if !ok || v != float64(int(v)) || int(v) < least {
			r.fail(n, "w3c-type", "", "%q must be a whole number from %d on, got %s", path, least, n.Kind())
			return
		}
		*to = int(v)
	}
}

// each reads a list.
func (r *reader) each(n *jsonfile.Node, path string, least int, read func(n *jsonfile.Node, path string)) {
	if !n.Array {
		r.fail(n, "w3c-type", "write [ … ]", "%q must be a list, got %s", path, n.Kind())
		return
	}
	if len(n.Items) < least {
		r.fail(n, "w3c-empty", "", "%q must have at least one entry", path)
	}
	for i, item := range n.Items {
		at := path + "[" + itoa(i) + "]"
		r.places[at] = item.Offset
		read(item, at)
	}
}

func (r *reader) texts(to *[]string) member {
	return func(r *reader, n *jsonfile.Node, path string) {
		r.each(n, path, 1, func(n *jsonfile.Node, path string) {
			var v string
			r.text(&v)(r, n, path)
			*to = append(*to, v)
		})
	}
}
