package extismtest

import (
	"bytes"
	"testing"
)

func TestBuild(t *testing.T) {
	t.Parallel()
	for name, module := range map[string]func(testing.TB) []byte{"go": Go, "as": AssemblyScript} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			code := module(t)
			if !bytes.HasPrefix(code, []byte("\x00asm")) || !bytes.Contains(code, []byte("extism:host/env")) {
				t.Errorf("%d bytes that are no Extism plugin", len(code))
			}
		})
	}
}
