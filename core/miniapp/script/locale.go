package script

import (
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/dop251/goja"
)

// setUpLocale replaces the engine's toLocaleString functions, which know no locale: zh-CN is the default here, en-* is
// known, everything else is written as zh-CN.
func (r *Realm) setUpLocale() {
	global := r.vm.GlobalObject()
	date := global.Get("Date").(*goja.Object).Get("prototype").(*goja.Object)
	valueOf := r.callableOf(date, "getTime")
	for name, parts := range map[string]string{
		"toLocaleString": "date time", "toLocaleDateString": "date", "toLocaleTimeString": "time",
	} {
		r.hide(date, name, r.native(name, func(c goja.FunctionCall) goja.Value {
			ms, err := valueOf(c.This)
			if err != nil {
				r.rethrow(err)
			}
			opts, _ := c.Argument(1).(*goja.Object)
			return r.vm.ToValue(r.dateText(ms.ToFloat(), localeOf(c.Argument(0)), opts, parts))
		}))
	}
	number := r.kit.num.(*goja.Object).Get("prototype").(*goja.Object)
	r.hide(number, "toLocaleString", r.native("toLocaleString", func(c goja.FunctionCall) goja.Value {
		opts, _ := c.Argument(1).(*goja.Object)
		return r.vm.ToValue(r.numberText(c.This.ToFloat(), opts))
	}))
}

func localeOf(v goja.Value) string {
	if v == nil || goja.IsUndefined(v) || goja.IsNull(v) {
		return "zh-CN"
	}
	if o, ok := v.(*goja.Object); ok {
		if first := o.Get("0"); first != nil {
			return first.String()
		}
	}
	return v.String()
}

// formatDate is Intl.DateTimeFormat.format(ms, locale, options, parts); with parts "zone" it names the time zone.
func (r *Realm) formatDate(c goja.FunctionCall) goja.Value {
	if c.Argument(3).String() == "zone" {
		return r.vm.ToValue(zoneName())
	}
	opts, _ := c.Argument(2).(*goja.Object)
	return r.vm.ToValue(r.dateText(c.Argument(0).ToFloat(), c.Argument(1).String(), opts, c.Argument(3).String()))
}

func (r *Realm) formatNumber(c goja.FunctionCall) goja.Value {
	opts, _ := c.Argument(2).(*goja.Object)
	return r.vm.ToValue(r.numberText(c.Argument(0).ToFloat(), opts))
}

func zoneName() string {
	if name := time.Local.String(); name != "Local" {
		return name
	}
	return "UTC"
}

// dateStyle is what of a date is written, and how.
type dateStyle struct {
	year, month, day, weekday string
	hour, minute, second      string
	hour12                    bool
	english                   bool
}

func (r *Realm) dateText(ms float64, locale string, opts *goja.Object, parts string) string {
	if math.IsNaN(ms) {
		return "Invalid Date"
	}
	t := time.UnixMilli(int64(ms)).Local()
	english := strings.HasPrefix(strings.ToLower(locale), "en")
	s := dateStyle{english: english, hour12: english}
	if opts != nil {
		for name, field := range map[string]*string{
			"year": &s.year, "month": &s.month, "day": &s.day, "weekday": &s.weekday,
			"hour": &s.hour, "minute": &s.minute, "second": &s.second,
		} {
			*field = textOf(opts, name)
		}
		if v := r.get(opts, "hour12"); !goja.IsUndefined(v) {
			s.hour12 = v.ToBoolean()
		}
		if zone := textOf(opts, "timeZone"); zone != "" {
			if loc, err := time.LoadLocation(zone); err == nil {
				t = t.In(loc)
			}
		}
	}
	s.defaults(parts)
	return s.format(t)
}

func (s *dateStyle) defaults(parts string) {
	if s.year+s.month+s.day+s.weekday+s.hour+s.minute+s.second != "" {
		return
	}
	if strings.Contains(parts, "date") {
		s.year, s.month, s.day = "numeric", "numeric", "numeric"
	}
	if strings.Contains(parts, "time") {
		s.hour, s.minute, s.second = "numeric", "2-digit", "2-digit"
		if !s.hour12 {
			s.hour = "2-digit"
		}
	}
}

var (
	weekdaysZH = [...]string{"星期日", "星期一", "星期二", "星期三", "星期四", "星期五", "星期六"}
	shortZH    = [...]string{"周日", "周一", "周二", "周三", "周四", "周五", "周六"}
)

func (s *dateStyle) format(t time.Time) string {
	date := s.dateZH(t)
	if s.english {
		date = s.dateEN(t)
	}
	clock := s.clock(t)
	if date == "" || clock == "" {
		return date + clock
	}
	if s.english {
		return date + ", " + clock
	}
	return date + " " + clock
}

func (s *dateStyle) dateZH(t time.Time) string {
	var b strings.Builder
	switch s.month {
	case "long", "short", "narrow":
		if s.year != "" {
			b.WriteString(padded(t.Year(), s.year) + "年")
		}
		b.WriteString(strconv.Itoa(int(t.Month())) + "月")
		if s.day != "" {
			b.WriteString(padded(t.Day(), s.day) + "日")
		}
	default:
		var parts []string
		if s.year != "" {
			parts = append(parts, padded(t.Year(), s.year))
		}
		if s.month != "" {
			parts = append(parts, padded(int(t.Month()), s.month))
		}
		if s.day != "" {
			parts = append(parts, padded(t.Day(), s.day))
		}
		b.WriteString(strings.Join(parts, "/"))
	}
	switch s.weekday {
	case "long":
		b.WriteString(weekdaysZH[t.Weekday()])
	case "short", "narrow":
		b.WriteString(shortZH[t.Weekday()])
	}
	return b.String()
}

func (s *dateStyle) dateEN(t time.Time) string {
	var out string
	switch s.month {
	case "long", "short", "narrow":
		out = t.Month().String()
		if s.month != "long" {
			out = out[:3]
		}
		if s.day != "" {
			out += " " + padded(t.Day(), s.day)
		}
		if s.year != "" {
			out += ", " + padded(t.Year(), s.year)
		}
	default:
		var parts []string
		if s.month != "" {
			parts = append(parts, padded(int(t.Month()), s.month))
		}
		if s.day != "" {
			parts = append(parts, padded(t.Day(), s.day))
		}
		if s.year != "" {
			parts = append(parts, padded(t.Year(), s.year))
		}
		out = strings.Join(parts, "/")
	}
	if s.weekday == "" {
		return out
	}
	day := t.Weekday().String()
	if s.weekday != "long" {
		day = day[:3]
	}
	if out == "" {
		return day
	}
	return day + ", " + out
}

func (s *dateStyle) clock(t time.Time) string {
	var parts []string
	hour := t.Hour()
	if s.hour12 {
		if hour = hour % 12; hour == 0 {
			hour = 12
		}
	}
	if s.hour != "" {
		parts = append(parts, padded(hour, s.hour))
	}
	if s.minute != "" {
		parts = append(parts, padded(t.Minute(), "2-digit"))
	}
	if s.second != "" {
		parts = append(parts, padded(t.Second(), "2-digit"))
	}
	out := strings.Join(parts, ":")
	if out == "" || !s.hour12 || s.hour == "" {
		return out
	}
	if s.english {
		return out + t.Format(" PM")
	}
	if t.Hour() < 12 {
		return "上午" + out
	}
	return "下午" + out
}

func padded(n int, style string) string {
	s := strconv.Itoa(n)
	if style == "2-digit" {
		s = s[max(len(s)-2, 0):]
		if len(s) < 2 {
			s = "0" + s
		}
	}
	return s
}
