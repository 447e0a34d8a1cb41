package contract

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"regexp"
	"sort"
	"strings"

	"github.com/dougong-dev/dougong/pdk/go/strict"
)

// FirstCode is the lowest error code a contract may declare; those below are the platform's.
const FirstCode = 10000

// Names of the allow-lists that a method's domain may name.
var domainLists = []string{"request", "uploadFile", "downloadFile", "socket", "tcp", "udp"}

// hostLists are those of hosts and ports rather than addresses.
var hostLists = []string{"tcp", "udp"}

var (
	capabilityName = regexp.MustCompile(`^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)+/v[1-9][0-9]*$`)
	memberName     = regexp.MustCompile(`^[a-z][A-Za-z0-9]*$`)
	codeName       = regexp.MustCompile(`^[a-z][a-z0-9-]*$`)
	apiName        = regexp.MustCompile(`^(wx|ft)\.([a-z][A-Za-z0-9]*\(\)\.)?[a-z][A-Za-z0-9]*$`)
	eventName      = regexp.MustCompile(`^(wx|ft)\.([a-z][A-Za-z0-9]*\(\)\.)?on[A-Z][A-Za-z0-9]*$`)
	subscribeName  = regexp.MustCompile(`^on[A-Z][A-Za-z0-9]*$`)
	scopeName      = regexp.MustCompile(`^scope\.[a-z][A-Za-z0-9]*$`)
)

// Load reads every *.yaml file at the top of fsys, in the order of their names. The error names all mistakes of all
// files.
func Load(fsys fs.FS) ([]*Contract, error) {
	names, err := fs.Glob(fsys, "*.yaml")
	if err != nil {
		return nil, fmt.Errorf("list contracts: %w", err)
	}
	sort.Strings(names)
	var out []*Contract
	var errs []error
	for _, name := range names {
		data, err := fs.ReadFile(fsys, name)
		if err != nil {
			errs = append(errs, fmt.Errorf("read contract: %w", err))
			continue
		}
		c, err := Parse(path.Base(name), data)
		if err != nil {
			errs = append(errs, err)
			continue
		}
		out = append(out, c)
	}
	return out, errors.Join(errs...)
}

// The file as it is written.
type contractFile struct {
	Capability string       `yaml:"capability"`
	Summary    Text         `yaml:"summary"`
	Defs       strict.Value `yaml:"$defs"`
	Errors     []ErrorCode  `yaml:"errors"` // shared by all methods
	Methods    strict.Value `yaml:"methods"`
	Events     strict.Value `yaml:"events"`
}

type methodFile struct {
	API     []string     `yaml:"api"`
	Mode    Mode         `yaml:"mode"`
	Sync    *syncFile    `yaml:"sync"`
	Scope   string       `yaml:"scope"`
	Domain  *Domain      `yaml:"domain"`
	Summary Text         `yaml:"summary"`
	Params  strict.Value `yaml:"params"`
	Result  strict.Value `yaml:"result"`
	Errors  []ErrorCode  `yaml:"errors"`
	Task    *taskFile    `yaml:"task"`
}

type syncFile struct {
	API     []string     `yaml:"api"`
	Args    []string     `yaml:"args"`
	Returns string       `yaml:"returns"`
	Missing strict.Value `yaml:"missing"`
}

type taskFile struct {
	Until   string       `yaml:"until"`
	Cancel  string       `yaml:"cancel"`
	Sync    bool         `yaml:"sync"`
	Methods strict.Value `yaml:"methods"`
	Events  strict.Value `yaml:"events"`
}

type eventFile struct {
	API     []string     `yaml:"api"`
	Summary Text         `yaml:"summary"`
	Payload strict.Value `yaml:"payload"`
}

// loader collects the mistakes of one file.
type loader struct {
	file   string
	errs   strict.Errors
	schema *schemaLoader
	shared []ErrorCode
	out    *Contract
	apis   map[string]string // API name → method, to find a name claimed twice
}

