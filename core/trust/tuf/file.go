package tuf

import (
	"context"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/dougong-dev/dougong/core/gm"
	"github.com/dougong-dev/dougong/core/trust/internal/strict"
	"github.com/dougong-dev/dougong/core/trust/key"
)

// Errors that a caller branches on.
var (
	ErrSigned   = errors.New("too few of the role's keys signed")
	ErrExpired  = errors.New("the metadata has expired")
	ErrRollback = errors.New("older than what is known")
	ErrMismatch = errors.New("not the file that the metadata names")
	ErrEqual    = errors.New("the version is the one that is known")
	ErrOrder    = errors.New("metadata comes in the order root, timestamp, snapshot, targets")
	ErrNotFound = errors.New("no role lists this path")
)

// signature is one signature of a metadata file.
type signature struct {
	KeyID string `json:"keyid"`
	Sig   string `json:"sig"` // hex
}

// file is a metadata file that was read and not yet verified.
type file struct {
	signatures []signature
	canonical  []byte // what the signatures cover
	signed     json.RawMessage
}

const maxSignatures = 128

func parse(data []byte) (*file, error) {
	tree, err := strict.Value(data, MaxFile)
	if err != nil {
		return nil, err
	}
	var outer struct {
		Signatures []signature     `json:"signatures"`
		Signed     json.RawMessage `json:"signed"`
	}
	if err := json.Unmarshal(data, &outer); err != nil {
		return nil, err
	}
	object, _ := tree.(map[string]any)
	signed, ok := object["signed"].(map[string]any)
	if !ok {
		return nil, errors.New("\"signed\" is missing")
	}
	if len(outer.Signatures) > maxSignatures {
		return nil, fmt.Errorf("%d signatures, the limit is %d", len(outer.Signatures), maxSignatures)
	}
	f := &file{signatures: outer.Signatures, signed: outer.Signed}
	seen := map[string]bool{}
	for _, s := range f.signatures {
		if seen[s.KeyID] {
			return nil, fmt.Errorf("key %s signs twice", s.KeyID)
		}
		seen[s.KeyID] = true
	}
	f.canonical, err = strict.Canonical(signed)
	return f, err
}

// read reads a metadata file of a type whose form is right. Nothing is verified yet.
func read[T any](data []byte, kind string, common func(*T) *Common) (*T, *file, error) {
	f, err := parse(data)
	if err != nil {
		return nil, nil, err
	}
	v := new(T)
	if err := json.Unmarshal(f.signed, v); err != nil {
		return nil, nil, err
	}
	c := common(v)
	switch {
	case c.Type != kind:
		return nil, nil, fmt.Errorf("type is %q, expected %q", c.Type, kind)
	case c.Version < 1:
		return nil, nil, fmt.Errorf("version %d; expected at least 1", c.Version)
	case len(c.SpecVersion) < 2 || c.SpecVersion[:2] != "1.":
		return nil, nil, fmt.Errorf("spec_version %q; expected 1.x", c.SpecVersion)
	}
	return v, f, nil
}

// verify checks that enough keys of a role signed. A key counts once, and only under the id that is its own.
func (f *file) verify(suite *gm.Suite, keys map[string]key.Key, role Role) error {
	if role.Threshold < 1 || len(role.KeyIDs) == 0 {
		return fmt.Errorf("%d keys with a threshold of %d: %w", len(role.KeyIDs), role.Threshold, ErrSigned)
	}
	good := map[string]bool{}
	var why []error
	for _, id := range role.KeyIDs {
		k, ok := keys[id]
		if !ok || k.ID() != id {
			why = append(why, fmt.Errorf("key %s is not listed under its id", id))
			continue
		}
		for _, s := range f.signatures {
			if s.KeyID != id {
				continue
			}
			sig, err := hex.DecodeString(s.Sig)
			if err == nil {
				err = key.Verify(suite, k, f.canonical, sig)
			}
			if err != nil {
				why = append(why, fmt.Errorf("key %s: %w", id, err))
				continue
			}
			good[id] = true
		}
	}
	if len(good) >= role.Threshold {
		return nil
	}
	return errors.Join(append([]error{fmt.Errorf("%d of %d: %w", len(good), role.Threshold, ErrSigned)}, why...)...)
}

// Sign writes a metadata file: a *Root, *Timestamp, *Snapshot or *Targets, signed.
func Sign(ctx context.Context, suite *gm.Suite, signed any, by ...key.Signer) ([]byte, error) {
	canonical, err := strict.Marshal(signed)
	if err != nil {
		return nil, fmt.Errorf("metadata: %w", err)
	}
	sigs := []signature{}
	for _, b := range by {
		sig, err := key.Sign(ctx, suite, b, canonical)
		if err != nil {
			return nil, fmt.Errorf("metadata: %w", err)
		}
		sigs = append(sigs, signature{KeyID: b.Key().ID(), Sig: hex.EncodeToString(sig)})
	}
	return json.Marshal(map[string]any{"signatures": sigs, "signed": json.RawMessage(canonical)})
}

// Describe makes the entry of a metadata file.
func Describe(version int64, data []byte) MetaFile {
	sum := sha256.Sum256(data)
	return MetaFile{Version: version, Length: int64(len(data)), Hashes: map[string]string{"sha256": hex.EncodeToString(sum[:])}}
}

// Check tells whether data is what the entry describes.
func (m MetaFile) Check(suite *gm.Suite, data []byte) error {
	if m.Length != 0 && int64(len(data)) != m.Length {
		return fmt.Errorf("%d bytes, expected %d: %w", len(data), m.Length, ErrMismatch)
	}
	return checkHashes(suite, m.Hashes, data, false)
}

// Check tells whether data is the target.
func (t TargetFile) Check(suite *gm.Suite, data []byte) error {
	if int64(len(data)) != t.Length {
		return fmt.Errorf("%d bytes, expected %d: %w", len(data), t.Length, ErrMismatch)
	}
	return checkHashes(suite, t.Hashes, data, true)
}

func checkHashes(suite *gm.Suite, hashes map[string]string, data []byte, needed bool) error {
	known := 0
	for name, want := range hashes {
		var got []byte
		switch name {
		case "sha256":
			sum := sha256.Sum256(data)
			got = sum[:]
		case "sha512":
			sum := sha512.Sum512(data)
			got = sum[:]
		case "sm3":
			sum, err := suite.Sum(data)
			if err != nil {
				return err
			}
			got = sum[:]
		default:
			return fmt.Errorf("unknown hash %q: %w", name, ErrMismatch)
		}
		if known++; hex.EncodeToString(got) != want {
			return fmt.Errorf("its %s is %x, expected %s: %w", name, got, want, ErrMismatch)
		}
	}
	if needed && known == 0 {
		return fmt.Errorf("no hash is given: %w", ErrMismatch)
	}
	return nil
}

// expired tells whether metadata may not be used any more.
func (c *Common) expired(now time.Time) error {
	if now.Before(c.Expires.Time) {
		return nil
	}
	return fmt.Errorf("%s version %d ran until %s: %w", c.Type, c.Version, c.Expires.Format(time.RFC3339), ErrExpired)
}
