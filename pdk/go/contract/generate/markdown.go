package generate

import (
	"fmt"
	"strings"
)

// markdownPage writes the API page in Markdown.
func markdownPage(m *model) []byte {
	p := newPage(m)
	var w writer
	w.p("<!-- "+generatedBy+" -->", m.Capability)
	w.p("# %s", md(p.Capability))
	w.p("")
	w.p("%s · %s", md(p.EN), md(p.ZH))
	w.p("")
	for _, one := range p.Methods {
		w.method(one, "##")
	}
	if len(p.Events) > 0 {
		w.p("## Events 事件")
		w.p("")
		for _, e := range p.Events {
			w.event(e)
		}
	}
	return append([]byte(strings.TrimRight(w.String(), "\n")), '\n')
}

func (w *writer) method(m *methodPage, level string) {
	w.p("%s %s", level, md(m.Name))
	w.p("")
	w.p("%s · %s", md(m.EN), md(m.ZH))
	w.p("")
	if len(m.APIs) > 0 {
		w.p("- Call 调用: %s — %s (%s)", codes(m.APIs), m.Mode, m.ModeZH)
	} else if level == "##" {
		w.p("- Not for mini-programs: hosts and plugins call it. 不向小程序开放。")
	}
	if len(m.SyncAPIs) > 0 {
		w.p("- Blocking 同步: %s", codes(m.SyncAPIs))
	}
	if m.Scope != "" {
		w.p("- Asks the user for %s. 需用户授权：%s。", md(m.Scope), md(m.ScopeZH))
	}
	if m.Domain != "" {
		w.p("- The address must be on the mini-program's %s list. 需在域名白名单中。", codes([]string{m.Domain}))
	}
	w.p("")
	w.rows("Parameters 参数", m.Params)
	w.rows("Result 返回", m.Result)
	if len(m.Errors) > 0 {
		w.p("| errno | name 名称 | meaning 含义 |")
		w.p("|--:|---|---|")
		for _, e := range m.Errors {
			w.p("| %d | %s | %s |", e.Code, md(e.Name), md(e.Message))
		}
		w.p("")
	}
	if m.Example != "" {
		w.p("```js")
		w.WriteString(strings.ReplaceAll(m.Example, "```", "` ` `"))
		w.p("```")
		w.p("")
	}
	for _, sub := range m.Methods {
		w.method(sub, "###")
	}
	for _, e := range m.Events {
		w.event(e)
	}
}

func (w *writer) event(e *eventPage) {
	last := ""
	if e.Last {
		last = " The task ends with it. 任务随之结束。"
	}
	w.p("### %s", md(e.Name))
	w.p("")
	w.p("%s · %s%s", md(e.EN), md(e.ZH), last)
	w.p("")
	if len(e.APIs) > 0 {
		w.p("- Listen 监听: %s", codes(e.APIs))
		w.p("")
	}
	w.rows("Payload 内容", e.Payload)
}

func (w *writer) rows(title string, list []row) {
	if len(list) == 0 {
		return
	}
	w.p("| %s | type 类型 | required 必填 | limits 约束 | description 说明 |", title)
	w.p("|---|---|---|---|---|")
	for _, r := range list {
		doc := md(r.Doc)
		if r.Sensitive {
			doc = strings.TrimSpace(doc + " *sensitive 敏感*")
		}
		w.p("| %s | %s | %s | %s | %s |", codes([]string{r.Name}), md(r.Type), pick(r.Required, "yes 是", "no"), md(r.Limits), doc)
	}
	w.p("")
}

// md makes text fit for a line of Markdown, a table's cell included.
func md(text string) string {
	var b strings.Builder
	for _, r := range line(text) {
		switch r {
		case '<':
			b.WriteString("&lt;")
		case '>':
			b.WriteString("&gt;")
		case '&':
			b.WriteString("&amp;")
		case '\\', '`', '*', '_', '[', ']', '|', '#', '~':
			fmt.Fprintf(&b, "\\%c", r)
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

// codes writes names as code, or if they hold what code cannot, as text.
func codes(names []string) string {
	var out []string
	for _, n := range names {
		if strings.ContainsAny(n, "`|\\\n") || line(n) != n {
			out = append(out, md(n))
		} else {
			out = append(out, "`"+n+"`")
		}
	}
	return strings.Join(out, ", ")
}
