package release

import (
	"cmp"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/dougong-dev/dougong/core/bundle"
	"github.com/dougong-dev/dougong/core/trust/envelope"
	"github.com/dougong-dev/dougong/pdk/go/contract"
	"github.com/dougong-dev/dougong/pdk/go/contract/generate"
	"github.com/dougong-dev/dougong/pdk/go/manifest"
	"github.com/dougong-dev/dougong/registry/fault"
	"github.com/dougong-dev/dougong/registry/store"
)

// Files of a bundle that are read.
const (
	miniProgramManifest = "manifest.json"
	conformanceReport   = "conformance-report.json"
	contractsDir        = "contracts/"
)

// Bounds of what is kept for the marketplace.
const (
	maxReadme    = 512 << 10
	maxContracts = 32
	maxMarkdown  = 512 << 10 // of one contract's page
	maxText      = 300       // of a title or a summary, in characters
)

var platformForm = regexp.MustCompile(`^(any|[a-z0-9]{2,16}/[a-z0-9]{2,16})$`)

// found is what a bundle says of itself.
type found struct {
	doc         Doc
	page        Page
	permissions []string // as the vendor has to sign them
	licence     string
}

func bad(a envelope.Artifact, format string, args ...any) error {
	return fault.New(fault.Invalid, "the artifact for %s: %w", a.Platform, fmt.Errorf(format, args...))
}

// inspect reads a bundle and compares it with what was signed.
func inspect(b *bundle.Bundle, r *envelope.Release, a envelope.Artifact) (*found, error) {
	index, err := b.Index()
	if err != nil {
		return nil, bad(a, "%w", err)
	}
	if index.Digest() != a.Content {
		return nil, fault.New(fault.Tampered, "the files of the artifact for %s have the digest %s, signed was %.80s", a.Platform, index.Digest(), a.Content)
	}
	f := &found{doc: Doc{Kind: store.Kind(r.Kind), ID: r.ID, Version: r.Version, Licence: line(r.Licence), MinHost: line(r.MinHost), Requires: r.Requires}}
	f.page.Files = len(index.Files)
	var id, version string
	if f.doc.Kind == store.Plugin {
		id, version, err = f.plugin(b, index)
	} else {
		id, version, err = f.miniProgram(b)
	}
	if err != nil {
		return nil, bad(a, "%w", err)
	}
	if id != r.ID || version != r.Version {
		return nil, fault.New(fault.Tampered, "the artifact for %s is %.80q version %.80q, signed was %q version %q", a.Platform, id, version, r.ID, r.Version)
	}
	return f, f.agrees(r, a)
}

// agrees holds what the vendor signed against the manifest: a host shows the one and obeys the other.
func (f *found) agrees(r *envelope.Release, a envelope.Artifact) error {
	differs := func(field string, expected, found any) error {
		return fault.New(fault.Tampered, "the artifact for %s: the field %q of the signed statement differs from the manifest: expected %q, found %q", a.Platform, field, expected, found).
			Next("sign again: dougong publish makes the statement of the manifest")
	}
	sorted := func(list []string) []string { return slices.Sorted(slices.Values(list)) }
	switch {
	case r.Provides != nil && !slices.Equal(sorted(r.Provides), sorted(f.doc.Provides)):
		return differs("provides", f.doc.Provides, r.Provides)
	case !slices.Equal(sorted(r.Permissions), f.permissions):
		return differs("permissions", f.permissions, r.Permissions)
	case r.Licence != "" && f.licence != "" && r.Licence != f.licence:
		return differs("licence", f.licence, r.Licence)
	}
	return nil
}

// plugin reads plugin.yaml and what goes with it.
func (f *found) plugin(b *bundle.Bundle, index *bundle.Index) (id, version string, err error) {
	text, err := b.ReadFile(manifest.FileName)
	if err != nil {
		return "", "", fmt.Errorf("a plugin has %s at its top: %w", manifest.FileName, err)
	}
	m, err := manifest.Parse(manifest.FileName, text)
	if err != nil {
		return "", "", err
	}
	f.doc.Title, f.doc.SummaryEN, f.doc.SummaryZH = lastPart(m.ID), line(m.Summary["en"]), line(m.Summary["zh"])
	f.doc.Provides, f.permissions, f.doc.Runtime = m.Provides, m.Permissions(), runtime(m)
	for _, p := range f.permissions {
		name, value := manifest.SplitPermission(p)
		f.doc.Permissions = append(f.doc.Permissions, Permission{Name: name, Value: value})
	}
	f.licence = m.Licence
	f.doc.Licence = cmp.Or(f.doc.Licence, line(m.Licence))
	f.page.Readme = readme(b, m.Readme, "README.md")
	if f.page.Contracts, err = contracts(b); err != nil {
		return "", "", err
	}
	f.page.Conformance = conformance(b, index)
	return m.ID, m.Version, nil
}

