package lock

import (
	"fmt"
	"strconv"
	"strings"
)

const header = "dougong-lock 1"

// preface is for whoever opens the file.
const preface = `# What this super-app is made of, to the byte. "dougong compose" writes this file; review its changes and keep it with superapp.yaml.
`

// Bytes is the file. The same lock gives the same bytes.
func (l *Lock) Bytes() []byte {
	sorted := Lock{Root: l.Root, Entries: make([]Entry, len(l.Entries))}
	for i, e := range l.Entries {
		e.Files = append([]File(nil), e.Files...)
		sorted.Entries[i] = e
	}
	sorted.Sort()
	var b strings.Builder
	b.WriteString(preface + header + "\n")
	line(&b, "", keyRoot, l.Root)
	for i := range sorted.Entries {
		sorted.Entries[i].write(&b)
	}
	return []byte(b.String())
}

func (e *Entry) write(b *strings.Builder) {
	fmt.Fprintf(b, "\n%s %s %s\n", e.Kind, e.ID, e.Version)
	line(b, "  ", keyAs, e.As)
	line(b, "  ", keyWant, e.Want)
	line(b, "  ", keyBy, e.By)
	if e.Yanked {
		b.WriteString("  " + keyYanked + "\n")
	}
	line(b, "  ", keySource, string(e.Source.Kind)+" "+e.Source.Where)
	for _, f := range e.Files {
		line(b, "  ", keyFile, f.Platform+" "+strconv.FormatInt(f.Size, 10))
		line(b, "    ", keySHA256, f.SHA256)
		line(b, "    ", keySM3, f.SM3)
		line(b, "    ", keyContent, f.Content)
		line(b, "    ", keyEvidence, f.Evidence)
	}
}

func line(b *strings.Builder, indent, key, value string) {
	if value != "" {
		b.WriteString(indent + key + " " + value + "\n")
	}
}
