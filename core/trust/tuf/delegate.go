package tuf

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"path"
	"strings"
)

const maxBits = 20 // a million bins

// check looks at delegations that no reader could agree on.
func (t *Targets) check() error {
	d := t.Delegations
	if d == nil {
		return nil
	}
	if len(d.Roles) > 0 && d.SuccinctRoles != nil {
		return errors.New("it delegates by roles and by bins; expected one of them")
	}
	seen := map[string]bool{RootRole: true, TimestampRole: true, SnapshotRole: true, TargetsRole: true}
	for _, r := range d.Roles {
		switch {
		case r.Name == "" || strings.ContainsAny(r.Name, "/\\\x00"):
			return fmt.Errorf("a delegated role is called %q; expected a name without slashes", r.Name)
		case seen[r.Name]:
			return fmt.Errorf("the role %q is delegated to twice, or is a top-level role", r.Name)
		case (len(r.Paths) > 0) == (len(r.PathHashPrefixes) > 0):
			return fmt.Errorf("the role %q has paths and hash prefixes, or neither; expected one of them", r.Name)
		}
		seen[r.Name] = true
	}
	if b := d.SuccinctRoles; b != nil && (b.BitLength < 1 || b.BitLength > maxBits || b.NamePrefix == "" || strings.ContainsAny(b.NamePrefix, "/\\\x00")) {
		return fmt.Errorf("bins of %d bits with the prefix %q; expected 1 to %d bits", b.BitLength, b.NamePrefix, maxBits)
	}
	return nil
}

// Matches tells whether a role may list a path. A star does not match a slash.
func (r DelegatedRole) Matches(target string) bool {
	sum := sha256.Sum256([]byte(target))
	hash := hex.EncodeToString(sum[:])
	for _, prefix := range r.PathHashPrefixes {
		if strings.HasPrefix(hash, prefix) {
			return true
		}
	}
	for _, pattern := range r.Paths {
		if ok, err := path.Match(pattern, target); ok && err == nil {
			return true
		}
	}
	return false
}

// Bin is the role that lists a path.
func (b SuccinctRoles) Bin(target string) string {
	sum := sha256.Sum256([]byte(target))
	return b.name(binary.BigEndian.Uint32(sum[:]) >> (32 - b.BitLength))
}

// Bins names all bins.
func (b SuccinctRoles) Bins() []string {
	out := make([]string, 1<<b.BitLength)
	for i := range out {
		out[i] = b.name(uint32(i))
	}
	return out
}

func (b SuccinctRoles) name(n uint32) string {
	return fmt.Sprintf("%s-%0*x", b.NamePrefix, (b.BitLength+3)/4, n)
}

// owns tells whether a role is one of the bins.
func (b SuccinctRoles) owns(role string) bool {
	digits, ok := strings.CutPrefix(role, b.NamePrefix+"-")
	if !ok || len(digits) != (b.BitLength+3)/4 {
		return false
	}
	n := uint32(0)
	for _, c := range digits {
		at := strings.IndexRune("0123456789abcdef", c)
		if at < 0 {
			return false
		}
		n = n<<4 | uint32(at)
	}
	return n < 1<<b.BitLength
}

// Asked lists the roles to be asked for a path, and whether they are the last to be asked.
func (d *Delegations) Asked(target string) (roles []string, last bool) {
	if d == nil {
		return nil, false
	}
	if d.SuccinctRoles != nil {
		return []string{d.SuccinctRoles.Bin(target)}, true
	}
	for _, r := range d.Roles {
		if !r.Matches(target) {
			continue
		}
		if roles = append(roles, r.Name); r.Terminating {
			return roles, true
		}
	}
	return roles, false
}
