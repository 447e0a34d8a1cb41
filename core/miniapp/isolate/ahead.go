package isolate

import (
	"runtime"
	"strings"
	"sync"
	"weak"

	"github.com/dougong-dev/dougong/core/miniapp/program"
	"github.com/dougong-dev/dougong/core/miniapp/script"
)

const (
	// maxAhead is how many bytes of files a child is sent ahead, and maxAheadFiles how many files.
	maxAhead      = 8 << 20
	maxAheadFiles = 512
)

// ahead knows which files of a program were read until its first page was ready: the next child gets them at once, and
// compiles them beside the actor's start, instead of asking for one after the other.
type ahead struct{ programs sync.Map } // weak.Pointer[program.Program] → []string

// learn keeps the names of the first session of a program that is ready.
func (a *ahead) learn(p *program.Program, names []string) {
	key := weak.Make(p)
	if _, known := a.programs.LoadOrStore(key, names); !known {
		runtime.AddCleanup(p, func(key weak.Pointer[program.Program]) { a.programs.Delete(key) }, key)
	}
}

// files are the parts of a kindAhead frame: name and content, in turn. Empty: nothing is known.
func (a *ahead) files(p *program.Program) (parts [][]byte) {
	names, ok := a.programs.Load(weak.Make(p))
	if !ok {
		return nil
	}
	left := maxAhead
	for _, name := range names.([]string) {
		data, err := p.ReadFile(name)
		if left -= len(data); err != nil || left < 0 {
			continue
		}
		parts = appendPart(appendPart(parts, []byte(name)), data)
	}
	return parts
}

// decodeAhead reads a kindAhead frame.
func decodeAhead(body []byte) (names []string, files map[string][]byte, err error) {
	files = map[string][]byte{}
	for len(body) > 0 {
		var name, data []byte
		if name, body, err = part(body); err == nil {
			data, body, err = part(body)
		}
		if err != nil {
			return nil, nil, err
		}
		names = append(names, string(name))
		files[string(name)] = data
	}
	return names, files, nil
}

// prepare compiles what the program will ask for, in the order in which it did before. Failures are left to the actor, which
// meets them again and reports them.
func prepare(p *program.Program, names []string) {
	for _, name := range names {
		if path, ok := within(name, program.ComponentDir, ".json"); ok {
			_, _ = p.Component(path)
		} else if path, ok := within(name, program.TemplateDir, ".json"); ok {
			_, _ = p.Template(path)
		} else if path, ok := within(name, program.StyleDir, ".json"); ok {
			_, _ = p.Style(path)
		} else if path, ok := within(name, program.ScriptDir, ".js"); ok {
			script.Prepare(p, path)
		}
	}
}

// within is the path below a folder, without its ending.
func within(name, dir, ending string) (string, bool) {
	rest, ok := strings.CutPrefix(name, dir+"/")
	if !ok {
		return "", false
	}
	return strings.CutSuffix(rest, ending)
}
