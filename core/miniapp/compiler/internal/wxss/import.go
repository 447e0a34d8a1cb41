package wxss

import (
	"slices"
	"strings"

	"github.com/dougong-dev/dougong/core/miniapp/compiler/internal/source"
)

func (s *sheet) importRule(b *strings.Builder, at token, pre []token) {
	ref := ""
	if len(pre) > 0 {
		ref = unquoteURL(pre[0].text)
	}
	switch {
	case ref == "":
		s.diags.Error(s.file, at.at, "wxss-import", `write @import "file.wxss";`, "@import without a file")
		return
	case isForeign(ref):
		s.diags.Warn(s.file, at.at, "wxss-import-foreign", "copy it into the project", "@import %q is left out: a style cannot come from the network", ref)
		return
	}
	target, text, ok := s.find(ref)
	if slices.Contains(s.active, target) {
		s.diags.Warn(s.file, at.at, "wxss-import-cycle", "break the circle", "@import goes round in a circle: %s → %s", strings.Join(s.active, " → "), target)
		return
	}
	if !ok {
		s.out.Missing = append(s.out.Missing, target)
		s.diags.Warn(s.file, at.at, "wxss-import-missing", "check the path: it is relative to this file, or begins with / at the project's root", "@import: there is no file %q", target)
		return
	}
	if s.total += len(text); s.total > maxInlined {
		s.diags.Error(s.file, at.at, "wxss-too-big", "", "the imported styles add up to more than %d MiB", maxInlined>>20)
		return
	}
	s.out.Imports = append(s.out.Imports, target)
	media := trim(pre[1:])
	if len(media) > 0 {
		b.WriteString("@media ")
		s.values(b, media)
		b.WriteString("{\n")
	}
	s.compiler.file(source.Read(target, text, s.diags), b)
	if len(media) > 0 {
		b.WriteString("}\n")
	}
}

func (s *sheet) find(ref string) (string, []byte, bool) {
	base := source.Resolve(s.file.Path, ref)
	for _, candidate := range []string{base, base + ".wxss", base + ".ftss", base + ".acss"} {
		if text, ok := s.read(candidate); ok || slices.Contains(s.active, candidate) {
			return candidate, text, true
		}
	}
	return base, nil, false
}
