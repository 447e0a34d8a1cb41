package script

import (
	"sync"
	"testing"
)

// TestRealmsSideBySide opens the same program in realms on goroutines of their own, as a host does.
func TestRealmsSideBySide(t *testing.T) {
	t.Parallel()
	p := project(t, rows(20))
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			w := newWorld(t, p)
			_ = w.realm.StartApp(nil)
			page, err := w.realm.OpenPage(1, "pages/index", nil)
			if err != nil {
				t.Error(err)
				return
			}
			for _, method := range []string{"fill", "one"} {
				if _, _, err := page.Call(method, 3.0); err != nil {
					t.Error(err)
				}
			}
			if len(w.errors) > 0 || len(w.patches) == 0 {
				t.Errorf("%d failures, %d patches: %+v", len(w.errors), len(w.patches), w.errors)
			}
		})
	}
	wg.Wait()
}
