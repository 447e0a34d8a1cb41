package view

import (
	"math/rand"
	"testing"

	"github.com/dougong-dev/dougong/core/miniapp/value"
)

func TestRpx(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ in, want string }{
		{"", ""}, {"width:750rpx", "width:100vw"}, {"margin:-7.5rpx .75rpx", "margin:-1vw 0.1vw"}, {"a:1rpxx;b:rpx", "a:1rpxx;b:rpx"},
		{"calc(100% - 75rpx)", "calc(100% - 10vw)"}, {"url(a1rpx)", "url(a1rpx)"}, {"x:1.2.3rpx", "x:1.2.3rpx"}, {"0rpx", "0vw"},
	} {
		if got := rpxToVW(c.in); got != c.want {
			t.Errorf("rpxToVW(%q) = %q, want %q", c.in, got, c.want)
		}
	}
}

func TestStyleAndClassValues(t *testing.T) {
	t.Parallel()
	o := value.ObjectOf("fontSize", "15rpx", "--a", 1.0, "x", nil, "y", "")
	for _, c := range []struct{ in, style, class value.Value }{
		{nil, nil, ""}, {"color:red", "color:red", "color:red"}, {o, "font-size:2vw;--a:1;", "fontSize --a"},
		{value.NewArray("a:b;", o, nil, "c:d"), "a:b;font-size:2vw;--a:1;c:d;", "a:b; fontSize --a c:d"}, {true, "true", ""}, {5.0, "5", "5"}, {" a,b,", " a,b,", " a b "}, {value.Null, "null", ""},
	} {
		if got := styleText(c.in); got != c.style {
			t.Errorf("styleText(%v) = %v, want %v", c.in, got, c.style)
		}
		if got := classText(c.in); got != c.class {
			t.Errorf("classText(%v) = %q, want %q", c.in, got, c.class)
		}
	}
}

// TestIncreasing compares the longest increasing subsequence with what trying everything finds.
func TestIncreasing(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewSource(1))
	for range 500 {
		seq := make([]int, r.Intn(9))
		for i, v := range r.Perm(len(seq)) {
			seq[i] = v - r.Intn(2)*10*r.Intn(2)
		}
		in, last, n := increasing(seq), -1, 0
		for i, stays := range in {
			if stays {
				if seq[i] <= last {
					t.Fatalf("increasing(%v) = %v is not increasing", seq, in)
				}
				last, n = seq[i], n+1
			}
		}
		if want := longest(seq, -1); n != want {
			t.Fatalf("increasing(%v) keeps %d, the most is %d", seq, n, want)
		}
	}
}

func longest(seq []int, above int) int {
	best := 0
	for i, v := range seq {
		if v > above && v >= 0 {
			best = max(best, 1+longest(seq[i+1:], v))
		}
	}
	return best
}

func TestChangeHits(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		ch    change
		reads []string
		want  bool
	}{
		{change{}, nil, true}, {change{}, []string{"a"}, true}, {change{steps: []any{"a", 3}}, nil, true}, {change{steps: []any{"a", 3}}, []string{"a", "3", "x"}, true},
		{change{steps: []any{"a", 3}}, []string{"a", "4"}, false}, {change{steps: []any{3}}, []string{"length"}, false}, {change{steps: []any{3}, grew: true}, []string{"length"}, true},
		{change{steps: []any{"b"}}, []string{"a"}, false},
	} {
		if got := c.ch.hits(c.reads); got != c.want {
			t.Errorf("%+v hits %v = %v", c.ch, c.reads, got)
		}
	}
}
