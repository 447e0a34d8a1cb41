package script

import (
	"math"
	"os"
	"strings"
	"time"
	_ "time/tzdata" // hosts run in containers that have no zones, and programs name them

	"github.com/dop251/goja"
	"github.com/dougong-dev/dougong/core/miniapp/script/intl"
)

// setUpLocale replaces the engine's toLocaleString functions and localeCompare, which know no locale.
func (r *Realm) setUpLocale() {
	global := r.vm.GlobalObject()
	proto := func(name string) *goja.Object { return r.object(r.object(global, name), "prototype") }
	date := proto("Date")
	valueOf := r.callableOf(date, "getTime")
	for name, parts := range map[string][2]string{
		"toLocaleString": {"any", "all"}, "toLocaleDateString": {"date", "date"}, "toLocaleTimeString": {"time", "time"},
	} {
		r.hide(date, name, r.native(name, func(c goja.FunctionCall) goja.Value {
			ms, err := valueOf(c.This)
			if err != nil {
				r.rethrow(err)
			}
			if math.IsNaN(ms.ToFloat()) {
				return r.vm.ToValue("Invalid Date")
			}
			return r.vm.ToValue(intl.Join(r.dateParts(ms.ToFloat(), c.Argument(0), c.Argument(1), parts)))
		}))
	}
	number := r.native("toLocaleString", func(c goja.FunctionCall) goja.Value {
		return r.vm.ToValue(intl.Join(r.numberParts(c.This, c.Argument(0), c.Argument(1))))
	})
	r.hide(proto("Number"), "toLocaleString", number)
	r.hide(proto("BigInt"), "toLocaleString", number)
	r.hide(proto("String"), "localeCompare", r.native("localeCompare", func(c goja.FunctionCall) goja.Value {
		return r.vm.ToValue(r.compare(c.This.String(), c.Argument(0).String(), c.Argument(1), c.Argument(2)))
	}))
	list := r.callableOf(proto("Array"), "join")
	r.hide(proto("Array"), "toLocaleString", r.native("toLocaleString", func(c goja.FunctionCall) goja.Value {
		return r.localList(c, list)
	}))
}

// localList is Array.prototype.toLocaleString: each item by its own.
func (r *Realm) localList(c goja.FunctionCall, join goja.Callable) goja.Value {
	o := c.This.ToObject(r.vm)
	var out []any
	for _, item := range r.list(o) {
		text := r.vm.ToValue("")
		if item != nil && !goja.IsUndefined(item) && !goja.IsNull(item) {
			fn := r.callableOf(item.ToObject(r.vm), "toLocaleString")
			if fn == nil {
				r.throw("toLocaleString of %s is not a function", r.inspect(item))
			}
			v, err := fn(item, c.Arguments...)
			if err != nil {
				r.rethrow(err)
			}
			text = v
		}
		out = append(out, text)
	}
	v, err := join(r.vm.NewArray(out...))
	if err != nil {
		r.rethrow(err)
	}
	return v
}

// locale reads a locales argument: a tag, a list of which the first counts, or nothing.
func (r *Realm) locale(v goja.Value) intl.Locale {
	tag := intl.Default
	if o, ok := v.(*goja.Object); ok && o.ClassName() == "Array" {
		v = r.get(o, "0")
	}
	if v != nil && !goja.IsUndefined(v) {
		tag = v.String()
	}
	l, ok := intl.Parse(tag)
	if !ok {
		r.throwRange("Incorrect locale information provided: %s", tag)
	}
	return l
}

// options reads an option bag, which may be missing.
type optionBag struct {
	r *Realm
	o *goja.Object
}

func (r *Realm) options(v goja.Value) optionBag {
	o, _ := v.(*goja.Object)
	return optionBag{r, o}
}

// text is an option as text, one of those allowed if any are named.
func (b optionBag) text(name string, allowed ...string) string {
	v := b.r.get(b.o, name)
	if goja.IsUndefined(v) {
		return ""
	}
	s := v.String()
	for _, a := range allowed {
		if a == s {
			return s
		}
	}
	if len(allowed) > 0 {
		b.r.throwRange("Value %s out of range for Intl options property %s", s, name)
	}
	return s
}

// count is an option that is a number, within limits; -1 if it is not given.
func (b optionBag) count(name string, lo, hi int) int {
	v := b.r.get(b.o, name)
	if goja.IsUndefined(v) {
		return -1
	}
	n := v.ToFloat()
	if math.IsNaN(n) || n < float64(lo) || n > float64(hi) {
		b.r.throwRange("%s value is out of range.", name)
	}
	return int(n)
}

func (b optionBag) bool(name string) (on, given bool) {
	v := b.r.get(b.o, name)
	return v.ToBoolean(), !goja.IsUndefined(v)
}

