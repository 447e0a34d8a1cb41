package e2e

import (
	"flag"
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"
)

// spokenFile is what a screen reader is told of each built-in component.
const spokenFile = "testdata/a11y/spoken.txt"

var writeSpoken = flag.Bool("spoken", false, "write "+spokenFile+" anew")

// wordless are components that are nothing by themselves: what they are for is said of others.
var wordless = map[string]string{
	"page-meta": "settings of the page", "navigation-bar": "settings of the page's bar, whose title is a heading",
	"web-view": "a frame of the shell over the page, with a title of its own",
}

// What Chromium tells a screen reader of every built-in component: its role, name and states. With -spoken the table is written anew.
func TestSpoken(t *testing.T) {
	t.Parallel()
	d := startGallery(t)
	d.openPage("all")
	d.Wait(`$("#xr-scene") && $("#map").hasAttribute("updated") && still($$(".page").at(-1))`)
	d.WaitShell(`still($(".camera-prompt .primary"))`)
	d.TapShell(`$(".camera-prompt .primary")`)
	d.WaitShell(`!$(".camera-prompt")`)
	if *writeSpoken {
		if err := os.WriteFile(spokenFile, []byte(d.allSpoken(t)), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(spokenFile)
	if err != nil {
		t.Fatal(err)
	}
	d.Until("hear "+spokenFile+" (after a wanted change run the test with -spoken)", func() error {
		if got := d.allSpoken(t); got != string(want) { // pictures and films may still come
			return fmt.Errorf("what is said differs:\n%s", differing(string(want), got))
		}
		return nil
	})
}

// allSpoken is what is said of the page's bar, of views with attributes, and of every component.
func (d *demo) allSpoken(t *testing.T) string {
	t.Helper()
	var got strings.Builder
	say := func(what, element string) {
		t.Helper()
		fmt.Fprintf(&got, "%s\n%s", what, d.Spoken(element))
	}
	say("the bar of the page", `$$(".navbar").at(-1)`)
	for _, id := range []string{"said", "unsaid", "live", "spun"} {
		say("a view with attributes: "+id, hidden(id))
	}
	for _, component := range components(t) {
		if wordless[component] != "" {
			continue
		}
		for _, id := range variants(d, component) {
			say("<"+component+"> "+id, hidden(id))
		}
	}
	say("the live region", `document.querySelector(".live")`)
	return got.String()
}

// hidden finds an element by its id, seen or not.
func hidden(id string) string { return `deepAll(document, "#` + id + `").at(-1)` }

// variants are the elements that show a component: its id, and that with a state behind it.
func variants(d *demo, component string) (ids []string) {
	d.Eval(`deepAll(document.querySelectorAll(".page")[1].querySelector(".root").shadowRoot, "dg-`+component+`[id]").map((el) => el.id).filter((id) => new RegExp("^(`+component+`)(-(off|busy|said))?$|^(box|box-off|radio-off|password)$").test(id))`, &ids)
	if len(ids) == 0 {
		d.Eval(`[...new Set(["`+component+`"])]`, &ids) // which is then missed
	}
	return ids
}

// components are the tags that the client has: those it registers, and the plain ones.
func components(t *testing.T) []string {
	t.Helper()
	text, err := os.ReadFile("../../../core/miniapp/view/client/src/components/register.ts")
	if err != nil {
		t.Fatal(err)
	}
	tags := []string{"view", "text"}
	for _, list := range regexp.MustCompile(`(?s)const (?:viewLike|missing) = \[(.*?)\];`).FindAllStringSubmatch(string(text), -1) {
		for _, tag := range regexp.MustCompile(`"([a-z-]+)"`).FindAllStringSubmatch(list[1], -1) {
			tags = append(tags, tag[1])
		}
	}
	table := regexp.MustCompile(`(?s)const components: .*? = \{(.*?)\};`).FindStringSubmatch(string(text))
	if table == nil {
		t.Fatal("register.ts has no table of components")
	}
	for _, tag := range regexp.MustCompile(`(?m)^\s+"?([a-z-]+)"?: `).FindAllStringSubmatch(table[1], -1) {
		tags = append(tags, tag[1])
	}
	if len(tags) < 60 {
		t.Fatalf("register.ts has %d tags only: %v", len(tags), tags)
	}
	return tags
}

// differing are the lines of two texts that are not in the other, in their order.
func differing(want, got string) string {
	var out strings.Builder
	w, g := strings.Split(want, "\n"), strings.Split(got, "\n")
	for i := 0; i < len(w) || i < len(g); i++ {
		var a, b string
		if i < len(w) {
			a = w[i]
		}
		if i < len(g) {
			b = g[i]
		}
		if a != b {
			fmt.Fprintf(&out, "line %d: want %q, got %q\n", i+1, a, b)
		}
	}
	return out.String()
}
