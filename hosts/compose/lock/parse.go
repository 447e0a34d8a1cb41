package lock

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Keys of lines.
const (
	keyRoot     = "root"
	keyAs       = "as"
	keyWant     = "want"
	keyBy       = "by"
	keyYanked   = "yanked"
	keySource   = "source"
	keyFile     = "file"
	keySHA256   = "sha256"
	keySM3      = "sm3"
	keyContent  = "content"
	keyEvidence = "evidence"
)

// Bounds of a file, which may come from anybody.
const (
	maxEntries = 10_000
	maxFiles   = 64 // of an entry
	maxLine    = 4096
)

var (
	idForm       = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$`)
	versionForm  = regexp.MustCompile(`^[0-9A-Za-z][0-9A-Za-z.+-]{0,63}$`)
	platformForm = regexp.MustCompile(`^(any|[a-z0-9]{2,16}/[a-z0-9]{2,16})$`)
	digestForm   = regexp.MustCompile(`^[0-9a-f]{64}$`)
)

// Error is a mistake in a lock file, with its place.
type Error struct {
	File         string
	Line, Column int
	Text         string
}

// Error gives file:line:column, and what is wrong.
func (e *Error) Error() string { return fmt.Sprintf("%s:%d:%d: %s", e.File, e.Line, e.Column, e.Text) }

// parser reads line by line; entry and file are those that lines belong to.
type parser struct {
	name  string
	lock  *Lock
	line  int
	entry *Entry
	file  *File
	begun bool            // the header was read
	seen  map[string]bool // keys of the file, the entry or its file, by their indent
	known map[string]int  // entries by kind and name → line
}

// Parse reads the form that Bytes writes; name is for messages. Lines of one entry may stand in any order.
func Parse(name string, data []byte) (*Lock, error) {
	p := &parser{name: name, lock: &Lock{}, seen: map[string]bool{}, known: map[string]int{}}
	if len(data) > maxLock {
		return nil, p.fail(0, "the file has more than %d MiB", maxLock>>20)
	}
	if !utf8.Valid(data) {
		return nil, p.fail(0, "the file is not UTF-8 text")
	}
	for text := range strings.Lines(string(data)) {
		p.line++
		if err := p.take(strings.TrimRight(text, "\r\n")); err != nil {
			return nil, err
		}
	}
	p.line++
	if !p.begun {
		return nil, p.fail(0, "the file is empty; expected %q. Delete it, and dougong compose writes it anew", header)
	}
	if err := p.endEntry(); err != nil {
		return nil, err
	}
	p.lock.Sort()
	return p.lock, nil
}

func (p *parser) fail(column int, format string, args ...any) error {
	return &Error{p.name, max(p.line, 1), column + 1, fmt.Sprintf(format, args...)}
}

func (p *parser) take(text string) error {
	body := strings.TrimLeft(text, " ")
	indent := len(text) - len(body)
	switch {
	case body == "" || indent == 0 && body[0] == '#':
		return nil
	case len(text) > maxLine:
		return p.fail(maxLine, "a line of %d bytes; the limit is %d", len(text), maxLine)
	case strings.HasPrefix(text, "<<<<<<<") || strings.HasPrefix(text, "=======") || strings.HasPrefix(text, ">>>>>>>"):
		return p.fail(0, "a merge was left unfinished here; take either side, then run dougong compose")
	case strings.ContainsFunc(body, func(r rune) bool { return r < ' ' || r == 0x7f }):
		return p.fail(indent, "a control character; only spaces separate words")
	case !p.begun:
		if text != header {
			return p.fail(0, "expected %q, found %.60q; another version of dougong may have written it", header, text)
		}
		p.begun = true
		return nil
	}
	key, value, _ := strings.Cut(body, " ")
	at := indent + len(key) + 1
	switch indent {
	case 0:
		return p.top(key, value, at)
	case 2:
		if p.entry == nil {
			return p.fail(indent, "%q belongs to an entry, and none has begun; expected a line such as \"plugin com.acme.pay 1.2.0\"", key)
		}
		return p.ofEntry(key, value, at)
	case 4:
		if p.file == nil {
			return p.fail(indent, "%q belongs to a file, and none has begun; expected a line such as \"  file linux/amd64 1048576\"", key)
		}
		return p.ofFile(key, value, at)
	}
	return p.fail(0, "expected 0, 2 or 4 spaces before a line, found %d", indent)
}

// once refuses a key that was there before.
func (p *parser) once(indent int, key string) error {
	k := strconv.Itoa(indent) + key
	if p.seen[k] {
		return p.fail(indent, "%q is given twice", key)
	}
	p.seen[k] = true
	return nil
}

// forget makes room for keys of what begins now.
func (p *parser) forget(indents ...string) {
	for k := range p.seen {
		if slices.Contains(indents, k[:1]) {
			delete(p.seen, k)
		}
	}
}

func (p *parser) top(key, value string, at int) error {
	switch key {
	case keyRoot:
		if p.entry != nil {
			return p.fail(0, "%q stands before the entries", key)
		}
		if err := p.once(0, key); err != nil {
			return err
		}
		return p.digest(&p.lock.Root, value, at)
	case string(Plugin), string(MiniProgram):
		return p.begin(Kind(key), value, at)
	}
	return p.unknown(0, key, []string{keyRoot, string(Plugin), string(MiniProgram)})
}

func (p *parser) begin(kind Kind, value string, at int) error {
	if err := p.endEntry(); err != nil {
		return err
	}
	if len(p.lock.Entries) == maxEntries {
		return p.fail(0, "more than %d entries", maxEntries)
	}
	id, version, _ := strings.Cut(value, " ")
	if !idForm.MatchString(id) {
		return p.fail(at, "expected an id such as com.acme.pay, found %.60q", id)
	}
	if !versionForm.MatchString(version) {
		return p.fail(at+len(id)+1, "expected a version such as 1.2.0, found %.60q", version)
	}
	p.forget("2", "4")
	p.entry = &Entry{Kind: kind, ID: id, Version: version}
	return nil
}

func (p *parser) ofEntry(key, value string, at int) error {
	if key != keyFile {
		if err := p.once(2, key); err != nil {
			return err
		}
	}
	switch key {
	case keyAs, keyBy:
		if !idForm.MatchString(value) {
			return p.fail(at, "expected a name such as com.acme.pay, found %.60q", value)
		}
		if key == keyAs {
			p.entry.As = value
		} else {
			p.entry.By = value
		}
	case keyWant:
		if value == "" || strings.TrimSpace(value) != value {
			return p.fail(at, "expected a version constraint such as ^1.2, found %.60q", value)
		}
		p.entry.Want = value
	case keyYanked:
		if value != "" {
			return p.fail(at, "expected nothing behind %q, found %.60q", key, value)
		}
		p.entry.Yanked = true
	case keySource:
		return p.source(value, at)
	case keyFile:
		return p.beginFile(value, at)
	default:
		return p.unknown(2, key, []string{keyAs, keyWant, keyBy, keyYanked, keySource, keyFile})
	}
	return nil
}

func (p *parser) source(value string, at int) error {
	kind, where, _ := strings.Cut(value, " ")
	switch SourceKind(kind) {
	case Registry, Mirror, Path:
	default:
		return p.fail(at, "expected registry, mirror or path, found %.60q", kind)
	}
	if where == "" || strings.TrimSpace(where) != where {
		return p.fail(at+len(kind)+1, "expected an address or a path, found %.60q", where)
	}
	p.entry.Source = Source{SourceKind(kind), where}
	return nil
}

func (p *parser) beginFile(value string, at int) error {
	if err := p.endFile(); err != nil {
		return err
	}
	if len(p.entry.Files) == maxFiles {
		return p.fail(2, "more than %d files of one entry", maxFiles)
	}
	platform, size, _ := strings.Cut(value, " ")
	if !platformForm.MatchString(platform) {
		return p.fail(at, "expected a platform such as linux/amd64, or any, found %.60q", platform)
	}
	for _, f := range p.entry.Files {
		if f.Platform == platform {
			return p.fail(at, "a second file for %s", platform)
		}
	}
	n, err := strconv.ParseInt(size, 10, 64)
	if err != nil || n <= 0 || strconv.FormatInt(n, 10) != size {
		return p.fail(at+len(platform)+1, "expected a size in bytes, found %.60q", size)
	}
	p.forget("4")
	p.file = &File{Platform: platform, Size: n}
	return nil
}

func (p *parser) ofFile(key, value string, at int) error {
	if err := p.once(4, key); err != nil {
		return err
	}
	switch key {
	case keySHA256:
		return p.digest(&p.file.SHA256, value, at)
	case keySM3:
		return p.digest(&p.file.SM3, value, at)
	case keyContent:
		return p.digest(&p.file.Content, value, at)
	case keyEvidence:
		return p.digest(&p.file.Evidence, value, at)
	}
	return p.unknown(4, key, []string{keySHA256, keySM3, keyContent, keyEvidence})
}

func (p *parser) digest(to *string, value string, at int) error {
	if !digestForm.MatchString(value) {
		return p.fail(at, "expected 64 small hexadecimal digits, found %.80q", value)
	}
	*to = value
	return nil
}

func (p *parser) unknown(indent int, key string, known []string) error {
	return p.fail(indent, "unknown key %.60q; known are %s", key, strings.Join(known, ", "))
}

// endFile and endEntry check that what ends here is complete.
func (p *parser) endFile() error {
	if p.file == nil {
		return nil
	}
	for _, need := range []struct{ key, value string }{{keySHA256, p.file.SHA256}, {keySM3, p.file.SM3}, {keyContent, p.file.Content}} {
		if need.value == "" {
			return p.fail(0, "the file for %s of %s, which ends here, has no %q", p.file.Platform, p.entry.ID, need.key)
		}
	}
	p.entry.Files, p.file = append(p.entry.Files, *p.file), nil
	return nil
}

func (p *parser) endEntry() error {
	if p.entry == nil {
		return nil
	}
	if err := p.endFile(); err != nil {
		return err
	}
	switch {
	case p.entry.Source.Kind == "":
		return p.fail(0, "%s %s, which ends here, has no %q", p.entry.Kind, p.entry.ID, keySource)
	case len(p.entry.Files) == 0:
		return p.fail(0, "%s %s, which ends here, has no %q", p.entry.Kind, p.entry.ID, keyFile)
	}
	name := string(p.entry.Kind) + " " + p.entry.Name()
	if first, twice := p.known[name]; twice {
		return p.fail(0, "a second %s ends here; the first ended at line %d. Delete one and run dougong compose", name, first)
	}
	p.known[name] = p.line
	p.lock.Entries, p.entry = append(p.lock.Entries, *p.entry), nil
	return nil
}
