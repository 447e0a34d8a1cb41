package install_test

import (
	"strings"
	"testing"

	"github.com/dougong-dev/dougong/hosts/install"
)

func TestWants(t *testing.T) {
	t.Parallel()
	w, err := install.ParseWant("com.acme.pay@^1.2")
	if err != nil || w.ID != "com.acme.pay" || !w.Allows.Allows("1.4.0") || w.Allows.Exact() {
		t.Errorf("got %+v, %v", w, err)
	}
	if w, err := install.ParseWant("pay@1.2.0"); err != nil || !w.Allows.Exact() {
		t.Errorf("got %+v, %v; want an exact version", w, err)
	}
	for _, text := range []string{"", "@1", "../up", "a/b", "pay@huh", ".hidden", strings.Repeat("a", 129)} {
		if _, err := install.ParseWant(text); err == nil {
			t.Errorf("%q is taken", text)
		}
	}
}
