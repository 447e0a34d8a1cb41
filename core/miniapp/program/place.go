package program

import (
	"slices"
	"strings"
)

// PackageOf is the subpackage that a file or page lies in; nil for the main package.
func (a *App) PackageOf(path string) *SubPackage {
	path = strings.TrimPrefix(path, "/")
	for i := range a.SubPackages {
		if strings.HasPrefix(path, strings.TrimSuffix(a.SubPackages[i].Root, "/")+"/") {
			return &a.SubPackages[i]
		}
	}
	return nil
}

// Apart tells whether a file lies in a subpackage that is a file of its own, so that it may still have to be fetched.
func (a *App) Apart(path string) bool {
	s := a.PackageOf(path)
	return s != nil && s.File != ""
}

// Package finds a subpackage by its name or root.
func (a *App) Package(name string) *SubPackage {
	for i := range a.SubPackages {
		if s := &a.SubPackages[i]; s.Name == name || s.Root == strings.Trim(name, "/") {
			return s
		}
	}
	return nil
}

// Plugin finds a plugin by the name that the mini-program gave it, or by its provider.
func (a *App) Plugin(name string) *Plugin {
	for i := range a.Plugins {
		if a.Plugins[i].Name == name || a.Plugins[i].Provider == name {
			return &a.Plugins[i]
		}
	}
	return nil
}

// PluginOf is the plugin that a file lies in, or nil.
func (a *App) PluginOf(path string) *Plugin {
	for i := range a.Plugins {
		if root := a.Plugins[i].Root; root != "" && strings.HasPrefix(path, root+"/") {
			return &a.Plugins[i]
		}
	}
	return nil
}

// IsPage tells whether there is a page at a path: of the mini-program, or of one of its plugins.
func (a *App) IsPage(path string) bool {
	if slices.Contains(a.Pages, path) {
		return true
	}
	if p := a.PluginOf(path); p != nil {
		for _, page := range p.Pages {
			if page == path {
				return true
			}
		}
	}
	return false
}

// PluginPath gives the path in the bundle that plugin://name/page or plugin-private://provider/path means.
func (a *App) PluginPath(ref string, names func(*Plugin) map[string]string) (string, bool) {
	rest, public := strings.CutPrefix(ref, "plugin://")
	private := false
	if !public {
		if rest, private = strings.CutPrefix(ref, "plugin-private://"); !private {
			return "", false
		}
	}
	name, inside, _ := strings.Cut(rest, "/")
	p := a.Plugin(name)
	if p == nil || p.Root == "" {
		return "", false
	}
	if path, ok := names(p)[inside]; ok {
		return path, true
	}
	// The path itself is taken as well: route information gives it to scripts.
	path := p.Root + "/" + inside
	for _, known := range names(p) {
		if known == path {
			return path, true
		}
	}
	return "", false
}
