package space

import (
	"path"
	"strings"
)

// The parts of a space.
const (
	User    = "usr"     // the mini-program's own files
	Temp    = "tmp"     // temporary files, swept after a day
	Saved   = "store"   // what saveFile kept
	Package = "package" // the mini-program's package; not in the space
)

// Scheme begins every path of a space as it is given out.
const Scheme = "wxfile://"

// maxName is how long one part of a path may be, in bytes, as file systems have it.
const maxName = 255

// partial marks files that are being written.
const partial = ".partial-"

// Path is a place in a space, or in the package.
type Path struct {
	Part string // a constant above
	Rest string // clean, with slashes; "." for the part itself
	Text string // as it was written, for errors
}

// String is the path as it is given out.
func (p Path) String() string {
	switch {
	case p.Part == Package:
		return "/" + p.Rest
	case p.Rest == ".":
		return Scheme + p.Part
	}
	return Scheme + p.Part + "/" + p.Rest
}

// Name is where the path is below the owner's folder.
func (p Path) Name() string { return path.Join(p.Part, p.Rest) }

// Join is a path below p.
func (p Path) Join(rest string) Path {
	q := Path{Part: p.Part, Rest: path.Join(p.Rest, rest)}
	q.Text = q.String()
	return q
}

// Writable tells whether a mini-program may change what is there.
func (p Path) Writable() bool { return p.Part == User && p.Rest != "." }

// Flat tells whether the path is directly in its part.
func (p Path) Flat() bool { return p.Rest != "." && !strings.Contains(p.Rest, "/") }

// Parse reads a path as a mini-program writes it. op says in the error what it was wanted for.
func Parse(op, text string) (Path, error) {
	rest, local := strings.CutPrefix(text, Scheme)
	if !local {
		for _, part := range []string{User, Temp, Saved} {
			if after, ok := strings.CutPrefix(text, "http://"+part); ok && (after == "" || after[0] == '/') {
				rest, local = part+after, true
			}
		}
	}
	p := Path{Part: Package, Text: text}
	if local {
		p.Part, rest, _ = strings.Cut(rest, "/")
		if p.Part != User && p.Part != Temp && p.Part != Saved {
			return p, fail(op, text, NotFound)
		}
	} else if strings.Contains(text, "://") {
		return p, fail(op, text, PathDenied)
	}
	rest = strings.TrimPrefix(rest, "/")
	if strings.ContainsAny(rest, "\\:\x00") || strings.HasPrefix(path.Clean(rest), "..") {
		return p, fail(op, text, PathDenied)
	}
	p.Rest = path.Clean(rest)
	for name := range strings.SplitSeq(p.Rest, "/") {
		if len(name) > maxName {
			return p, fail(op, text, NameTooLong)
		}
		if strings.HasPrefix(name, partial) {
			return p, fail(op, text, PathDenied)
		}
	}
	return p, nil
}
