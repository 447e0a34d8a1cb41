package intl

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// DateOptions are those of Intl.DateTimeFormat; "" is not given.
type DateOptions struct {
	Weekday, Era, Year, Month, Day, Hour, Minute, Second string
	FractionalSecondDigits                               int
	TimeZoneName                                         string
	DateStyle, TimeStyle                                 string
	// HourCycle is h11, h12, h23 or h24; Resolve fills it in.
	HourCycle string
	// Hour12 is the option of that name: 0 not given, 1 true, -1 false.
	Hour12 int
}

// Resolve fills in what a locale writes if nothing, or only a style, is asked for. needs is "date", "time" or "any": what
// must be there at least; defaults is "date", "time" or "all": what is written otherwise.
func (o *DateOptions) Resolve(l Locale, needs, defaults string) {
	date, clock := o.hasDate(), o.hasTime()
	missing := needs == "date" && !date || needs == "time" && !clock || needs == "any" && !date && !clock
	if missing && o.DateStyle == "" && o.TimeStyle == "" {
		if defaults != "time" {
			o.Year, o.Month, o.Day = or(o.Year, "numeric"), or(o.Month, "numeric"), or(o.Day, "numeric")
		}
		if defaults != "date" {
			o.Hour, o.Minute, o.Second = or(o.Hour, "numeric"), or(o.Minute, "numeric"), or(o.Second, "numeric")
		}
	}
	o.cycle(l)
	o.styles(l)
}

func (o *DateOptions) hasDate() bool { return o.Weekday+o.Year+o.Month+o.Day != "" }
func (o *DateOptions) hasTime() bool {
	return o.Hour+o.Minute+o.Second != "" || o.FractionalSecondDigits > 0
}

// cycle resolves how hours are counted, as V8 does: Chinese counts the half day from 0, American the whole day to 24.
func (o *DateOptions) cycle(l Locale) {
	american := l.english && !l.british
	switch {
	case o.Hour12 > 0:
		o.HourCycle = "h11"
		if l.english {
			o.HourCycle = "h12"
		}
	case o.Hour12 < 0:
		o.HourCycle = "h23"
		if american {
			o.HourCycle = "h24"
		}
	case o.HourCycle != "":
	case american:
		o.HourCycle = "h12"
	default:
		o.HourCycle = "h23"
	}
}

func (o *DateOptions) styles(l Locale) {
	switch o.DateStyle {
	case "full", "long", "medium":
		o.Year, o.Month, o.Day = "numeric", "long", "numeric"
		if o.DateStyle == "full" {
			o.Weekday = "long"
		}
		if o.DateStyle == "medium" {
			o.Month = "short"
		}
	case "short":
		o.Year, o.Month, o.Day = "numeric", "numeric", "numeric"
		if l.english && !l.british {
			o.Year = "2-digit"
		}
	}
	switch o.TimeStyle {
	case "full", "long", "medium":
		o.Hour, o.Minute, o.Second = "numeric", "numeric", "numeric"
		switch o.TimeStyle {
		case "full":
			o.TimeZoneName = "long"
		case "long":
			o.TimeZoneName = "short"
		}
	case "short":
		o.Hour, o.Minute = "numeric", "numeric"
	}
}

// Date writes a moment. The options must be resolved.
func (l Locale) Date(t time.Time, o DateOptions) []Part {
	w := writer{l: l, t: t, o: o}
	w.date()
	if w.o.hasTime() {
		w.joint()
		w.clock()
	}
	if o.TimeZoneName != "" && !w.zoned {
		if w.l.english && !w.o.hasTime() {
			w.text(", ")
		} else {
			w.text(" ")
		}
		w.add("timeZoneName", zone(l, t, o.TimeZoneName))
	}
	return w.parts
}

type writer struct {
	l     Locale
	t     time.Time
	o     DateOptions
	parts []Part
	zoned bool
}

func (w *writer) add(kind, value string) { w.parts = append(w.parts, Part{kind, value}) }
func (w *writer) text(s string)          { w.add("literal", s) }

