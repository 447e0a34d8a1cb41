package script

import "testing"

// Patterns that the engine's parser refuses, as the language means them.
func TestPatterns(t *testing.T) {
	t.Parallel()
	for src, want := range map[string]string{
		`const {x: [y = 5] = []} = {}; console.log(y)`:                                                "5",
		`const {x: [y = 5] = []} = {x: [7]}; console.log(y)`:                                          "7",
		`const {r, x: [, y = 5] = []} = require("./none") || {}; console.log(r, y)`:                   "undefined 5",
		`const f = ({x: [y = 5, z = y + 1] = []}) => y + z; console.log(f({}), f({x: [1]}))`:          "11 3",
		`function f({x: [y = "a,]", /* , */ z = 1] = []}) { return y + z } console.log(f({}))`:        "a,]1",
		`for (const {x: [y = 5] = []} of [{}, {x: [6]}]) console.log(y)`:                              "5\n6",
		`const {x: [{y} = {y: 5}] = []} = {}; console.log(y)`:                                         "5",
		`const {x: [[y] = [5]] = []} = {}; console.log(y)`:                                            "5",
		`const {x: [[y = 4] = []] = []} = {}; console.log(y)`:                                         "4",
		`const {x: {y: [z = 1] = []} = {}} = {}; console.log(z)`:                                      "1",
		`const {x: [{y: [z = 1] = []} = {}] = []} = {}; console.log(z)`:                               "1",
		"const {x: [\n  y = 5, // the first\n  z = `],`,\n] = []} = {}; console.log(y + z)":           "5],",
		`const {"中": [y = 5] = []} = {}, {x: [z = 6] = []} = {}; console.log(y, z)`:                   "5 6",
		`const {x: [y = 5] = []} = {x: null}; `:                                                       "", // throws, as it does elsewhere
		`const {x: [y = 5] = []} = {}, {a: [b = (1, 2)] = []} = {}; console.log(y, b, [1,,2].length)`: "5 2 3",
	} {
		w := run(t, map[string]string{"app": src, "none": "module.exports = null"})
		if want == "" {
			w.wantError("script-throw", "app.js", 1, "TypeError")
			continue
		}
		if got := w.log(); got != want {
			t.Errorf("%s\nlogged %q, want %q; %v", src, got, want, w.errors)
		}
	}
}
