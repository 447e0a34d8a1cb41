package project

import (
	"encoding/json"
	"strings"
)

// conditions are those of package.json's "exports" that are true here, the best first.
var conditions = []string{"browser", "module", "import", "require", "default"}

// maxConditions is how deep conditions may stand in conditions.
const maxConditions = 8

// exported is the file of a package that its "exports" name for a path in it, where WeChat's tools, which do not read that
// field, find nothing: newer packages have no other. "" if there is none.
func exported(exports json.RawMessage, sub string) string {
	if len(exports) == 0 {
		return ""
	}
	key := "."
	if name := strings.TrimSuffix(sub, "/index.js"); name != sub {
		key = "./" + name
	} else if sub != "index.js" {
		key = "./" + strings.TrimSuffix(sub, ".js")
	}
	var list map[string]json.RawMessage
	_ = json.Unmarshal(exports, &list) // a text stands for the package itself
	if to, ok := list[key]; ok {
		return condition(to, 0)
	}
	if to, ok := list[key+".js"]; ok {
		return condition(to, 0)
	}
	for name := range list {
		if strings.HasPrefix(name, ".") {
			return "" // by paths, and this one is not among them
		}
	}
	if key == "." {
		return condition(exports, 0)
	}
	return ""
}

// condition is the file that a target of exports means: a path, or objects of conditions.
func condition(target json.RawMessage, depth int) string {
	var file string
	if json.Unmarshal(target, &file) == nil {
		if !strings.HasPrefix(file, "./") {
			return ""
		}
		return inside(file)
	}
	var by map[string]json.RawMessage
	if depth == maxConditions || json.Unmarshal(target, &by) != nil {
		return ""
	}
	for _, name := range conditions {
		if next, ok := by[name]; ok {
			if file := condition(next, depth+1); file != "" {
				return file
			}
		}
	}
	return ""
}