// Parse reads one contract file. The error is a strict.Errors with the position of every mistake.
func Parse(file string, data []byte) (*Contract, error) {
	root, err := strict.Parse(file, data)
	if err != nil {
		return nil, err
	}
	var f contractFile
	if err := root.Decode(&f); err != nil {
		return nil, err
	}
	l := &loader{file: file, shared: f.Errors, apis: map[string]string{}}
	l.out = &Contract{Capability: f.Capability, Summary: f.Summary, Methods: map[string]*Method{}, Events: map[string]*Event{}, at: map[string]strict.Position{}}
	l.schema = newSchemaLoader(l, f.Defs)
	if !capabilityName.MatchString(f.Capability) {
		l.fail(root.Get("capability"), root, "capability must look like \"dougong.payment/v1\", found %q", f.Capability)
	}
	l.text(root, f.Summary)
	l.codes(root.Get("errors"), f.Errors)
	if len(f.Methods.Entries()) == 0 {
		l.fail(f.Methods, root, "a contract needs at least one method under \"methods\"")
	}
	for _, e := range f.Methods.Entries() {
		l.out.Methods[e.Key] = l.method(e, e.Key, nil)
	}
	for _, e := range f.Events.Entries() {
		l.out.Events[e.Key] = l.event(e, eventName)
	}
	if len(l.errs) > 0 {
		return nil, l.errs
	}
	return l.out, nil
}

// fail reports a mistake at v, or at its parent if v is absent.
func (l *loader) fail(v, parent strict.Value, format string, args ...any) {
	if v.Kind() == strict.Absent {
		v = parent
	}
	l.errs = append(l.errs, v.Errorf(format, args...))
}

// decode reads v strictly, collecting its mistakes.
func (l *loader) decode(v strict.Value, into any) bool {
	err := v.Decode(into)
	var list strict.Errors
	if errors.As(err, &list) {
		l.errs = append(l.errs, list...)
	}
	return err == nil
}

func (l *loader) text(v strict.Value, t Text) {
	if t.EN == "" || t.ZH == "" {
		l.fail(v.Get("summary"), v, "a summary in \"en\" and \"zh\" is needed")
	}
}

func (l *loader) codes(v strict.Value, codes []ErrorCode) {
	seen := map[int]bool{}
	for i, item := range v.Items() {
		c := codes[i]
		switch {
		case c.Code < FirstCode:
			l.fail(item.Get("code"), item, "error codes of a contract are %d and above, found %d", FirstCode, c.Code)
		case seen[c.Code]:
			l.fail(item.Get("code"), item, "error code %d is given twice", c.Code)
		case !codeName.MatchString(c.Name):
			l.fail(item.Get("name"), item, "an error needs a name such as \"not-found\", found %q", c.Name)
		case c.Message == "":
			l.fail(item.Get("message"), item, "error %q needs a message", c.Name)
		}
		seen[c.Code] = true
	}
}

func (l *loader) method(e strict.Entry, full string, parent *Method) *Method {
	var f methodFile
	m := &Method{Capability: l.out.Capability, Name: full}
	if !memberName.MatchString(e.Key) {
		l.errs = append(l.errs, &strict.Error{Position: e.KeyAt, Path: e.Key, Message: "a method's name is letters and digits beginning with a small letter"})
	}
	if !l.decode(e.Value, &f) {
		return m
	}
	m.API, m.Mode, m.Scope, m.Domain, m.Summary = f.API, f.Mode, f.Scope, f.Domain, f.Summary
	m.Errors = append(append([]ErrorCode{}, f.Errors...), l.shared...)
	m.Params, m.Result = l.schema.load(f.Params), l.schema.load(f.Result)
	l.text(e.Value, f.Summary)
	l.codes(e.Value.Get("errors"), f.Errors)
	l.names(e.Value, f.API, full, apiName)
	l.mode(e.Value, m, &f, parent)
	if f.Scope != "" && !scopeName.MatchString(f.Scope) {
		l.fail(e.Value.Get("scope"), e.Value, "a scope looks like \"scope.userLocation\", found %q", f.Scope)
	}
	l.domain(e.Value, m)
	l.sync(e.Value, m, f.Sync, parent)
	return m
}

