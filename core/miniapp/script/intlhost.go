package script

import (
	"github.com/dop251/goja"
	"github.com/dougong-dev/dougong/core/miniapp/script/intl"
)

// setUpIntl gives the shims what Intl is made of.
func (r *Realm) setUpIntl(o *goja.Object) {
	for name, fn := range map[string]func(goja.FunctionCall) goja.Value{
		"numberParts": func(c goja.FunctionCall) goja.Value {
			return r.partsValue(r.numberParts(c.Argument(0), c.Argument(1), c.Argument(2)))
		},
		"dateParts": func(c goja.FunctionCall) goja.Value {
			return r.partsValue(r.dateParts(c.Argument(0).ToFloat(), c.Argument(1), c.Argument(2), [2]string{"any", "date"}))
		},
		"relativeParts": r.relativeParts,
		"listParts": func(c goja.FunctionCall) goja.Value {
			var items []string
			for _, v := range r.list(c.Argument(0).ToObject(r.vm)) {
				items = append(items, v.String())
			}
			bag := r.options(c.Argument(2))
			kind, style := bag.text("type", "conjunction", "disjunction", "unit"), bag.text("style", "long", "short", "narrow")
			return r.partsValue(r.locale(c.Argument(1)).List(items, kind, style))
		},
		"plural": func(c goja.FunctionCall) goja.Value {
			return r.vm.ToValue(r.locale(c.Argument(1)).Plural(c.Argument(0).ToFloat(), c.Argument(2).String() == "ordinal"))
		},
		"compare": func(c goja.FunctionCall) goja.Value {
			return r.vm.ToValue(r.compare(c.Argument(0).String(), c.Argument(1).String(), c.Argument(2), c.Argument(3)))
		},
		"canonical":     func(c goja.FunctionCall) goja.Value { return r.vm.ToValue(r.locale(c.Argument(0)).Tag) },
		"resolveNumber": r.resolveNumber,
		"resolveDate":   r.resolveDate,
	} {
		r.set(o, name, r.native(name, fn))
	}
}

// partsValue is parts as formatToParts gives them.
func (r *Realm) partsValue(parts []intl.Part) goja.Value {
	out := make([]any, len(parts))
	for i, p := range parts {
		o := r.vm.NewObject()
		r.set(o, "type", r.vm.ToValue(p.Type))
		r.set(o, "value", r.vm.ToValue(p.Value))
		out[i] = o
	}
	return r.vm.NewArray(out...)
}

func (r *Realm) relativeParts(c goja.FunctionCall) goja.Value {
	bag := r.options(c.Argument(3))
	style, auto := bag.text("style", "long", "short", "narrow"), bag.text("numeric", "always", "auto") == "auto"
	parts, ok := r.locale(c.Argument(2)).Relative(c.Argument(0).ToFloat(), c.Argument(1).String(), style, auto)
	if !ok {
		r.throwRange("Invalid unit argument for format() '%s'", c.Argument(1))
	}
	return r.partsValue(parts)
}

// resolveNumber is Intl.NumberFormat.resolvedOptions.
func (r *Realm) resolveNumber(c goja.FunctionCall) goja.Value {
	l, n := r.locale(c.Argument(0)), r.numberOptions(c.Argument(1))
	o := r.vm.NewObject()
	r.setTexts(o, "locale", l.Tag, "numberingSystem", "latn", "style", nameOr(n.Style, "decimal"))
	switch n.Style {
	case "currency":
		r.setTexts(o, "currency", n.Currency, "currencyDisplay", nameOr(n.CurrencyDisplay, "symbol"), "currencySign", nameOr(n.CurrencySign, "standard"))
	case "unit":
		r.setTexts(o, "unit", n.Unit, "unitDisplay", nameOr(n.UnitDisplay, "short"))
	}
	r.set(o, "minimumIntegerDigits", r.vm.ToValue(n.MinInteger))
	if n.MaxSignificant >= 0 {
		r.set(o, "minimumSignificantDigits", r.vm.ToValue(n.MinSignificant))
		r.set(o, "maximumSignificantDigits", r.vm.ToValue(n.MaxSignificant))
	} else {
		r.set(o, "minimumFractionDigits", r.vm.ToValue(n.MinFraction))
		r.set(o, "maximumFractionDigits", r.vm.ToValue(max(n.MaxFraction, 0)))
	}
	r.set(o, "useGrouping", r.vm.ToValue(!n.Plain))
	r.setTexts(o, "notation", nameOr(n.Notation, "standard"), "signDisplay", nameOr(n.SignDisplay, "auto"))
	return o
}

// resolveDate is Intl.DateTimeFormat.resolvedOptions.
func (r *Realm) resolveDate(c goja.FunctionCall) goja.Value {
	l := r.locale(c.Argument(0))
	d, zone := r.dateOptions(c.Argument(1), l, [2]string{"any", "date"})
	name := zone.String()
	if name == "Local" {
		name = zoneName()
	}
	o := r.vm.NewObject()
	r.setTexts(o, "locale", l.Tag, "calendar", "gregory", "numberingSystem", "latn", "timeZone", name)
	if d.Hour != "" {
		r.setTexts(o, "hourCycle", d.HourCycle)
		r.set(o, "hour12", r.vm.ToValue(d.HourCycle == "h11" || d.HourCycle == "h12"))
	}
	if d.DateStyle+d.TimeStyle != "" {
		r.setTexts(o, "dateStyle", d.DateStyle, "timeStyle", d.TimeStyle)
		return o
	}
	r.setTexts(o, "weekday", d.Weekday, "era", d.Era, "year", d.Year, "month", d.Month, "day", d.Day,
		"hour", d.Hour, "minute", d.Minute, "second", d.Second, "timeZoneName", d.TimeZoneName)
	return o
}

// setTexts sets pairs of name and text; an empty text is left out.
func (r *Realm) setTexts(o *goja.Object, pairs ...string) {
	for i := 0; i+1 < len(pairs); i += 2 {
		if pairs[i+1] != "" {
			r.set(o, pairs[i], r.vm.ToValue(pairs[i+1]))
		}
	}
}
