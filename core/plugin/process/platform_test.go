package process

import (
	"strings"
	"testing"
)

func TestStartable(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		goos string
		ok   bool
	}{{"linux", true}, {"darwin", true}, {"windows", true}, {"android", false}, {"ios", false}} {
		err := startable("com.acme.pay", c.goos)
		if (err == nil) != c.ok {
			t.Errorf("%s: %v", c.goos, err)
		}
		if err != nil && (!strings.Contains(err.Error(), `"com.acme.pay"`) || !strings.Contains(err.Error(), "WebAssembly")) {
			t.Errorf("%s: %v does not say which plugin and what to do", c.goos, err)
		}
	}
}
