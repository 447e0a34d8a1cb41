package alipay

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/dougong-dev/dougong/core/miniapp/compiler/internal/source"
)

var (
	importDefault = regexp.MustCompile(`(?m)(^\s*|[;}]\s*)import\s+([A-Za-z_$][\w$]*)\s+from\s+(['"])([^'"]+)['"]`)
	importNames   = regexp.MustCompile(`(?m)(^\s*|[;}]\s*)import\s*\{([^}]*)\}\s*from\s*(['"])([^'"]+)['"]`)
	exportDefault = regexp.MustCompile(`(?m)(^\s*|[;}]\s*)export\s+default\s+`)
	exportNamed   = regexp.MustCompile(`(?m)(^\s*|[;}]\s*)export\s+(const|let|var|function)\s+([A-Za-z_$][\w$]*)`)
	exportList    = regexp.MustCompile(`(?m)(^\s*|[;}]\s*)export\s*\{([^}]*)\}`)
	modern        = regexp.MustCompile("(?m)(^|[^\\w$.])(const|let|class)\\s|=>|`")
)

// sjs converts a template script: an ES module becomes WXS, whose modules are CommonJS. Lines stay where they are.
func (c *conversion) sjs(name string, data []byte) error {
	if c.tooBig(name, data) {
		return nil
	}
	f := source.New(name, data)
	if m := modern.FindStringSubmatchIndex(blankOut(f.Text)); m != nil {
		c.diags.Warn(f, max(m[0], m[4]), "alipay-sjs-es6", "WeChat's own tools need ECMAScript 5 in template scripts; here it runs", "a template script in modern JavaScript")
	}
	text := f.Text
	wxs := func(spec string) string { return strings.TrimSuffix(spec, ".sjs") + ".wxs" }
	text = importDefault.ReplaceAllStringFunc(text, func(s string) string {
		m := importDefault.FindStringSubmatch(s)
		return fmt.Sprintf("%svar %s = require(%q)", m[1], m[2], wxs(m[4]))
	})
	text = importNames.ReplaceAllStringFunc(text, func(s string) string {
		m := importNames.FindStringSubmatch(s)
		out := ""
		for part := range strings.SplitSeq(m[2], ",") {
			exported, local, renamed := strings.Cut(strings.Join(strings.Fields(part), " "), " as ")
			if !renamed {
				local = exported
			}
			if exported != "" {
				out += fmt.Sprintf("var %s = require(%q).%s; ", local, wxs(m[4]), exported)
			}
		}
		return m[1] + strings.TrimSuffix(out, "; ")
	})
	var named []string
	for _, m := range exportNamed.FindAllStringSubmatch(text, -1) {
		named = append(named, m[3]+": "+m[3])
	}
	text = exportNamed.ReplaceAllString(text, "$1$2 $3")
	for _, m := range exportList.FindAllStringSubmatch(text, -1) {
		for part := range strings.SplitSeq(m[2], ",") {
			local, exported, renamed := strings.Cut(strings.Join(strings.Fields(part), " "), " as ")
			if !renamed {
				exported = local
			}
			if local != "" {
				named = append(named, exported+": "+local)
			}
		}
	}
	text = exportList.ReplaceAllString(text, "$1")
	byDefault := exportDefault.MatchString(text)
	text = exportDefault.ReplaceAllString(text, "${1}module.exports = ")
	if len(named) > 0 {
		text = strings.TrimRight(text, "\n") + "\n"
		if byDefault {
			for _, pair := range named {
				exported, local, _ := strings.Cut(pair, ": ")
				text += fmt.Sprintf("module.exports.%s = %s;\n", exported, local)
			}
		} else {
			text += "module.exports = { " + strings.Join(named, ", ") + " };\n"
		}
	}
	return c.put(strings.TrimSuffix(name, ".sjs")+".wxs", []byte(text))
}
