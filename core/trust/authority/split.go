package authority

import (
	"context"
	"errors"
	"fmt"
	"path"

	"github.com/dougong-dev/dougong/core/gm"
	"github.com/dougong-dev/dougong/core/trust/key"
)

// ErrAlgorithm says that a token cannot make or use keys of that algorithm.
var ErrAlgorithm = errors.New("the token has no such algorithm")

// Split is two tokens: keys whose labels match are in one, all others in the other. A card may know no SM2; which keys are then in
// files is said by a person and never chosen quietly.
type Split struct {
	Patterns []string // as path.Match has them: "ca-*", "root-*"
	Matching Token
	Others   Token
}

// Validate looks at the patterns.
func (s *Split) Validate() error {
	for _, p := range s.Patterns {
		if _, err := path.Match(p, ""); err != nil {
			return fmt.Errorf("labels %q: %w", p, err)
		}
	}
	return nil
}

func (s *Split) of(label string) Token {
	for _, p := range s.Patterns {
		if ok, err := path.Match(p, label); ok && err == nil {
			return s.Matching
		}
	}
	return s.Others
}

// Generate implements Token.
func (s *Split) Generate(ctx context.Context, label string, a gm.Algorithm) (key.Key, error) {
	return s.of(label).Generate(ctx, label, a)
}

// Find implements Token.
func (s *Split) Find(ctx context.Context, label string) (key.Key, error) {
	return s.of(label).Find(ctx, label)
}

// Sign implements Token.
func (s *Split) Sign(ctx context.Context, label string, msg []byte) ([]byte, error) {
	return s.of(label).Sign(ctx, label, msg)
}

var _ Token = (*Split)(nil)
