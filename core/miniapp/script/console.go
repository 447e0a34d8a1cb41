package script

import (
	"fmt"
	"strings"
	"time"

	"github.com/dop251/goja"
	"github.com/dougong-dev/dougong/core/miniapp/message"
)

// Limits of what console.group, count and time remember.
const (
	maxGroups = 20
	maxLabels = 1000
)

// console is what console remembers between calls.
type console struct {
	groups int
	counts map[string]int
	begun  map[string]time.Time
}

// setUpConsole makes console, whose methods write to Options.Console.
func (r *Realm) setUpConsole() {
	r.console = console{counts: map[string]int{}, begun: map[string]time.Time{}}
	o := r.vm.NewObject()
	method := func(name string, fn func(c goja.FunctionCall)) {
		r.set(o, name, r.native(name, func(c goja.FunctionCall) goja.Value {
			fn(c)
			return goja.Undefined()
		}))
	}
	for name, level := range map[string]string{
		"log": "log", "info": "info", "debug": "debug", "warn": "warn", "error": "error", "trace": "debug",
		"dir": "log", "dirxml": "log", "table": "log",
	} {
		method(name, func(c goja.FunctionCall) { r.log(level, c.Arguments) })
	}
	method("assert", func(c goja.FunctionCall) {
		if !c.Argument(0).ToBoolean() {
			r.log("error", append([]goja.Value{r.vm.ToValue("assertion failed:")}, c.Arguments[min(1, len(c.Arguments)):]...))
		}
	})
	for _, name := range []string{"clear", "profile", "profileEnd", "timeStamp"} {
		method(name, func(goja.FunctionCall) {})
	}
	r.setUpGroups(method)
	r.setUpCounts(method)
	r.set(r.vm.GlobalObject(), "console", o)
}

// setUpGroups adds the methods that indent what is logged.
func (r *Realm) setUpGroups(method func(string, func(goja.FunctionCall))) {
	group := func(c goja.FunctionCall) {
		if len(c.Arguments) > 0 {
			r.log("log", c.Arguments)
		}
		r.console.groups = min(r.console.groups+1, maxGroups)
	}
	method("group", group)
	method("groupCollapsed", group)
	method("groupEnd", func(goja.FunctionCall) { r.console.groups = max(r.console.groups-1, 0) })
}

// setUpCounts adds the methods that count and take the time.
func (r *Realm) setUpCounts(method func(string, func(goja.FunctionCall))) {
	label := func(c goja.FunctionCall) string {
		if goja.IsUndefined(c.Argument(0)) {
			return "default"
		}
		return c.Argument(0).String()
	}
	say := func(format string, args ...any) {
		r.log("log", []goja.Value{r.vm.ToValue(fmt.Sprintf(format, args...))})
	}
	method("count", func(c goja.FunctionCall) {
		name := label(c)
		if r.console.counts[name] > 0 || len(r.console.counts) < maxLabels {
			r.console.counts[name]++
		}
		say("%s: %d", name, r.console.counts[name])
	})
	method("countReset", func(c goja.FunctionCall) { delete(r.console.counts, label(c)) })
	method("time", func(c goja.FunctionCall) {
		if _, there := r.console.begun[label(c)]; !there && len(r.console.begun) < maxLabels {
			r.console.begun[label(c)] = r.now()
		}
	})
	elapsed := func(c goja.FunctionCall) {
		if begun, there := r.console.begun[label(c)]; there {
			say("%s: %v ms", label(c), float64(r.now().Sub(begun).Microseconds())/1000)
		}
	}
	method("timeLog", elapsed)
	method("timeEnd", func(c goja.FunctionCall) {
		elapsed(c)
		delete(r.console.begun, label(c))
	})
}

func (r *Realm) log(level string, args []goja.Value) {
	if r.o.Console == nil {
		return
	}
	text := r.authorsPlaces(r.formatLog(args))
	if n := r.console.groups; n > 0 {
		indent := strings.Repeat("  ", n)
		text = indent + strings.ReplaceAll(text, "\n", "\n"+indent)
	}
	p := r.here()
	r.o.Console(message.Log{Level: level, Message: text, File: p.File, Line: p.Line, Column: p.Column})
}

// authorsPlaces translates the lines of an error's stack inside of a text, as in console.log(err.stack), to places in the
// author's files.
func (r *Realm) authorsPlaces(text string) string {
	if !strings.Contains(text, "\tat ") {
		return text
	}
	var b strings.Builder
	for line := range strings.Lines(text) {
		if frames := r.parseStack(line); len(frames) == 1 {
			b.WriteString(formatStack(frames))
			continue
		}
		b.WriteString(line)
	}
	return strings.TrimRight(b.String(), "\n")
}
