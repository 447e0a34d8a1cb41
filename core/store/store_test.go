package store

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestBolt(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "deep", "host.db")
	s, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	for _, k := range []string{"a/1", "a/2", "b/1"} {
		if err := s.Put("grants", k, []byte("v"+k)); err != nil {
			t.Fatal(err)
		}
	}
	if v, err := s.Get("grants", "nope"); v != nil || err != nil {
		t.Errorf("Get of nothing = %q, %v", v, err)
	}
	if v, err := s.Get("other", "a/1"); v != nil || err != nil {
		t.Errorf("Get from another bucket = %q, %v", v, err)
	}
	if err := s.Delete("grants", "a/1"); err != nil {
		t.Error(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if s, err = Open(path); err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	var keys []string
	err = s.Each("grants", "a/", func(k string, v []byte) error { keys = append(keys, k+"="+string(v)); return nil })
	if err != nil || strings.Join(keys, " ") != "a/2=va/2" {
		t.Errorf("after reopening: %q, %v", keys, err)
	}
	if _, err := Open(path); err == nil || !strings.Contains(err.Error(), "another host has it open") {
		t.Errorf("second Open: %v", err)
	}
}

func TestKeyring(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "master.key")
	k, err := OpenKeyring(path)
	if err != nil {
		t.Fatal(err)
	}
	key := []byte("0123456789abcdef")
	wrapped, err := k.Wrap("p/a/u", key)
	if err != nil {
		t.Fatal(err)
	}
	if bytes.Contains(wrapped, key) {
		t.Error("the wrapped key holds the key in the clear")
	}
	again, err := OpenKeyring(path)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := again.Unwrap("p/a/u", wrapped); err != nil || !bytes.Equal(got, key) {
		t.Errorf("Unwrap after reopening = %q, %v", got, err)
	}
	if _, err := again.Unwrap("p/a/other", wrapped); !errors.Is(err, ErrWrapped) {
		t.Errorf("Unwrap for another label: %v", err)
	}
	for i := range wrapped {
		bad := bytes.Clone(wrapped)
		bad[i] ^= 1
		if _, err := again.Unwrap("p/a/u", bad); !errors.Is(err, ErrWrapped) {
			t.Errorf("Unwrap with byte %d changed: %v", i, err)
		}
	}
	if _, err := again.Unwrap("p/a/u", nil); !errors.Is(err, ErrWrapped) {
		t.Errorf("Unwrap of nothing: %v", err)
	}
}

func TestKeyringFile(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "master.key")
	if _, err := OpenKeyring(path); err != nil {
		t.Fatal(err)
	}
	if info, _ := os.Stat(path); info.Mode().Perm() != 0o600 {
		t.Errorf("mode = %v", info.Mode())
	}
	if err := os.Chmod(path, 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := OpenKeyring(path); err == nil || !strings.Contains(err.Error(), "chmod 600") {
		t.Errorf("a key that others can read: %v", err)
	}
	if err := os.WriteFile(path, []byte("short"), 0o600); err != nil {
		t.Fatal(err)
	}
	_ = os.Chmod(path, 0o600)
	if _, err := OpenKeyring(path); err == nil || !strings.Contains(err.Error(), "not a master key") {
		t.Errorf("a damaged key: %v", err)
	}
}
