package phrase_test

import (
	"testing"

	"github.com/dougong-dev/dougong/hosts/internal/phrase"
)

func TestCount(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		n    int
		noun string
		want string
	}{
		{0, "page", "0 pages"},
		{1, "page", "1 page"},
		{2, "page", "2 pages"},
		{1, "entry", "1 entry"},
		{3, "entry", "3 entries"},
		{2, "day", "2 days"},
	} {
		if got := phrase.Count(tt.n, tt.noun); got != tt.want {
			t.Errorf("Count(%d, %q) = %q, want %q", tt.n, tt.noun, got, tt.want)
		}
	}
}
