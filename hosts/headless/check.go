package headless

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/dougong-dev/dougong/core/miniapp"
	"github.com/dougong-dev/dougong/core/miniapp/message"
	"github.com/dougong-dev/dougong/core/miniapp/program"
	"github.com/dougong-dev/dougong/core/miniapp/script"
)

// Defaults of a check.
const (
	// CheckTurn is how long one piece of JavaScript may run before it counts as an endless loop: as in a host.
	CheckTurn = script.DefaultTurn
	// CheckPage is how long a page may take altogether.
	CheckPage = 30 * time.Second
	checkers  = 2 // pages at a time
)

// CheckConfig says what to check.
type CheckConfig struct {
	Program     *program.Program
	Diagnostics []program.Diagnostic // of the build
	Kernel      miniapp.Kernel
	// Progress is told before each page; it may be nil.
	Progress func(done, total int, page string)
}

// Report is what a check found.
type Report struct {
	App   string       `json:"app"`
	OK    bool         `json:"ok"`
	Pages []PageReport `json:"pages"`
	// Errors are why the mini-program does not build.
	Errors []Problem `json:"errors,omitempty"`
	// Warnings are what the build remarked on and no page fails for.
	Warnings []Problem `json:"warnings,omitempty"`
}

// PageReport is what became of one page.
type PageReport struct {
	Path      string    `json:"path"`
	OK        bool      `json:"ok"`
	MS        int       `json:"ms"`
	Nodes     int       `json:"nodes"`
	TextBytes int       `json:"text_bytes"`
	Errors    []Problem `json:"errors"`

	handlers []Problem // events that no method handles: for Report.Warnings, once
}

// Problem is one failure, at its place in the source.
type Problem struct {
	ID      string `json:"id"`
	Origin  string `json:"origin"` // app, engine, unsupported or network
	Message string `json:"message"`
	File    string `json:"file"`
	Line    int    `json:"line"`
	Column  int    `json:"column"`
	Hint    string `json:"hint"`
	// Frame shows the place in its source, if that is at hand.
	Frame string `json:"frame,omitempty"`
}

// Unbuilt is the report on a mini-program that does not build.
func Unbuilt(app string, diags []program.Diagnostic, err error) *Report {
	r := &Report{App: app, Pages: []PageReport{}}
	for _, d := range diags {
		if d.Severity == "error" {
			r.Errors = append(r.Errors, problemOf(d))
		}
	}
	if len(r.Errors) == 0 {
		r.Errors = []Problem{{ID: "build", Origin: "app", Message: err.Error()}}
	}
	return r
}

// Check opens every page of a mini-program, each in a session and for a user of its own.
func Check(ctx context.Context, c CheckConfig) (*Report, error) {
	paths := c.Program.App.Pages
	r := &Report{App: c.Program.App.ID, OK: true, Pages: make([]PageReport, len(paths))}
	var (
		wg   sync.WaitGroup
		next = make(chan int)
	)
	for range min(checkers, len(paths)) {
		wg.Go(func() {
			for i := range next {
				r.Pages[i] = c.page(ctx, i)
			}
		})
	}
	for i, path := range paths {
		if c.Progress != nil {
			c.Progress(i, len(paths), path)
		}
		next <- i
	}
	close(next)
	wg.Wait()
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	r.Pages = append(r.Pages, c.missing()...)
	r.Warnings = append(c.warnings(), c.scriptless()...)
	for _, p := range r.Pages {
		for _, h := range p.handlers {
			if !slices.ContainsFunc(r.Warnings, h.same) {
				r.Warnings = append(r.Warnings, h)
			}
		}
		r.OK = r.OK && p.OK
	}
	return r, nil
}

// missing reports the pages that app.json lists and that do not exist.
func (c *CheckConfig) missing() []PageReport {
	var out []PageReport
	for _, d := range c.Diagnostics {
		if d.ID != "json-page-missing" || d.Severity != "error" {
			continue
		}
		path := quoted(d.Message)
		if !slices.Contains(c.Program.App.Pages, path) {
			out = append(out, PageReport{Path: path, Errors: []Problem{problemOf(d)}})
		}
	}
	return out
}

