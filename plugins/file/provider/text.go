package provider

import (
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/dougong-dev/dougong/pdk/go"
)

// decodeText gives the bytes of a text in one of WeChat's encodings; UTF-8 if none is named.
func decodeText(text, encoding string) ([]byte, error) {
	switch encoding {
	case "base64":
		clean := strings.TrimRight(strings.NewReplacer("\r", "", "\n", "", "-", "+", "_", "/").Replace(text), "=")
		b, err := base64.RawStdEncoding.DecodeString(clean)
		if err != nil {
			return nil, pdk.Errorf(pdk.CodeInvalidParams, "invalidParams", "data: is not base64: %s", err)
		}
		return b, nil
	case "hex":
		b, err := hex.DecodeString(text)
		if err != nil {
			return nil, pdk.Errorf(pdk.CodeInvalidParams, "invalidParams", "data: is not hexadecimal: %s", err)
		}
		return b, nil
	case "ascii", "binary", "latin1":
		out := make([]byte, 0, len(text))
		for _, r := range utf16.Encode([]rune(text)) {
			out = append(out, byte(r))
		}
		return out, nil
	case "ucs2", "ucs-2", "utf16le", "utf-16le":
		var out []byte
		for _, u := range utf16.Encode([]rune(text)) {
			out = binary.LittleEndian.AppendUint16(out, u)
		}
		return out, nil
	}
	return []byte(text), nil
}

// encodeText gives the text of bytes; without an encoding the bytes themselves.
func encodeText(b []byte, encoding string) pdk.Any {
	var text string
	switch encoding {
	case "":
		if b == nil {
			b = []byte{}
		}
		return pdk.Any{Blob: b}
	case "base64":
		text = base64.StdEncoding.EncodeToString(b)
	case "hex":
		text = hex.EncodeToString(b)
	case "ascii":
		text = latin(b, 0x7f)
	case "binary", "latin1":
		text = latin(b, 0xff)
	case "ucs2", "ucs-2", "utf16le", "utf-16le":
		units := make([]uint16, len(b)/2)
		for i := range units {
			units[i] = binary.LittleEndian.Uint16(b[2*i:])
		}
		text = string(utf16.Decode(units))
	default:
		text = string(b)
		if !utf8.ValidString(text) {
			text = strings.ToValidUTF8(text, "\uFFFD")
		}
	}
	quoted, _ := json.Marshal(text) // a string always can be
	return pdk.Any{JSON: quoted}
}

func latin(b []byte, mask byte) string {
	out := make([]rune, len(b))
	for i, c := range b {
		out[i] = rune(c & mask)
	}
	return string(out)
}

// content is the bytes that a data argument stands for.
func content(data pdk.Any, encoding string) ([]byte, error) {
	if data.Blob != nil {
		return data.Blob, nil
	}
	text, _ := data.Text()
	return decodeText(text, encoding)
}
