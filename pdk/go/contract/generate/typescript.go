package generate

import (
	"encoding/json"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/dougong-dev/dougong/pdk/go/contract"
)

// typescript writes declarations for mini-programs. The types of each contract stand in a namespace of their own, and
// only methods are added to WechatMiniprogram.Wx: as overloads, so that the file goes along with miniprogram-api-typings.
type typescript struct {
	writer
	m      *model
	space  string
	errnos map[*method]string // qualified names of the types beside records and enums
	tasks  map[*method]string
	of     map[string]string // qualified names of the types that factories return, of this contract
}

// tsShared is what all declarations lean on. It holds interfaces only: those may be declared again by another file of
// the same project, with the same content.
const tsShared = `/** What fail gets and a promise rejects with. 失败回调的参数。 */
interface DougongFailure<E extends number> { errMsg: string; errno: E }
/** WeChat's callbacks. Without any of them the call returns a promise. 不传任何回调时返回 Promise。 */
interface DougongCallbacks<R, E extends number> {
  success?: (result: R & { errMsg: string }) => void;
  fail?: (error: DougongFailure<E>) => void;
  complete?: (result: (R & { errMsg: string }) | DougongFailure<E>) => void;
}
interface DougongNoCallbacks { success?: never; fail?: never; complete?: never }
/** Errors of the platform by errno. 平台错误码。 */
interface DougongErrors {
  1: "internal"; 2: "invalidParams"; 3: "invalidResult"; 4: "unsupported"; 5: "denied"; 6: "domain"; 7: "quota";
  8: "timeout"; 9: "canceled"; 10: "unavailable"; 11: "tooLarge"; 12: "vetoed"; 13: "trace"; 14: "notFound";
  15: "busy"; 16: "corrupt"; 17: "config";
}
`

// Types writes one declaration file (.d.ts) for what the contracts inject into mini-programs.
func Types(list []*contract.Contract) []byte {
	t := &typescript{errnos: map[*method]string{}, tasks: map[*method]string{}}
	var sources []string
	for _, c := range list {
		sources = append(sources, c.Capability)
	}
	t.p("// "+generatedBy, strings.Join(sources, ", "))
	t.p("")
	t.WriteString(tsShared)
	spaces := newNamer("")
	for _, c := range list {
		t.m, t.space, t.of = newModel(c), spaces.pick(spaceName(c.Capability)), map[string]string{}
		t.contract()
	}
	return t.Bytes()
}

// spaceName is the namespace of a capability: "DougongNetworkV1".
func spaceName(capability string) string { return pascal(capability) }

func (t *typescript) contract() {
	m := t.m
	t.p("")
	t.doc(m.Summary, m.Capability)
	t.in("declare namespace "+t.space+" {", "}", func() {
		for _, e := range m.enums {
			t.enum(e)
		}
		for _, r := range m.records {
			t.record(r)
		}
		for _, one := range m.all() {
			t.errors(one)
		}
		for _, one := range m.methods {
			if one.Task != nil {
				t.handle(one)
			}
		}
		t.objects()
	})
	for _, space := range []struct{ name, open string }{
		{"wx", "declare namespace WechatMiniprogram { interface Wx {"}, {"ft", "declare namespace FinClip { interface Ft {"},
	} {
		t.in(space.open, "} }", func() { t.injected(space.name) })
	}
}

func (t *typescript) doc(s contract.Text, more ...string) {
	lines := append([]string{s.EN, s.ZH}, more...)
	t.p("/**")
	for _, l := range lines {
		if l = block(l); l != "" {
			t.p(" * %s", l)
		}
	}
	t.p(" */")
}

func (t *typescript) note(text string) {
	if text = block(text); text != "" {
		t.p("/** %s */", text)
	}
}

func (t *typescript) enum(e *enum) {
	t.note(e.doc)
	var values []string
	for _, v := range e.values {
		values = append(values, quote(v, utf16))
	}
	t.p("type %s = %s;", e.name, strings.Join(values, " | "))
}

func (t *typescript) record(r *record) {
	t.note(r.doc)
	t.in("interface "+r.name+" {", "}", func() {
		for _, f := range r.fields {
			t.note(strings.TrimSpace(f.doc + " " + defaultNote(f.shape)))
			t.p("%s: %s;", tsKey(f.key, f.required), t.typ(f.typ))
		}
	})
}

func defaultNote(s *contract.Shape) string {
	if s == nil || s.Default == nil {
		return ""
	}
	return "@default " + string(s.Default)
}

var tsIdentifier = regexp.MustCompile(`^[A-Za-z_$][A-Za-z0-9_$]*$`)

func tsKey(key string, required bool) string {
	if !tsIdentifier.MatchString(key) {
		key = quote(key, utf16)
	}
	if !required {
		key += "?"
	}
	return key
}