func (l *loader) mode(v strict.Value, m *Method, f *methodFile, parent *Method) {
	switch f.Mode {
	case Sync, Async:
		if f.Task != nil {
			l.fail(v.Get("task"), v, "only a method of mode \"task\" has a task")
		}
	case Task:
		if parent != nil {
			l.fail(v.Get("mode"), v, "a method of a task cannot be a task itself")
		} else if f.Task == nil {
			l.fail(v.Get("mode"), v, "a method of mode \"task\" needs a \"task\" with methods or events")
		} else {
			l.task(v.Get("task"), m, f.Task)
		}
	default:
		l.fail(v.Get("mode"), v, "mode must be sync, async or task, found %q%s", f.Mode, strict.NearMiss(string(f.Mode), []string{"sync", "async", "task"}))
	}
	if parent != nil && len(f.API) > 0 {
		l.fail(v.Get("api"), v, "a method of a task is called through its handle and has no API names")
	}
}

func (l *loader) task(v strict.Value, m *Method, f *taskFile) {
	m.Task = &TaskSpec{Until: f.Until, Cancel: f.Cancel, Sync: f.Sync, Methods: map[string]*Method{}, Events: map[string]*Event{}}
	for _, e := range f.Methods.Entries() {
		m.Task.Methods[e.Key] = l.method(e, m.Name+"."+e.Key, m)
	}
	for _, e := range f.Events.Entries() {
		m.Task.Events[e.Key] = l.event(e, subscribeName)
	}
	if f.Until != "" && m.Task.Events[f.Until] == nil {
		l.fail(v.Get("until"), v, "until names no event of the task: %q%s", f.Until, strict.NearMiss(f.Until, keys(m.Task.Events)))
	}
	if f.Cancel != "" && m.Task.Methods[f.Cancel] == nil {
		l.fail(v.Get("cancel"), v, "cancel names no method of the task: %q%s", f.Cancel, strict.NearMiss(f.Cancel, keys(m.Task.Methods)))
	}
	if f.Cancel == "" && f.Until != "" {
		l.fail(v.Get("until"), v, "a task that outlives its call needs \"cancel\", the method that ends it when its caller is gone")
	}
}

func (l *loader) event(e strict.Entry, name *regexp.Regexp) *Event {
	var f eventFile
	if !memberName.MatchString(e.Key) {
		l.errs = append(l.errs, &strict.Error{Position: e.KeyAt, Path: e.Key, Message: "an event's name is letters and digits beginning with a small letter"})
	}
	if !l.decode(e.Value, &f) {
		return &Event{Name: e.Key}
	}
	l.text(e.Value, f.Summary)
	if name == subscribeName {
		for i, item := range e.Value.Get("api").Items() {
			if !name.MatchString(f.API[i]) {
				l.fail(item, e.Value, "a task's event is subscribed by a name such as \"onMessage\", found %q", f.API[i])
			}
		}
	} else {
		l.names(e.Value, f.API, e.Key, name)
	}
	return &Event{Name: e.Key, API: f.API, Summary: f.Summary, Payload: l.schema.load(f.Payload)}
}

// names checks injected names: their form and that each is claimed once.
func (l *loader) names(v strict.Value, names []string, owner string, form *regexp.Regexp) {
	items := v.Get("api").Items()
	for i, name := range names {
		at := v
		if i < len(items) {
			at = items[i]
		}
		if !form.MatchString(name) && form == eventName {
			l.fail(at, v, "an event is subscribed by a name such as \"wx.onLocationChange\", found %q", name)
		} else if !form.MatchString(name) {
			l.fail(at, v, "an API name looks like \"wx.getLocation\", \"ft.getLocation\" or, for a method of an object, \"wx.getFileSystemManager().access\", found %q", name)
		}
		l.name(at, v, name, owner)
		if form == eventName && form.MatchString(name) { // the same with off unsubscribes
			l.name(at, v, Unsubscribe(name), owner)
		}
	}
}

