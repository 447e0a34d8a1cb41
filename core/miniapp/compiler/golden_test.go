package compiler

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"path"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/dougong-dev/dougong/core/miniapp/program"
	"github.com/dougong-dev/dougong/core/miniapp/template"
	"github.com/dougong-dev/dougong/core/miniapp/value"
	"github.com/rogpeppe/go-internal/txtar"
)

var update = flag.Bool("update", false, "rewrite the expected parts of the golden files")

// TestGolden builds each testdata archive and compares the parts under want/: want/diagnostics, want/ir/<template> as
// a compact tree, want/css/<style>, and any other file of the bundle by its name.
func TestGolden(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatalf("no golden files: %v", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			t.Parallel()
			golden(t, file)
		})
	}
}

func golden(t *testing.T, file string) {
	ar, err := txtar.ParseFile(file)
	if err != nil {
		t.Fatal(err)
	}
	project := fstest.MapFS{}
	for _, f := range ar.Files {
		if !strings.HasPrefix(f.Name, "want/") {
			project[f.Name] = &fstest.MapFile{Data: f.Data}
		}
	}
	res, err := Build(context.Background(), Options{FS: project, Dir: "/golden"})
	if res == nil {
		t.Fatal(err)
	}
	for i, f := range ar.Files {
		want, ok := strings.CutPrefix(f.Name, "want/")
		if !ok {
			continue
		}
		got := rendered(t, res, want)
		if *update {
			ar.Files[i].Data = []byte(got)
		} else if got != string(f.Data) {
			t.Errorf("%s differs (run with -update after checking):\n--- want\n%s--- got\n%s", want, f.Data, got)
		}
	}
	if *update {
		if err := writeFile(file, txtar.Format(ar)); err != nil {
			t.Fatal(err)
		}
	}
}

// rendered prints a part of a result for comparison.
func rendered(t *testing.T, res *Result, name string) string {
	t.Helper()
	kind, rest, _ := strings.Cut(name, "/")
	switch kind {
	case "diagnostics":
		var b strings.Builder
		for _, d := range res.Diagnostics {
			b.WriteString(Format(d) + "\n")
		}
		return b.String()
	case "files":
		return strings.Join(sortedKeys(res.Files), "\n") + "\n"
	case "ir":
		f, err := template.Decode(res.Files[path.Join(program.TemplateDir, rest)+".json"])
		if err != nil {
			t.Fatal(err)
		}
		return dumpFile(f)
	case "css":
		var s program.Style
		if err := json.Unmarshal(res.Files[path.Join(program.StyleDir, rest)+".json"], &s); err != nil {
			t.Fatal(err)
		}
		return fmt.Sprintf("scope %q\n%s\n%s\n", s.ScopeID, s.CSS, strings.Join(s.Fonts, "\n"))
	}
	data, ok := res.Files[name]
	if !ok {
		return "(missing)\n"
	}
	if strings.HasSuffix(name, ".json") {
		var v any
		if err := json.Unmarshal(data, &v); err != nil {
			t.Fatal(err)
		}
		data, _ = json.MarshalIndent(v, "", " ")
	}
	return strings.TrimRight(string(data), "\n") + "\n"
}

// dumpFile prints IR one node a line, expressions as text.
func dumpFile(f *template.File) string {
	var b strings.Builder
	for _, s := range f.Sources[1:] {
		fmt.Fprintf(&b, "source %s\n", s)
	}
	for _, s := range f.Imports {
		fmt.Fprintf(&b, "import %s\n", s)
	}
	for _, s := range f.Scripts {
		fmt.Fprintf(&b, "script %s = %s\n", s.Name, s.Path)
	}
	dumpNodes(&b, f.Nodes, 0)
	for _, name := range sortedKeys(f.Templates) {
		fmt.Fprintf(&b, "template %s\n", name)
		dumpNodes(&b, f.Templates[name], 1)
	}
	return b.String()
}

func dumpNodes(b *strings.Builder, nodes []*template.Node, depth int) {
	for _, n := range nodes {
		indent := strings.Repeat("  ", depth)
		fmt.Fprintf(b, "%s%d:%d:%d %s", indent, n.Pos[0], n.Pos[1], n.Pos[2], n.Kind)
		if n.Tag != "" {
			b.WriteString(" <" + n.Tag + ">")
		}
		for _, part := range []struct {
			name string
			e    *template.Expr
		}{{"", n.Value}, {"scope=", n.Scope}, {"slot=", n.SlotOf}, {"list=", n.List}} {
			if part.e != nil {
				b.WriteString(" " + part.name + text(part.e))
			}
		}
		if n.SlotScope != "" {
			b.WriteString(" as " + n.SlotScope)
		}
		if n.Kind == template.For {
			fmt.Fprintf(b, " %s %s key=%q", n.Item, n.Index, n.Key)
		}
		for _, list := range []struct {
			prefix string
			attrs  []template.Attr
		}{{"", n.Attrs}, {"data:", n.Data}, {"mark:", n.Marks}, {"model:", n.Models}, {"change:", n.Change}, {"generic:", n.Generic}, {"prop:", n.Props}} {
			for _, a := range list.attrs {
				b.WriteString(" " + list.prefix + a.Name + "=" + text(a.Value))
			}
		}
		for _, ev := range n.Events {
			fmt.Fprintf(b, " %s:%s", ev.Mode, ev.Type)
			if ev.Capture {
				b.WriteString("^")
			}
			b.WriteString("=" + text(ev.Handler))
		}
		b.WriteByte('\n')
		for _, br := range n.Branches {
			cond := "else"
			if br.Cond != nil {
				cond = "when " + text(br.Cond)
			}
			b.WriteString(indent + "  " + cond + "\n")
			dumpNodes(b, br.Children, depth+2)
		}
		dumpNodes(b, n.Children, depth+1)
	}
}

// text prints an expression in prefix form.
func text(e *template.Expr) string {
	if v, ok := e.Static(); ok {
		if v == nil {
			return "undefined"
		}
		return string(value.AppendJSON(nil, v))
	}
	switch e.Op {
	case template.OpIdent:
		return e.Name
	case template.OpMember:
		return text(e.X[0]) + "." + e.Name
	case template.OpIndex:
		return text(e.X[0]) + "[" + text(e.X[1]) + "]"
	case template.OpMethod:
		return text(&template.Expr{Op: "." + template.Op(e.Name), X: e.X})
	}
	var parts []string
	for i, x := range e.X {
		part := text(x)
		if e.Op == template.OpObject && e.Keys[i] != "" {
			part = e.Keys[i] + ":" + part
		}
		parts = append(parts, part)
	}
	return "(" + strings.TrimSpace(string(e.Op)+" "+strings.Join(parts, " ")) + ")"
}