func (w *writer) date() {
	o := &w.o
	if w.l.english {
		w.dateEN()
	} else {
		w.dateZH()
	}
	if o.Era != "" && w.l.english && o.hasDate() {
		w.text(" ")
		w.add("era", "AD")
	}
}

// joint stands between date and time.
func (w *writer) joint() {
	if len(w.parts) == 0 {
		return
	}
	switch {
	case !w.l.english:
		w.text(" ")
	case w.o.Month == "long" && w.o.Day != "":
		w.text(" at ")
	case w.o.Month+w.o.Day+w.o.Year == "" && !w.l.british:
		w.text(" ")
	default:
		w.text(", ")
	}
}

func (w *writer) clock() {
	o := &w.o
	half := o.Hour != "" && (o.HourCycle == "h11" || o.HourCycle == "h12")
	if o.TimeZoneName != "" && !w.l.english {
		w.add("timeZoneName", zone(w.l, w.t, o.TimeZoneName))
		if o.Minute != "" || o.TimeZoneName != "long" {
			w.text(" ")
		}
		w.zoned = true
	}
	if half && !w.l.english {
		w.add("dayPeriod", map[bool]string{true: "上午", false: "下午"}[w.t.Hour() < 12])
	}
	written := false
	field := func(kind, style, value string) {
		if style == "" {
			return
		}
		if written {
			w.text(":")
		}
		w.add(kind, value)
		written = true
	}
	field("hour", o.Hour, w.hour())
	alone := o.Hour == "" && (o.Minute == "" || o.Second == "")
	if o.Hour != "" && o.Minute == "" && o.Second == "" && !w.l.english {
		w.text("时")
	}
	field("minute", o.Minute, digits(w.t.Minute(), pick(alone, o.Minute, "2-digit")))
	if alone && o.Minute == "2-digit" { // V8 pads no lone minute
		w.parts[len(w.parts)-1].Value = strconv.Itoa(w.t.Minute())
	}
	field("second", o.Second, digits(w.t.Second(), pick(alone, "numeric", "2-digit")))
	if n := o.FractionalSecondDigits; n > 0 {
		w.text(".")
		w.add("fractionalSecond", fmt.Sprintf("%03d", w.t.Nanosecond()/1e6)[:min(n, 3)])
	}
	if half && w.l.english {
		w.text(" ")
		w.add("dayPeriod", w.t.Format(pick(w.l.british, "pm", "PM")))
	}
}

func (w *writer) hour() string {
	h, style := w.t.Hour(), w.o.Hour
	switch w.o.HourCycle {
	case "h11":
		h %= 12
	case "h12":
		if h %= 12; h == 0 {
			h = 12
		}
	case "h24":
		if h == 0 {
			h = 24
		}
		style = "2-digit"
	default:
		if w.o.Minute != "" || w.l.english || w.o.Second != "" {
			style = "2-digit"
		}
	}
	return digits(h, style)
}

func pick(when bool, yes, no string) string {
	if when {
		return yes
	}
	return no
}

// digits writes a number of a date; "2-digit" pads and cuts it.
func digits(n int, style string) string {
	if style != "2-digit" {
		return strconv.Itoa(n)
	}
	return fmt.Sprintf("%02d", n%100)
}

// zone names the time zone of a moment.
func zone(l Locale, t time.Time, style string) string {
	name := t.Location().String()
	_, offset := t.Zone()
	switch {
	case name == "UTC" || name == "Etc/UTC":
		switch {
		case style != "long":
			return "UTC"
		case l.english:
			return "Coordinated Universal Time"
		}
		return "协调世界时"
	case style == "long" && (name == "Asia/Shanghai" || name == "PRC" || name == "Asia/Chongqing"):
		return pick(l.english, "China Standard Time", "中国标准时间")
	}
	if offset == 0 {
		return "GMT"
	}
	mark := "+"
	if offset < 0 {
		mark, offset = "-", -offset
	}
	text := "GMT" + mark + strconv.Itoa(offset/3600)
	if minutes := offset % 3600 / 60; minutes != 0 {
		text += fmt.Sprintf(":%02d", minutes)
	}
	return text
}

func words(s string) []string { return strings.Fields(s) }
