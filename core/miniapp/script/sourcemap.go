package script

import (
	"regexp"
	"strconv"
	"strings"
)

// place is a position in a source file; File "" is nowhere.
type place struct {
	File         string
	Line, Column int
}

// frame is one line of a stack trace.
type frame struct {
	Func string
	place
	host bool // in the base library
}

// sourceMapOf finds the source map of a script, which may have none.
func (r *Realm) sourceMapOf(name string) *sourceMap {
	r.code.mu.Lock()
	defer r.code.mu.Unlock()
	if m, ok := r.code.maps[name]; ok {
		return m
	}
	m := &sourceMap{}
	if data, ok := r.source.sourceMap(name); ok {
		if parsed, err := parseSourceMap(data); err == nil {
			m = parsed
		}
	}
	if code := r.source.code(name); !ascii(code) {
		m.code = strings.Split(code, "\n")
	}
	r.code.maps[name] = m
	return m
}

// locate turns a position in a compiled script (lines and columns from 1, wrapper included) into the author's. What a map
// says nothing of is where its author wrote it.
func (r *Realm) locate(name string, line, column int) place {
	line -= headLines
	if line < 1 {
		return place{File: name}
	}
	m := r.sourceMapOf(name)
	column = m.units(line, column)
	file, l, c, ok := m.find(line-1, max(column-1, 0))
	if !ok {
		return place{File: inlineIn(name), Line: line, Column: column}
	}
	return place{File: sourceName(name, file), Line: l + 1, Column: c + 1}
}

// inlineIn is the template that an inline template script stands in, with its lines where the template has them:
// "a.wxml" for "a.wxml.m.wxs". Every other script is its own file.
func inlineIn(script string) string {
	if !strings.HasSuffix(script, ".wxs") {
		return script
	}
	for _, ext := range [...]string{".wxml", ".fxml"} {
		if i := strings.LastIndex(script, ext+"."); i >= 0 {
			return script[:i+len(ext)]
		}
	}
	return script
}

// sourceName resolves a source as a map names it. Maps of one-file transforms name the file itself, sometimes without
// its folder.
func sourceName(script, source string) string {
	source = strings.TrimPrefix(source, "file://")
	source = strings.TrimPrefix(source, "/")
	dir := dirOf(script)
	if dir == "" || strings.HasPrefix(source, dir+"/") {
		return source
	}
	if !strings.Contains(source, "/") {
		return dir + "/" + source
	}
	return source
}

// stackLine is a frame as the engine prints it: "at name (file:line:column(pc))" or "at file:line:column(pc)".
var stackLine = regexp.MustCompile(`^\s*at (?:(.*) \()?(.+?):(\d+):(\d+)\(\d+\)\)?$`)

// parseStack reads the stack property of an Error and translates it.
func (r *Realm) parseStack(stack string) []frame {
	var out []frame
	for line := range strings.Lines(stack) {
		m := stackLine.FindStringSubmatch(strings.TrimRight(line, "\n"))
		if m == nil {
			continue
		}
		l, _ := strconv.Atoi(m[3])
		c, _ := strconv.Atoi(m[4])
		out = append(out, r.frameAt(m[1], m[2], l, c))
	}
	return out
}

func (r *Realm) frameAt(fn, name string, line, column int) frame {
	f := frame{Func: fn, host: r.hostScripts[name]}
	if f.host {
		f.place = place{File: name, Line: max(line-headLines, 0), Column: column}
	} else {
		f.place = r.locate(name, line, column)
	}
	return f
}

// formatStack prints frames for message.Error.Stack, without the base library's.
func formatStack(frames []frame) string {
	var b strings.Builder
	for _, f := range frames {
		if f.host || f.File == "" {
			continue
		}
		name := f.Func
		if name == "" {
			name = "(anonymous)"
		}
		b.WriteString("at " + name + " (" + f.String() + ")\n")
	}
	return b.String()
}

func (p place) String() string {
	return p.File + ":" + strconv.Itoa(p.Line) + ":" + strconv.Itoa(p.Column)
}

// firstOwn is the innermost frame in the mini-program's own code.
func firstOwn(frames []frame) place {
	for _, f := range frames {
		if !f.host && f.File != "" && f.Line > 0 {
			return f.place
		}
	}
	return place{}
}
