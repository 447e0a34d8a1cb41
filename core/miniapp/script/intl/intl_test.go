package intl

import (
	"math"
	"strings"
	"testing"
	"time"
)

func TestParse(t *testing.T) {
	t.Parallel()
	for tag, want := range map[string]string{
		"zh-cn": "zh-CN", "EN": "en", "zh-hans-cn": "zh-Hans-CN", "en-GB": "en-GB", "zh-u-co-pinyin": "zh-u-co-pinyin", "es-419": "es-419",
		"": "", "x": "", "not a tag": "", "en_US": "", "中文": "",
	} {
		l, ok := Parse(tag)
		if ok != (want != "") || l.Tag != want {
			t.Errorf("Parse(%q) = %q, %v, want %q", tag, l.Tag, ok, want)
		}
	}
}

func number(tag string, n float64, change func(*NumberOptions)) string {
	l, _ := Parse(tag)
	o := Normal()
	if change != nil {
		change(&o)
	}
	if problem := o.Resolve(); problem != "" {
		return problem
	}
	return Join(l.Float(n, o))
}

func TestNumbers(t *testing.T) {
	t.Parallel()
	digits := func(lo, hi int) func(*NumberOptions) {
		return func(o *NumberOptions) { o.MinFraction, o.MaxFraction = lo, hi }
	}
	significant := func(lo, hi int) func(*NumberOptions) {
		return func(o *NumberOptions) { o.MinSignificant, o.MaxSignificant = lo, hi }
	}
	compact := func(o *NumberOptions) { o.Notation = "compact" }
	for _, tt := range []struct {
		tag    string
		n      float64
		change func(*NumberOptions)
		want   string
	}{
		{"zh-CN", 1234567.8915, nil, "1,234,567.892"},
		{"zh-CN", 999.9996, nil, "1,000"},
		{"en", 0.0005, nil, "0.001"},
		{"en", 9.995, digits(2, 2), "10.00"},
		{"en", 5, digits(3, 1), "maximumFractionDigits value is out of range."},
		{"en", 0.00123456, significant(1, 3), "0.00123"},
		{"en", 99999, significant(1, 2), "100,000"},
		{"en", 5, significant(3, 4), "5.00"},
		{"en", 999999, compact, "1M"},
		{"en", 1500, compact, "1.5K"},
		{"zh-CN", 99999, compact, "10万"},
		{"zh-CN", 1e13, compact, "10万亿"},
		{"en", math.Inf(-1), nil, "-∞"},
		{"en", math.NaN(), nil, "NaN"},
		{"en", 1e300, func(o *NumberOptions) { o.Plain = true }, "1" + strings.Repeat("0", 300)},
		{"en", -3, func(o *NumberOptions) { o.Style, o.Currency, o.CurrencySign = "currency", "USD", "accounting" }, "($3.00)"},
		{"en", 3, func(o *NumberOptions) { o.Style, o.Currency = "currency", "XYZ" }, "XYZ\u00a03.00"},
		{"zh-CN", 3, func(o *NumberOptions) { o.Style, o.Unit, o.UnitDisplay = "unit", "kilometer-per-hour", "long" }, "每小时3公里"},
		{"en", 1, func(o *NumberOptions) { o.Style, o.Unit, o.UnitDisplay = "unit", "day", "long" }, "1 day"},
	} {
		if got := number(tt.tag, tt.n, tt.change); got != tt.want {
			t.Errorf("%s of %v = %q, want %q", tt.tag, tt.n, got, tt.want)
		}
	}
}

func TestDates(t *testing.T) {
	t.Parallel()
	moment := time.Date(2020, 2, 3, 0, 5, 6, 7e6, time.FixedZone("", -3*3600-1800))
	for _, tt := range []struct {
		tag, needs, defaults, want string
		o                          DateOptions
	}{
		{"zh-CN", "any", "all", "2020/2/3 00:05:06", DateOptions{}},
		{"en-US", "any", "all", "2/3/2020, 12:05:06 AM", DateOptions{}},
		{"en-GB", "any", "all", "03/02/2020, 00:05:06", DateOptions{}},
		{"zh-CN", "time", "time", "上午0:05:06", DateOptions{Hour12: 1}},
		{"en-US", "any", "date", "12:05:06 AM GMT-3:30", DateOptions{TimeStyle: "long"}},
		{"zh-CN", "any", "date", "2020年2月3日星期一", DateOptions{DateStyle: "full"}},
		{"en-US", "any", "date", "6.007", DateOptions{Second: "2-digit", FractionalSecondDigits: 3}},
	} {
		l, _ := Parse(tt.tag)
		o := tt.o
		o.Resolve(l, tt.needs, tt.defaults)
		if got := Join(l.Date(moment, o)); got != tt.want {
			t.Errorf("%s %+v = %q, want %q", tt.tag, tt.o, got, tt.want)
		}
	}
}

func TestCollation(t *testing.T) {
	t.Parallel()
	zh, _ := Parse("zh-CN")
	en, _ := Parse("en")
	for _, tt := range []struct {
		l    Locale
		o    CollateOptions
		a, b string
		want int
	}{
		{zh, CollateOptions{}, "陈", "王", -1},
		{zh, CollateOptions{}, "王", "a", -1},
		{zh, CollateOptions{}, "a王", "a陈", 1},
		{zh, CollateOptions{}, "1", "王", -1},
		{en, CollateOptions{Numeric: true}, "a10", "a9", 1},
		{en, CollateOptions{Sensitivity: "base"}, "á", "A", 0},
		{en, CollateOptions{Sensitivity: "accent"}, "a", "A", 0},
		{en, CollateOptions{Sensitivity: "case"}, "á", "a", 0},
	} {
		if got := tt.l.Collator(tt.o).Compare(tt.a, tt.b); got != tt.want {
			t.Errorf("%s %+v: Compare(%s, %s) = %d, want %d", tt.l.Tag, tt.o, tt.a, tt.b, got, tt.want)
		}
	}
}

func FuzzNumber(f *testing.F) {
	f.Add("zh-CN", 1234.5, 2, 3, -1, -1, "compact")
	f.Add("en", -0.0001, -1, -1, 1, 2, "")
	f.Fuzz(func(t *testing.T, tag string, n float64, lo, hi, sigLo, sigHi int, notation string) {
		l, ok := Parse(tag)
		if !ok {
			return
		}
		o := Normal()
		clamp := func(v, top int) int { return min(max(v, -1), top) }
		o.MinFraction, o.MaxFraction, o.Notation = clamp(lo, 100), clamp(hi, 100), notation
		o.MinSignificant, o.MaxSignificant = clamp(sigLo, 21), clamp(sigHi, 21)
		if o.MaxSignificant == 0 || o.Resolve() != "" {
			return
		}
		if text := Join(l.Float(n, o)); text == "" {
			t.Errorf("Float(%v) with %+v is empty", n, o)
		}
	})
}
