package e2e

import (
	"path/filepath"
	"testing"
)

// Sounds are heard of, contexts drive components, and a camera that is not there says so.
func TestMedia(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("needs a browser")
	}
	dir, err := filepath.Abs("testdata/sounds")
	if err != nil {
		t.Fatal(err)
	}
	d := startProject(t, dir)
	told := func(words string) {
		t.Helper()
		d.Wait(`$("#told") && ` + words + `.every((word) => $("#told").textContent.includes(word))`)
	}
	d.TapShell(`$(".camera-prompt .secondary")`) // the user does not want to be seen
	told(`["camera:error", "film:loadedmetadata"]`)
	d.Tap(`byText("dg-button", "播放")`)
	told(`["Canplay", "Play", "Ended", "0.5s", "Stop"]`)
	d.Tap(`byText("dg-button", "背景")`)
	told(`["♪音叉", "paused"]`)
	d.Tap(`byText("dg-button", "标签")`)
	told(`["tag:play", "tag:ended", "film:play", "film:ended"]`)
	d.Tap(`byText("dg-button", "量字")`)
	told(`["200 texts in "]`)
	var text string
	d.Eval(`$("#told").textContent`, &text)
	t.Log(text)
	d.Screenshot("media")
}
