package intl

import (
	"math"
	"strconv"
	"strings"
)

// NumberOptions are those of Intl.NumberFormat. A negative count of digits was not given.
type NumberOptions struct {
	Style, Currency, CurrencyDisplay, Unit, UnitDisplay string
	Notation, CompactDisplay, SignDisplay, CurrencySign string
	MinInteger, MinFraction, MaxFraction                int
	MinSignificant, MaxSignificant                      int
	Plain                                               bool // no grouping
}

// Normal are the options that nobody gave.
func Normal() NumberOptions {
	return NumberOptions{MinInteger: 1, MinFraction: -1, MaxFraction: -1, MinSignificant: -1, MaxSignificant: -1}
}

// Resolve fills in the default counts of digits, and says what contradicts.
func (o *NumberOptions) Resolve() (problem string) {
	lo, hi := 0, 3
	switch o.Style {
	case "currency":
		lo = fractionDigits(o.Currency)
		hi = lo
	case "percent":
		hi = 0
	}
	if o.Notation == "compact" {
		lo, hi = 0, 0
	}
	switch {
	case o.MinFraction < 0 && o.MaxFraction < 0:
		o.MinFraction, o.MaxFraction = lo, hi
		if o.Notation == "compact" && o.MinSignificant < 0 && o.MaxSignificant < 0 {
			o.MaxFraction = -1 // two digits that count
		}
	case o.MinFraction < 0:
		o.MinFraction = min(lo, o.MaxFraction)
	case o.MaxFraction < 0:
		o.MaxFraction = max(hi, o.MinFraction)
	case o.MinFraction > o.MaxFraction:
		return "maximumFractionDigits value is out of range."
	}
	if o.MinSignificant >= 0 || o.MaxSignificant >= 0 {
		o.MinSignificant = max(o.MinSignificant, 1)
		if o.MaxSignificant < 0 {
			o.MaxSignificant = 21
		}
		if o.MinSignificant > o.MaxSignificant {
			return "maximumSignificantDigits value is out of range."
		}
	}
	return ""
}

// Float is Decimal for a float.
func (l Locale) Float(n float64, o NumberOptions) []Part {
	switch {
	case math.IsNaN(n):
		return l.dress([]Part{{"nan", "NaN"}}, "", o, false)
	case math.IsInf(n, 0):
		return l.dress([]Part{{"infinity", "∞"}}, sign(n < 0, false, o), o, true)
	}
	return l.Decimal(strconv.FormatFloat(n, 'f', -1, 64), o)
}

// Decimal writes a number that is given as decimal digits with a sign and a point. The options must be resolved.
func (l Locale) Decimal(text string, o NumberOptions) []Part {
	text, negative := strings.CutPrefix(text, "-")
	whole, fraction, _ := strings.Cut(text, ".")
	if o.Style == "percent" {
		whole, fraction = shift(whole, fraction, 2)
	}
	compact := ""
	if o.Notation == "compact" {
		var by int
		compact, by = l.compact(whole, fraction, o)
		whole, fraction = shift(whole, fraction, -by)
	}
	whole, fraction = round(whole, fraction, o)
	zero := strings.Trim(whole+fraction, "0") == ""
	var parts []Part
	for i, group := range groups(whole, o) {
		if i > 0 {
			parts = append(parts, Part{"group", ","})
		}
		parts = append(parts, Part{"integer", group})
	}
	if fraction != "" {
		parts = append(parts, Part{"decimal", "."}, Part{"fraction", fraction})
	}
	if compact != "" {
		if l.english && o.CompactDisplay == "long" {
			parts = append(parts, Part{"literal", " "})
		}
		parts = append(parts, Part{"compact", compact})
	}
	return l.dress(parts, sign(negative, zero, o), o, whole != "1" || fraction != "")
}

// shift moves the point by n digits to the right.
func shift(whole, fraction string, n int) (string, string) {
	for ; n > 0; n-- {
		if fraction == "" {
			fraction = "0"
		}
		whole, fraction = whole+fraction[:1], fraction[1:]
	}
	for ; n < 0; n++ {
		if whole == "" {
			whole = "0"
		}
		whole, fraction = whole[:len(whole)-1], whole[len(whole)-1:]+fraction
	}
	return trim(whole), fraction
}

func trim(whole string) string {
	if whole = strings.TrimLeft(whole, "0"); whole == "" {
		return "0"
	}
	return whole
}

// round cuts and pads to the digits that are wanted; halves go away from zero, counted in decimal digits.
func round(whole, fraction string, o NumberOptions) (string, string) {
	whole = trim(whole)
	keep, fill := o.MaxFraction, o.MinFraction
	first := len(whole) // how many digits stand before the point, from the first that counts
	if whole == "0" {
		first = -(len(fraction) - len(strings.TrimLeft(fraction, "0")))
	}
	switch {
	case o.MaxSignificant >= 0:
		keep, fill = o.MaxSignificant-first, max(o.MinSignificant-first, 0)
	case keep < 0: // compact
		keep, fill = max(2-first, 0), 0
	}
	digits := whole + fraction
	if cut := len(whole) + keep; cut < len(digits) {
		up := cut >= 0 && digits[cut] >= '5'
		kept := digits[:max(cut, 0)]
		if up {
			kept = increment(kept)
		}
		point := len(whole) + len(kept) - max(cut, 0) // one more if the carry went through
		if len(kept) < point {
			kept += strings.Repeat("0", point-len(kept))
		}
		whole, fraction = kept[:point], kept[point:]
	}
	fraction = strings.TrimRight(fraction, "0")
	if len(fraction) < fill {
		fraction += strings.Repeat("0", fill-len(fraction))
	}
	whole = trim(whole)
	if len(whole) < o.MinInteger {
		whole = strings.Repeat("0", o.MinInteger-len(whole)) + whole
	}
	return whole, fraction
}

func increment(digits string) string {
	b := []byte(digits)
	for i := len(b) - 1; i >= 0; i-- {
		if b[i] != '9' {
			b[i]++
			return string(b)
		}
		b[i] = '0'
	}
	return "1" + string(b)
}

func groups(whole string, o NumberOptions) []string {
	if o.Plain || o.Notation == "compact" && len(whole) < 5 {
		return []string{whole}
	}
	var out []string
	for at := len(whole) % 3; ; at += 3 {
		if at > 0 {
			out = append(out, whole[max(at-3, 0):at])
		}
		if at >= len(whole) {
			return out
		}
	}
}

func sign(negative, zero bool, o NumberOptions) string {
	switch o.SignDisplay {
	case "never":
		return ""
	case "always":
		if !negative {
			return "+"
		}
	case "exceptZero":
		if zero {
			return ""
		}
		if !negative {
			return "+"
		}
	case "negative":
		negative = negative && !zero
	}
	if negative {
		return "-"
	}
	return ""
}
