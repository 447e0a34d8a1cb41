package script

import (
	"testing"
)

func TestUnicodeClasses(t *testing.T) {
	t.Parallel()
	run(t, map[string]string{"app": `
console.log(/\p{L}/u.test("é"), /\p{Lu}/u.test("é"), /\p{Script=Han}/u.test("中"), /\p{sc=Han}+$/u.test("a中文"))
console.log(/^[\p{L}_-]+$/u.test("é_中-"), /\P{L}/u.test("é"), /\P{L}/u.test("1"), /^\p{Letter}\p{Nd}$/u.test("ü7"))
console.log("a中b文".replace(/\p{Unified_Ideograph}/gu, "*"), "\\p{L}".length)
console.log(new RegExp("^[\\p{L}_]\\p{Lu}$", "u").test("éÉ"))`,
	}).wantLog("true false true true", "true false true true", "a*b* 5", "true")
}

// A match that does not end ends the turn, at its place, and what follows in it does not run.
func TestRunawayRegexp(t *testing.T) {
	t.Parallel()
	w := run(t, map[string]string{"app": "App({})\nconsole.log('begin')\nconsole.log(/(?=x)?(a+)+$/.test('a'.repeat(40) + 'b'))"})
	w.wantError("turn-timeout", "app.js", 3, "and was stopped")
	w.wantLog("begin")
	if _, _, err := w.realm.AppCall("onShow"); err != nil {
		t.Errorf("the realm must go on: %v", err)
	}
}
