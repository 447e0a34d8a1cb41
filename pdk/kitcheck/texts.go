package kitcheck

import "strings"

// Texts has every rule of JSON, kept and broken.
var Texts = []string{
	``, `null`, `true`, `false`, `nul`, `nulll`, `tru`, `[`, `]`, `{`, `}`, `[]`, `{}`, `[,]`, `[1,]`, `{"a":1,}`, `{,}`, `{"a"}`, `{"a":}`, `{1:2}`,
	`[1 2]`, `[1,2]`, ` [ 1 , 2 ] `, `{"a":1}{`, `{"a":{"b":[{"c":[[]]}]}}`, `{"a":1,"a":2}`, `[[[[1]]],{"x":{}}]`,
	`0`, `-0`, `-`, `01`, `-01`, `1.`, `.1`, `1.5`, `1e`, `1e+`, `1E-7`, `+1`, `1e400`, `0x1`, `NaN`, `12345678901234567890`,
	`""`, `"`, `"\`, `"\"`, `"\""`, `"\\"`, `"\u"`, `"\u12"`, `"\u12g4"`, `"\u00E9\u4e2d"`, `"\ud83c\udc04"`, `"\ud800"`, `"\ud800\u0041"`, `"\udc00"`,
	`"\ud800\ud83c\udc04"`, `"\ud800\u"`, `"\x"`, `"\/\b\f\n\r\t"`, "\"\n\"", "\"\x7f\"", `"\u0000"`, `"中文🀄é"`, "\"\xff\"", "\"\xc0\x80\"",
	"\"\xed\xa0\x80\"", "\"\xf4\x90\x80\x80\"", "\"\xe4\xb8\"", "\"\xf0\x9f\x80\"",
	`"a long plain text that is more than thirty-two bytes of ASCII, \"quoted\" and with an é at an odd place 中"`,
	`"0123456789abcdef0123456789abcde` + "\x01" + `"`, `"0123456789abcdef0123456789abcdef0123456`,
	`"中文字符串测试，要比三十二个字节长得多，因此会走快的那一条路。"`, `"한국어 텍스트도 마찬가지로 충분히 길어야 합니다 ퟿"`, `"ไทย ไทย ไทย ไทย ไทย ไทย ไทย ไทย"`,
	"\"中文字符串测试中文字\xed\xa0\x80符串测试中文字符串\"", "\"中文字符串测试中文字\xe0\x80\x80符串测试中文字符串\"", "\"中文字符串测试中文字\xe4\xb8符串测试中文字符串\"",
	"\"中文字符串测试中文字\x01符串测试中文字符串\"", `"中文🀄字符🀄🀄🀄🀄🀄🀄🀄🀄🀄🀄\"字符串测试\\中文字符串\n中文字é"`, "\ufeff1", "1 \x00", `[{"$blob":0},{"$blob":1}]`, `{"$blob":2}`, `{"$blob":-1}`, `{"$blob":0.5}`, `{"$blob":1e0}`, `{"$blob":"0"}`, `{"$blob":0,"x":1}`,
	strings.Repeat("[", 511) + strings.Repeat("]", 511), strings.Repeat("[", 512) + strings.Repeat("]", 512), strings.Repeat(`{"a":`, 600) + "1" + strings.Repeat("}", 600),
	strings.Repeat("[", 100_000), `"` + strings.Repeat("\\u00e9", 1000) + `"`,
}

// blobs are the attachments that the texts refer to.
var blobs = [][]byte{[]byte("one"), {}}
