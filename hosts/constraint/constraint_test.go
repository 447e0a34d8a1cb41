package constraint_test

import (
	"strings"
	"testing"

	"github.com/dougong-dev/dougong/hosts/constraint"
)

func TestConstraints(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]struct{ yes, no string }{
		"":                      {"0.0.1 1.2.3 99.0.0", "1.0.0-rc.1 x 1.2"},
		"*":                     {"1.2.3", "1.0.0-rc.1"},
		"1.2.3":                 {"1.2.3", "1.2.4 1.2.2"},
		"=1.2.3":                {"1.2.3", "1.2.4"},
		"1.2":                   {"1.2.0 1.2.9", "1.3.0 1.1.9"},
		"1":                     {"1.0.0 1.9.0", "2.0.0 0.9.0"},
		"1.x":                   {"1.0.0 1.9.0", "2.0.0"},
		"^1.2":                  {"1.2.0 1.9.0", "1.1.0 2.0.0 2.0.0-rc.1"},
		"^0.3.1":                {"0.3.1 0.3.9", "0.4.0 0.3.0"},
		"^0.0.3":                {"0.0.3", "0.0.4"},
		"~1.2.3":                {"1.2.3 1.2.9", "1.3.0 1.2.2"},
		">=1.2 <2":              {"1.2.0 1.9.9", "2.0.0 1.1.9 2.0.0-rc.1"},
		">1.2.0":                {"1.2.1", "1.2.0"},
		"<=1.2.0":               {"1.2.0 0.1.0", "1.2.1"},
		"^1.0.0-rc.1":           {"1.0.0-rc.1 1.0.0-rc.2 1.3.0", "1.0.0-beta 2.0.0"},
		"1.2.3 || ^2":           {"1.2.3 2.4.0", "1.2.4 3.0.0"},
		"1.2.3-rc.1":            {"1.2.3-rc.1", "1.2.3"},
		">=1.0.0, <1.4.":        {},
		"^":                     {},
		"==1":                   {},
		"1.2.3.4":               {},
		"1 ||":                  {},
		">1":                    {"2.0.0 3.1.0", "1.0.0 1.9.0 0.1.0"},
		">1.2":                  {"1.3.0 2.0.0", "1.2.0 1.2.9"},
		"<=1.2":                 {"1.2.9 0.1.0", "1.3.0 1.3.0-rc.1"},
		">= 1.2, != 1.4.0, < 2": {"1.2.0 1.4.1", "1.4.0 2.0.0"},
		"^1.1.0-0":              {"1.1.0-rc.1 1.1.0", "1.0.0"},
		"^99999999999999999999": {"99999999999999999999.1.0", "100000000000000000000.0.0"},
		"!=1.2":                 {},
		">=":                    {},
		"01.2.3":                {},
	} {
		c, err := constraint.Parse(text)
		if want.yes == "" {
			if err == nil {
				t.Errorf("%q is read as %s, expected an error", text, c)
			}
			continue
		}
		if err != nil {
			t.Errorf("%q: %v", text, err)
			continue
		}
		for _, v := range strings.Fields(want.yes) {
			if !c.Allows(v) {
				t.Errorf("%q refuses %s", text, v)
			}
		}
		for _, v := range strings.Fields(want.no) {
			if c.Allows(v) {
				t.Errorf("%q allows %s", text, v)
			}
		}
	}
}

func FuzzConstraint(f *testing.F) {
	for _, s := range []string{"^1.2", ">=1 <2 || 3.x", "~0.1.2-rc.1", "99999999999999999999.1.1", "^99999999999999999999"} {
		f.Add(s, "1.2.3")
	}
	f.Fuzz(func(t *testing.T, text, version string) {
		c, err := constraint.Parse(text)
		if err != nil {
			return
		}
		if again, err := constraint.Parse(c.String()); err != nil || again.Allows(version) != c.Allows(version) {
			t.Errorf("%q is written as %q, which says something else: %v", text, c, err)
		}
	})
}
