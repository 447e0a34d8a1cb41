package alipay

import (
	"fmt"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/dougong-dev/dougong/core/miniapp/baselib"
	"github.com/dougong-dev/dougong/core/miniapp/compiler/internal/source"
)

// apiUse is a use of my.
var apiUse = regexp.MustCompile(`(?:^|[^\w$.])my\s*\.\s*([A-Za-z_$][\w$]*)`)

// globals are Alipay's globals, with what the adapter exports for each.
var globals = []struct{ name, export string }{
	{"my", "my"}, {"App", "app"}, {"Page", "page"}, {"Component", "component"}, {"Mixin", "mixin"},
}

// script takes the globals that a script uses and does not define from the adapter, in front of its first line.
func (c *conversion) script(name string, data []byte) error {
	if c.tooBig(name, data) {
		return nil
	}
	f := source.New(name, data)
	c.reportAPIs(f)
	code := blankOut(f.Text)
	var taken []string
	for _, g := range globals {
		if !uses(code, g.name) || defines(code, g.name) {
			continue
		}
		switch g.name {
		case "Component":
			taken = append(taken, "component: __component")
		case g.export:
			taken = append(taken, g.name)
		default:
			taken = append(taken, g.export+": "+g.name)
		}
	}
	if len(taken) == 0 || strings.HasSuffix(name, ".d.ts") {
		return c.copy(name, data)
	}
	adapter := relative(path.Dir(name), c.at(adapterFile))
	header := fmt.Sprintf("var { %s } = require(%s); ", strings.Join(taken, ", "), strconv.Quote(adapter))
	if path.Ext(name) == ".ts" {
		header = fmt.Sprintf("import { %s } from %s; ", strings.ReplaceAll(strings.Join(taken, ", "), ": ", " as "), strconv.Quote(strings.TrimSuffix(adapter, ".js")))
	}
	if slices.Contains(taken, "component: __component") {
		base := strings.TrimSuffix(name, path.Ext(name))
		header += fmt.Sprintf("var Component = __component([%s]); ", quoted(c.given[base]))
	}
	return c.put(name, []byte(header+f.Text))
}

func quoted(names []string) string {
	names = slices.Clone(names)
	slices.Sort(names)
	names = slices.Compact(names)
	for i, name := range names {
		names[i] = strconv.Quote(name)
	}
	return strings.Join(names, ", ")
}

func relative(dir, target string) string {
	up := ""
	for dir != "." && !strings.HasPrefix(target, dir+"/") {
		up, dir = up+"../", path.Dir(dir)
	}
	if dir != "." {
		target = strings.TrimPrefix(target, dir+"/")
	}
	if up == "" {
		up = "./"
	}
	return up + target
}

func uses(code, name string) bool {
	return regexp.MustCompile(`(^|[^\w$.])` + name + `\s*[.(\[]`).MatchString(code)
}

func defines(code, name string) bool {
	return regexp.MustCompile(`(?m)(\b(const|let|var|function|class)\s+` + name + `\b|\bimport\b[^;'"]*\b` + name + `\b|\b(const|let|var)\s*\{[^}=]*\b` + name + `\b)`).MatchString(code)
}

// reportAPIs names every use of an API of Alipay's that the adapter does not have.
func (c *conversion) reportAPIs(f *source.File) {
	known := baselib.AlipayNames()
	for _, m := range apiUse.FindAllStringSubmatchIndex(blankOut(f.Text), -1) {
		name := f.Text[m[2]:m[3]]
		if _, ok := slices.BinarySearch(known, name); ok {
			continue
		}
		c.diags.Warn(f, m[2], "alipay-api", "test my.canIUse first, and go another way without it", "my.%s has no equivalent", name)
	}
}

// blankOut replaces comments and texts by spaces, so that places stay.
func blankOut(code string) string {
	out := []byte(code)
	for i := 0; i < len(code); {
		end := i
		switch {
		case strings.HasPrefix(code[i:], "//"):
			end = i + strings.IndexByte(code[i:]+"\n", '\n')
		case strings.HasPrefix(code[i:], "/*"):
			if end = len(code); strings.Contains(code[i+2:], "*/") {
				end = i + 4 + strings.Index(code[i+2:], "*/")
			}
		case code[i] == '"' || code[i] == '\'':
			end = textEnd(code, i)
		}
		for k := i; k < end; k++ {
			if out[k] != '\n' && code[i] == '/' || k > i && k < end-1 && out[k] != '\n' {
				out[k] = ' '
			}
		}
		i = max(end, i+1)
	}
	return string(out)
}

func textEnd(code string, at int) int {
	for i := at + 1; i < len(code); i++ {
		switch code[i] {
		case '\\':
			i++
		case code[at]:
			return i + 1
		case '\n':
			return i
		}
	}
	return len(code)
}
