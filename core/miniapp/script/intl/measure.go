package intl

import "strings"

// scale is a power of ten with its short and long name.
type scale struct {
	digits      int
	short, long string
}

var (
	scalesEN = []scale{{12, "T", "trillion"}, {9, "B", "billion"}, {6, "M", "million"}, {3, "K", "thousand"}}
	scalesZH = []scale{{12, "万亿", "万亿"}, {8, "亿", "亿"}, {4, "万", "万"}}
)

// compact is the name of a number's scale and how many digits it stands for.
func (l Locale) compact(whole, fraction string, o NumberOptions) (name string, by int) {
	scales := scalesZH
	if l.english {
		scales = scalesEN
	}
	whole = trim(whole)
	pick := func(length int) (string, int) {
		for _, s := range scales {
			if length > s.digits {
				if o.CompactDisplay == "long" {
					return s.long, s.digits
				}
				return s.short, s.digits
			}
		}
		return "", 0
	}
	name, by = pick(len(whole))
	w, f := shift(whole, fraction, -by)
	if w, _ = round(w, f, o); by+len(w) > len(whole) { // 999,999 is a million
		return pick(by + len(w))
	}
	return name, by
}

// currency is how a currency is written: sign in Chinese and English, narrow sign, names.
type currency struct{ zh, en, narrow, nameZH, one, many string }

var currencies = map[string]currency{
	"CNY": {"¥", "CN¥", "¥", "人民币", "Chinese yuan", "Chinese yuan"},
	"USD": {"US$", "$", "$", "美元", "US dollar", "US dollars"},
	"EUR": {"€", "€", "€", "欧元", "euro", "euros"},
	"GBP": {"£", "£", "£", "英镑", "British pound", "British pounds"},
	"JPY": {"JP¥", "¥", "¥", "日元", "Japanese yen", "Japanese yen"},
	"HKD": {"HK$", "HK$", "$", "港元", "Hong Kong dollar", "Hong Kong dollars"},
	"TWD": {"NT$", "NT$", "$", "新台币", "New Taiwan dollar", "New Taiwan dollars"},
	"KRW": {"₩", "₩", "₩", "韩元", "South Korean won", "South Korean won"},
	"AUD": {"AU$", "A$", "$", "澳大利亚元", "Australian dollar", "Australian dollars"},
	"CAD": {"CA$", "CA$", "$", "加拿大元", "Canadian dollar", "Canadian dollars"},
	"INR": {"₹", "₹", "₹", "印度卢比", "Indian rupee", "Indian rupees"},
	"VND": {"₫", "₫", "₫", "越南盾", "Vietnamese dong", "Vietnamese dong"},
	"NZD": {"NZ$", "NZ$", "$", "新西兰元", "New Zealand dollar", "New Zealand dollars"},
	"BRL": {"R$", "R$", "R$", "巴西雷亚尔", "Brazilian real", "Brazilian reals"},
	"MXN": {"MX$", "MX$", "$", "墨西哥比索", "Mexican peso", "Mexican pesos"},
	"SGD": {"", "", "$", "新加坡元", "Singapore dollar", "Singapore dollars"},
	"THB": {"", "", "฿", "泰铢", "Thai baht", "Thai baht"},
	"RUB": {"", "", "₽", "俄罗斯卢布", "Russian ruble", "Russian rubles"},
	"CHF": {"", "", "", "瑞士法郎", "Swiss franc", "Swiss francs"},
	"MOP": {"", "", "", "澳门元", "Macanese pataca", "Macanese patacas"},
}

func fractionDigits(code string) int {
	switch code {
	case "JPY", "KRW", "VND", "CLP", "ISK", "XAF", "XOF":
		return 0
	case "KWD", "BHD", "OMR", "TND", "JOD":
		return 3
	}
	return 2
}

// unit is how a measure is written: short, narrow and long in Chinese; short, narrow, singular and plural in English. A
// space in front belongs to the text.
type unit struct{ zh, zhNarrow, zhLong, en, enNarrow, one, many string }

