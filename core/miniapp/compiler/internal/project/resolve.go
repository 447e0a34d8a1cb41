package project

import (
	"path"
	"strings"

	"github.com/dougong-dev/dougong/core/miniapp/compiler/internal/source"
)

// Resolve finds what a reference in a file stands for, trying each ending in turn: relative to the file, from the root
// if it begins with "/", and for a bare name also in the packages visible from the file. It gives the path with and
// without the ending.
func (p *Project) Resolve(from, ref string, endings []string) (file, base string, ok bool) {
	for _, candidate := range candidates(from, ref) {
		for _, form := range []string{candidate, path.Join(candidate, "index")} {
			for _, ending := range endings {
				if form != "" && p.Exists(form+ending) {
					return form + ending, form, true
				}
			}
		}
	}
	return "", "", false
}

func candidates(from, ref string) []string {
	beside := source.Resolve(from, ref)
	if strings.HasPrefix(ref, "/") {
		return []string{beside}
	}
	dir := path.Dir(from)
	if ref == "." || ref == ".." || strings.HasPrefix(ref, "./") || strings.HasPrefix(ref, "../") {
		return []string{beside}
	}
	out := []string{beside}
	for ; ; dir = path.Dir(dir) {
		if path.Base(dir) != npmDir {
			out = append(out, strings.TrimPrefix(path.Join("/", dir, npmDir, ref), "/"))
		}
		if dir == "." || dir == "/" {
			return append(out, source.Resolve(from, "/"+ref))
		}
	}
}
