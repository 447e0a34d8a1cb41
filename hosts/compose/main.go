package compose

import (
	"bytes"
	"fmt"
	"go/format"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/dougong-dev/dougong/hosts/compose/lock"
	"github.com/dougong-dev/dougong/pdk/go/strict"
)

var importForm = regexp.MustCompile(`^[A-Za-z0-9._~-]+(/[A-Za-z0-9._~-]+)*$`)

// Main is the main.go of a host into which plugins of the plan are compiled: Go packages by plugin id, each with a
// func Plugin() *pdk.Plugin. It is left to be read and changed.
func (p *Plan) Main(packages map[string]string) ([]byte, error) {
	var imports, entries bytes.Buffer
	for i, id := range slices.Sorted(maps.Keys(packages)) {
		if p.Lock.Find(lock.Plugin, id) == nil {
			var known []string
			for _, e := range p.Lock.Entries {
				known = append(known, e.ID)
			}
			return nil, fmt.Errorf("compiled-in plugin %q is none of the super-app's%s", id, strict.NearMiss(id, known))
		}
		if !importForm.MatchString(packages[id]) {
			return nil, fmt.Errorf("compiled-in plugin %q: %q is no Go package", id, packages[id])
		}
		name := goName(id, i)
		fmt.Fprintf(&imports, "\t%s %q\n", name, packages[id])
		fmt.Fprintf(&entries, "\t\t%q: %s.Plugin(),\n", id, name)
	}
	text := fmt.Sprintf(mainForm, p.options.Config.Name, imports.String(), entries.String())
	return format.Source([]byte(text))
}

// goName makes a name for an import.
func goName(id string, i int) string {
	name := strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' {
			return r
		}
		return -1
	}, id[strings.LastIndex(id, ".")+1:])
	return fmt.Sprintf("%s%d", "plugin"+name, i)
}

const mainForm = `// Command host is the host of %q, with plugins compiled in. It was written by "dougong compose --main", and is yours to change.
// What is compiled in is as trusted as the host itself: nothing isolates it. Manifests, contracts and configuration still come
// from the plugins' bundles, and versions have to be the same.
package main

import (
	"os"

	"github.com/dougong-dev/dougong/core/miniapp/isolate"
	"github.com/dougong-dev/dougong/core/plugin/process/sandbox"
	"github.com/dougong-dev/dougong/hosts/cli"
	"github.com/dougong-dev/dougong/pdk/go"

%s)

func main() {
	sandbox.Main() // the command starts itself once more to confine a plugin
	isolate.Main() // the command starts itself once more to run a mini-program
	os.Exit(cli.Build{Inside: map[string]*pdk.Plugin{
%s	}}.Main())
}
`
