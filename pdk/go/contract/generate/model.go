package generate

import (
	"encoding/json"
	"sort"
	"strings"

	"github.com/dougong-dev/dougong/pdk/go/contract"
)

// kind says what a value is, in the words that all targets share.
type kind int

const (
	kindAny kind = iota
	kindNone
	kindBool
	kindInt
	kindFloat
	kindText
	kindBytes
	kindList   // of elem
	kindMap    // from text to elem
	kindRecord // an object with named fields
	kindEnum   // one of a few texts
	kindUnion  // several of the above: kindAny where a language has no such thing
)

// typ is the type of a value.
type typ struct {
	kind     kind
	nullable bool // null is allowed too
	elem     *typ
	record   *record
	enum     *enum
	alts     []*typ // of a union
	shape    *contract.Shape
}

// record is an object type that gets a name.
type record struct {
	name   string // "RequestParams"
	doc    string
	fields []*field
	open   bool // other fields may be there
}

type field struct {
	key      string // in the JSON
	required bool
	typ      *typ
	doc      string
	shape    *contract.Shape
}

// enum is a text that must be one of a few.
type enum struct {
	name   string
	doc    string
	values []string
}

// method is a method of the contract, or of a task if parent is set.
type method struct {
	*contract.Method
	parent *method
	ident  string // "ConnectSocketSend"
	params *typ
	result *typ
	tasks  []*method
	events []*event // of the task
}

type event struct {
	*contract.Event
	parent  *method // nil: an event of the capability
	ident   string  // "ConnectSocketMessage"
	payload *typ
	last    bool // it ends the task
}

// code is an error that the contract declares.
type code struct {
	contract.ErrorCode
	ident string // "TooMany"
}

// model is a contract, ready to be written down. All its lists are in a fixed order.
type model struct {
	*contract.Contract
	base    string // "face" of "com.acme.face/v1"
	version string // "v1"
	methods []*method
	events  []*event
	records []*record // each behind those it refers to
	enums   []*enum
	codes   []*code

	names *namer
	defs  map[string]*record
	lists map[string]*enum // enums of $defs
}

// newModel prepares a contract. taken are type names that the targets use themselves.
func newModel(c *contract.Contract) *model {
	m := &model{Contract: c, names: newNamer("Handler Methods Any Capability Client Error Code"), defs: map[string]*record{}, lists: map[string]*enum{}}
	path, version, _ := strings.Cut(c.Capability, "/")
	m.base, m.version = path[strings.LastIndexByte(path, '.')+1:], version
	for _, name := range keys(c.Methods) {
		m.methods = append(m.methods, m.method(c.Methods[name], nil))
	}
	for _, name := range keys(c.Events) {
		m.events = append(m.events, m.event(c.Events[name], nil))
	}
	m.readCodes()
	return m
}

func (m *model) method(from *contract.Method, parent *method) *method {
	out := &method{Method: from, parent: parent}
	out.ident = m.names.pick(pascal(from.Name))
	out.params = m.top(from.Params, pascal(from.Name)+"Params", from.Summary)
	out.result = m.top(from.Result, pascal(from.Name)+"Result", from.Summary)
	if from.Task == nil {
		return out
	}
	for _, name := range keys(from.Task.Methods) {
		out.tasks = append(out.tasks, m.method(from.Task.Methods[name], out))
	}
	for _, name := range keys(from.Task.Events) {
		out.events = append(out.events, m.event(from.Task.Events[name], out))
	}
	return out
}

func (m *model) event(from *contract.Event, parent *method) *event {
	out := &event{Event: from, parent: parent}
	name := pascal(from.Name)
	if parent != nil {
		name = pascal(parent.Name) + name
		out.last = parent.Task.Until == from.Name
	}
	out.ident = m.names.pick(name + "Event")
	out.payload = m.top(from.Payload, name+"Payload", from.Summary)
	return out
}

// top is the type of what a method takes or gives.
func (m *model) top(s *contract.Schema, name string, summary contract.Text) *typ {
	if s == nil {
		return &typ{kind: kindNone}
	}
	shape := s.Shape()
	t := m.typ(shape, name)
	if t.kind == kindRecord && t.record.doc == "" && shape.Def == "" {
		t.record.doc = summary.EN
	}
	return t
}

// all lists the methods, those of tasks behind their own.
func (m *model) all() (out []*method) {
	for _, one := range m.methods {
		out = append(append(out, one), one.tasks...)
	}
	return out
}

// allEvents lists the events of tasks and of the capability.
func (m *model) allEvents() (out []*event) {
	for _, one := range m.methods {
		out = append(out, one.events...)
	}
	return append(out, m.events...)
}

// readCodes gathers the errors of all methods: one entry for each code and name.
func (m *model) readCodes() {
	seen := map[contract.ErrorCode]bool{}
	var list []contract.ErrorCode
	for _, one := range m.all() {
		for _, e := range one.Errors {
			key := contract.ErrorCode{Code: e.Code, Name: e.Name}
			if !seen[key] {
				seen[key] = true
				list = append(list, e)
			}
		}
	}
	sort.SliceStable(list, func(i, j int) bool {
		return list[i].Code < list[j].Code || list[i].Code == list[j].Code && list[i].Name < list[j].Name
	})
	names := newNamer("")
	for _, e := range list {
		m.codes = append(m.codes, &code{e, names.pick(pascal(e.Name))})
	}
}

// keys are a map's keys in order.
func keys[V any](m map[string]V) []string {
	out := make([]string, 0, len(m))
	for k := range m {
		out = append(out, k)
	}
	sort.Strings(out)
	return out
}

// text is the content of a JSON string; ok is false for any other JSON.
func text(raw json.RawMessage) (s string, ok bool) {
	if len(raw) == 0 || raw[0] != '"' {
		return "", false
	}
	return s, json.Unmarshal(raw, &s) == nil
}
