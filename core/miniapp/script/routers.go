package script

import (
	"path"
	"strings"

	"github.com/dop251/goja"
)

// mRouter is this.router: the functions of wx that navigate, with addresses relative to the component's own folder.
func (in *Instance) mRouter(goja.FunctionCall) goja.Value { return in.routerFrom(in.def.path) }

// mPageRouter is this.pageRouter: the same, relative to the folder of the page that the instance is in.
func (in *Instance) mPageRouter(goja.FunctionCall) goja.Value {
	if in.page == nil {
		return in.routerFrom(in.def.path)
	}
	return in.routerFrom(in.page.Path())
}

func (in *Instance) routerFrom(from string) goja.Value {
	r := in.realm
	o := r.vm.NewObject()
	for _, name := range [...]string{"switchTab", "reLaunch", "redirectTo", "navigateTo", "navigateBack"} {
		r.set(o, name, r.native(name, func(c goja.FunctionCall) goja.Value {
			wx := r.object(r.vm.GlobalObject(), "wx")
			navigate := r.callableOf(wx, name)
			if navigate == nil {
				r.throw("%s is not there", name)
			}
			v, err := navigate(wx, r.addressed(c.Argument(0), from))
			if err != nil {
				r.rethrow(err)
			}
			return v
		}))
	}
	return o
}

// addressed is the argument of a navigating function with its url made absolute.
func (r *Realm) addressed(options goja.Value, from string) goja.Value {
	given, ok := options.(*goja.Object)
	if !ok {
		return options
	}
	url := textOf(given, "url")
	if url == "" || strings.HasPrefix(url, "/") || strings.Contains(url, "://") {
		return options
	}
	file, query, asked := strings.Cut(url, "?")
	url = path.Join("/", path.Dir(from), file)
	if asked {
		url += "?" + query
	}
	own := r.vm.NewObject()
	if _, err := r.kit.assign(goja.Undefined(), own, given); err != nil {
		r.rethrow(err)
	}
	r.set(own, "url", r.vm.ToValue(url))
	return own
}