func (l *loader) name(at, v strict.Value, name, owner string) {
	if other, ok := l.apis[name]; ok {
		l.fail(at, v, "API name %q is claimed by %q already", name, other)
	}
	l.apis[name] = owner
	l.out.at[name] = at.Position()
}

// Unsubscribe gives the name that ends what a subscribing name began: "wx.offLocationChange" for "wx.onLocationChange",
// "offMessage" for "onMessage".
func Unsubscribe(name string) string {
	if rest, ok := strings.CutPrefix(name, "on"); ok {
		return "off" + rest
	}
	dot := strings.LastIndexByte(name, '.') + 1
	return name[:dot] + "off" + strings.TrimPrefix(name[dot:], "on")
}

func (l *loader) domain(v strict.Value, m *Method) {
	if m.Domain == nil {
		return
	}
	at := v.Get("domain")
	if !contains(domainLists, m.Domain.List) {
		l.fail(at.Get("list"), at, "list must be one of %s, found %q", strings.Join(domainLists, ", "), m.Domain.List)
	}
	if p := m.Params.property(m.Domain.Param); p == nil || p.node.types != typeString || !p.mandatory {
		l.fail(at.Get("param"), at, "param must name a required string of params, found %q", m.Domain.Param)
	}
	if host := contains(hostLists, m.Domain.List); host != (m.Domain.Port != "") {
		l.fail(at.Get("port"), at, "port belongs to the lists %s, and to no other", strings.Join(hostLists, " and "))
	} else if p := m.Params.property(m.Domain.Port); host && (p == nil || p.node.types != typeInteger || !p.mandatory) {
		l.fail(at.Get("port"), at, "port must name a required integer of params, found %q", m.Domain.Port)
	}
}

func (l *loader) sync(v strict.Value, m *Method, f *syncFile, parent *Method) {
	if f == nil {
		return
	}
	at := v.Get("sync")
	m.Sync = &SyncSpec{API: f.API, Args: f.Args, Returns: f.Returns}
	l.names(at, f.API, m.Name, apiName)
	switch {
	case m.Mode != Async:
		l.fail(at, v, "only a method of mode \"async\" has a sync variant")
	case parent != nil && (parent.Task == nil || !parent.Task.Sync):
		l.fail(at, v, "only the methods of a task with \"sync: true\" say what they take by position")
	case parent != nil && (len(f.API) > 0 || f.Missing.Kind() != strict.Absent):
		l.fail(at, v, "a method of a task is called through its handle: its sync form has args and returns only")
	}
	for i, item := range at.Get("args").Items() {
		if m.Params.property(f.Args[i]) == nil {
			l.fail(item, at, "args name parameters; there is no %q", f.Args[i])
		}
	}
	if f.Returns != "" && m.Result.property(f.Returns) == nil {
		l.fail(at.Get("returns"), at, "returns names a field of the result; there is no %q", f.Returns)
	}
	if f.Missing.Kind() != strict.Absent {
		x, err := f.Missing.Any()
		if err == nil {
			m.Sync.Missing, err = json.Marshal(x)
		}
		if err != nil {
			l.fail(f.Missing, at, "missing must be a plain value: %v", err)
		}
	}
}

func contains(list []string, s string) bool {
	for _, x := range list {
		if x == s {
			return true
		}
	}
	return false
}

func keys[V any](m map[string]V) []string {
	out := make([]string, 0, len(m))
	for k := range m {
		out = append(out, k)
	}
	sort.Strings(out)
	return out
}
