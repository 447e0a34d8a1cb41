package value

import (
	"math"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// smallNumbers are boxed once: loop indices and lengths would otherwise cost an allocation each.
var smallNumbers = func() (t [1024]Value) {
	for i := range t {
		t[i] = float64(i)
	}
	return t
}()

// Number boxes f without an allocation if it is a small natural number.
func Number(f float64) Value {
	if f >= 0 && f < float64(len(smallNumbers)) {
		if i := int(f); float64(i) == f && (i != 0 || !math.Signbit(f)) {
			return smallNumbers[i]
		}
	}
	return f
}

// Int boxes n as Number does.
func Int(n int) Value {
	if n >= 0 && n < len(smallNumbers) {
		return smallNumbers[n]
	}
	return float64(n)
}

// FormatNumber prints f as JavaScript's Number.prototype.toString does.
func FormatNumber(f float64) string {
	if i := int64(f); float64(i) == f && i > -1e15 && i < 1e15 {
		return strconv.FormatInt(i, 10)
	}
	return string(AppendNumber(nil, f))
}

// AppendNumber appends f as FormatNumber prints it.
func AppendNumber(b []byte, f float64) []byte {
	switch {
	case math.IsNaN(f):
		return append(b, "NaN"...)
	case math.IsInf(f, 1):
		return append(b, "Infinity"...)
	case math.IsInf(f, -1):
		return append(b, "-Infinity"...)
	case f == 0:
		return append(b, '0')
	}
	if i := int64(f); float64(i) == f && i > -1e15 && i < 1e15 {
		return strconv.AppendInt(b, i, 10)
	}
	abs := math.Abs(f)
	if abs >= 1e-6 && abs < 1e21 {
		return strconv.AppendFloat(b, f, 'f', -1, 64)
	}
	b = strconv.AppendFloat(b, f, 'e', -1, 64)
	// Go writes at least two exponent digits ("1e-07"), JavaScript as few as needed ("1e-7").
	if n := len(b); n >= 4 && b[n-2] == '0' && (b[n-3] == '-' || b[n-3] == '+') {
		b[n-2] = b[n-1]
		b = b[:n-1]
	}
	return b
}

// ParseNumber reads text as JavaScript's Number(text) does; NaN if it is not a number.
func ParseNumber(text string) float64 {
	text = strings.TrimFunc(text, isJSSpace)
	if text == "" {
		return 0
	}
	switch text {
	case "Infinity", "+Infinity":
		return math.Inf(1)
	case "-Infinity":
		return math.Inf(-1)
	}
	if len(text) > 2 && text[0] == '0' {
		if base := radix(text[1]); base != 0 {
			return parseRadix(text[2:], base)
		}
	}
	for i := range len(text) { // what only Go accepts: "0x1p4", "1_000", "inf", "nan"
		if c := text[i]; (c < '0' || c > '9') && c != '+' && c != '-' && c != '.' && c != 'e' && c != 'E' {
			return math.NaN()
		}
	}
	f, err := strconv.ParseFloat(text, 64)
	if err != nil && !math.IsInf(f, 0) {
		return math.NaN()
	}
	return f
}

func radix(c byte) float64 {
	switch c | 0x20 {
	case 'x':
		return 16
	case 'o':
		return 8
	case 'b':
		return 2
	}
	return 0
}

func parseRadix(digits string, base float64) float64 {
	f := 0.0
	for i := range len(digits) {
		d := float64(hexDigit(digits[i]))
		if d < 0 || d >= base {
			return math.NaN()
		}
		f = f*base + d
	}
	return f
}

func hexDigit(c byte) int {
	switch {
	case c >= '0' && c <= '9':
		return int(c - '0')
	case c|0x20 >= 'a' && c|0x20 <= 'f':
		return int(c|0x20-'a') + 10
	}
	return -1
}

func isJSSpace(r rune) bool {
	return r == '\uFEFF' || r != '\u0085' && r != utf8.RuneError && unicode.IsSpace(r)
}

// ToInt32 is JavaScript's conversion for bit operations.
func ToInt32(f float64) int32 { return int32(ToUint32(f)) }

// ToUint32 is JavaScript's conversion for ">>>".
func ToUint32(f float64) uint32 {
	if math.Abs(f) < 1<<53 {
		return uint32(int64(f))
	}
	if math.IsNaN(f) || math.IsInf(f, 0) {
		return 0
	}
	m := math.Mod(math.Trunc(f), 1<<32)
	if m < 0 {
		m += 1 << 32
	}
	return uint32(m)
}