// warnings are those of the build that are not counted as a page's faults.
func (c *CheckConfig) warnings() (out []Problem) {
	for _, d := range c.Diagnostics {
		if _, fault := faults[d.ID]; d.Severity == "warning" && !fault {
			out = append(out, problemOf(d))
		}
	}
	return out
}

// quoted is the first quoted word of a message.
func quoted(text string) string {
	_, rest, _ := strings.Cut(text, `"`)
	word, _, _ := strings.Cut(rest, `"`)
	return word
}

// gaps are the errors of a build that leave a hole in a page and nothing else.
var gaps = map[string]bool{"json-component-missing": true, "json-plugin-component": true, "json-type": true}

// page checks one page. One that does not compile is not opened: everything that went wrong then would follow from that.
func (c *CheckConfig) page(ctx context.Context, i int) PageReport {
	path := c.Program.App.Pages[i]
	r := PageReport{Path: path, Errors: []Problem{}}
	whole := true
	for _, d := range c.broken(path) {
		r.Errors = append(r.Errors, problemOf(d))
		whole = whole && gaps[d.ID]
	}
	if !whole {
		return r
	}
	r.Errors = append(r.Errors, c.faults(path)...)
	c.open(ctx, i, &r)
	r.OK = r.OK && !slices.ContainsFunc(r.Errors, func(p Problem) bool { return p.Origin != "network" })
	return r
}

// broken lists what keeps a page from being whole: the program knows the first error of each file, the build all of them.
func (c *CheckConfig) broken(page string) (out []program.Diagnostic) {
	for _, first := range c.Program.Check(page) {
		out = append(out, first)
		for _, d := range c.Diagnostics {
			if d.File == first.File && d.Severity == "error" && d != first {
				out = append(out, d)
			}
		}
	}
	return out
}

// open runs the page until it comes to rest.
func (c *CheckConfig) open(ctx context.Context, i int, r *PageReport) {
	ctx, cancel := context.WithTimeout(ctx, CheckPage)
	defer cancel()
	net := &networkWatch{Kernel: c.Kernel}
	start := time.Now()
	app, err := Open(ctx, Config{
		Program: c.Program, Kernel: net.kernel(), User: fmt.Sprintf("check-%d", i),
		Launch: message.Launch{Path: r.Path}, Budget: script.Budget{Turn: CheckTurn},
	})
	if err != nil {
		r.Errors = append(r.Errors, Problem{ID: "open", Origin: "engine", Message: err.Error()})
		return
	}
	defer app.Close()
	err = app.Rest(ctx)
	r.MS = int(time.Since(start).Milliseconds())
	r.Nodes, r.TextBytes = app.Nodes(), len(app.Text())
	if err != nil {
		r.Errors = append(r.Errors, Problem{
			ID: "page-timeout", Origin: "app", Message: fmt.Sprintf("the page does not come to rest within %v", CheckPage),
			Hint: "look for work that starts itself again without end",
		})
	}
	failed := net.problems()
	for _, e := range app.Errors() {
		if p := blame(ProblemOf(e), failed); !slices.ContainsFunc(r.Errors, p.same) {
			r.Errors = append(r.Errors, p)
		}
	}
	r.Errors = append(r.Errors, failed...)
	nodes, ran := app.ran(r.Path)
	r.Nodes = max(r.Nodes, nodes)
	r.OK = ran && r.Nodes > 0
	switch {
	case len(r.Errors) > 0:
	case r.OK:
		r.handlers = app.audit(ctx)
	case !ran:
		r.Errors = append(r.Errors, Problem{
			ID: "page-not-ready", Origin: "engine", Message: "onLoad, onShow and onReady did not all run", File: r.Path + ".js",
		})
	case c.lacksTemplate(r.Path):
		r.Errors = append(r.Errors, Problem{
			ID: "page-file-missing", Origin: "app", Message: "the page has no template",
			File: r.Path + ".wxml", Hint: "create it, or correct its name",
		})
	default:
		r.Errors = append(r.Errors, Problem{
			ID: "page-empty", Origin: "app", Message: "the page shows nothing", File: r.Path + ".wxml", Line: 1, Column: 1,
			Hint: "its template is empty, or everything in it depends on data that is not there",
		})
	}
}

