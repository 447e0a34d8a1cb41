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
	return p.first(candidates(from, ref), endings)
}

// ResolveModule is Resolve for what scripts require: a bare name is a package's before it is a file's beside, or else
// utils/dayjs.js could not wrap dayjs.
func (p *Project) ResolveModule(from, ref string, endings []string) (file, base string, ok bool) {
	list := candidates(from, ref)
	if len(list) > 1 {
		list = append(list[1:len(list)-1:len(list)-1], list[0], list[len(list)-1])
	}
	return p.first(list, endings)
}

func (p *Project) first(candidates, endings []string) (file, base string, ok bool) {
	for _, candidate := range candidates {
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
