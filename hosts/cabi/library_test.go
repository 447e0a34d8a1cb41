package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

const (
	example  = "../../examples/embed-c/main.c"
	contract = "../../examples/embed/till.yaml"
)

// do runs a command with further variables.
func do(t *testing.T, env []string, name string, args ...string) string {
	t.Helper()
	cmd := exec.Command(name, args...)
	cmd.Env = append(os.Environ(), env...)
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%s %s: %v\n%s", name, strings.Join(args, " "), err, out)
	}
	return string(out)
}

// TestLibrary builds the library and runs the C example against it, and a careless program, under the sanitizers.
func TestLibrary(t *testing.T) {
	t.Parallel()
	if testing.Short() || runtime.GOOS != "linux" {
		return // it compiles everything once more, for a shared library
	}
	dir := t.TempDir()
	do(t, []string{"CGO_ENABLED=1"}, "go", "build", "-buildmode=c-shared", "-o", filepath.Join(dir, "libdougong.so"), ".")
	header, err := os.ReadFile(filepath.Join(dir, "libdougong.h"))
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"typedef uint64_t dougong_host;", "// Memory.", "// Threads.",
		"extern dougong_host dougong_new(char* data);",
		"extern int32_t dougong_open(dougong_host host, char* app, char* page, char* data, int64_t* number, char** problem);",
		"extern int32_t dougong_poll(dougong_host host, int32_t wait, char** event, char** problem);",
		"extern void dougong_free(char* text);",
	} {
		if !strings.Contains(string(header), want) {
			t.Errorf("the header lacks %q", want)
		}
	}
	run := func(source string) string {
		program := filepath.Join(dir, strings.TrimSuffix(filepath.Base(source), ".c"))
		do(t, nil, "gcc", "-g", "-Wall", "-Wextra", "-Werror", "-fsanitize=address,undefined", "-I", dir, source, "-L", dir, "-ldougong", "-pthread", "-o", program)
		return do(t, []string{"LD_LIBRARY_PATH=" + dir, "ASAN_OPTIONS=detect_leaks=1", "UBSAN_OPTIONS=halt_on_error=1"}, program, order, contract, filepath.Join(dir, "data"))
	}
	inOrder(t, run(example), append(conversation, "a stopped host: code 14")...)
	if out := run("testdata/rough.c"); strings.TrimSpace(out) != "0 faults" {
		t.Errorf("a careless program:\n%s", out)
	}
}

// conversation is what the example prints, in this order, before the host is stopped.
var conversation = []string{
	`com.example.order calls placeOrder with {"dish":"牛肉面","price":28,"table":"A1"}`, "1 号，请稍候", "no soy milk left today", "1 号做好了",
	`code 14: there is no mini-program "com.example.nowhere"`, `event {"kind":"opened"`, `event {"kind":"page"`, `event {"kind":"closed"`,
}

func inOrder(t *testing.T, out string, wanted ...string) {
	t.Helper()
	at := 0
	for _, want := range wanted {
		i := strings.Index(out[at:], want)
		if i < 0 {
			t.Fatalf("lacks %q, or it comes too early, in\n%s", want, out)
		}
		at += i
	}
}
