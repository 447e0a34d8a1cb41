package install

import (
	"fmt"
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
	op      string // "=", ">", ">=", "<", "<="
	version string // with its v
}

// String is the constraint as it was written.
func (c Constraint) String() string {
	if c.text == "" {
		return "*"
	}
	return c.text
}

// ParseConstraint reads "1.2.3", "=1.2.3", "^1.2", "~1.2", ">=1.2 <2", "1.x", "*", and such joined by "||". "1.2" is "~1.2":
// what is left out is free. A constraint that names a pre-release allows pre-releases.
func ParseConstraint(text string) (Constraint, error) {
	c := Constraint{text: strings.TrimSpace(text)}
	if c.text == "" || c.text == "*" || c.text == "latest" {
		return c, nil
	}
	for _, alternative := range strings.Split(c.text, "||") {
		var set []bound
		for _, term := range strings.FieldsFunc(alternative, func(r rune) bool { return r == ' ' || r == ',' }) {
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
			c.pre = c.pre || semver.Prerelease(b.version) != "" && !strings.HasSuffix(b.version, lowest)
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
		return []bound{{"=", full}}, nil
	case op == "" || op == "=" || op == "~":
		return between(full, max(1, min(parts, 2))), nil
	case op == "^":
		return between(full, leading(full)), nil
	case op == ">=" || op == "<" || op == ">" && parts == 3 || op == "<=" && parts == 3:
		if op == "<" && semver.Prerelease(full) == "" {
			full += lowest
		}
		return []bound{{op, full}}, nil
	}
	return nil, fmt.Errorf("expected ^, ~, =, <, <=, > or >= before a full version, found %q", term)
}

// between is from a version to where its part n (1: major) is one higher.
func between(v string, n int) []bound {
	var part [3]int
	if _, err := fmt.Sscanf(strings.SplitN(v, "-", 2)[0], "v%d.%d.%d", &part[0], &part[1], &part[2]); err != nil {
		return []bound{{"=", v}} // of digits that no int holds; it can only be itself
	}
	part[n-1]++
	for i := n; i < 3; i++ {
		part[i] = 0
	}
	return []bound{{">=", v}, {"<", fmt.Sprintf("v%d.%d.%d%s", part[0], part[1], part[2], lowest)}}
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
	if !goodVersion(version) {
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
		good := map[string]bool{"=": cmp == 0, ">": cmp > 0, ">=": cmp >= 0, "<": cmp < 0, "<=": cmp <= 0}[b.op]
		if !good {
			return false
		}
	}
	return true
}

// Exact tells whether one version alone is wanted.
func (c Constraint) Exact() bool {
	return len(c.sets) == 1 && len(c.sets[0]) == 1 && c.sets[0][0].op == "="
}

// newer tells whether version a is newer than b.
func newer(a, b string) bool { return semver.Compare("v"+a, "v"+b) > 0 }

// Want is a package that is asked for.
type Want struct {
	ID     string
	Allows Constraint
}

// ParseWant reads "ID" or "ID@CONSTRAINT".
func ParseWant(text string) (Want, error) {
	id, constraint, _ := strings.Cut(text, "@")
	if !goodID(id) {
		return Want{}, fmt.Errorf("%q: expected an id such as com.acme.pay, or com.acme.pay@^1.2", text)
	}
	c, err := ParseConstraint(constraint)
	return Want{ID: id, Allows: c}, err
}

// goodID holds ids to what may stand in a file's name.
func goodID(id string) bool {
	if id == "" || len(id) > 128 || !alnum(rune(id[0])) {
		return false
	}
	for _, r := range id {
		if !alnum(r) && r != '.' && r != '_' && r != '-' {
			return false
		}
	}
	return true
}

func alnum(r rune) bool {
	return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9'
}

// goodVersion holds versions to the full form of semantic versioning.
func goodVersion(version string) bool {
	v := "v" + version
	return semver.IsValid(v) && strings.HasPrefix(v, semver.Canonical(v))
}
