//go:build unix

package compiler

import (
	"context"
	"strings"
	"syscall"
	"testing"
	"time"
)

// mostWork is what a megabyte may cost: many times what the dearest of them needs, and far less than its square would.
const mostWork = 30 * time.Second

// work is the processor time that this process has used so far. That of a busy machine's other processes is not in it.
func work(t *testing.T) time.Duration {
	t.Helper()
	var used syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &used); err != nil {
		t.Fatal(err)
	}
	return time.Duration(used.Utime.Nano() + used.Stime.Nano())
}

// TestHostileSources feeds a megabyte of nastiness to each language. Work must grow with the size, not with its square: a
// square would take minutes. The test is alone in its process while it runs, so that all work is its own.
func TestHostileSources(t *testing.T) { //nolint:paralleltest // it measures the process
	const size = 1 << 20
	fill := func(s string) string { return strings.Repeat(s, size/len(s)) }
	for name, c := range map[string]struct{ file, text string }{
		"open mustaches":            {"a.wxml", fill("{{")},
		"open mustaches in values":  {"a.wxml", fill(`<a b="{{"/>`)},
		"mustaches across tags":     {"a.wxml", fill("{{ </a>") + "}}"},
		"bare values":               {"a.wxml", "<a " + fill("b={{c ") + ">"},
		"quotes in mustaches":       {"a.wxml", fill(`{{'`)},
		"open tags":                 {"a.wxml", fill("<a>")},
		"closing tags":              {"a.wxml", fill("</a")},
		"less-than signs":           {"a.wxml", fill("<")},
		"attributes":                {"a.wxml", "<a " + fill("b=\"1\" ") + "/>"},
		"entities":                  {"a.wxml", fill("&a;")},
		"nested expression":         {"a.wxml", "{{" + strings.Repeat("(", 60000) + "}}"},
		"long expression":           {"a.wxml", "{{" + strings.Repeat("a+", 30000) + "a}}"},
		"template literals":         {"a.wxml", "{{" + strings.Repeat("`${", 20000) + "}}"},
		"one line of other letters": {"a.wxml", fill("中<b c='{{d}}'/>")},
		"css blocks":                {"a.wxss", fill("a{")},
		"css closing":               {"a.wxss", fill("}")},
		"css parentheses":           {"a.wxss", "a{b:" + fill("(")},
		"css comments":              {"a.wxss", fill("/*")},
		"css imports of itself":     {"a.wxss", fill("@import 'a.wxss';")},
		"json nesting":              {"a.json", fill("[")},
		"json keys":                 {"a.json", `{"usingComponents":{` + fill(`"a":"./b",`) + `"z":"./b"}}`},
		"wxs constructors":          {"a.wxs", fill("a.constructor;")},
	} {
		t.Run(name, func(t *testing.T) {
			files := map[string]string{"app.json": `{"pages":["a"]}`, "a.wxml": `<wxs module="m" src="a.wxs"/>`, "a.js": "", "a.wxs": "", c.file: c.text}
			if c.file == "a.wxml" {
				delete(files, "a.wxs")
			}
			start := work(t)
			res, err := Build(context.Background(), Options{FS: mapFS(files)})
			if res == nil {
				t.Fatal(err)
			}
			took := work(t) - start
			t.Logf("%v, %d diagnostics", took, len(res.Diagnostics))
			if took > mostWork {
				t.Errorf("%d bytes took %v", len(c.text), took)
			}
		})
	}
}
