package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

const example = "../../examples/embed-c/main.c"

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

// TestLibrary builds the library and runs the C example against it, under the address sanitizer.
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
	program := filepath.Join(dir, "till")
	do(t, nil, "gcc", "-g", "-Wall", "-Wextra", "-Werror", "-fsanitize=address", "-I", dir, example, "-L", dir, "-ldougong", "-o", program)
	out := do(t, []string{"LD_LIBRARY_PATH=" + dir, "ASAN_OPTIONS=detect_leaks=1"}, program, order, "../../examples/embed/till.yaml", filepath.Join(dir, "data"))
	at := 0
	for _, want := range []string{ // in this order
		`com.example.order calls placeOrder with {"dish":"牛肉面","price":28,"table":"A1"}`, "1 号，请稍候", "no soy milk left today", "1 号做好了",
		`code 14: there is no mini-program "com.example.nowhere"`, `event {"kind":"opened"`, `event {"kind":"page"`, `event {"kind":"closed"`,
		"a stopped host: code 14",
	} {
		i := strings.Index(out[at:], want)
		if i < 0 {
			t.Fatalf("lacks %q, or it comes too early, in\n%s", want, out)
		}
		at += i
	}
}

// TestWindows builds the library for Windows and links the example against it. It cannot be run here.
func TestWindows(t *testing.T) {
	t.Parallel()
	if testing.Short() || runtime.GOOS != "linux" {
		return
	}
	const cc = "x86_64-w64-mingw32-gcc"
	dir := t.TempDir()
	do(t, []string{"CGO_ENABLED=1", "GOOS=windows", "GOARCH=amd64", "CC=" + cc}, "go", "build", "-buildmode=c-shared", "-o", filepath.Join(dir, "libdougong.dll"), ".")
	do(t, nil, cc, "-Wall", "-Wextra", "-Werror", "-I", dir, example, filepath.Join(dir, "libdougong.dll"), "-o", filepath.Join(dir, "till.exe"))
	if out := do(t, nil, "x86_64-w64-mingw32-objdump", "-p", filepath.Join(dir, "till.exe")); !strings.Contains(out, "libdougong.dll") {
		t.Error("the program does not use the library")
	}
}
