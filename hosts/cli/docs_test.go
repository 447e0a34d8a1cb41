package cli

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/dougong-dev/dougong/core/config"
	"github.com/dougong-dev/dougong/hosts/headless/scenario"
	"github.com/dougong-dev/dougong/pdk/go/contract"
	"github.com/dougong-dev/dougong/pdk/go/manifest"
)

var (
	fenceForm = regexp.MustCompile("(?ms)^```([a-z]*)[^\n]*\n(.*?)^```$")
	spanForm  = regexp.MustCompile("`(dougong [^`\n]+)`")
	indented  = regexp.MustCompile(`(?m)^    (dougong [^\n]+)$`)
	topKey    = regexp.MustCompile(`(?m)^([a-z_]+):`)
)

// page is a document with the place where something in it begins.
type page struct{ path, text string }

func (p page) line(offset int) int { return strings.Count(p.text[:offset], "\n") + 1 }

// manuals are the documents that people follow: all of docs, and every README.
func manuals(t *testing.T) []page {
	t.Helper()
	const root = "../.."
	var out []page
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		rel, _ := filepath.Rel(root, path)
		switch {
		case err != nil:
			return err
		case d.IsDir() && (strings.HasPrefix(d.Name(), ".") && rel != "." || d.Name() == "node_modules" || d.Name() == "testdata" || rel == "bin" || rel == "test-artifacts" || rel == "docs/api"):
			return fs.SkipDir
		case !strings.HasSuffix(rel, ".md") || !strings.HasPrefix(rel, "docs/") && !strings.HasPrefix(d.Name(), "README"):
			return nil
		}
		text, err := os.ReadFile(path)
		out = append(out, page{rel, string(text)})
		return err
	})
	if err != nil || len(out) < 40 {
		t.Fatalf("found %d documents: %v", len(out), err)
	}
	return out
}

// TestDocumentedYAML: every YAML in the documents is read by what reads it in the product.
func TestDocumentedYAML(t *testing.T) {
	t.Parallel()
	read := map[string]int{}
	for _, p := range manuals(t) {
		for _, at := range fenceForm.FindAllStringSubmatchIndex(p.text, -1) {
			if p.text[at[2]:at[3]] != "yaml" {
				continue
			}
			text := strings.ReplaceAll(p.text[at[4]:at[5]], "<<.ID>>", "com.example.new") // in the READMEs of new projects
			kind, err := readYAML(text)
			read[kind]++
			if err != nil {
				t.Errorf("%s:%d: as a %s: %v", p.path, p.line(at[0]), kind, err)
			}
		}
	}
	for _, kind := range []string{"superapp.yaml", "plugin.yaml", "contract", "scenario", "conformance"} {
		if read[kind] == 0 {
			t.Errorf("no document has a %s; found %v", kind, read)
		}
	}
}

// readYAML reads a text as what its keys say that it is.
func readYAML(text string) (kind string, err error) {
	var keys []string
	for _, k := range topKey.FindAllStringSubmatch(text, -1) {
		keys = append(keys, k[1])
	}
	has := func(key string) bool { return slices.Contains(keys, key) }
	switch {
	case has("cases") || has("fixtures"):
		return "conformance", nil // core/conformance and the tests of the manuals run these
	case has("methods"):
		_, err = contract.Parse("contract.yaml", []byte(text))
		return "contract", err
	case has("id"):
		_, err = manifest.Parse("plugin.yaml", []byte(text))
		return "plugin.yaml", err
	case has("steps"):
		_, err = scenario.Parse("scenario.yaml", strings.NewReader(text))
		return "scenario", err
	}
	_, err = config.Parse("superapp.yaml", []byte(text), nil)
	return "superapp.yaml", err
}

// TestDocumentedCommands: every command line of ours in the documents names a command that there is, with flags and arguments that
// it takes.
func TestDocumentedCommands(t *testing.T) {
	t.Parallel()
	checked := 0
	for _, p := range manuals(t) {
		check := func(line string, offset int, whole bool) {
			checked++
			if err := takes(line, whole); err != nil {
				t.Errorf("%s:%d: %s\n\t%v", p.path, p.line(offset), line, err)
			}
		}
		for _, at := range fenceForm.FindAllStringSubmatchIndex(p.text, -1) {
			body := p.text[at[4]:at[5]]
			offset := at[4]
			for line := range strings.Lines(strings.ReplaceAll(body, "\\\n", "  ")) {
				for _, command := range commandsIn(line) {
					check(command, offset, true)
				}
				offset += len(line)
			}
		}
		prose := fenceForm.ReplaceAllStringFunc(p.text, func(block string) string { return strings.Repeat("\n", strings.Count(block, "\n")) })
		q := page{p.path, prose}
		for _, form := range []*regexp.Regexp{spanForm, indented} {
			for _, at := range form.FindAllStringSubmatchIndex(prose, -1) {
				line := prose[at[2]:at[3]]
				checked++
				for _, command := range commandsIn(line) {
					if err := takes(command, false); err != nil {
						t.Errorf("%s:%d: %s\n\t%v", q.path, q.line(at[2]), line, err)
					}
				}
			}
		}
	}
	if checked < 300 {
		t.Errorf("only %d command lines were found", checked)
	}
}

var (
	promptForm  = regexp.MustCompile(`^\s*(?:\$ )?(?:sudo )?(?:[A-Z_]+=\S+ )*`)
	commentForm = regexp.MustCompile(`\s+#.*$`)
	divideForm  = regexp.MustCompile(`&&|\|\||[|;>&]`)
)

// commandsIn are the commands of ours in a line of a shell.
func commandsIn(line string) (out []string) {
	line = commentForm.ReplaceAllString(strings.TrimRight(line, "\n"), "")
	for _, part := range divideForm.Split(promptForm.ReplaceAllString(line, ""), -1) {
		part = strings.TrimSpace(promptForm.ReplaceAllString(part, ""))
		if strings.HasPrefix(part, "dougong ") {
			out = append(out, part)
		}
	}
	return out
}

// takes tells what is wrong with a command line; whole says that its arguments have to be there as well.
func takes(line string, whole bool) error {
	args := words(line)[1:]
	cmd, rest, err := newRootCommand().Find(args)
	if err != nil {
		return err
	}
	switch err := cmd.ParseFlags(rest); {
	case err != nil && slices.Contains(rest, "--help"):
		return nil
	case err != nil:
		return err
	}
	if given := cmd.Flags().Args(); whole || len(given) > 0 && cmd.HasSubCommands() {
		return cmd.ValidateArgs(given)
	}
	return nil
}

var wordForm = regexp.MustCompile(`'[^']*'|"[^"]*"|[^\s'"]+`)

// words takes a line apart as a shell does, as far as our documents go: quotes and blanks.
func words(line string) (out []string) {
	end := 0
	for i, at := range wordForm.FindAllStringIndex(line, -1) {
		word := strings.Trim(line[at[0]:at[1]], `'"`)
		if i > 0 && at[0] == end {
			out[len(out)-1] += word // --name='a b'
		} else {
			out = append(out, word)
		}
		end = at[1]
	}
	return out
}
