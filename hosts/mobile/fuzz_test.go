package mobile

import (
	"encoding/json"
	"testing"

	"github.com/dougong-dev/dougong/pdk/go"
)

// FuzzAnswer answers calls with whatever an app may come up with.
func FuzzAnswer(f *testing.F) {
	for _, seed := range []string{`{"number": 1}`, `{`, ``, `null`, "\xff", `{"$blob": 0}`, `1 2`} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		r := &Request{method: "m", answered: make(chan struct{})}
		if !r.Answer(text) || r.Answer(text) || r.Fail(1, "", text) || !r.Over() {
			t.Error("the first answer counts, and no other")
		}
		if good := json.Valid([]byte(text)); good != (r.err == nil) || !good && pdk.Code(r.err) != pdk.CodeInternal {
			t.Errorf("%q: %v", text, r.err)
		}
	})
}
