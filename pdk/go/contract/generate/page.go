package generate

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"

	"github.com/dougong-dev/dougong/pdk/go/contract"
)

// page is what the API page says, in Markdown and in HTML.
type page struct {
	Capability string
	EN, ZH     string
	Base       string
	Methods    []*methodPage
	Events     []*eventPage
}

type methodPage struct {
	Name, EN, ZH string
	APIs         []string
	SyncAPIs     []string
	Mode, ModeZH string
	Scope        string // in plain words
	ScopeZH      string
	Domain       string
	Params       []row
	Result       []row
	Errors       []contract.ErrorCode
	Example      string
	Methods      []*methodPage // of the handle
	Events       []*eventPage
}

type eventPage struct {
	Name, EN, ZH string
	APIs         []string
	Last         bool
	Payload      []row
}

// row is one parameter or field.
type row struct {
	Name      string
	Type      string
	Required  bool
	Limits    string
	Doc       string
	Sensitive bool
}

func newPage(m *model) *page {
	p := &page{Capability: m.Capability, EN: m.Summary.EN, ZH: m.Summary.ZH, Base: m.base}
	for _, one := range m.methods {
		p.Methods = append(p.Methods, newMethodPage(one))
	}
	for _, e := range m.events {
		p.Events = append(p.Events, newEventPage(e))
	}
	return p
}

func newMethodPage(m *method) *methodPage {
	p := &methodPage{
		Name: m.Name, EN: m.Summary.EN, ZH: m.Summary.ZH, APIs: m.API, Errors: m.Errors,
		Params: rows(m.Params.Shape(), "", nil), Result: rows(m.Result.Shape(), "", nil),
	}
	p.Mode, p.ModeZH = modeWords(m.Mode)
	if m.Sync != nil {
		p.SyncAPIs = m.Sync.API
	}
	if m.Scope != "" {
		p.Scope, p.ScopeZH = scopeWords(m.Scope)
	}
	if m.Domain != nil {
		p.Domain = m.Domain.List
	}
	if len(m.API) > 0 {
		p.Example = example(m)
	}
	for _, sub := range m.tasks {
		s := newMethodPage(sub)
		s.Name = sub.Name[strings.IndexByte(sub.Name, '.')+1:]
		p.Methods = append(p.Methods, s)
	}
	for _, e := range m.events {
		p.Events = append(p.Events, newEventPage(e))
	}
	return p
}

func newEventPage(e *event) *eventPage {
	return &eventPage{Name: e.Name, EN: e.Summary.EN, ZH: e.Summary.ZH, APIs: e.API, Last: e.last, Payload: rows(e.Payload.Shape(), "", nil)}
}

func modeWords(mode contract.Mode) (en, zh string) {
	switch mode {
	case contract.Sync:
		return "returns at once", "同步"
	case contract.Task:
		return "returns a task; callbacks tell its end", "返回任务对象，并支持回调"
	}
	return "callbacks or a promise", "回调或 Promise"
}

// scopes are the words for what a user is asked for.
var scopes = map[string][2]string{
	"scope.userLocation":           {"your location", "你的位置信息"},
	"scope.userFuzzyLocation":      {"your approximate location", "你的模糊位置信息"},
	"scope.userLocationBackground": {"your location, in the background too", "后台定位"},
	"scope.payment":                {"paying", "发起支付"},
	"scope.userInfo":               {"your profile", "你的用户信息"},
	"scope.camera":                 {"the camera", "摄像头"},
	"scope.notification":           {"to notify you", "向你发送通知"},
	"scope.record":                 {"the microphone", "麦克风"},
	"scope.writePhotosAlbum":       {"saving to the photo album", "保存到相册"},
	"scope.bluetooth":              {"Bluetooth", "蓝牙"},
	"scope.addPhoneContact":        {"adding contacts", "添加到联系人"},
	"scope.address":                {"your postal address", "通讯地址"},
}

func scopeWords(scope string) (en, zh string) {
	if w, ok := scopes[scope]; ok {
		return w[0] + " (" + scope + ")", w[1] + "（" + scope + "）"
	}
	return scope, scope
}

// rows lists a schema's properties, those of nested objects behind their own with a path.
func rows(s *contract.Shape, path string, out []row) []row {
	if s == nil {
		return out
	}
	for _, p := range s.Properties {
		name := p.Name
		if path != "" {
			name = path + "." + p.Name
		}
		out = append(out, newRow(name, p.Required, p.Shape))
		out = below(p.Shape, name, out)
	}
	if s.Additional != nil { // keys of the caller's choice
		name := strings.TrimPrefix(path+".*", ".")
		out = below(s.Additional, name, append(out, newRow(name, false, s.Additional)))
	}
	return out
}

func below(s *contract.Shape, name string, out []row) []row {
	out = rows(s, name, out)
	if s.Items != nil {
		out = below(s.Items, name+"[]", out)
	}
	return out
}

