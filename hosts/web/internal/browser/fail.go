package browser

import (
	"fmt"
	"strings"
)

// state is what a frame says of itself when something was waited for in vain: where it is, whether the keyboard reaches it and what
// has the focus there, through shadow roots, and what it shows.
const state = `(() => {
  const named = (el) => el.localName + (el.id && "#" + el.id) + [...el.classList].map((c) => "." + c).join("");
  const focus = [];
  for (let el = document.activeElement; el; el = el.shadowRoot?.activeElement) focus.push(named(el));
  const text = $$("*").filter((el) => [...el.childNodes].some((n) => n.nodeType === 3 && n.data.trim())).map((el) => named(el) + ": " + el.textContent.trim().replace(/\s+/g, " ").slice(0, 60));
  return location.pathname + " " + document.readyState + " " + document.visibilityState + (document.hasFocus() ? ", has the focus at " : ", without the focus, which would be at ") +
    focus.join(" > ") + "\n    " + text.slice(-60).join("\n    ");
})()`

// fail ends the test with what is needed to understand why something was waited for in vain.
func (b *Browser) fail(what string, err error) {
	b.t.Helper()
	var frames strings.Builder
	for i, name := range []string{"the shell", "the mini-program"} {
		var says string
		if err := b.eval(i == 1, state, &says); err != nil {
			says = err.Error()
		}
		fmt.Fprintf(&frames, "%s: %s\n", name, says)
	}
	b.Screenshot("failed-" + strings.ReplaceAll(b.t.Name(), "/", "-"))
	b.t.Fatalf("%s: after %v: %v\n%sconsole:\n%s", what, Timeout, err, frames.String(), strings.Join(b.Console(), "\n"))
}