func (r *Realm) numberOptions(v goja.Value) intl.NumberOptions {
	o := intl.Normal()
	if bag := r.options(v); bag.o != nil {
		o.Style = bag.text("style", "decimal", "currency", "percent", "unit")
		o.Currency = strings.ToUpper(bag.text("currency"))
		o.CurrencyDisplay = bag.text("currencyDisplay", "symbol", "narrowSymbol", "code", "name")
		o.CurrencySign = bag.text("currencySign", "standard", "accounting")
		o.Unit, o.UnitDisplay = bag.text("unit"), bag.text("unitDisplay", "short", "narrow", "long")
		o.Notation, o.CompactDisplay = bag.text("notation", "standard", "compact", "scientific", "engineering"), bag.text("compactDisplay", "short", "long")
		o.SignDisplay = bag.text("signDisplay", "auto", "never", "always", "exceptZero", "negative")
		o.MinInteger = max(bag.count("minimumIntegerDigits", 1, 21), 1)
		o.MinFraction, o.MaxFraction = bag.count("minimumFractionDigits", 0, 100), bag.count("maximumFractionDigits", 0, 100)
		o.MinSignificant, o.MaxSignificant = bag.count("minimumSignificantDigits", 1, 21), bag.count("maximumSignificantDigits", 1, 21)
		grouping, given := bag.bool("useGrouping")
		o.Plain = given && !grouping
		switch {
		case o.Style == "currency" && o.Currency == "":
			r.throw("Currency code is required with currency style.")
		case o.Style == "unit" && !intl.KnownUnit(o.Unit):
			r.throwRange("Invalid unit argument for Intl.NumberFormat() '%s'", o.Unit)
		}
	}
	if problem := o.Resolve(); problem != "" {
		r.throwRange("%s", problem)
	}
	return o
}

func (r *Realm) numberParts(n, locale, options goja.Value) []intl.Part {
	l, o := r.locale(locale), r.numberOptions(options)
	if box, ok := n.(*goja.Object); ok && box.ClassName() == "BigInt" {
		n = r.vm.ToValue(box.String())
	} else if !goja.IsBigInt(n) {
		return l.Float(n.ToFloat(), o)
	}
	return l.Decimal(n.String(), o)
}

func (r *Realm) dateOptions(v goja.Value, l intl.Locale, parts [2]string) (o intl.DateOptions, zone *time.Location) {
	zone = time.Local
	if bag := r.options(v); bag.o != nil {
		text, number, both := []string{"long", "short", "narrow"}, []string{"numeric", "2-digit"}, []string{"numeric", "2-digit", "long", "short", "narrow"}
		o.Weekday, o.Era = bag.text("weekday", text...), bag.text("era", text...)
		o.Year, o.Month, o.Day = bag.text("year", number...), bag.text("month", both...), bag.text("day", number...)
		o.Hour, o.Minute, o.Second = bag.text("hour", number...), bag.text("minute", number...), bag.text("second", number...)
		o.FractionalSecondDigits = max(bag.count("fractionalSecondDigits", 1, 3), 0)
		o.TimeZoneName = bag.text("timeZoneName", "short", "long", "shortOffset", "longOffset", "shortGeneric", "longGeneric")
		styles := []string{"full", "long", "medium", "short"}
		o.DateStyle, o.TimeStyle = bag.text("dateStyle", styles...), bag.text("timeStyle", styles...)
		o.HourCycle = bag.text("hourCycle", "h11", "h12", "h23", "h24")
		if on, given := bag.bool("hour12"); given {
			o.Hour12 = map[bool]int{true: 1, false: -1}[on]
		}
		if name := bag.text("timeZone"); name != "" {
			zone = r.zone(name)
		}
	}
	o.Resolve(l, parts[0], parts[1])
	return o, zone
}

func (r *Realm) zone(name string) *time.Location {
	if strings.EqualFold(name, "utc") || strings.EqualFold(name, "gmt") {
		return time.UTC
	}
	loc, err := time.LoadLocation(name)
	if err != nil || name == "Local" {
		r.throwRange("Invalid time zone specified: %s", name)
	}
	return loc
}

func (r *Realm) dateParts(ms float64, locale, options goja.Value, parts [2]string) []intl.Part {
	l := r.locale(locale)
	o, zone := r.dateOptions(options, l, parts)
	if math.IsNaN(ms) || math.Abs(ms) > 8.64e15 {
		r.throwRange("Invalid time value")
	}
	return l.Date(time.UnixMilli(int64(ms)).In(zone), o)
}

// compare orders two texts; the collators are kept, making one is slow.
func (r *Realm) compare(a, b string, locale, options goja.Value) int {
	if a == b {
		return 0
	}
	key := collatorKey{locale: r.locale(locale)}
	if bag := r.options(options); bag.o != nil {
		key.Sensitivity = bag.text("sensitivity", "base", "accent", "case", "variant")
		key.Numeric, _ = bag.bool("numeric")
	}
	c := r.collators[key]
	if c == nil {
		c = key.locale.Collator(key.CollateOptions)
		if r.collators == nil {
			r.collators = map[collatorKey]*intl.Collator{}
		}
		if len(r.collators) < maxCollators {
			r.collators[key] = c
		}
	}
	return c.Compare(a, b)
}

// maxCollators is how many a realm keeps: a program that makes up locales must not fill the memory.
const maxCollators = 16

type collatorKey struct {
	locale intl.Locale
	intl.CollateOptions
}

// zoneName is the name of the zone that the host lives in.
func zoneName() string {
	name := time.Local.String()
	if name != "Local" {
		return name
	}
	if name = strings.TrimPrefix(os.Getenv("TZ"), ":"); name != "" && !strings.HasPrefix(name, "/") {
		return name
	}
	if path, err := os.Readlink("/etc/localtime"); err == nil {
		if _, zone, ok := strings.Cut(path, "zoneinfo/"); ok {
			return zone
		}
	}
	if _, offset := time.Now().Zone(); offset == 8*3600 {
		return "Asia/Shanghai"
	}
	return "UTC"
}