var units = map[string]unit{
	"kilometer":   {"公里", "公里", "公里", " km", "km", "kilometer", "kilometers"},
	"meter":       {"米", "米", "米", " m", "m", "meter", "meters"},
	"centimeter":  {"厘米", "厘米", "厘米", " cm", "cm", "centimeter", "centimeters"},
	"millimeter":  {"毫米", "毫米", "毫米", " mm", "mm", "millimeter", "millimeters"},
	"mile":        {"英里", "mi", "英里", " mi", "mi", "mile", "miles"},
	"foot":        {"英尺", "′", "英尺", " ft", "′", "foot", "feet"},
	"inch":        {"英寸", "″", "英寸", " in", "″", "inch", "inches"},
	"yard":        {"码", "yd", "码", " yd", "yd", "yard", "yards"},
	"kilogram":    {" kg", "kg", "千克", " kg", "kg", "kilogram", "kilograms"},
	"gram":        {" g", "g", "克", " g", "g", "gram", "grams"},
	"pound":       {" lb", "#", "磅", " lb", "#", "pound", "pounds"},
	"ounce":       {" oz", "oz", "盎司", " oz", "oz", "ounce", "ounces"},
	"liter":       {"升", "升", "升", " L", "L", "liter", "liters"},
	"milliliter":  {"毫升", "mL", "毫升", " mL", "mL", "milliliter", "milliliters"},
	"celsius":     {"°C", "°C", "摄氏度", "°C", "°C", "degree Celsius", "degrees Celsius"},
	"fahrenheit":  {"°F", "°F", "华氏度", "°F", "°", "degree Fahrenheit", "degrees Fahrenheit"},
	"percent":     {"%", "%", "%", "%", "%", "percent", "percent"},
	"bit":         {" b", " b", "比特", " bit", "bit", "bit", "bits"},
	"byte":        {" B", " B", "字节", " byte", "B", "byte", "bytes"},
	"kilobyte":    {" kB", " kB", "千字节", " kB", "kB", "kilobyte", "kilobytes"},
	"megabyte":    {" MB", " MB", "兆字节", " MB", "MB", "megabyte", "megabytes"},
	"gigabyte":    {" GB", " GB", "吉字节", " GB", "GB", "gigabyte", "gigabytes"},
	"terabyte":    {" TB", " TB", "太字节", " TB", "TB", "terabyte", "terabytes"},
	"millisecond": {"毫秒", "ms", "毫秒", " ms", "ms", "millisecond", "milliseconds"},
	"second":      {"秒", "秒", "秒钟", " sec", "s", "second", "seconds"},
	"minute":      {"分钟", "分钟", "分钟", " min", "m", "minute", "minutes"},
	"hour":        {"小时", "小时", "小时", " hr", "h", "hour", "hours"},
	"day":         {"天", "天", "天", " day", "d", "day", "days"},
	"week":        {"周", "周", "周", " wk", "w", "week", "weeks"},
	"month":       {"个月", "个月", "个月", " mth", "m", "month", "months"},
	"year":        {"年", "年", "年", " yr", "y", "year", "years"},
	"degree":      {"°", "°", "度", " deg", "°", "degree", "degrees"},
	"hectare":     {"公顷", "ha", "公顷", " ha", "ha", "hectare", "hectares"},
	"acre":        {"英亩", "ac", "英亩", " ac", "ac", "acre", "acres"},

	"kilometer-per-hour": {" km/h", "km/h", "", " km/h", "km/h", "kilometer per hour", "kilometers per hour"},
	"meter-per-second":   {" m/s", "m/s", "", " m/s", "m/s", "meter per second", "meters per second"},
	"mile-per-hour":      {" mi/h", "mph", "", " mph", "mph", "mile per hour", "miles per hour"},
}

// KnownUnit tells whether Intl.NumberFormat takes a unit.
func KnownUnit(name string) bool { _, ok := units[name]; return ok }

// dress puts sign, currency, percent and unit around a number.
func (l Locale) dress(number []Part, sign string, o NumberOptions, many bool) []Part {
	var out []Part
	switch {
	case sign == "-" && o.CurrencySign == "accounting" && o.Style == "currency":
		out = append(out, Part{"literal", "("})
		out = append(out, l.dress(number, "", o, many)...)
		return append(out, Part{"literal", ")"})
	case sign == "-":
		out = append(out, Part{"minusSign", sign})
	case sign != "":
		out = append(out, Part{"plusSign", sign})
	}
	switch o.Style {
	case "percent":
		return append(append(out, number...), Part{"percentSign", "%"})
	case "currency":
		return l.priced(out, number, o, many)
	case "unit":
		return l.measured(out, number, o, many)
	}
	return append(out, number...)
}

func (l Locale) priced(out, number []Part, o NumberOptions, many bool) []Part {
	c := currencies[o.Currency]
	if o.CurrencyDisplay == "name" {
		out = append(out, number...)
		if !l.english {
			return append(out, Part{"currency", or(c.nameZH, o.Currency)})
		}
		name := c.many
		if !many {
			name = c.one
		}
		return append(out, Part{"literal", " "}, Part{"currency", or(name, o.Currency)})
	}
	symbol := c.zh
	switch {
	case o.CurrencyDisplay == "code":
		symbol = ""
	case o.CurrencyDisplay == "narrowSymbol":
		symbol = c.narrow
	case l.english:
		symbol = c.en
	}
	if symbol == "" {
		return append(append(out, Part{"currency", o.Currency}, Part{"literal", "\u00a0"}), number...)
	}
	return append(append(out, Part{"currency", symbol}), number...)
}

func (l Locale) measured(out, number []Part, o NumberOptions, many bool) []Part {
	u := units[o.Unit]
	text := ""
	switch {
	case l.english && o.UnitDisplay == "long":
		text = " " + u.one
		if many {
			text = " " + u.many
		}
	case l.english && o.UnitDisplay == "narrow":
		text = u.enNarrow
	case l.english:
		text = u.en
		if many && (o.Unit == "day" || o.Unit == "week" || o.Unit == "month" || o.Unit == "year") {
			text += "s"
		}
	case o.UnitDisplay == "long" && u.zhLong == "": // each hour, two kilometres
		measure, per, _ := strings.Cut(o.Unit, "-per-")
		every := map[string]string{"hour": "每小时", "second": "每秒"}[per]
		out = append(append(out, Part{"unit", every}), number...)
		return append(out, Part{"unit", units[measure].zhLong})
	case o.UnitDisplay == "long":
		text = u.zhLong
	case o.UnitDisplay == "narrow":
		text = u.zhNarrow
	default:
		text = u.zh
	}
	out = append(out, number...)
	if rest, ok := strings.CutPrefix(text, " "); ok {
		out, text = append(out, Part{"literal", " "}), rest
	}
	return append(out, Part{"unit", text})
}

func or(s, otherwise string) string {
	if s == "" {
		return otherwise
	}
	return s
}
