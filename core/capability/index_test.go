package capability

import (
	"fmt"
	"testing"

	"github.com/dougong-dev/dougong/pdk/go/contract"
)

// TestIndex finds every method of many capabilities, and nothing that is not there. The names end alike, so that places
// meet.
func TestIndex(t *testing.T) {
	t.Parallel()
	entries := map[string]*entry{}
	for i := range 40 {
		e := &entry{routes: map[string]*route{}}
		for j := range 30 {
			name := fmt.Sprintf("m%02d.aLongEnding", j)
			e.routes[name] = &route{method: &contract.Method{Name: name}}
		}
		e.routes["m"] = &route{method: &contract.Method{Name: "m"}}
		entries[fmt.Sprintf("c%02d.capability/v1", i)] = e
	}
	x := newIndex(entries)
	for name, e := range entries {
		for method, r := range e.routes {
			if gotEntry, got := x.find(name, method); gotEntry != e || got != r {
				t.Fatalf("find(%q, %q) = %p, %p, want %p, %p", name, method, gotEntry, got, e, r)
			}
		}
		for _, method := range []string{"", "n", "m99.aLongEnding"} {
			if _, got := x.find(name, method); got != nil {
				t.Errorf("find(%q, %q) = %v, want nothing", name, method, got.method.Name)
			}
		}
	}
	if _, got := x.find("", "m"); got != nil {
		t.Error("a capability without a name was found")
	}
	if _, got := (&index{}).find("a", "b"); got != nil {
		t.Error("something was found in an empty index")
	}
}
