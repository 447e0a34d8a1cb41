package script

import (
	"path"
	"strings"
	"testing"
)

const antdVersion = "3.4.3"

// antdDependencies are what antd-mini requires at run time.
var antdDependencies = map[string]string{
	"antd-mini": antdVersion, "tslib": "2.5.0", "dayjs": "1.11.7", "fast-deep-equal": "3.1.3", "async-validator": "4.2.5",
	"@preact/signals-core": "1.8.0", "lodash.filter": "4.6.0", "lodash.get": "4.4.2", "lodash.isfunction": "3.0.9",
	"lodash.kebabcase": "4.1.1", "lodash.reduce": "4.6.0", "pinyin-firstletter": "1.0.2",
}

// TestAntDesignMini opens every component of Ant Design Mini, Alipay's component library, on a page of its own.
func TestAntDesignMini(t *testing.T) {
	t.Parallel()
	list := components(t, path.Join(npmPackage(t, "antd-mini", antdVersion), "es"))
	if len(list) < 95 {
		t.Fatalf("%d components found", len(list))
	}
	files := map[string]string{"app.js": "App({})", "mini.project.json": "{}"}
	var pages []string
	for _, c := range list {
		page := "pages/" + strings.ReplaceAll(c, "/", "-")
		pages = append(pages, page)
		files[page+".json"] = `{"usingComponents":{"the-one":"antd-mini/es/` + c + `"}}`
		files[page+".axml"] = `<the-one ` + antdProps[c] + `>content</the-one>`
		files[page+".js"] = `Page({})`
	}
	files["app.json"] = `{"pages":["` + strings.Join(pages, `","`) + `"]}`
	w := withPackages(t, antdDependencies, files)
	for i, page := range pages {
		p := w.openPage(page, nil)
		w.rest()
		for _, e := range w.errors {
			t.Errorf("%s: %s", page, describe(e))
		}
		w.errors = nil
		if want := antdTexts[list[i]]; !strings.Contains(w.text(p), want) {
			t.Errorf("%s shows %q, want %q", page, w.text(p), want)
		}
		t.Logf("%s: %s", page, w.text(p))
		p.Close()
	}
}

var antdProps = map[string]string{}
var antdTexts = map[string]string{}
