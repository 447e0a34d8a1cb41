package parcel

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/dougong-dev/dougong/core/bundle"
	"github.com/dougong-dev/dougong/core/miniapp/program"
	"github.com/dougong-dev/dougong/core/miniapp/template"
)

// Dir holds the subpackages of a bundle.
const Dir = "_dougong/packages"

// Split moves the files of each subpackage into a bundle of its own. What the main package needs at once stays in it:
// template files and template scripts that its templates name. So does a subpackage that is larger than a bundle's file
// may be. The same files give the same bytes.
func Split(files program.MapFiles) (program.MapFiles, error) {
	p, err := program.Load(files)
	if err != nil {
		return nil, err
	}
	if len(p.App.SubPackages) == 0 {
		return files, nil
	}
	app := p.App
	app.SubPackages = slices.Clone(app.SubPackages)
	main, parts := divide(p, files)
	for i := range app.SubPackages {
		sub := &app.SubPackages[i]
		own := parts[sub.Root]
		delete(parts, sub.Root)
		if len(own) == 0 {
			continue
		}
		data, err := pack(own)
		if err != nil {
			return nil, fmt.Errorf("subpackage %q: %w", sub.Root, err)
		}
		if int64(len(data)) > bundle.DefaultLimits.File {
			maps.Copy(main, own)
			continue
		}
		sum := sha256.Sum256(data)
		sub.File, sub.Size, sub.SHA256 = partName(i, sub.Root), int64(len(data)), hex.EncodeToString(sum[:])
		main[sub.File] = data
	}
	text, err := json.Marshal(app)
	if err != nil {
		return nil, fmt.Errorf("write %s: %w", program.AppFile, err)
	}
	main[program.AppFile] = text
	return main, nil
}

func partName(i int, root string) string {
	return fmt.Sprintf("%s/%d-%s.dgm", Dir, i+1, strings.ReplaceAll(root, "/", "-"))
}

func pack(files map[string][]byte) ([]byte, error) {
	var out bytes.Buffer
	if err := bundle.Write(&out, files); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}

// divide sorts files by the package they belong to.
func divide(p *program.Program, files program.MapFiles) (main program.MapFiles, parts map[string]map[string][]byte) {
	main, parts = program.MapFiles{}, map[string]map[string][]byte{}
	var templates []string
	for name, data := range files {
		sub := p.App.PackageOf(program.SourcePath(name))
		if sub == nil {
			main[name] = data
			if path, ok := strings.CutPrefix(name, program.TemplateDir+"/"); ok {
				templates = append(templates, strings.TrimSuffix(path, ".json"))
			}
			continue
		}
		if parts[sub.Root] == nil {
			parts[sub.Root] = map[string][]byte{}
		}
		parts[sub.Root][name] = data
	}
	k := keeper{p: p, main: main, parts: parts, seen: map[string]bool{}}
	for _, path := range templates {
		k.template(path)
	}
	return main, parts
}

// keeper brings what the main package's templates name back into it.
type keeper struct {
	p     *program.Program
	main  program.MapFiles
	parts map[string]map[string][]byte
	seen  map[string]bool
}

func (k *keeper) keep(name string) {
	sub := k.p.App.PackageOf(program.SourcePath(name))
	if sub == nil {
		return
	}
	if data, ok := k.parts[sub.Root][name]; ok {
		k.main[name] = data
		delete(k.parts[sub.Root], name)
	}
}

func (k *keeper) template(path string) {
	if k.seen[path] {
		return
	}
	k.seen[path] = true
	f, err := k.p.Template(path)
	if err != nil {
		return // the page that uses it says so
	}
	k.keep(program.TemplateDir + "/" + path + ".json")
	for _, s := range f.Scripts {
		k.script(s)
	}
	for _, imported := range f.Imports {
		k.template(imported)
	}
}

// script keeps a template script, and all those of its package with it: they require each other, and are small.
func (k *keeper) script(s template.Script) {
	sub := k.p.App.PackageOf(s.Path)
	if sub == nil {
		return
	}
	if _, ok := k.parts[sub.Root][program.WXSDir+"/"+s.Path+".js"]; !ok {
		return
	}
	for name := range maps.Clone(k.parts[sub.Root]) {
		if strings.HasPrefix(name, program.WXSDir+"/") {
			k.keep(name)
		}
	}
}
