package e2e

import (
	"testing"

	"github.com/dougong-dev/dougong/core/miniapp/npmtest"
)

// TestFrameworks: what Taro and uni-app make of a project is shown and used in a browser.
func TestFrameworks(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("needs a browser and npm")
	}
	for name, project := range map[string]npmtest.Project{"uni-app": npmtest.UniApp, "taro": npmtest.Taro} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := startProject(t, npmtest.Build(t, project))
			seen := func(text string) string {
				return `$$("dg-view, dg-text").some((el) => el.textContent.trim() === "` + text + `")`
			}
			d.Wait(seen("changed to nothing"))
			d.Tap(`$$("dg-button").find((el) => el.textContent.trim() === "+")`)
			d.Wait(seen("changed to 3"))
			d.Tap(`$("dg-input")`)
			d.Type("Lin")
			d.Wait(seen("hello Lin"))
			d.Tap(`$$("dg-view").filter((el) => el.textContent.trim() === "milk open").at(-1)`)
			d.Wait(seen("milk done"))
			d.Screenshot("framework-" + name)
			if foreign := d.Foreign(d.base); len(foreign) > 0 {
				t.Errorf("foreign requests: %v", foreign)
			}
		})
	}
}
