package output

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

func TestLines(t *testing.T) {
	t.Parallel()
	var got []string
	o := &Lines{Log: func(line string) { got = append(got, line) }}
	fmt.Fprint(o, "one\ntw")
	fmt.Fprint(o, "o\n\nbad \xff\nrest")
	o.Flush()
	fmt.Fprint(o, strings.Repeat("x", maxLine+3))
	o.Flush()
	want := []string{"one", "two", "bad \uFFFD", "rest", strings.Repeat("x", maxLine), "xxx"}
	if !slices.Equal(got, want) {
		t.Errorf("got %.80q\nwant %.80q", got, want)
	}
	if c := o.Cause(); c != "one; two; bad \uFFFD; rest" {
		t.Errorf("cause %q", c)
	}
	o.Forget()
	if c := o.Cause(); c != "" {
		t.Errorf("after Forget: %q", c)
	}
}

func TestCause(t *testing.T) {
	t.Parallel()
	o := &Lines{Log: func(string) {}}
	for i := range 100 {
		fmt.Fprintf(o, "working on %d\n", i)
	}
	fmt.Fprint(o, "panic: no more\n\ngoroutine 1 [running]:\nmain.main()\n\t/x/main.go:5\nexit status 2\n")
	if c := o.Cause(); c != "panic: no more; goroutine 1 [running]:; main.main(); \t/x/main.go:5" {
		t.Errorf("cause %q", c)
	}
	fmt.Fprintln(o, "fatal error: "+strings.Repeat("豆", maxTail))
	o.Forget()
	fmt.Fprintln(o, "fatal error: "+strings.Repeat("豆", maxTail))
	if c := o.Cause(); len(c) > maxTail+3 || !strings.HasSuffix(c, "豆…") {
		t.Errorf("cause %q", c)
	}
}
