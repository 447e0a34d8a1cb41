package script

import "strings"

// requires lists the requires of compiled code, which the printer writes in one way only, so that a search is enough. One
// inside of a text costs a module too many and does no harm.
func requires(code string) []Require {
	var out []Require
	seen := map[string]int{}
	for at := 0; ; {
		i := strings.Index(code[at:], "require")
		if i < 0 {
			return out
		}
		member := at+i > 0 && isWord(code[at+i-1])
		at += i + len("require")
		r, ok := argument(code[at:])
		if bound, is := boundArgument(code[:at], code[at:]); is {
			r, ok = bound, true
		}
		if member || !ok {
			continue
		}
		if first, again := seen[r.Spec]; again {
			out[first].Sync = out[first].Sync || r.Sync
			continue
		}
		seen[r.Spec] = len(out)
		out = append(out, r)
	}
}

func isWord(c byte) bool {
	return c == '_' || c == '$' || c == '.' || c >= '0' && c <= '9' || c|0x20 >= 'a' && c|0x20 <= 'z'
}

// argument reads what follows the name: ("a"), .async("a"), ("a" + b), (`a${b}`).
func argument(rest string) (Require, bool) {
	rest, async := strings.CutPrefix(rest, ".async")
	rest, ok := strings.CutPrefix(rest, "(")
	if !ok || rest == "" || rest[0] != '"' && rest[0] != '`' {
		return Require{}, false
	}
	end := strings.IndexAny(rest[1:], "\"`$\\\n") + 1
	if end < 2 {
		return Require{}, false
	}
	r := Require{Spec: rest[1:end]}
	switch behind := rest[end:]; {
	case rest[0] == '"' && behind[0] == '"':
		r.Prefix = strings.HasPrefix(behind, "\" +")
		r.Sync = !async && strings.HasPrefix(behind, "\")")
		return r, true
	case rest[0] == '`' && strings.HasPrefix(behind, "${"):
		r.Prefix = true
		return r, true
	}
	return r, false
}

// bound is how the printer calls require.async?.("a"): (_a = require.async) == null ? void 0 : _a.call(require, "a").
const bound = `.call(require, "`

// boundArgument reads what follows the name where it is the receiver of such a call.
func boundArgument(upTo, rest string) (Require, bool) {
	rest, ok := strings.CutPrefix(rest, `, "`)
	if !ok || !strings.HasSuffix(upTo, ".call(require") {
		return Require{}, false
	}
	end := strings.IndexAny(rest, "\"\\\n")
	if end < 1 || rest[end] != '"' {
		return Require{}, false
	}
	return Require{Spec: rest[:end]}, true
}

// Redirect rewrites require("from") to require("to") in compiled code, for names that the realm would not find.
func Redirect(code, from, to string) string {
	for _, name := range []string{"require", "require.async"} {
		code = strings.ReplaceAll(code, name+`("`+from+`"`, name+`("`+to+`"`)
	}
	return strings.ReplaceAll(code, bound+from+`"`, bound+to+`"`)
}