// errors declares what errno a method's failures have.
func (t *typescript) errors(one *method) {
	t.p("/**")
	t.p(" * What fails %s:", one.Name)
	var codes []string
	for _, e := range one.Errors {
		t.p(" * - %d %s: %s", e.Code, block(e.Name), block(e.Message))
		codes = append(codes, strconv.Itoa(e.Code))
	}
	t.p(" */")
	name := t.m.names.pick(one.ident + "Errno")
	t.errnos[one] = t.space + "." + name
	t.p("type %s = %s;", name, strings.Join(append(codes, "keyof DougongErrors"), " | "))
}

// handle declares what a method of mode task returns.
func (t *typescript) handle(one *method) {
	t.doc(one.Summary)
	task := t.m.names.pick(one.ident + "Task")
	t.tasks[one] = t.space + "." + task
	t.in("interface "+task+" {", "}", func() {
		for _, sub := range one.tasks {
			name := sub.Name[strings.IndexByte(sub.Name, '.')+1:]
			t.doc(sub.Summary)
			if one.Task.Sync {
				t.driven(name, sub)
				continue
			}
			t.overloads(name, sub)
		}
		for _, e := range one.events {
			if len(e.API) > 0 { // the handle has the first name only
				t.subscribe(e.API[0], e)
			}
		}
	})
}

// driven declares a method of a task whose calls keep their order: what fails is an event.
func (t *typescript) driven(name string, m *method) {
	switch {
	case m.Sync == nil && m.params.kind == kindNone:
		t.p("%s(): void;", tsMember(name))
	case m.Sync == nil:
		mark := "?"
		if t.needsParams(m.params) {
			mark = ""
		}
		t.p("%s(option%s: %s): void;", tsMember(name), mark, t.typ(m.params))
	case m.Sync.Returns == "":
		t.p("%s(%s): void;", tsMember(name), t.positional(m))
	default:
		t.p("%s(%s): %s | undefined;", tsMember(name), t.positional(m), t.returns(m))
	}
}

// overloads declares a method in its two forms: with a promise, and with callbacks.
func (t *typescript) overloads(name string, m *method) {
	name, params := tsMember(name), t.params(m)
	mark := ""
	if !t.needsParams(m.params) {
		mark = "?"
	}
	t.p("%s(option%s: %sDougongNoCallbacks): Promise<%s & { errMsg: string }>;", name, mark, params, t.result(m.result))
	t.p("%s(option: %sDougongCallbacks<%s, %s>): void;", name, params, t.result(m.result), t.errnos[m])
}

func (t *typescript) params(m *method) string {
	if m.params.kind == kindNone {
		return ""
	}
	out := t.typ(m.params)
	if strings.Contains(out, " | ") {
		out = "(" + out + ")"
	}
	return out + " & "
}

// tsMember is a method's name in an interface, where new(…) would declare a constructor.
func tsMember(name string) string {
	if name == "new" {
		return `"new"`
	}
	return name
}

func (t *typescript) needsParams(p *typ) bool {
	if p.kind != kindRecord {
		return p.kind != kindNone && p.kind != kindMap && p.kind != kindAny
	}
	for _, f := range p.record.fields {
		if f.required {
			return true
		}
	}
	return false
}

func (t *typescript) result(r *typ) string {
	if r.kind == kindNone {
		return "{}"
	}
	return t.typ(r)
}

func (t *typescript) subscribe(name string, e *event) {
	arg := ""
	if e.payload.kind != kindNone {
		arg = "event: " + t.typ(e.payload)
	}
	t.doc(e.Summary)
	t.p("%s(listener: (%s) => void): void;", name, arg)
	t.p("%s(listener?: (%s) => void): void;", contract.Unsubscribe(name), arg)
}

// injected declares the names of one namespace object.
func (t *typescript) injected(space string) {
	t.members(func(api string) (string, bool) {
		at, factory, name := splitAPI(api)
		return name, at == space && factory == ""
	})
	for _, factory := range t.factories(space) {
		t.p("%s(): %s;", factory, t.of[factory])
	}
}

// objects declares what names such as "wx.getFileSystemManager().access" are methods of; wx and ft share them.
func (t *typescript) objects() {
	for _, factory := range t.factories("") {
		seen := map[string]bool{}
		name := t.m.names.pick(pascal(strings.TrimPrefix(factory, "get")))
		t.of[factory] = t.space + "." + name
		t.in("interface "+name+" {", "}", func() {
			t.members(func(api string) (string, bool) {
				_, of, name := splitAPI(api)
				if of != factory || seen[name] {
					return "", false
				}
				seen[name] = true
				return name, true
			})
		})
	}
}

// factories are the functions of a namespace object that return objects, in order; "" is any namespace object.
func (t *typescript) factories(space string) []string {
	var out []string
	for _, api := range t.apis() {
		if at, factory, _ := splitAPI(api); factory != "" && (space == "" || at == space) && !slices.Contains(out, factory) {
			out = append(out, factory)
		}
	}
	return out
}

