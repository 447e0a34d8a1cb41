package process_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/dougong-dev/dougong/core/plugin/process"
	"github.com/dougong-dev/dougong/pdk/go"
)

// TestKitExamples builds the kits' examples as their plugin.yaml tells and calls them as processes.
func TestKitExamples(t *testing.T) {
	if testing.Short() {
		return // it needs the kits' toolchains
	}
	uses := map[string]func(*testing.T, *running){"python": useExpenses, "node": useNotices}
	each(t, examples, func(t *testing.T, k *kit) {
		uses[k.name](t, k.start(t, process.Options{Grace: grace}))
	})
}

func useExpenses(t *testing.T, r *running) {
	call := func(method string, in, out any) error {
		return r.doContext(patience(t), infoOf("example.expenses/v1", method), in, out)
	}
	var out struct {
		Rows   int
		Totals []struct{ Category, Currency, Amount string }
		Sheet  pdk.Blob
	}
	if err := r.Configure(patience(t), []byte(`{"currency":"EUR"}`)); err != nil {
		t.Fatal(err)
	}
	sheet := map[string]any{"sheet": pdk.Blob("日期,类别,金额\n2026-03-01,差旅,0.10\n2026-03-02,差旅,0.20\n")}
	if err := call("summarize", sheet, &out); err != nil || out.Rows != 2 || fmt.Sprint(out.Totals) != "[{差旅 EUR 0.30}]" {
		t.Errorf("summarize = %+v, %v", out, err)
	}
	var last struct {
		Found bool
		Sheet pdk.Blob
	}
	if err := call("last", nil, &last); err != nil || !last.Found || string(last.Sheet) != string(out.Sheet) {
		t.Errorf("last = %+v, %v, want %q", last, err, out.Sheet)
	}
	sheet["sheet"] = pdk.Blob("date,category,amount\n2026-03-01,a,b\n")
	mustFail(t, call("summarize", sheet, nil), 20002, "line 2, amount: expected a number such as 1,234.50, found 'b'")
}

func useNotices(t *testing.T, r *running) {
	call := func(method string, in, out any) error {
		i := infoOf("example.notices/v1", method)
		i.Task = 9
		return r.doContext(patience(t), i, in, out)
	}
	if err := call("saveTemplate", map[string]string{"name": "due", "text": "{{n}}: {{who}}"}, nil); err != nil {
		t.Fatal(err)
	}
	rows := make([]map[string]any, 250)
	for n := range rows {
		rows[n] = map[string]any{"n": n, "who": "<Ada>"}
	}
	var out struct{ Files []pdk.Blob }
	if err := call("renderAll", map[string]any{"name": "due", "rows": rows}, &out); err != nil || len(out.Files) != 250 {
		t.Fatalf("renderAll gave %d files, %v", len(out.Files), err)
	}
	if got := string(out.Files[249]); got != "249: &lt;Ada&gt;" {
		t.Errorf("the last is %q", got)
	}
	var progress []string
	for _, e := range r.eventsOf(9) {
		progress = append(progress, e.Name+string(e.Payload.JSON))
	}
	if want := `progress{"done":100,"of":250} progress{"done":200,"of":250} progress{"done":250,"of":250}`; strings.Join(progress, " ") != want {
		t.Errorf("progress: %s, want %s", strings.Join(progress, " "), want)
	}
	mustFail(t, call("saveTemplate", map[string]string{"name": "due", "text": "{{#x}}"}, nil), 20001, "line 1: {{#x}} is not closed by {{/x}}")
}
