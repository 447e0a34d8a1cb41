package conformance

import (
	"errors"
	"strings"
	"testing"

	"github.com/dougong-dev/dougong/pdk/go"
)

// TestStartHints has each way not to start with the hint that mends it: the texts are those that runtimes and kernel give.
func TestStartHints(t *testing.T) {
	t.Parallel()
	for _, x := range []struct{ text, want string }{
		{`module plugin.wasm: it does not export dg_alloc, nor anything else; … the import pdk/go/serve`, "export memory, dg_alloc and dg_call"},
		{`module plugin.wasm: it cannot be taken: at byte 460: section needs 51131 bytes, 2540 are left`, "build the module again"},
		{`module plugin.wasm: it imports env.puts`, "import only wasi_snapshot_preview1"},
		{`contracts of plugin "com.acme.c": p-c.yaml:12:22: methods.greet: unknown type "strin"`, "dougong contract check"},
		{`plugin "com.acme.py" ended during the handshake (exit status 1); it printed: ModuleNotFoundError`, "mend what it printed"},
		{`plugin "com.acme.py" printed "hello" before the handshake`, "print the handshake line"},
		{`plugin "com.acme.c" is not what its plugin.yaml says: it calls itself "com.acme.d"`, "the same in the code and in plugin.yaml"},
		{`something else`, "docs/wire-protocol.md"},
	} {
		if got := startHint(errors.New(x.text)); !strings.Contains(got, x.want) {
			t.Errorf("%s: the hint is %q, want %q", x.text, got, x.want)
		}
	}
}

// TestLogAround has the place of an error before its text, as in Python, and after it, as in JavaScript.
func TestLogAround(t *testing.T) {
	t.Parallel()
	lines := func(texts ...string) (out []logLine) {
		for _, x := range texts {
			out = append(out, logLine{level: "info", message: x})
		}
		return out
	}
	for _, x := range []struct {
		name          string
		logs          []logLine
		want, without []string
	}{
		{"before", lines("began", "Traceback", "main.py, line 21", "raise", "KeyError"), []string{"main.py, line 21", "KeyError"}, []string{"began"}},
		{"after", lines("KeyError", "at greet (plugin.js:8:9)", "at b", "at c", "at d"), []string{"plugin.js:8:9"}, []string{"at d"}},
		{"nowhere", lines("a", "b", "c", "d"), []string{"b", "c", "d"}, []string{`"a"`}},
	} {
		got := (&tap{logs: x.logs}).logAround("KeyError")
		for _, w := range x.want {
			if !strings.Contains(got, w) {
				t.Errorf("%s: %q lacks %q", x.name, got, w)
			}
		}
		for _, w := range x.without {
			if strings.Contains(got, w) {
				t.Errorf("%s: %q holds %q", x.name, got, w)
			}
		}
	}
}

func TestErrorHints(t *testing.T) {
	t.Parallel()
	for _, x := range []struct {
		code       int
		text, want string
	}{
		{pdk.CodeInternal, "KeyError: 'x'", "handle what went wrong in the method"},
		{pdk.CodeInvalidResult, `echo: result "text": the text at byte 9 is not UTF-8`, "return text as UTF-8"},
		{pdk.CodeInvalidResult, `greet: result "greeting": expected string, found number 5`, "make the answer fit"},
		{pdk.CodeUnavailable, `echo was cut off: plugin "p" was killed because its connection broke: malformed frames at byte 97: a frame of kind 99`, "docs/frames.md"},
		{pdk.CodeUnavailable, `echo was cut off: plugin "p" ended`, "it must outlive every call"},
		{pdk.CodeInternal, `code 70001, which its contract does not declare`, "list the code under `errors`"},
	} {
		if got := errorHint(pdk.Errorf(x.code, "x", "%s", x.text)); !strings.Contains(got, x.want) {
			t.Errorf("%s: the hint is %q, want %q", x.text, got, x.want)
		}
	}
}

func TestReplacedText(t *testing.T) {
	t.Parallel()
	for _, x := range []struct {
		expected, found string
		hint            bool
	}{
		{`greeting: "hello, Ada"`, "greeting: \"hello, \uFFFDAda\"", true},
		{"\uFFFD", "\uFFFD\uFFFD", false},
		{"a", "b", false},
	} {
		if got := replaced(x.expected, x.found); (got != "") != x.hint {
			t.Errorf("%q in place of %q: the hint is %q", x.found, x.expected, got)
		}
	}
}
