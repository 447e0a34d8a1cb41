package oci_test

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/dougong-dev/dougong/registry/blob"
	"github.com/dougong-dev/dougong/registry/blob/blobtest"
	"github.com/dougong-dev/dougong/registry/blob/oci"
	"github.com/dougong-dev/dougong/registry/internal/ocitest"
)

func TestContract(t *testing.T) {
	t.Setenv("DOCKER_CONFIG", t.TempDir())
	addr := ocitest.Start(t)
	open := func(repo string) *oci.Store {
		s, err := oci.Open(t.Context(), oci.Scheme+addr+"/"+repo+"?plain_http=true")
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	s := open("house/artifacts")
	if err := s.List(t.Context(), func(string) error { return errors.New("there is something") }); err != nil {
		t.Errorf("List of a repository that is not there yet: %v", err)
	}
	blobtest.Run(t, s)

	// What is kept is what any OCI client sees: a manifest with the artifact as its layer.
	sum := blobtest.Put(t, open("house/other"), []byte("hello"))
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://"+addr+"/v2/house/other/manifests/sha256-"+sum, nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Accept", "application/vnd.oci.image.manifest.v1+json")
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	var m struct {
		ArtifactType string
		Layers       []struct{ MediaType, Digest string }
	}
	if err := json.NewDecoder(res.Body).Decode(&m); err != nil || len(m.Layers) != 1 || m.Layers[0].Digest != "sha256:"+sum || m.Layers[0].MediaType != oci.MediaType || m.ArtifactType != oci.ArtifactType {
		t.Errorf("manifest %+v, %v", m, err)
	}
	if _, err := open("house/artifacts").Open(t.Context(), sum); !errors.Is(err, blob.ErrNotFound) {
		t.Errorf("an artifact of another repository: %v", err)
	}
}

func TestOpen(t *testing.T) {
	t.Setenv("DOCKER_CONFIG", t.TempDir())
	for address, says := range map[string]string{
		"s3://x": "expected oci://", "oci://": "expected oci://", "oci://user:secret@h/x": "expected oci://", "oci://h/UPPER": "invalid", "oci://h/x:tag": "repository alone",
		"oci://127.0.0.1:1/x?plain_http=true": "does not answer",
	} {
		if _, err := oci.Open(t.Context(), address); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("Open(%q) = %v, want %q", address, err, says)
		}
	}
}

// TestNoRanges meets a registry that cannot send parts of blobs: clients that fetch the files they lack would get all each time.
func TestNoRanges(t *testing.T) {
	t.Setenv("DOCKER_CONFIG", t.TempDir())
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.Contains(r.URL.Path, "/blobs/") {
			w.Header().Set("Content-Length", "5")
			if r.Method == http.MethodGet {
				_, _ = io.WriteString(w, "hello")
			}
		}
	}))
	defer s.Close()
	store, err := oci.Open(t.Context(), oci.Scheme+strings.TrimPrefix(s.URL, "http://")+"/x?plain_http=true")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := store.Open(t.Context(), strings.Repeat("a", 64)); err == nil || !strings.Contains(err.Error(), "no ranges") {
		t.Errorf("Open = %v", err)
	}
}
