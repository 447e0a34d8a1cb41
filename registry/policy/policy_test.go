package policy_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/dougong-dev/dougong/registry/fault"
	"github.com/dougong-dev/dougong/registry/policy"
)

func TestRules(t *testing.T) {
	t.Parallel()
	facts := &policy.Facts{
		Release: policy.Release{Kind: "plugin", ID: "com.acme.face", Version: "1.0.0", Licence: "Apache-2.0", Permissions: []string{"net", "kv"}, Provides: []string{"acme.face/v1"}, Size: 2000, Failed: 1},
		Org:     policy.Org{Name: "acme", Releases: 3},
		Account: policy.Account{Name: "ann"},
	}
	for _, c := range []struct {
		rule, says string
		code       fault.Code
	}{
		{`true`, "", ""},
		{`release.permissions.exists(p, p == "net") ? org.verified : true`, "refuses com.acme.face 1.0.0", fault.Denied},
		{`release.permissions.exists(p, p == "exec") ? org.verified : true`, "", ""},
		{`release.failed > 0 ? "some conformance cases fail" : ""`, "some conformance cases fail", fault.Denied},
		{`release.size > 5000 ? "too big" : ""`, "", ""},
		{"// who may\naccount.admin || org.name == 'acme' && release.licence in ['Apache-2.0', 'MIT']", "", ""},
		{`release.id.startsWith("com.acme.") && release.provides.all(p, p.matches("^acme[.].*"))`, "", ""},
		{`release.permissions[9] == "x"`, "index out of bounds", ""},
		{`dyn(1)`, "it gave int", ""},
		{`[1,2,3,4,5,6,7,8,9,10].all(a, [1,2,3,4,5,6,7,8,9,10].all(b, [1,2,3,4,5,6,7,8,9,10].all(c, [1,2,3,4,5,6,7,8,9,10].all(d, [1,2,3,4,5,6,7,8,9,10].all(e, a + b + c + d + e > 0 || release.size < 0)))))`, "cost", ""},
	} {
		r, err := policy.Compile("rule", c.rule)
		if err != nil {
			t.Errorf("%s: %v", c.rule, err)
			continue
		}
		err = r.Check(t.Context(), facts)
		if (err == nil) != (c.says == "") || err != nil && (!strings.Contains(err.Error(), c.says) || fault.CodeOf(err) != c.code) {
			t.Errorf("%.80s: %v (%s), want %q (%s)", c.rule, err, fault.CodeOf(err), c.says, c.code)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	r, err := policy.Compile("rule", `release.permissions.all(a, release.permissions.all(b, a != b))`)
	if err != nil {
		t.Fatal(err)
	}
	if err := r.Check(ctx, &policy.Facts{Release: policy.Release{Permissions: make([]string, 500)}}); err != nil && fault.CodeOf(err) != fault.Denied && !errors.Is(err, context.Canceled) {
		t.Errorf("broken off: %v", err)
	}
}

func TestMistakes(t *testing.T) {
	t.Parallel()
	for rule, want := range map[string]string{
		`release.permision.size() == 0`:      "rule.cel:1:8: undefined field 'permision'",
		"true &&\n  org.verifid":             "rule.cel:2:6: undefined field 'verifid'",
		`release.size > "big"`:               "rule.cel:1:14: found no matching overload",
		`release.`:                           "rule.cel:1:9: Syntax error",
		`1 + 1`:                              "rule.cel:1:1: the rule gives int, expected true or false",
		``:                                   "rule.cel:1:",
		`user == "x"`:                        "rule.cel:1:1: undeclared reference to 'user'",
		strings.Repeat(" ", 20<<10) + "true": "the limit is 16384",
	} {
		if _, err := policy.Compile("rule.cel", rule); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%.60q: %v, want %q", rule, err, want)
		}
	}
	file := filepath.Join(t.TempDir(), "p.cel")
	if _, err := policy.Load(file); err == nil || !strings.Contains(err.Error(), "p.cel") {
		t.Errorf("a file that is not there: %v", err)
	}
	if err := os.WriteFile(file, []byte("org.verified"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := policy.Load(file); err != nil {
		t.Error(err)
	}
}

func FuzzCompile(f *testing.F) {
	f.Add(`release.permissions.exists(p, p == "net") ? org.verified : true`)
	f.Add(`"a" + `)
	f.Fuzz(func(t *testing.T, source string) {
		r, err := policy.Compile("rule", source)
		if err != nil {
			return
		}
		_ = r.Check(t.Context(), &policy.Facts{Release: policy.Release{Permissions: []string{"net"}}}) // must end, and not panic
	})
}