// miniProgram reads the W3C manifest.
func (f *found) miniProgram(b *bundle.Bundle) (id, version string, err error) {
	text, err := b.ReadFile(miniProgramManifest)
	if err != nil {
		return "", "", fmt.Errorf("a mini-program has %s at its top: %w", miniProgramManifest, err)
	}
	var m struct {
		AppID   string `json:"app_id"`
		Name    string `json:"name"`
		Version struct {
			Name string `json:"name"`
		} `json:"version"`
		Description string       `json:"description"`
		Permissions []Permission `json:"req_permissions"`
	}
	if err := json.Unmarshal(text, &m); err != nil {
		return "", "", fmt.Errorf("%s: %w", miniProgramManifest, err)
	}
	for _, p := range m.Permissions {
		f.doc.Permissions = append(f.doc.Permissions, Permission{Name: line(p.Name), Reason: line(p.Reason)})
		f.permissions = append(f.permissions, p.Name)
	}
	slices.Sort(f.permissions)
	f.permissions = slices.Compact(f.permissions)
	f.doc.Title, f.doc.SummaryZH, f.doc.Runtime = line(cmp.Or(m.Name, m.AppID)), line(m.Description), "miniprogram"
	f.page.Readme = readme(b, "README.md")
	return m.AppID, m.Version.Name, nil
}

// line is a text for one line of a page.
func line(s string) string {
	s = strings.Join(strings.Fields(strings.ToValidUTF8(s, "�")), " ")
	if utf8.RuneCountInString(s) > maxText {
		s = string([]rune(s)[:maxText]) + "…"
	}
	return s
}

func lastPart(id string) string {
	parts := strings.Split(id, ".")
	return parts[len(parts)-1]
}

func runtime(m *manifest.Manifest) string {
	switch {
	case m.Runtime.Wasm != nil && m.Runtime.Wasm.ABI == "extism":
		return "wasm (extism)"
	case m.Runtime.Wasm != nil:
		return "wasm"
	case m.Runtime.Interpreter != "":
		return "process (" + m.Runtime.Interpreter + ")"
	}
	return "process"
}

// readme gives the first of the files that is there.
func readme(b *bundle.Bundle, names ...string) string {
	for _, n := range names {
		if n == "" {
			continue
		}
		if text, err := b.ReadFile(n); err == nil {
			return strings.ToValidUTF8(string(text[:min(len(text), maxReadme)]), "�")
		}
	}
	return ""
}

// contracts makes the API pages of the vendor's own capabilities.
func contracts(b *bundle.Bundle) (out []Contract, err error) {
	for _, n := range b.Names() {
		if !strings.HasPrefix(n, contractsDir) || !strings.HasSuffix(n, ".yaml") {
			continue
		}
		if len(out) == maxContracts {
			return nil, fmt.Errorf("more than %d contracts", maxContracts)
		}
		text, err := b.ReadFile(n)
		if err != nil {
			return nil, err
		}
		c, err := contract.Parse(n, text)
		if err != nil {
			return nil, err
		}
		page, err := generate.One(generate.Markdown, c, generate.Options{})
		if err != nil {
			return nil, fmt.Errorf("%s: %w", n, err)
		}
		out = append(out, Contract{c.Capability, string(page.Data[:min(len(page.Data), maxMarkdown)])})
	}
	return out, nil
}

// conformance reads the report of the cases. Its claim is the vendor's; that it is about these files is checked.
func conformance(b *bundle.Bundle, index *bundle.Index) *Conformance {
	text, err := b.ReadFile(conformanceReport)
	if err != nil {
		return nil
	}
	var r struct {
		Conformance
		Files []bundle.Entry `json:"files"`
	}
	if err := json.Unmarshal(text, &r); err != nil {
		return nil
	}
	have := map[bundle.Entry]bool{}
	for _, e := range index.Files {
		have[e] = true
	}
	r.Matches = len(r.Files) > 0
	for _, e := range r.Files {
		r.Matches = r.Matches && have[e]
	}
	r.Tool, r.Date = line(r.Tool), line(r.Date)
	return &r.Conformance
}

// category is the part of the catalogue that a plugin stands in: what its first standard capability is about.
func category(provides []string) string {
	for _, c := range provides {
		if base, ok := strings.CutPrefix(c, "dougong."); ok {
			base, _, _ = strings.Cut(base, "/")
			return base
		}
	}
	if len(provides) > 0 {
		return "other"
	}
	return ""
}
