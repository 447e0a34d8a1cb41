package trust_test

import (
	"fmt"
	"path/filepath"
	"sync"
	"testing"

	"github.com/dougong-dev/dougong/core/trust"
)

// Two stores of one file are what two processes have: neither forgets what the other wrote.
func TestStoresOfOneFileForgetNothing(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "trust.json")
	var all sync.WaitGroup
	for who := range 4 {
		all.Go(func() {
			s := &trust.FileStore{Path: path}
			for i := range 20 {
				err := s.Update(func(s *trust.State) (bool, error) {
					s.Floors[fmt.Sprintf("com.acme.p%d-%d", who, i)] = "1.0.0"
					return true, nil
				})
				if err != nil {
					t.Error(err)
				}
			}
		})
	}
	all.Wait()
	s, err := (&trust.FileStore{Path: path}).Load()
	check(t, err)
	if len(s.Floors) != 80 {
		t.Errorf("%d of 80 floors are left", len(s.Floors))
	}
}
