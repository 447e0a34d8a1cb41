package house

import (
	"strings"
	"testing"

	"github.com/dougong-dev/dougong/core/trust/tuf"
)

func TestRolesHaveOneNameEach(t *testing.T) {
	t.Parallel()
	if got := child(child(child("ns~com.acme", "0"), "f"), "a"); got != "ns~com.acme~0fa" {
		t.Errorf("the role three digits below is %q", got)
	}
	// A namespace that ends as a digit does is another one.
	if child("ns~com.acme", "a") == "ns~com.acme.a" {
		t.Error("a namespace's role is that of another's bin")
	}
	for name, want := range map[string]bool{"1.snapshot.json": true, "7.targets.json": true, "3.root.json": true, "2.ns~com.acme.json": true, "2.ns~com.acme~0f.json": true,
		"timestamp.json": false, "0.targets.json": false, "01.targets.json": false, "1.timestamp.json": false, "1.ns~.json": false, "1.ns~com.acme~0g.json": false,
		"1.ns~a/b.json": false, "1.covered.json": false, "9999999999999999999.targets.json": false} {
		if got := versioned.MatchString(name); got != want {
			t.Errorf("%s is a metadata file: %v, want %v", name, got, want)
		}
	}
}

// TestPathsLeadToTheirRole holds the names of roles and the hashes of paths together by the rules of TUF.
func TestPathsLeadToTheirRole(t *testing.T) {
	t.Parallel()
	var paths []string
	for i := range 200 {
		paths = append(paths, "com.acme/com.acme.face/1."+strings.Repeat("1", i+1)+".0/any")
	}
	for _, path := range paths {
		hash := hashOf(path)
		for depth := range 3 {
			r := tuf.DelegatedRole{Name: "x", PathHashPrefixes: []string{hash[:depth+1]}}
			if !r.Matches(path) {
				t.Errorf("%s is not found below %s", path, hash[:depth+1])
			}
		}
	}
	r := tuf.DelegatedRole{Name: "x", Paths: []string{"com.acme/*/*/*"}}
	for path, want := range map[string]bool{paths[0]: true, "com.acme/x/1.0.0/linux-amd64": true, "com.acmes/x/1.0.0/any": false, "com.acme/x/1.0.0/linux/amd64": false, "com.acme.pay/x/1.0.0/any": false} {
		if got := r.Matches(path); got != want {
			t.Errorf("%s: %v, want %v", path, got, want)
		}
	}
}
