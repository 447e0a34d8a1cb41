package intl

import (
	"math"
	"strings"
)

// Plural is the plural category of n: Intl.PluralRules.
func (l Locale) Plural(n float64, ordinal bool) string {
	if !l.english {
		return "other"
	}
	if !ordinal {
		if n == 1 {
			return "one"
		}
		return "other"
	}
	ten, hundred := math.Mod(n, 10), math.Mod(n, 100)
	switch {
	case ten == 1 && hundred != 11:
		return "one"
	case ten == 2 && hundred != 12:
		return "two"
	case ten == 3 && hundred != 13:
		return "few"
	}
	return "other"
}

// relativeUnit is a unit of relative time: its words, and its names for -2 to 2 ("" if it has none).
type relativeUnit struct {
	zh                 string
	shortEN, shortMany string
	narrowEN           string
	autoZH, autoEN     [5]string
	shortZH            string
}

var relativeUnits = map[string]relativeUnit{
	"second":  {zh: "秒钟", shortZH: "秒", shortEN: "sec.", narrowEN: "s", autoZH: [5]string{2: "现在"}, autoEN: [5]string{2: "now"}},
	"minute":  {zh: "分钟", shortEN: "min.", narrowEN: "m", autoZH: [5]string{2: "此刻"}, autoEN: [5]string{2: "this minute"}},
	"hour":    {zh: "小时", shortEN: "hr.", narrowEN: "h", autoZH: [5]string{2: "这一时间 / 此时"}, autoEN: [5]string{2: "this hour"}},
	"day":     {zh: "天", shortEN: "day", shortMany: "days", narrowEN: "d", autoZH: [5]string{"前天", "昨天", "今天", "明天", "后天"}, autoEN: [5]string{"", "yesterday", "today", "tomorrow"}},
	"week":    {zh: "周", shortEN: "wk.", narrowEN: "w", autoZH: [5]string{"", "上周", "本周", "下周"}, autoEN: [5]string{"", "last week", "this week", "next week"}},
	"month":   {zh: "个月", shortEN: "mo.", narrowEN: "mo", autoZH: [5]string{"", "上个月", "本月", "下个月"}, autoEN: [5]string{"", "last month", "this month", "next month"}},
	"quarter": {zh: "个季度", shortEN: "qtr.", shortMany: "qtrs.", narrowEN: "q", autoZH: [5]string{"", "上季度", "本季度", "下季度"}, autoEN: [5]string{"", "last quarter", "this quarter", "next quarter"}},
	"year":    {zh: "年", shortEN: "yr.", narrowEN: "y", autoZH: [5]string{"", "去年", "今年", "明年"}, autoEN: [5]string{"", "last year", "this year", "next year"}},
}

// Relative writes "3 days ago": Intl.RelativeTimeFormat. style is long, short or narrow; auto prefers "yesterday". ok is
// false for a unit that there is not.
func (l Locale) Relative(n float64, name, style string, auto bool) (parts []Part, ok bool) {
	name = strings.TrimSuffix(name, "s")
	u, ok := relativeUnits[name]
	if !ok {
		return nil, false
	}
	names := u.autoZH
	if l.english {
		names = u.autoEN
	}
	if i := n + 2; auto && i >= 0 && i <= 4 && i == math.Trunc(i) && names[int(i)] != "" {
		return []Part{{"literal", names[int(i)]}}, true
	}
	past := math.Signbit(n)
	o := Normal()
	_ = o.Resolve()
	number := l.Float(math.Abs(n), o)
	if !l.english {
		word := u.zh
		if style != "long" && style != "" && u.shortZH != "" {
			word = u.shortZH
		}
		return append(number, Part{"literal", word + pick(past, "前", "后")}), true
	}
	word := " " + name
	switch style {
	case "short":
		word = " " + u.shortEN
		if u.shortMany != "" && math.Abs(n) != 1 {
			word = " " + u.shortMany
		}
	case "narrow":
		word = u.narrowEN
	default:
		if math.Abs(n) != 1 {
			word += "s"
		}
	}
	if past {
		return append(number, Part{"literal", word + " ago"}), true
	}
	return append(append([]Part{{"literal", "in "}}, number...), Part{"literal", word}), true
}

// List joins texts: Intl.ListFormat. kind is conjunction, disjunction or unit; style is long, short or narrow.
func (l Locale) List(items []string, kind, style string) []Part {
	between, two, last := l.joints(kind, style)
	var parts []Part
	for i, item := range items {
		switch {
		case i == 0:
		case len(items) == 2:
			parts = append(parts, Part{"literal", two})
		case i == len(items)-1:
			parts = append(parts, Part{"literal", last})
		default:
			parts = append(parts, Part{"literal", between})
		}
		parts = append(parts, Part{"element", item})
	}
	return parts
}

// joints are what stands between items: of many, of two, before the last.
func (l Locale) joints(kind, style string) (between, two, last string) {
	if !l.english {
		switch {
		case kind == "disjunction":
			return "、", "或", "或"
		case kind == "unit":
			return "", "", ""
		case style == "narrow":
			return "、", "、", "、"
		}
		return "、", "和", "和"
	}
	word := "and"
	switch {
	case kind == "unit" && style == "narrow":
		return " ", " ", " "
	case kind == "unit" || style == "narrow" && kind != "disjunction":
		return ", ", ", ", ", "
	case kind == "disjunction":
		word = "or"
	case style == "short":
		word = "&"
	}
	return ", ", " " + word + " ", ", " + word + " "
}