// apis are all names that the contract injects.
func (t *typescript) apis() []string {
	var out []string
	for _, m := range t.m.methods {
		out = append(out, m.API...)
		if m.Sync != nil {
			out = append(out, m.Sync.API...)
		}
	}
	for _, e := range t.m.events {
		out = append(out, e.API...)
	}
	return out
}

// splitAPI takes the name of an API apart: "wx.request" has no factory.
func splitAPI(api string) (space, factory, name string) {
	space, name, _ = strings.Cut(api, ".")
	if object, method, ok := strings.Cut(name, "()."); ok {
		return space, object, method
	}
	return space, "", name
}

// members declares what the names that pick takes stand for, under the names that it gives them.
func (t *typescript) members(pick func(api string) (string, bool)) {
	own := func(apis []string) (out []string) {
		for _, api := range apis {
			if name, ok := pick(api); ok {
				out = append(out, name)
			}
		}
		return out
	}
	for _, m := range t.m.methods {
		for _, name := range own(m.API) {
			t.doc(m.Summary, scopeNote(m))
			t.call(name, m)
		}
		if m.Sync == nil {
			continue
		}
		for _, name := range own(m.Sync.API) {
			t.doc(m.Summary)
			t.p("%s(%s): %s;", tsMember(name), t.positional(m), t.returns(m))
		}
	}
	for _, e := range t.m.events {
		for _, name := range own(e.API) {
			t.subscribe(name, e)
		}
	}
}

func scopeNote(m *method) string {
	if m.Scope == "" {
		return ""
	}
	return "Asks the user once for " + m.Scope + ". 首次调用需用户授权。"
}

func (t *typescript) call(name string, m *method) {
	switch m.Mode {
	case contract.Sync:
		mark := "?"
		if t.needsParams(m.params) {
			mark = ""
		}
		params := "{}"
		if m.params.kind != kindNone {
			params = t.typ(m.params)
		}
		t.p("%s(option%s: %s): %s;", tsMember(name), mark, params, t.result(m.result))
	case contract.Task:
		if m.Task.Sync && m.params.kind == kindNone {
			t.p("%s(): %s;", tsMember(name), t.tasks[m])
			return
		}
		mark := "?"
		if t.needsParams(m.params) {
			mark = ""
		}
		t.p("%s(option%s: %sDougongCallbacks<%s, %s>): %s;", tsMember(name), mark, t.params(m), t.result(m.result), t.errnos[m], t.tasks[m])
	default:
		t.overloads(name, m)
	}
}

// positional are the arguments of a sync variant.
func (t *typescript) positional(m *method) string {
	if len(m.Sync.Args) == 0 {
		mark := "?"
		if t.needsParams(m.params) {
			mark = ""
		}
		return "option" + mark + ": " + t.orEmpty(m.params)
	}
	var out []string
	names := newNamer(tsWords)
	needed := 0 // arguments before the last required one cannot be left out
	for i, arg := range m.Sync.Args {
		if f := fieldOf(m.params, arg); f != nil && f.required {
			needed = i + 1
		}
	}
	for i, arg := range m.Sync.Args {
		f, kind := fieldOf(m.params, arg), "any"
		if f != nil {
			kind = t.typ(f.typ)
		}
		name := names.pick(camel(arg))
		switch {
		case i >= needed:
			name += "?"
		case f != nil && !f.required:
			kind += " | undefined"
		}
		out = append(out, name+": "+kind)
	}
	return strings.Join(out, ", ")
}

func (t *typescript) orEmpty(p *typ) string {
	if p.kind == kindNone {
		return "{}"
	}
	return t.typ(p)
}

func fieldOf(p *typ, key string) *field {
	if p.kind != kindRecord {
		return nil
	}
	for _, f := range p.record.fields {
		if f.key == key {
			return f
		}
	}
	return nil
}

// returns is what a sync variant gives.
func (t *typescript) returns(m *method) string {
	out := t.result(m.result)
	if m.result.kind == kindNone {
		out = "void"
	}
	if m.Sync.Returns != "" {
		out = "any"
		if f := fieldOf(m.result, m.Sync.Returns); f != nil {
			if out = t.typ(f.typ); !f.required {
				out += " | undefined"
			}
		}
	}
	if m.Sync.Missing != nil && out != "any" {
		out += " | " + tsLiteral(m.Sync.Missing)
	}
	return out
}

// tsLiteral is the type of one JSON value.
func tsLiteral(raw json.RawMessage) string {
	if s, ok := text(raw); ok {
		return quote(s, utf16)
	}
	if len(raw) > 0 && strings.ContainsRune("{[", rune(raw[0])) {
		return "any"
	}
	return string(raw)
}
