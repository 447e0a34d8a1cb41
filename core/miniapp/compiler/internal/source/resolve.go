package source

import (
	"path"
	"strings"
)

// PluginDir is where the files of mini-program plugins appear in a project and in a bundle: PluginDir/<provider>/….
const PluginDir = "__plugin__"

// Resolve gives the path from the project's root of a reference in a file: relative to the file, or from the root if it
// begins with "/". It never leaves the root, and for a file of a plugin the root is that of the plugin.
func Resolve(from, ref string) string {
	root, from := SplitPlugin(from)
	if !strings.HasPrefix(ref, "/") {
		ref = path.Join("/", path.Dir(from), ref)
	}
	return root + strings.TrimPrefix(path.Clean(ref), "/")
}

// SplitPlugin cuts the root of the plugin that a path lies in off it: "__plugin__/wx1/a/b" is "__plugin__/wx1/" and "a/b".
func SplitPlugin(name string) (root, rest string) {
	inside, ok := strings.CutPrefix(name, PluginDir+"/")
	if !ok {
		return "", name
	}
	id, rest, _ := strings.Cut(inside, "/")
	return PluginDir + "/" + id + "/", rest
}
