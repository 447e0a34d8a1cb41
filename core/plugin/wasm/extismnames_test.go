package wasm

import (
	"slices"
	"testing"
)

func TestExtismNames(t *testing.T) {
	t.Parallel()
	functions := []string{"count_vowels", "countWords", "scan", "scan_stop", "scan_stop_now", "_x", "a__b"}
	for method, want := range map[string]string{
		"count_vowels": "count_vowels", "countVowels": "count_vowels", "countWords": "countWords", "scan": "scan",
		"scan.stop": "scan_stop", "scan.stopNow": "scan_stop_now", "scanStop": "scan_stop",
	} {
		if got, ok := exported(method, functions); !ok || got != want {
			t.Errorf("%s calls %q, %t; want %s", method, got, ok, want)
		}
		if !slices.Contains(methodsOf(functions), method) {
			t.Errorf("%s is not among the methods %q", method, methodsOf(functions))
		}
	}
	for _, method := range []string{"count", "Scan", "scan.start", "count.Vowels.x", ""} {
		if got, ok := exported(method, functions); ok {
			t.Errorf("%s calls %q", method, got)
		}
	}
}

// FuzzExtismNames: whatever a module calls its functions, each can be called by all the names that are told of it.
func FuzzExtismNames(f *testing.F) {
	f.Add("count_vowels")
	f.Add("__")
	f.Add("é_Ü")
	f.Fuzz(func(t *testing.T, name string) {
		for _, method := range methodsOf([]string{name}) {
			if len(method) == 0 && name != "" {
				t.Errorf("%q has a method without a name", name)
			}
		}
		if _, ok := exported(name, []string{name}); !ok && !slices.Contains([]rune(name), '.') {
			t.Errorf("%q cannot be called by its own name", name)
		}
	})
}