// audit lists the events of the open pages that no method handles. A page that has failed may lack methods for that reason alone.
func (a *App) audit(ctx context.Context) (out []Problem) {
	if a.Post(message.ToActor{Audit: true}) != nil || a.Rest(ctx) != nil {
		return nil // it has ended by itself, or goes on for ever: nothing can be said
	}
	for _, e := range a.Errors() {
		if e.ID == message.IDHandlerMissing {
			out = append(out, ProblemOf(e))
		}
	}
	return out
}

// same tells whether two problems are one, said by the build and again when the page opened.
func (p Problem) same(q Problem) bool {
	return p.ID == q.ID && p.File == q.File && p.Line == q.Line && p.Column == q.Column
}

// ran tells whether a page of this path has run onReady, and how many nodes it had then.
func (a *App) ran(path string) (nodes int, ran bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	for _, r := range a.ready {
		if r.Path == path {
			return r.Nodes, true
		}
	}
	return 0, false
}

// early are failures that no answer of the network can have come before.
var early = regexp.MustCompile(`^(load |on(Load|Show|Ready) of |App\.)`)

// blame puts an error of the mini-program down to the network if a request failed before: code that runs on without its
// data is what one expects then.
func blame(p Problem, failed []Problem) Problem {
	if p.Origin == "app" && len(failed) > 0 && p.ID != "turn-timeout" && !early.MatchString(p.Message) {
		p.Origin = "network"
		if p.Hint == "" {
			p.Hint = "this page could not reach the network: " + failed[0].Message
		}
	}
	return p
}

// faults are the warnings of a build after which a page is not what its author meant, with their origin.
// A missing @import is none: WeChat's tools only warn of it as well, and so do we, once for the whole program.
var faults = map[string]string{"wxml-unknown-component": "unsupported"}

// faults reports what the build warned of in the files of a page and its components.
func (c *CheckConfig) faults(page string) []Problem {
	files := map[string]bool{"app.wxss": true}
	seen := map[string]bool{}
	var visit func(path string)
	visit = func(path string) {
		def, err := c.Program.Component(path)
		if seen[path] || err != nil {
			return
		}
		seen[path] = true
		files[def.Style+".wxss"] = true
		c.sources(def.Template, files)
		for _, used := range def.Using {
			visit(used)
		}
	}
	visit(page)
	var out []Problem
	for _, d := range c.Diagnostics {
		if origin, ok := faults[d.ID]; ok && files[d.File] {
			p := problemOf(d)
			p.Origin = origin
			out = append(out, p)
		}
	}
	return out
}

// sources collects the source files of a template and of what it imports.
func (c *CheckConfig) sources(template string, files map[string]bool) {
	file, err := c.Program.Template(template)
	if err != nil || files[template] {
		return
	}
	files[template] = true
	for _, s := range file.Sources {
		files[s] = true
	}
	for _, imported := range file.Imports {
		c.sources(imported, files)
	}
}

func problemOf(d program.Diagnostic) Problem {
	return Problem{ID: d.ID, Origin: "app", Message: d.Message, File: d.File, Line: d.Line, Column: d.Column, Hint: d.Hint, Frame: d.Frame}
}

// ProblemOf is a reported failure as a report has it.
func ProblemOf(e message.Error) Problem {
	return Problem{ID: e.ID, Origin: e.Origin, Message: e.Message, File: e.File, Line: e.Line, Column: e.Column, Hint: e.Hint, Frame: e.Frame}
}
