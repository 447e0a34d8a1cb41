package name

import (
	"errors"
	"slices"
	"strings"
	"testing"
)

func TestCheckID(t *testing.T) {
	t.Parallel()
	for id, ok := range map[string]bool{
		"com.acme.face": true, "shop": true, "wx0123456789abcdef": true, "com.acme-labs.face_2": true,
		"": false, "a": false, "Com.acme": false, "com..acme": false, ".com": false, "com.": false, "com.ac--me": false, "com/acme": false,
		"../x": false, "com.аcme": false, "-a": false, "a_": false, strings.Repeat("a", 129): false, "a b": false, "a\x00b": false,
	} {
		if err := CheckID(id); (err == nil) != ok || err != nil && !errors.Is(err, ErrInvalid) {
			t.Errorf("CheckID(%q) = %v, want ok=%v", id, err, ok)
		}
	}
	if err := CheckNamespace("dougong"); err == nil {
		t.Error("the reserved namespace dougong was taken")
	}
}

func TestWithin(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		id, ns string
		want   bool
	}{
		{"com.acme.face", "com.acme", true}, {"com.acme", "com.acme", true}, {"com.acmeface", "com.acme", false},
		{"com.acme", "com", false}, {"shop", "shop", true}, {"shop.x", "shop", false},
	} {
		if got := Within(c.id, c.ns); got != c.want {
			t.Errorf("Within(%q, %q) = %v, want %v", c.id, c.ns, got, c.want)
		}
		if got := slices.Contains(Covering(c.id), c.ns); got != c.want {
			t.Errorf("Covering(%q) = %v: holds %q is %v, want %v", c.id, Covering(c.id), c.ns, got, c.want)
		}
	}
}

func TestCheckVersion(t *testing.T) {
	t.Parallel()
	for v, ok := range map[string]bool{
		"1.0.0": true, "0.1.0-beta.1": true, "10.20.30": true, "1.0": false, "v1.0.0": false, "1.0.0+build": false, "": false, "01.0.0": false, "1.0.0/..": false,
	} {
		if err := CheckVersion(v); (err == nil) != ok {
			t.Errorf("CheckVersion(%q) = %v, want ok=%v", v, err, ok)
		}
	}
}

func TestNewer(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		a, b string
		want bool
	}{{"1.0.0", "", true}, {"1.10.0", "1.9.0", true}, {"1.0.0", "1.0.0", false}, {"2.0.0-rc.1", "1.0.0", false}, {"1.0.0", "2.0.0-rc.1", true}, {"2.0.0-rc.2", "2.0.0-rc.1", true}} {
		if got := Newer(c.a, c.b); got != c.want {
			t.Errorf("Newer(%q, %q) = %v, want %v", c.a, c.b, got, c.want)
		}
	}
}

func TestLookAlikes(t *testing.T) {
	t.Parallel()
	for _, same := range [][2]string{
		{"com.acme", "com.acrne"}, {"com.acme", "com-acme"}, {"com.google", "com.g00gle"}, {"com.paypal", "com.paypa1"}, {"com.paypal", "com.paypai"},
		{"com.acme", "com.аcme"} /* Cyrillic а */, {"ACME", "acme"}, {"ＡＣＭＥ", "acme"}, {"Acme Inc", "Acme-Inc."}, {"微信", "微信"}, {"com.bank8", "com.bankb"}, {"wechat", "vvechat"},
	} {
		if a, b := Skeleton(same[0]), Skeleton(same[1]); a != b {
			t.Errorf("%q and %q look alike, but have the skeletons %q and %q", same[0], same[1], a, b)
		}
	}
	for _, other := range [][2]string{{"com.acme", "com.apex"}, {"微信", "支付"}, {"com.acme", "org.acme"}, {"com.face", "com.fade"}} {
		if a, b := Skeleton(other[0]), Skeleton(other[1]); a == b {
			t.Errorf("%q and %q are different, but have one skeleton %q", other[0], other[1], a)
		}
	}
}

func TestCheckTitle(t *testing.T) {
	t.Parallel()
	for title, ok := range map[string]bool{
		"Acme 股份有限公司": true, "凡泰极客": true, "": false, " Acme": false, "Ac\u202eme": false, "Ac\u200bme": false, "Ac\nme": false, "...": false, "\xff": false,
	} {
		if err := CheckTitle(title); (err == nil) != ok {
			t.Errorf("CheckTitle(%q) = %v, want ok=%v", title, err, ok)
		}
	}
}

func FuzzSkeleton(f *testing.F) {
	for _, s := range []string{"com.acme", "аcme", "\xff\xfe", "微信", "e\u0301"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if a, b := Skeleton(s), Skeleton(strings.ToUpper(strings.ToLower(s))); CheckID(s) == nil && a != b {
			t.Errorf("case counts in the skeleton of %q: %q and %q", s, a, b)
		}
	})
}

// Whatever is appended to a namespace, or to a name that reads like it, begins with its Beginning.
func TestBeginning(t *testing.T) {
	t.Parallel()
	for _, ns := range []string{"com.acme", "com.acr", "com.vv", "com.v", "com.c", "a.n", "net.x1"} {
		for _, like := range []string{ns, strings.ReplaceAll(ns, "m", "rn"), strings.ReplaceAll(ns, "1", "l")} {
			for _, rest := range []string{".pay", ".n", ".nn", ".v", ".vv", ".l", ".m", ".lol", ".x.y"} {
				if got := Skeleton(like + rest); !strings.HasPrefix(got, Beginning(ns)) {
					t.Errorf("%s has the skeleton %s, which does not begin with %s of %s", like+rest, got, Beginning(ns), ns)
				}
			}
		}
	}
}

func FuzzBeginning(f *testing.F) {
	f.Add("com.acme", "pay")
	f.Fuzz(func(t *testing.T, ns, rest string) {
		if CheckID(ns) != nil || CheckID(ns+"."+rest) != nil {
			return
		}
		if got := Skeleton(ns + "." + rest); !strings.HasPrefix(got, Beginning(ns)) {
			t.Errorf("%s.%s has the skeleton %s, which does not begin with %s", ns, rest, got, Beginning(ns))
		}
	})
}
