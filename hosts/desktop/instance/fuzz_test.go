package instance

import "testing"

// FuzzRequest reads what another process of the user sends.
func FuzzRequest(f *testing.F) {
	f.Add([]byte(`{"link":{"app":"a","page":"p"}}`))
	f.Add([]byte(`{}`))
	f.Fuzz(func(t *testing.T, line []byte) {
		if r, err := decode[Request](line); err != nil && r.Link != nil {
			t.Fatalf("%q is refused and read", line)
		}
	})
}
