package generate

import (
	"bytes"
	_ "embed" // the page's template
	"fmt"
	"html/template"
)

//go:embed page.html.tmpl
var pageTemplate string

// htmlPage writes the API page as one file of HTML that loads nothing.
func htmlPage(m *model, file string) (File, error) {
	t, err := template.New("page").Parse(pageTemplate)
	if err != nil {
		return File{}, fmt.Errorf("the API page's template: %w", err)
	}
	var out bytes.Buffer
	if err := t.Execute(&out, newPage(m)); err != nil {
		return File{}, fmt.Errorf("the API page of %s: %w", m.Capability, err)
	}
	return File{file, out.Bytes()}, nil
}
