package sandbox

import (
	"strings"
	"testing"
)

func TestParseReport(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, text string
		lacks      int
		fails      string // the report's error
		want       string // the reading's error
	}{
		{"nothing", "", 0, "", "ended before"},
		{"white space", "\n \n", 0, "", "ended before"},
		{"all is well", "{}\n", 0, "", ""},
		{"lacks", `{"lacks":[{"what":"a","why":"b"},{"what":"c","why":"d","essential":true}]}` + "\n", 2, "", ""},
		{"then a failure", `{"lacks":[{"what":"a","why":"b"}]}` + "\n" + `{"error":"exec /x: no","errno":2}` + "\n", 1, "exec /x: no", ""},
		{"cut off", `{"lacks":[{"wh`, 0, "", "report of the sandbox"},
		{"no report", "panic: no\n", 0, "", "report of the sandbox"},
	} {
		r, err := ParseReport([]byte(c.text))
		if len(r.Lacks) != c.lacks || r.Error != c.fails || (err == nil) != (c.want == "") || err != nil && !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %+v, %v; want %d lacks, error %q, %q", c.name, r, err, c.lacks, c.fails, c.want)
		}
	}
}

func TestRefuse(t *testing.T) {
	t.Parallel()
	minor, major := Lack{What: "it can wave", Why: "no hands"}, Lack{What: "it can read everything", Why: "no landlock", Essential: true}
	for _, c := range []struct {
		mode  Mode
		lacks []Lack
		want  string
	}{
		{BestEffort, []Lack{minor, major}, ""},
		{"", []Lack{major}, ""},
		{Required, nil, ""},
		{Required, []Lack{minor}, ""},
		{Required, []Lack{minor, major}, "the sandbox is required (policy.sandbox), but it can read everything (no landlock)"},
	} {
		err := c.mode.refuse(c.lacks)
		if (err == nil) != (c.want == "") || err != nil && err.Error() != c.want {
			t.Errorf("%s with %v: got %v, want %q", c.mode, c.lacks, err, c.want)
		}
	}
}

func FuzzParseReport(f *testing.F) {
	f.Add([]byte("{}\n"))
	f.Add([]byte(`{"lacks":[{"what":"a","why":"b"}]}` + "\n" + `{"error":"x","errno":2}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		r, err := ParseReport(data)
		for _, l := range r.Lacks {
			_ = l.String()
		}
		if err == nil && len(data) == 0 {
			t.Error("nothing is taken for a report")
		}
	})
}
