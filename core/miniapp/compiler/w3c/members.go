package w3c

import (
	"io/fs"
	"slices"
	"strconv"
	"strings"

	"github.com/dougong-dev/dougong/core/miniapp/compiler/internal/jsonfile"
)

func itoa(i int) string { return strconv.Itoa(i) }

func (r *reader) icons(to *[]Icon) member {
	return func(r *reader, n *jsonfile.Node, path string) {
		r.each(n, path, 1, func(n *jsonfile.Node, path string) {
			var icon Icon
			r.object(n, path, map[string]member{
				"src": r.path(&icon.Src), "sizes": r.text(&icon.Sizes), "label": r.text(&icon.Label), "type": r.text(&icon.Type),
			}, "src")
			if icon.Sizes != "" && !iconSize.MatchString(icon.Sizes) {
				r.failAt(path+".sizes", "w3c-icon-sizes", `write "48x48", several with spaces, or "any"`, "%q says no sizes", icon.Sizes)
			}
			*to = append(*to, icon)
		})
	}
}

// path reads a path inside of the package, or the address of something outside of it.
func (r *reader) path(to *string) member {
	return func(r *reader, n *jsonfile.Node, path string) {
		r.text(to)(r, n, path)
		if v := *to; v != "" && !strings.Contains(v, "://") && !fs.ValidPath(clean(v)) {
			r.fail(n, "w3c-path", "write it from the package's top, without .. in it", "%q is no path inside of the package", v)
			*to = ""
		}
	}
}

func clean(p string) string { return strings.TrimPrefix(strings.TrimPrefix(p, "./"), "/") }

func (r *reader) version(to *Version) member {
	return func(r *reader, n *jsonfile.Node, path string) {
		r.object(n, path, map[string]member{"name": r.text(&to.Name), "code": r.number(&to.Code, 1)}, "name", "code")
	}
}

func (r *reader) platform(to *Platform) member {
	return func(r *reader, n *jsonfile.Node, path string) {
		r.object(n, path, map[string]member{
			"min_code": r.number(&to.MinCode, 1), "target_code": r.number(&to.TargetCode, 1), "release_type": r.text(&to.ReleaseType),
		}, "min_code")
		if to.TargetCode != 0 && to.TargetCode < to.MinCode {
			r.failAt(path+".target_code", "w3c-platform", "", "target_code (%d) is lower than min_code (%d)", to.TargetCode, to.MinCode)
		}
	}
}

func (r *reader) pages(to *[]string) member {
	return func(r *reader, n *jsonfile.Node, path string) {
		r.each(n, path, 1, func(n *jsonfile.Node, path string) {
			var page string
			r.path(&page)(r, n, path)
			if page = clean(page); page == "" {
				return
			}
			if slices.Contains(*to, page) {
				r.fail(n, "w3c-page-twice", "remove one of them", "page %q is listed twice", page)
				return
			}
			*to = append(*to, page)
		})
	}
}

func (r *reader) window(to *map[string]any) member {
	return func(r *reader, n *jsonfile.Node, path string) {
		colors, flags := r.color, r.flag
		var width, distance int
		var text, style string
		r.object(n, path, map[string]member{
			"auto_design_width": flags, "background_color": colors, "background_text_style": r.oneOf(&style, "dark", "light"),
			"design_width": r.number(&width, 1), "enable_pull_down_refresh": flags, "fullscreen": flags,
			"navigation_bar_background_color": colors, "navigation_bar_text_style": r.oneOf(&style, "white", "black"),
			"navigation_bar_title_text": r.text(&text), "navigation_style": r.oneOf(&style, "default", "custom"),
			"on_reach_bottom_distance": r.number(&distance, 0),
			"orientation":              r.oneOf(&style, "portrait", "landscape", "any", "natural", "portrait-primary", "portrait-secondary", "landscape-primary", "landscape-secondary"),
		})
		if v, ok := n.Go().(map[string]any); ok {
			*to = v
		}
	}
}

func (r *reader) color(_ *reader, n *jsonfile.Node, path string) {
	if v, _ := n.Text(); !color.MatchString(v) {
		r.fail(n, "w3c-color", `write "#rrggbb"`, "%q must be a colour", path)
	}
}

func (r *reader) flag(_ *reader, n *jsonfile.Node, path string) {
	if _, ok := n.Bool(); !ok {
		r.fail(n, "w3c-type", "", "%q must be true or false, got %s", path, n.Kind())
	}
}

func (r *reader) widgets(to *[]Widget) member {
	return func(r *reader, n *jsonfile.Node, path string) {
		r.each(n, path, 0, func(n *jsonfile.Node, path string) {
			var w Widget
			r.object(n, path, map[string]member{"name": r.text(&w.Name), "path": r.path(&w.Path), "min_code": r.number(&w.MinCode, 1)}, "name", "path")
			*to = append(*to, w)
		})
	}
}

func (r *reader) permissions(to *[]Permission) member {
	return func(r *reader, n *jsonfile.Node, path string) {
		r.each(n, path, 0, func(n *jsonfile.Node, path string) {
			var p Permission
			r.object(n, path, map[string]member{"name": r.text(&p.Name), "reason": r.text(&p.Reason)}, "name")
			*to = append(*to, p)
		})
	}
}
