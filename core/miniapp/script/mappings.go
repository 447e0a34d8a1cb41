package script

import (
	"encoding/json"
	"errors"
	"sort"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// mapping says that a generated position comes from a source position. All count from 0.
type mapping struct {
	line, column                     int32
	source, sourceLine, sourceColumn int32
}

// sourceMap is a source map, version 3, as far as positions go.
type sourceMap struct {
	sources  []string
	mappings []mapping // by generated position
	code     []string  // the lines that it is for, if they are not ASCII only
}

// units turns a column that counts bytes, as the engine's do, into one that counts UTF-16 units. Both begin at 1.
func (m *sourceMap) units(line, column int) int {
	if line > len(m.code) || column < 1 {
		return column
	}
	text := m.code[line-1]
	units := 1
	for _, c := range text[:min(column-1, len(text))] {
		units += max(utf16.RuneLen(c), 1)
	}
	return units
}

func ascii(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

var errSourceMap = errors.New("not a source map of version 3")

func parseSourceMap(data []byte) (*sourceMap, error) {
	var raw struct {
		Version  int
		Sources  []string
		Mappings string
	}
	if err := json.Unmarshal(data, &raw); err != nil {
		return nil, err
	}
	if raw.Version != 3 {
		return nil, errSourceMap
	}
	m := &sourceMap{sources: raw.Sources}
	var at mapping
	for line := range strings.SplitSeq(raw.Mappings, ";") {
		at.column = 0
		for segment := range strings.SplitSeq(line, ",") {
			if segment == "" {
				continue
			}
			if err := m.add(&at, segment); err != nil {
				return nil, err
			}
		}
		at.line++
	}
	return m, nil
}

// add decodes one segment: differences to the one before, of 1, 4 or 5 fields.
func (m *sourceMap) add(at *mapping, segment string) error {
	fields := [...]*int32{&at.column, &at.source, &at.sourceLine, &at.sourceColumn, new(int32)}
	n := 0
	for ; segment != ""; n++ {
		v, rest, ok := vlq(segment)
		if !ok || n == len(fields) {
			return errSourceMap
		}
		*fields[n] += v
		segment = rest
	}
	if n < 4 {
		return nil
	}
	if at.source < 0 || int(at.source) >= len(m.sources) {
		return errSourceMap
	}
	m.mappings = append(m.mappings, *at)
	return nil
}

const base64Digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"

// vlq reads a variable-length number: five bits a digit, the lowest first, the sign in the lowest bit.
func vlq(s string) (v int32, rest string, ok bool) {
	var n uint32
	for i := 0; i < len(s) && i < 7; i++ {
		d := strings.IndexByte(base64Digits, s[i])
		if d < 0 {
			return 0, "", false
		}
		n |= uint32(d&31) << (5 * i)
		if d&32 == 0 {
			v = int32(n >> 1)
			if n&1 != 0 {
				v = -v
			}
			return v, s[i+1:], true
		}
	}
	return 0, "", false
}

// find maps a generated position, counted from 0: the closest mapping before it on its line.
func (m *sourceMap) find(line, column int) (source string, l, c int, ok bool) {
	i := sort.Search(len(m.mappings), func(i int) bool {
		at := m.mappings[i]
		return int(at.line) > line || int(at.line) == line && int(at.column) > column
	}) - 1
	if i < 0 || int(m.mappings[i].line) != line {
		return "", 0, 0, false
	}
	at := m.mappings[i]
	return m.sources[at.source], int(at.sourceLine), int(at.sourceColumn), true
}
