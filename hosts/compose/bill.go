package compose

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"fmt"
	"maps"
	"regexp"
	"runtime/debug"
	"slices"
	"strings"
	"time"

	"github.com/dougong-dev/dougong/hosts/compose/lock"
	"github.com/dougong-dev/dougong/pdk/go/strict"
)

// Formats of bills of materials.
const (
	CycloneDX = "cyclonedx"
	SPDX      = "spdx"
)

// part is a line of a bill: a plugin, a mini-program, or a Go module of the host.
type part struct {
	ref       string
	name      string
	version   string
	publisher string
	licence   string // SPDX expression, "" if unknown
	purl      string
	source    string
	files     []lock.File
	requires  []string // refs
}

// Bill is the bill of materials in a format, and the ending of its file. The same plan gives the same bytes: its time is
// that of the newest statement that it was verified by.
func (p *Plan) Bill(format string) (text []byte, ending string, err error) {
	var out bytes.Buffer
	switch format {
	case CycloneDX:
		return p.cyclone(&out)
	case SPDX:
		return p.spdx(&out)
	}
	return nil, "", fmt.Errorf("bill of materials %q; known are %s and %s%s", format, CycloneDX, SPDX, strict.NearMiss(format, []string{CycloneDX, SPDX}))
}

// parts lists what the super-app is made of, the host's modules behind the rest.
func (p *Plan) parts() (own, modules []part) {
	for _, pack := range p.Packages {
		e := &pack.Entry
		one := part{ref: string(e.Kind) + ":" + e.Name() + "@" + e.Version, name: e.ID, version: e.Version, licence: expression(pack.licence),
			source: e.Source.Where, files: e.Files, purl: "pkg:generic/" + e.ID + "@" + e.Version}
		if pack.manifest != nil {
			one.publisher = pack.manifest.Publisher
		}
		for _, s := range pack.signers {
			if pack.release != nil && s.Predicate != "" && one.publisher == "" {
				one.publisher = s.Holder.Organisation
			}
		}
		if pack.release != nil {
			for _, id := range slices.Sorted(maps.Keys(pack.release.Requires)) {
				for _, other := range p.Packages {
					if other.Entry.ID == id {
						one.requires = append(one.requires, string(other.Entry.Kind)+":"+other.Entry.Name()+"@"+other.Entry.Version)
					}
				}
			}
		}
		own = append(own, one)
	}
	slices.SortFunc(own, func(a, b part) int { return cmp.Compare(a.ref, b.ref) })
	return own, hostModules()
}

// hostModules are the Go modules of the running program, which is the host or of the same source.
func hostModules() (out []part) {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return nil
	}
	for _, m := range info.Deps {
		if m.Replace != nil {
			m = m.Replace
		}
		if strings.HasPrefix(m.Path, ".") || strings.HasPrefix(m.Path, "/") {
			continue // of this repository
		}
		out = append(out, part{ref: "go:" + m.Path + "@" + m.Version, name: m.Path, version: m.Version, purl: "pkg:golang/" + m.Path + "@" + m.Version})
	}
	slices.SortFunc(out, func(a, b part) int { return cmp.Compare(a.ref, b.ref) })
	return out
}

var expressionForm = regexp.MustCompile(`^\(?[A-Za-z0-9.+-]+\)?( (AND|OR|WITH) \(?[A-Za-z0-9.+-]+\)?)*$`)

// expression is a licence as the formats take it; "" for free text.
func expression(licence string) string {
	if expressionForm.MatchString(licence) {
		return licence
	}
	return ""
}

// made is the time of a bill.
func (p *Plan) made() time.Time {
	latest := epoch
	for _, pack := range p.Packages {
		if pack.logged.After(latest) {
			latest = pack.logged
		}
	}
	return latest.UTC()
}

// number is a UUID (version 8) of what the lock file says.
func (p *Plan) number() string {
	sum := sha256.Sum256(append([]byte(p.Name()+"\n"), p.Lock.Bytes()...))
	sum[6], sum[8] = sum[6]&0x0f|0x80, sum[8]&0x3f|0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", sum[0:4], sum[4:6], sum[6:8], sum[8:10], sum[10:16])
}
