package intl

import (
	"strings"
)

var (
	weekdays    = words("星期日 星期一 星期二 星期三 星期四 星期五 星期六")
	shortDays   = words("周日 周一 周二 周三 周四 周五 周六")
	narrowDays  = words("日 一 二 三 四 五 六")
	monthNames  = words("一月 二月 三月 四月 五月 六月 七月 八月 九月 十月 十一月 十二月")
	englishDays = words("Sunday Monday Tuesday Wednesday Thursday Friday Saturday")
)

// dateZH writes year, month and day, then the weekday. Numbers are joined by strokes unless the month is named, or the
// weekday is there, or something stands alone.
func (w *writer) dateZH() {
	o := &w.o
	year, month, day := o.Year != "", o.Month != "", o.Day != ""
	count := 0
	for _, there := range []bool{year, month, day} {
		if there {
			count++
		}
	}
	if o.Era != "" && (count > 0 || o.Weekday != "") {
		w.add("era", "公元")
	}
	named := o.Month == "long" || o.Month == "short" || o.Month == "narrow"
	stroke := count > 1 && !named && !(year && o.Weekday != "" && day) && !(year && count == 2 && (o.Year == "2-digit" || o.Month == "2-digit"))
	if o.Month == "long" && count == 1 {
		w.add("month", monthNames[w.t.Month()-1])
	} else {
		w.fieldsZH(stroke, named, count)
	}
	if o.Weekday == "" {
		return
	}
	if year && !month && !day {
		w.text(" ")
	}
	names := weekdays
	switch {
	case o.Weekday == "short" || o.Weekday == "narrow" && count > 0:
		names = shortDays
	case o.Weekday == "narrow":
		names = narrowDays
	}
	w.add("weekday", names[w.t.Weekday()])
}

func (w *writer) fieldsZH(stroke, named bool, count int) {
	o := &w.o
	monthStyle := o.Month
	if named || !stroke {
		monthStyle = "numeric"
	}
	first := true
	for _, f := range []struct {
		kind, style, after string
		n                  int
	}{{"year", o.Year, "年", w.t.Year()}, {"month", o.Month, "月", int(w.t.Month())}, {"day", o.Day, "日", w.t.Day()}} {
		if f.style == "" {
			continue
		}
		if stroke && !first {
			w.text("/")
		}
		first = false
		style := f.style
		if f.kind == "month" {
			style = monthStyle
		}
		w.add(f.kind, digits(f.n, style))
		if !stroke && !(count == 1 && o.Month == "narrow") {
			w.text(f.after)
		}
	}
}

func (w *writer) dateEN() {
	o := &w.o
	named := o.Month == "long" || o.Month == "short" || o.Month == "narrow"
	day := ""
	if o.Weekday != "" {
		day = englishDays[w.t.Weekday()]
		switch o.Weekday {
		case "short":
			day = day[:3]
		case "narrow":
			day = day[:1]
		}
	}
	rest := o.Year + o.Month + o.Day
	switch {
	case day == "":
	case rest == "":
		w.add("weekday", day)
		return
	case o.Month == "" && !w.l.british: // "1 Wednesday"
		w.fieldsEN(named)
		w.text(" ")
		w.add("weekday", day)
		return
	case o.Month == "" && o.Year != "":
		w.fieldsEN(named)
		w.text(" ")
		w.add("weekday", day)
		return
	default:
		w.add("weekday", day)
		w.text(pick(w.l.british && (o.Month == "" || named && o.Year == ""), " ", ", "))
	}
	w.fieldsEN(named)
}

func (w *writer) fieldsEN(named bool) {
	o := &w.o
	month := w.t.Month().String()
	switch o.Month {
	case "short":
		month = month[:3]
		if w.l.british && strings.HasPrefix(month, "Sep") {
			month = "Sept"
		}
	case "narrow":
		month = month[:1]
	case "numeric", "2-digit":
		month = digits(int(w.t.Month()), w.padded(o.Month))
	}
	type field struct{ kind, style, value string }
	fields := []field{{"month", o.Month, month}, {"day", o.Day, digits(w.t.Day(), w.padded(o.Day))}}
	if w.l.british {
		fields[0], fields[1] = fields[1], fields[0]
		if named {
			fields[0].value = digits(w.t.Day(), o.Day)
		}
	}
	fields = append(fields, field{"year", o.Year, digits(w.t.Year(), o.Year)})
	first := true
	for _, f := range fields {
		if f.style == "" {
			continue
		}
		switch {
		case first:
		case !named:
			w.text("/")
		case f.kind == "year" && o.Day != "" && !w.l.british:
			w.text(", ")
		default:
			w.text(" ")
		}
		first = false
		w.add(f.kind, f.value)
	}
}

// padded is a number's style: British days and months have two digits among others.
func (w *writer) padded(style string) string {
	o := &w.o
	if w.l.british && style == "numeric" && (o.Month != "" && (o.Day != "" || o.Year != "")) {
		return "2-digit"
	}
	return style
}