func newRow(name string, required bool, s *contract.Shape) row {
	return row{Name: name, Type: typeWords(s), Required: required, Limits: limits(s), Doc: about(s), Sensitive: s.Sensitive}
}

func typeWords(s *contract.Shape) string {
	if s == nil {
		return "any"
	}
	names := append([]string{}, s.Types...)
	for i, n := range names {
		switch n {
		case "bytes":
			names[i] = "ArrayBuffer"
		case "array":
			names[i] = "array of " + typeWords(s.Items)
		}
	}
	if len(names) == 0 && len(s.Enum) > 0 {
		return literalWords(s.Enum)
	}
	if len(names) == 0 {
		return "any"
	}
	return strings.Join(names, " | ")
}

// literalWords is the type that all of the values have.
func literalWords(list []json.RawMessage) string {
	word := ""
	for _, raw := range list {
		kind := "number"
		switch raw[0] {
		case '"':
			kind = "string"
		case 't', 'f':
			kind = "boolean"
		case 'n':
			kind = "null"
		}
		if word != "" && word != kind {
			return "any"
		}
		word = kind
	}
	return word
}

// limits says what is allowed of a value, briefly.
func limits(s *contract.Shape) string {
	var out []string
	add := func(format string, args ...any) { out = append(out, fmt.Sprintf(format, args...)) }
	if len(s.Enum) > 0 {
		var values []string
		for _, v := range s.Enum {
			values = append(values, string(v))
		}
		add("%s", strings.Join(values, ", "))
	}
	if s.Minimum != nil {
		add("%s %s", pick(s.ExclusiveMinimum, ">", "≥"), number(*s.Minimum))
	}
	if s.Maximum != nil {
		add("%s %s", pick(s.ExclusiveMaximum, "<", "≤"), number(*s.Maximum))
	}
	size(&out, s.MinLength, s.MaxLength, "characters")
	size(&out, s.MinItems, s.MaxItems, "items")
	if s.Pattern != "" {
		add("matches %s", s.Pattern)
	}
	if s.Default != nil {
		add("default %s", s.Default)
	}
	return strings.Join(out, "; ")
}

func size(out *[]string, low, high int, what string) {
	switch {
	case low > 0 && high >= 0:
		*out = append(*out, fmt.Sprintf("%d–%d %s", low, high, what))
	case low > 0:
		*out = append(*out, fmt.Sprintf("≥ %d %s", low, what))
	case high >= 0:
		*out = append(*out, fmt.Sprintf("≤ %d %s", high, what))
	}
}

func pick(yes bool, a, b string) string {
	if yes {
		return a
	}
	return b
}

func number(f float64) string { return strconv.FormatFloat(f, 'g', -1, 64) }

// example is a call with every required parameter.
func example(m *method) string {
	var b strings.Builder
	name := m.API[0]
	params := sampleLines(m.Params.Shape(), "  ")
	switch m.Mode {
	case contract.Sync:
		fmt.Fprintf(&b, "const result = %s({\n%s})\n", name, params)
	case contract.Task:
		fmt.Fprintf(&b, "const task = %s({\n%s  success: (result) => console.log(result),\n  fail: (error) => console.error(error.errno, error.errMsg),\n})\n", name, params)
		for _, e := range m.events {
			if len(e.API) > 0 {
				fmt.Fprintf(&b, "task.%s((event) => console.log(event))\n", e.API[0])
				break
			}
		}
	default:
		fmt.Fprintf(&b, "%s({\n%s  success: (result) => console.log(result),\n  fail: (error) => console.error(error.errno, error.errMsg),\n})\n", name, params)
	}
	return b.String()
}

func sampleLines(s *contract.Shape, indent string) string {
	var b strings.Builder
	if s == nil {
		return ""
	}
	for _, p := range s.Properties {
		if p.Required {
			fmt.Fprintf(&b, "%s%s: %s,\n", indent, tsKey(p.Name, true), sample(p.Shape, indent))
		}
	}
	return b.String()
}

// sample is a value that has the right type.
func sample(s *contract.Shape, indent string) string {
	switch {
	case s == nil:
		return "null"
	case s.Default != nil && json.Valid(s.Default):
		return string(s.Default)
	case len(s.Enum) > 0:
		return string(s.Enum[0])
	case len(s.Types) == 0:
		return `"…"`
	}
	switch s.Types[0] {
	case "boolean":
		return "true"
	case "integer", "number":
		return number(sampleNumber(s))
	case "string":
		return `"…"`
	case "array":
		return "[" + sample(s.Items, indent) + "]"
	case "object":
		if inner := sampleLines(s, indent+"  "); inner != "" {
			return "{\n" + inner + indent + "}"
		}
		return "{}"
	case "bytes":
		return "new ArrayBuffer(8)"
	}
	return "null"
}

func sampleNumber(s *contract.Shape) float64 {
	n := 1.0
	if s.Minimum != nil && *s.Minimum > n {
		n = *s.Minimum
	}
	if s.Maximum != nil && *s.Maximum < n {
		n = *s.Maximum
	}
	return n
}
