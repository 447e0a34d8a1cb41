package script

import (
	"testing"
	"time"
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

func TestRunawayRegexp(t *testing.T) {
	t.Parallel()
	start := time.Now()
	run(t, map[string]string{"app": `console.log(/(?=x)?(a+)+$/.test("a".repeat(40) + "b"))`}).wantLog("false")
	if took := time.Since(start); took > 20*time.Second {
		t.Errorf("the match was given up after %v only", took)
	}
}
