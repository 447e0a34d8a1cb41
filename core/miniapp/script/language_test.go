package script

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// languageCase is a line of testdata/language: an expression and, if V8 of the day does not know it, what it gives.
type languageCase struct {
	src, want string
	line      int
	known     string // why the engine gives something else
}

// The expressions of testdata/language are compiled as a project's code is, run in a realm, and held against V8 (Node),
// the engine that mini-programs are written for. What Node does not know yet has its value in a line "=> …" below it; what
// the engine is known to do otherwise has the reason in a line "!! …", and fails when it is no longer true.
func TestLanguageAgainstV8(t *testing.T) {
	zone, err := time.LoadLocation("Asia/Shanghai")
	if err != nil {
		t.Fatal(err)
	}
	local := time.Local
	time.Local = zone // not parallel: every realm of the process shares it
	t.Cleanup(func() { time.Local = local })
	files, err := filepath.Glob("testdata/language/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatalf("no cases: %v", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txt"), func(t *testing.T) {
			cases := languageCases(t, file)
			askV8(t, cases)
			got := evaluate(t, cases)
			passed := 0
			for i, c := range cases {
				if c.known != "" {
					if got[i] == c.want {
						t.Errorf("%s:%d: %s gives what V8 gives: take the line \"!! %s\" away", file, c.line, c.src, c.known)
					}
					continue
				}
				if got[i] != c.want {
					t.Errorf("%s:%d: %s\n got %s\nwant %s", file, c.line, c.src, got[i], c.want)
					continue
				}
				passed++
			}
			t.Logf("%d of %d expressions give what V8 gives", passed, len(cases))
		})
	}
}

func languageCases(t *testing.T, file string) []languageCase {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var out []languageCase
	lines := strings.Split(string(data), "\n")
	for i := 0; i < len(lines); i++ {
		switch line := lines[i]; {
		case line == "" || strings.HasPrefix(line, "# "):
		case strings.HasPrefix(line, "!! "):
			out[len(out)-1].known = strings.TrimPrefix(line, "!! ")
		case strings.HasPrefix(line, "=> "):
			out[len(out)-1].want = strings.TrimPrefix(line, "=> ")
		default:
			c := languageCase{src: line, line: i + 1}
			for strings.HasSuffix(c.src, `\`) { // goes on in the next line
				i++
				c.src += "\n" + lines[i]
			}
			out = append(out, c)
		}
	}
	return out
}

// askV8 fills in what is wanted.
func askV8(t *testing.T, cases []languageCase) {
	t.Helper()
	var sources []string
	for _, c := range cases {
		sources = append(sources, c.src)
	}
	in, err := json.Marshal(sources)
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command("node", "testdata/language/v8.js", "testdata/language/show.js")
	cmd.Stdin = bytes.NewReader(in)
	cmd.Env = append(os.Environ(), "TZ=Asia/Shanghai", "LC_ALL=zh_CN.UTF-8")
	cmd.Stderr = os.Stderr
	data, err := cmd.Output()
	if err != nil {
		t.Fatalf("node: %v (the tests need Node; .ci/setup.sh installs it)", err)
	}
	var answers []string
	if err := json.Unmarshal(data, &answers); err != nil || len(answers) != len(cases) {
		t.Fatalf("node gave %d answers for %d expressions: %v", len(answers), len(cases), err)
	}
	for i := range cases {
		if cases[i].want == "" {
			cases[i].want = answers[i]
		}
	}
}

// evaluate runs the expressions in one realm, timers and promises included.
func evaluate(t *testing.T, cases []languageCase) []string {
	t.Helper()
	show, err := os.ReadFile("testdata/language/show.js")
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	b.Write(show)
	b.WriteString("const cases = [\n")
	for _, c := range cases {
		b.WriteString("() => (" + c.src + "\n),\n")
	}
	b.WriteString(`]
const out = []
App({
  async run() {
    for (let i = 0; i < cases.length; i++) {
      try { out[i] = show(await cases[i]()) } catch (e) { out[i] = "throws " + (e && e.name) }
    }
    out.done = true
  },
  answer() { return JSON.stringify(out) },
  done() { return out.done === true },
})`)
	w := newWorld(t, project(t, map[string]string{"app.js": b.String(), "pages/index.wxml": ""}))
	_ = w.realm.StartApp(nil)
	_, _, _ = w.realm.AppCall("run")
	for range 1000 {
		if done, _, _ := w.realm.AppCall("done"); done == true {
			break
		}
		w.clock.add(time.Millisecond)
		w.realm.RunTimers()
	}
	v, _, err := w.realm.AppCall("answer")
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	text, _ := v.(string)
	if err := json.Unmarshal([]byte(text), &got); err != nil {
		t.Fatal(err)
	}
	for len(got) < len(cases) {
		got = append(got, "never settled")
	}
	for _, e := range w.errors {
		t.Logf("reported: %s:%d: %s", e.File, e.Line, e.Message)
	}
	return got
}
