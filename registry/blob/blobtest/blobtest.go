// Package blobtest is the contract that every artifact store passes.
package blobtest

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/dougong-dev/dougong/registry/blob"
)

// Put keeps data and gives its digest.
func Put(t testing.TB, s blob.Store, data []byte) string {
	t.Helper()
	sum := sha256.Sum256(data)
	digest := hex.EncodeToString(sum[:])
	up, err := s.Create(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := up.Write(data); err != nil {
		t.Fatal(err)
	}
	if err := up.Commit(t.Context(), digest); err != nil {
		t.Fatal(err)
	}
	if err := up.Discard(); err != nil {
		t.Fatal(err)
	}
	return digest
}

// Run runs the suite on an empty store.
func Run(t *testing.T, s blob.Store) {
	data := bytes.Repeat([]byte("0123456789abcdef"), 1<<16)
	digest := Put(t, s, data)
	if again := Put(t, s, data); again != digest {
		t.Errorf("the same bytes are kept as %s and %s", digest, again)
	}
	o, err := s.Open(t.Context(), digest)
	if err != nil {
		t.Fatal(err)
	}
	got, err := io.ReadAll(o)
	if err != nil || !bytes.Equal(got, data) || o.Size() != int64(len(data)) {
		t.Errorf("read %d bytes of %d (Size %d), %v", len(got), len(data), o.Size(), err)
	}
	if at, err := o.Seek(-3, io.SeekEnd); err != nil || at != int64(len(data))-3 {
		t.Errorf("Seek = %d, %v", at, err)
	}
	if tail, err := io.ReadAll(o); err != nil || string(tail) != "def" {
		t.Errorf("after Seek: %q, %v", tail, err)
	}
	if err := o.Close(); err != nil {
		t.Error(err)
	}
	unfinished(t, s)
	for _, bad := range []string{strings.Repeat("0", 64), "../" + strings.Repeat("0", 61), "", "tmp"} {
		if _, err := s.Open(t.Context(), bad); err == nil || len(bad) == 64 && bad[0] == '0' && !errors.Is(err, blob.ErrNotFound) {
			t.Errorf("Open(%q) = %v", bad, err)
		}
	}
	var all []string
	if err := s.List(t.Context(), func(d string) error { all = append(all, d); return nil }); err != nil || len(all) != 1 || all[0] != digest {
		t.Errorf("List = %v, %v; want %s alone", all, err, digest)
	}
	for range 2 {
		if err := s.Delete(t.Context(), digest); err != nil {
			t.Error(err)
		}
	}
	if _, err := s.Open(t.Context(), digest); !errors.Is(err, blob.ErrNotFound) {
		t.Errorf("Open after Delete = %v", err)
	}
}

// unfinished uploads leave nothing.
func unfinished(t *testing.T, s blob.Store) {
	t.Helper()
	up, err := s.Create(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := up.Write([]byte("hello")); err != nil {
		t.Fatal(err)
	}
	b := make([]byte, 3)
	if n, err := up.ReadAt(b, 1); err != nil || string(b[:n]) != "ell" {
		t.Errorf("ReadAt = %q, %v", b[:n], err)
	}
	if err := up.Commit(t.Context(), "../../etc/passwd"); err == nil {
		t.Error("kept under a path instead of a digest")
	}
	if err := up.Discard(); err != nil {
		t.Error(err)
	}
}
