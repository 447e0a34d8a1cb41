package bucket_test

import (
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/johannesboyne/gofakes3"
	"github.com/johannesboyne/gofakes3/backend/s3mem"

	"github.com/dougong-dev/dougong/registry/blob/blobtest"
	"github.com/dougong-dev/dougong/registry/blob/bucket"
)

func TestContract(t *testing.T) {
	backend := s3mem.New()
	if err := backend.CreateBucket("artifacts"); err != nil {
		t.Fatal(err)
	}
	s3 := httptest.NewServer(gofakes3.New(backend).Server())
	t.Cleanup(s3.Close)
	t.Setenv("AWS_ACCESS_KEY_ID", "access")
	t.Setenv("AWS_SECRET_ACCESS_KEY", "secret")
	address := "?region=us-east-1&use_path_style=true&endpoint=" + s3.URL
	s, err := bucket.Open(t.Context(), "s3://artifacts"+address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	blobtest.Run(t, s)
	if _, err := bucket.Open(t.Context(), "s3://other"+address); err == nil || !strings.Contains(err.Error(), "s3://other is not there") {
		t.Errorf("a bucket that is not there: %v", err)
	}
}
