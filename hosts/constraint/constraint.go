// Package constraint reads which versions are wanted: "^1.2", "~1.2", ">=1.2 <2", "1.2.x", "^1 || ^2". Composing, installing and
// updating mean the same by it. It must not know where versions come from.
//
//	c, err := constraint.Parse("^1.2")
//	c.Allows("1.4.0") // true
package constraint

import (
	"fmt"
	"math/big"
	"regexp"
	"strings"

	"golang.org/x/mod/semver"
)

// Constraint says which versions are wanted. The zero Constraint allows every release and no pre-release.
type Constraint struct {
	text string
	sets [][]bound // one of them has to hold in full
	pre  bool      // pre-releases are wanted as well
}

// Any allows every release.
var Any = Constraint{}

type bound struct {
	op      string // "=", "!=", ">", ">=", "<", "<="
	version string // with its v
	made    bool   // nobody wrote it: where a term ends
}

// String is the constraint as it was written.
func (c Constraint) String() string {
	if c.text == "" {
		return "*"
	}
	return c.text
}

// spaced is an operator apart from its version: ">= 1.2".
var spaced = regexp.MustCompile(`([<>=!^~])[ ]+`)

// Parse reads "1.2.3", "=1.2.3", "^1.2", "~1.2", ">=1.2 <2", "1.x", "*", "!=1.2.4", and such joined by "||"; a space or a
// comma stands for "and". "1.2" is "~1.2": what is left out is free. A constraint that names a pre-release allows pre-releases.
func Parse(text string) (Constraint, error) {
	c := Constraint{text: strings.TrimSpace(text)}
	if c.text == "" || c.text == "*" || c.text == "latest" {
		return c, nil
	}
	for _, alternative := range strings.Split(c.text, "||") {
		var set []bound
		for _, term := range strings.FieldsFunc(spaced.ReplaceAllString(alternative, "$1"), func(r rune) bool { return r == ' ' || r == ',' }) {
			bounds, err := parseTerm(term)
			if err != nil {
				return Constraint{}, fmt.Errorf("version constraint %q: %w", text, err)
			}
			set = append(set, bounds...)
		}
		if len(set) == 0 {
			return Constraint{}, fmt.Errorf("version constraint %q: expected a version such as \"^1.2\" on each side of ||", text)
		}
		for _, b := range set {
			c.pre = c.pre || semver.Prerelease(b.version) != "" && !b.made
		}
		c.sets = append(c.sets, set)
	}
	return c, nil
}

// lowest is a pre-release that is below all that vendors write: "<2" excludes 2.0.0-rc.1.
const lowest = "-0"

func parseTerm(term string) ([]bound, error) {
	digits := strings.IndexAny(term, "0123456789xX*")
	if digits < 0 {
		return nil, fmt.Errorf("expected a version such as \"1.2.3\", found %q", term)
	}
	op, text := term[:digits], strings.TrimSuffix(strings.TrimSuffix(strings.TrimSuffix(term[digits:], ".*"), ".x"), ".X")
	parts := 1 + strings.Count(strings.SplitN(text, "-", 2)[0], ".")
	v := "v" + text
	if !semver.IsValid(v) || semver.Build(v) != "" {
		return nil, fmt.Errorf("expected a version such as \"1.2.3\", found %q", term[digits:])
	}
	full := semver.Canonical(v)
	switch {
	case op == "" && parts == 3, op == "=" && parts == 3:
		return []bound{{op: "=", version: full}}, nil
	case op == "" || op == "=" || op == "~":
		return between(full, max(1, min(parts, 2))), nil
	case op == "^":
		return between(full, leading(full)), nil
	case op == ">" && parts < 3: // ">1.2" is from 1.3.0 on
		return []bound{{op: ">=", version: after(full, parts), made: true}}, nil
	case op == "<=" && parts < 3:
		return []bound{{op: "<", version: after(full, parts), made: true}}, nil
	case op == ">=" || op == "<" || op == ">" || op == "<=" || op == "!=" && parts == 3:
		if op == "<" && semver.Prerelease(full) == "" {
			return []bound{{op: op, version: full + lowest, made: true}}, nil
		}
		return []bound{{op: op, version: full}}, nil
	}
	return nil, fmt.Errorf("expected ^, ~, =, <, <=, > or >= before a version, or != before a full one, found %q", term)
}

// between is from a version to where its part n (1: major) is one higher.
func between(v string, n int) []bound {
	return []bound{{op: ">=", version: v}, {op: "<", version: after(v, n), made: true}}
}

// after is the lowest version whose part n (1: major) is higher.
func after(v string, n int) string {
	parts := strings.SplitN(strings.TrimPrefix(strings.SplitN(v, "-", 2)[0], "v"), ".", 3)
	part, _ := new(big.Int).SetString(parts[n-1], 10) // digits, or it would not be a version
	parts[n-1] = part.Add(part, big.NewInt(1)).String()
	for i := n; i < len(parts); i++ {
		parts[i] = "0"
	}
	return "v" + strings.Join(parts, ".") + lowest
}

// leading is the first part of a version that is not 0.
func leading(v string) int {
	parts := strings.SplitN(strings.TrimPrefix(v, "v"), ".", 3)
	for i := range 2 {
		if parts[i] != "0" {
			return i + 1
		}
	}
	return 3
}

// Allows tells whether a version is wanted.
func (c Constraint) Allows(version string) bool {
	v := "v" + version
	if !Version(version) {
		return false
	}
	if semver.Prerelease(v) != "" && !c.pre {
		return false
	}
	if len(c.sets) == 0 {
		return true
	}
	for _, set := range c.sets {
		if holds(set, v) {
			return true
		}
	}
	return false
}

func holds(set []bound, v string) bool {
	for _, b := range set {
		cmp := semver.Compare(v, b.version)
		good := map[string]bool{"=": cmp == 0, "!=": cmp != 0, ">": cmp > 0, ">=": cmp >= 0, "<": cmp < 0, "<=": cmp <= 0}[b.op]
		if !good {
			return false
		}
	}
	return true
}

// WithPreview is the constraint that allows pre-releases as well.
func (c Constraint) WithPreview() Constraint {
	c.pre = true
	return c
}

// Newer tells whether version a is newer than b.
func Newer(a, b string) bool { return semver.Compare("v"+a, "v"+b) > 0 }

// Exact tells whether one version alone is wanted.
func (c Constraint) Exact() bool {
	return len(c.sets) == 1 && len(c.sets[0]) == 1 && c.sets[0][0].op == "="
}

// Version tells whether a text is a version in the full form of semantic versioning, without a v.
func Version(version string) bool {
	v := "v" + version
	return semver.IsValid(v) && strings.HasPrefix(v, semver.Canonical(v))
}
