package script

import "testing"

func TestSourceMap(t *testing.T) {
	t.Parallel()
	m, err := parseSourceMap([]byte(`{"version":3,"sources":["a.ts","b.ts"],"mappings":";AAAA,KAAK;ACEL,gBAAA"}`))
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		line, column int
		source       string
		l, c         int
		ok           bool
	}{
		{0, 3, "", 0, 0, false},
		{1, 0, "a.ts", 0, 0, true},
		{1, 4, "a.ts", 0, 0, true},
		{1, 9, "a.ts", 0, 5, true},
		{2, 2, "b.ts", 2, 0, true},
		{2, 99, "b.ts", 2, 0, true},
		{9, 0, "", 0, 0, false},
	} {
		s, l, c, ok := m.find(test.line, test.column)
		if s != test.source || l != test.l || c != test.c || ok != test.ok {
			t.Errorf("find(%d, %d) = %q %d %d %v, want %+v", test.line, test.column, s, l, c, ok, test)
		}
	}
}

func FuzzSourceMap(f *testing.F) {
	f.Add([]byte(`{"version":3,"sources":["a.ts"],"mappings":";AAAA,KAAK;AAEL,gBAAA"}`))
	f.Add([]byte(`{"version":3,"sources":[],"mappings":"AAAA"}`))
	f.Add([]byte(`{"version":3,"sources":["x"],"mappings":"gggggggggggB,D"}`))
	f.Fuzz(func(_ *testing.T, data []byte) {
		if m, err := parseSourceMap(data); err == nil {
			m.find(0, 0)
			m.find(3, 7)
		}
	})
}
