package conformance

import (
	"runtime/debug"
	"strings"
	"testing"
)

// TestPanicAt finds where a plugin in Go panicked, in stacks that Go has printed, and finds nothing in others.
func TestPanicAt(t *testing.T) {
	t.Parallel()
	const inRuntime = "panic({0x1, 0x2})\n\t/usr/lib/go/src/runtime/panic.go:783 +0x132\nruntime.panicIndex()\n\t/usr/lib/go/src/runtime/panic.go:1 +0x1\n"
	for _, x := range []struct{ name, stack, want string }{
		{"a function", inRuntime + "main.greet(0xc0, {{0xc1, 0x6}})\n\t/home/v/p/main.go:31 +0x1d\nmain.main()\n\t/home/v/p/main.go:3", "main.greet (main.go:31)"},
		{"a method", inRuntime + "main.(*shop).greet(0xc0)\n\tshop/main.go:31 +0x1d", "main.(*shop).greet (main.go:31)"},
		{"within the standard library", inRuntime + "strings.Repeat({0x0, 0x1}, 0x2)\n\t/usr/lib/go/src/strings/strings.go:600 +0x1\nacme.example/face/acme.greet()\n\t/v/acme.go:7 +0x2", "acme.example/face/acme.greet (acme.go:7)"},
		{"a module without a domain", inRuntime + "face/acme.greet()\n\t/v/acme.go:7 +0x2", "face/acme.greet (acme.go:7)"},
		{"of Windows", inRuntime + "main.greet()\n\tC:/v/main.go:7 +0x2", "main.greet (main.go:7)"},
		{"none", "", ""},
		{"of Python", "Traceback\n  File \"main.py\", line 3\n", ""},
		{"of JavaScript", "Error: x\n    at greet (main.js:3:1)\n", ""},
		{"cut off", "main.greet(", ""},
	} {
		if got := panicAt(x.stack); got != x.want {
			t.Errorf("%s: got %q, want %q", x.name, got, x.want)
		}
	}
	line := logLine{level: "error", message: "panic in greet: x", fields: map[string]string{"stack": real()}}.String()
	if !strings.Contains(line, "core/conformance.real.func") || !strings.Contains(line, "(stack_test.go:") || strings.Contains(line, "goroutine") {
		t.Errorf("a real stack gives %s", line)
	}
}

// real is the stack of a panic, as the Go kit logs it.
func real() (stack string) {
	defer func() {
		if recover() != nil {
			stack = string(debug.Stack())
			stack = stack[strings.Index(stack, "\npanic(")+1:]
		}
	}()
	func() { panic("x") }()
	return ""
}
