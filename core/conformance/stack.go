package conformance

import (
	"path"
	"path/filepath"
	"strings"
)

// panicAt finds the place in the plugin's own code in a stack as Go prints it: "main.greet (main.go:31)". It is the first that is
// neither in Go's runtime nor, if there is another, in a library without a domain in its name, as Go's own are. It is empty if the
// stack is none of Go.
func panicAt(stack string) string {
	lines, nearest := strings.Split(stack, "\n"), ""
	for i := range len(lines) - 1 {
		file, isPlace := strings.CutPrefix(lines[i+1], "\t")
		end := strings.LastIndexByte(lines[i], '(')
		if !isPlace || end <= 0 {
			continue
		}
		function := lines[i][:end]
		if function == "panic" || strings.HasPrefix(function, "runtime.") {
			continue
		}
		file, _, _ = strings.Cut(file, " ")
		at := function + " (" + path.Base(filepath.ToSlash(file)) + ")"
		if domain, name := path.Split(function); strings.HasPrefix(name, "main.") || strings.Contains(domain, ".") {
			return at
		}
		if nearest == "" {
			nearest = at
		}
	}
	return nearest
}
