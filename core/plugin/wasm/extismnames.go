package wasm

import (
	"slices"
	"strings"
	"unicode"
)

// exported is the function of a list that a method calls: the one of its name, where a dot, which methods of tasks have, is an
// underscore; or else the one that is written as most languages write functions, count_vowels for countVowels.
func exported(method string, functions []string) (string, bool) {
	name := strings.ReplaceAll(method, ".", "_")
	if slices.Contains(functions, name) {
		return name, true
	}
	if s := snake(name); slices.Contains(functions, s) {
		return s, true
	}
	return name, false
}

func snake(name string) string {
	var b strings.Builder
	for i, r := range name {
		if unicode.IsUpper(r) && i > 0 {
			b.WriteByte('_')
			r = unicode.ToLower(r)
		}
		b.WriteRune(r)
	}
	return b.String()
}

// methodsOf are the methods that call one of the functions: by every name that exported takes for it.
func methodsOf(functions []string) []string {
	var out []string
	for _, f := range functions {
		out = append(out, f)
		if parts := strings.Split(f, "_"); len(parts) > 1 && !slices.Contains(parts, "") {
			out = append(out, camel(parts))
			for i := 1; i < len(parts); i++ { // a task's method, and one of what it gives
				out = append(out, camel(parts[:i])+"."+camel(parts[i:]))
			}
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

func camel(parts []string) string {
	var b strings.Builder
	for i, p := range parts {
		if i > 0 {
			p = strings.ToUpper(p[:1]) + p[1:]
		}
		b.WriteString(p)
	}
	return b.String()
}
