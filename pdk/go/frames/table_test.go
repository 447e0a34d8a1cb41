package frames

import (
	"math/rand/v2"
	"testing"
)

// TestTable compares a table with a map, with ids in a row and ids that share a place.
func TestTable(t *testing.T) {
	t.Parallel()
	for name, id := range map[string]func(n uint64) uint64{
		"in a row":    func(n uint64) uint64 { return n + 1 },
		"share":       func(n uint64) uint64 { return n*near + 1 },
		"some of all": func(n uint64) uint64 { return n%3*near + n + 1 },
		"from 0":      func(n uint64) uint64 { return n },
		"large":       func(n uint64) uint64 { return ^uint64(0) - n },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var got table[uint64]
			want := map[uint64]*uint64{}
			random := rand.New(rand.NewPCG(1, 2))
			for range 20000 {
				k := id(random.Uint64N(600))
				switch random.IntN(4) {
				case 0:
					v := k
					got.set(k, &v)
					want[k] = &v
				case 1:
					got.set(k, nil)
					want[k] = nil
				default:
					v, ok := got.remove(k)
					if w, there := want[k]; v != w || ok != there {
						t.Fatalf("remove %d: %v, %t, want %v, %t", k, v, ok, w, there)
					}
					delete(want, k)
				}
				k = id(random.Uint64N(600))
				v, ok := got.get(k)
				if w, there := want[k]; v != w || ok != there || got.size != len(want) {
					t.Fatalf("get %d: %v, %t of %d, want %v, %t of %d", k, v, ok, got.size, w, there, len(want))
				}
			}
			n := 0
			for k, v := range got.all {
				if w, ok := want[k]; !ok || w != v {
					t.Errorf("there is %d: %v", k, v)
				}
				n++
			}
			if n != len(want) {
				t.Errorf("%d of %d", n, len(want))
			}
			for range got.all {
				break
			}
		})
	}
}
