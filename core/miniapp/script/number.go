package script

import (
	"math"
	"strconv"
	"strings"

	"github.com/dop251/goja"
)

var currencySigns = map[string]string{"CNY": "¥", "USD": "$", "EUR": "€", "GBP": "£", "JPY": "¥", "HKD": "HK$"}

func (r *Realm) numberText(n float64, opts *goja.Object) string {
	lo, hi, group, style, currency := 0, 3, true, "", ""
	if opts != nil {
		style, currency = textOf(opts, "style"), textOf(opts, "currency")
		if style == "currency" {
			lo, hi = 2, 2
		} else if style == "percent" {
			hi, n = 0, n*100
		}
		lo = digits(r.get(opts, "minimumFractionDigits"), lo)
		hi = max(digits(r.get(opts, "maximumFractionDigits"), max(hi, lo)), lo)
		if v := r.get(opts, "useGrouping"); !goja.IsUndefined(v) {
			group = v.ToBoolean()
		}
	}
	text := decimal(n, lo, hi, group)
	switch style {
	case "currency":
		sign, ok := currencySigns[currency]
		if !ok {
			sign = currency + " "
		}
		if rest, negative := strings.CutPrefix(text, "-"); negative {
			return "-" + sign + rest
		}
		return sign + text
	case "percent":
		return text + "%"
	}
	return text
}

func digits(v goja.Value, otherwise int) int {
	if v == nil || goja.IsUndefined(v) {
		return otherwise
	}
	return int(min(max(v.ToInteger(), 0), 20))
}

// decimal writes n with lo to hi fraction digits and, if group is set, commas between thousands.
func decimal(n float64, lo, hi int, group bool) string {
	if math.IsNaN(n) {
		return "NaN"
	}
	if math.IsInf(n, 0) {
		return map[bool]string{true: "∞", false: "-∞"}[n > 0]
	}
	whole, fraction, _ := strings.Cut(strconv.FormatFloat(math.Abs(n), 'f', hi, 64), ".")
	for len(fraction) > lo && strings.HasSuffix(fraction, "0") {
		fraction = fraction[:len(fraction)-1]
	}
	if group {
		for i := len(whole) - 3; i > 0; i -= 3 {
			whole = whole[:i] + "," + whole[i:]
		}
	}
	if fraction != "" {
		whole += "." + fraction
	}
	if n < 0 && strings.Trim(whole, "0.,") != "" {
		whole = "-" + whole
	}
	return whole
}
