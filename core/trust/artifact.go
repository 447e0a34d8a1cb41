package trust

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"os"

	"github.com/dougong-dev/dougong/core/gm"
	"github.com/dougong-dev/dougong/core/trust/envelope"
)

// Artifact is what shall be used: its bytes by size and digest, and what it is taken for. Empty fields of ID, Version and
// SM3 are not compared.
type Artifact struct {
	ID       string `json:"id,omitempty"`
	Version  string `json:"version,omitempty"`
	Platform string `json:"platform"` // of the host: "linux/amd64"
	Size     int64  `json:"size"`
	SHA256   string `json:"sha256"`
	SM3      string `json:"sm3,omitempty"`
}

// String names the artifact.
func (a Artifact) String() string {
	name := a.ID
	if name == "" {
		name = "artifact " + a.SHA256
	}
	if a.Version != "" {
		name += "@" + a.Version
	}
	return name
}

// HashFile is a file's SHA-256, lower-case hex: what is looked at each time that a verified file is started.
func HashFile(name string) (string, error) {
	f, err := os.Open(name)
	if err != nil {
		return "", fmt.Errorf("hash: %w", err)
	}
	defer func() { _ = f.Close() }() // only read
	h := sha256.New()
	if _, err := io.CopyBuffer(struct{ io.Writer }{h}, struct{ io.Reader }{f}, make([]byte, 1<<18)); err != nil {
		return "", fmt.Errorf("hash %s: %w", name, err)
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}

// Measure reads an artifact's bytes once and takes both digests.
func Measure(suite *gm.Suite, r io.Reader) (Artifact, error) {
	first, second := sha256.New(), suite.NewSM3()
	n, err := io.CopyBuffer(struct{ io.Writer }{io.MultiWriter(first, second)}, struct{ io.Reader }{r}, make([]byte, 1<<18))
	if err != nil {
		return Artifact{}, fmt.Errorf("measure: %w", err)
	}
	return Artifact{Size: n, SHA256: hex.EncodeToString(first.Sum(nil)), SM3: hex.EncodeToString(second.Sum(nil))}, nil
}

// MeasureFile measures a file.
func MeasureFile(suite *gm.Suite, name string) (a Artifact, err error) {
	f, err := os.Open(name)
	if err != nil {
		return Artifact{}, fmt.Errorf("measure: %w", err)
	}
	defer func() { _ = f.Close() }() // only read
	return Measure(suite, f)
}

// find gives the release's artifact for the platform, checked against the bytes.
func (a Artifact) find(r *envelope.Release) (*envelope.Artifact, error) {
	if a.ID != "" && a.ID != r.ID || a.Version != "" && a.Version != r.Version {
		return nil, fmt.Errorf("the release is of %s@%s, expected %s", r.ID, r.Version, a)
	}
	for _, x := range r.Artifacts {
		same := x.SHA256 == a.SHA256 && x.Size == a.Size && (a.SM3 == "" || x.SM3 == a.SM3)
		fits := x.Platform == envelope.Any || x.Platform == a.Platform
		switch {
		case same && fits:
			return &x, nil
		case same:
			return nil, fmt.Errorf("these are the bytes for %s, this host is %s", x.Platform, a.Platform)
		}
	}
	return nil, fmt.Errorf("%d bytes with SHA-256 %s are no artifact of %s@%s: they were changed, or belong to another release", a.Size, a.SHA256, r.ID, r.Version)
}
