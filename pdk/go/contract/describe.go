package contract

import (
	"fmt"
	"strconv"
	"strings"
)

// String writes the types as a person says them: "string or bytes".
func (t typeSet) String() string {
	var names []string
	for i, name := range typeNames {
		if t&(1<<i) != 0 {
			names = append(names, name)
		}
	}
	switch len(names) {
	case 0:
		return "a value"
	case 1:
		return names[0]
	}
	return strings.Join(names[:len(names)-1], ", ") + " or " + names[len(names)-1]
}

// describe says what a schema expects.
func (n *node) describe() string {
	switch {
	case len(n.enum) > 0:
		return choices(n.enum)
	case n.minLength == 1 && n.maxLength < 0:
		return "text that is not empty"
	case n.minLength > 0 && n.maxLength >= 0:
		return fmt.Sprintf("text of %d to %d characters", n.minLength, n.maxLength)
	case n.minLength > 0:
		return fmt.Sprintf("text of at least %d characters", n.minLength)
	case n.maxLength >= 0:
		return fmt.Sprintf("text of at most %d characters", n.maxLength)
	case n.hasMin || n.hasMax:
		return n.types.String() + n.bounds()
	}
	return n.types.String()
}

func (n *node) bounds() string {
	var parts []string
	number := func(x float64) string { return strconv.FormatFloat(x, 'g', -1, 64) }
	if n.hasMin {
		word := "at least "
		if n.exclMin {
			word = "more than "
		}
		parts = append(parts, word+number(n.min))
	}
	if n.hasMax {
		word := "at most "
		if n.exclMax {
			word = "less than "
		}
		parts = append(parts, word+number(n.max))
	}
	return " of " + strings.Join(parts, " and ")
}

// choices writes an enum's values.
func choices(enum []literal) string {
	const most = 10
	var parts []string
	for i, e := range enum {
		if i == most {
			parts = append(parts, fmt.Sprintf("… (%d more)", len(enum)-most))
			break
		}
		if e.kind == typeString {
			parts = append(parts, strconv.Quote(e.text))
		} else {
			parts = append(parts, e.text)
		}
	}
	if len(parts) == 1 {
		return parts[0]
	}
	return "one of " + strings.Join(parts, ", ")
}

// show writes a found value for a message: its type, and if it is short and not sensitive, itself.
func (c *checker) show(t typeSet, start, end int) string {
	name := "number"
	switch {
	case t&typeObject != 0:
		return "an object"
	case t&typeArray != 0:
		return "an array"
	case t&typeBytes != 0:
		return "bytes"
	case t&typeNull != 0:
		return "null"
	case t&typeBoolean != 0:
		name = "boolean"
	case t&typeString != 0:
		name = "string"
	}
	if c.hidden > 0 || end-start > 60 || end > len(c.src) {
		return "a " + name
	}
	return name + " " + string(c.src[start:end])
}
