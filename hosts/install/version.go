package install

import (
	"fmt"
	"strings"

	"github.com/dougong-dev/dougong/hosts/constraint"
)

// Want is a package that is asked for.
type Want struct {
	ID     string
	Allows constraint.Constraint
}

// ParseWant reads "ID" or "ID@CONSTRAINT".
func ParseWant(text string) (Want, error) {
	id, allowed, _ := strings.Cut(text, "@")
	if !goodID(id) {
		return Want{}, fmt.Errorf("%q: expected an id such as com.acme.pay, or com.acme.pay@^1.2", text)
	}
	c, err := constraint.Parse(allowed)
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
