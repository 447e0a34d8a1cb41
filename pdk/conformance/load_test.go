package conformance

import (
	"strings"
	"testing"
	"testing/fstest"
	"unicode/utf8"
)

// TestBuiltIn reads the cases that are shipped, and looks that each says what to do about it.
func TestBuiltIn(t *testing.T) {
	t.Parallel()
	protocol, err := Protocol()
	if err != nil {
		t.Fatal(err)
	}
	contract, err := Contract()
	if err != nil {
		t.Fatal(err)
	}
	if len(protocol) < 8 || len(contract) != 9 {
		t.Errorf("%d files of protocol cases, %d of contract cases", len(protocol), len(contract))
	}
	seen := map[string]bool{}
	for _, f := range append(protocol, contract...) {
		if f.About == "" {
			t.Errorf("%s: about is missing", f.Name)
		}
		if seen[f.Name] {
			t.Errorf("%s is read twice", f.Name)
		}
		seen[f.Name] = true
	}
}

func file(steps string) string {
	return "capability: com.example.x/v1\ncases:\n  - id: a\n    name: n\n    steps:\n      - " + steps + "\n"
}

func TestMistakes(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ text, want string }{
		"empty":          {"", "x.yaml"},
		"unknown key":    {"capabilty: x\n", `x.yaml:1:1: unknown key "capabilty"; did you mean "capability"?`},
		"capability":     {"capability: x\ncases: []\n", `x.yaml:1:1: capability must look like "dougong.storage/v1", found "x"`},
		"no cases":       {"capability: com.example.x/v1\n", "expected a list with at least one case"},
		"twice":          {file("call: m") + "  - id: a\n    name: n\n    steps: [{call: m}]\n", `x.yaml:7:5: cases[1]: the id "a" is given twice`},
		"id":             {strings.Replace(file("call: m"), "id: a", "id: A b", 1), `id: expected small letters, digits and hyphens, found "A b"`},
		"name":           {strings.Replace(file("call: m"), "name: n", "hint: n", 1), "name is missing"},
		"runtime":        {strings.Replace(file("call: m"), "name: n", "name: n\n    needs: {runtime: jvm}", 1), "needs.runtime: expected wasm or process, found \"jvm\""},
		"no steps":       {strings.Replace(file("call: m"), "steps:\n      - call: m", "steps: []", 1), "expected a list with at least one step"},
		"two actions":    {file("{call: m, stop: true}"), "x.yaml:6:9: cases[0].steps[0]: call, configure, stop, restart and pause are steps of their own"},
		"nothing":        {file("{as: {user: u}}"), "the step does nothing"},
		"no call":        {file("{stop: true, params: {}}"), "what describes a call stands without one"},
		"expect alone":   {file("{stop: true, expect: 1}"), "expect is the result of a call"},
		"both":           {file("{call: m, params: {}, json: '{}'}"), "params and json say the same thing"},
		"method":         {file("{call: 'a b'}"), `call: "a b" is no method's name`},
		"repeat":         {file("{call: m, repeat: 5000}"), "repeat and concurrent are at most 1000"},
		"pause":          {file("{pause: 2m}"), "a pause at most a minute"},
		"duration":       {file("{pause: soon}"), `expected a duration such as "10s", found "soon"`},
		"matcher":        {file("{call: m, params: {a: {$any: true}}}"), "$any stands in expectations only"},
		"near miss":      {file("{call: m, expect: {$rnage: [1, 2]}}"), `unknown; did you mean "$range"?`},
		"range":          {file("{call: m, expect: {$range: [2, 1]}}"), "$range does not take this; give [smallest, largest]"},
		"length":         {file("{call: m, expect: {$length: many}}"), "$length does not take this"},
		"type":           {file("{call: m, expect: {$type: int}}"), "give one of null, boolean"},
		"matches":        {file("{call: m, expect: {$matches: '('}}"), "give a regular expression"},
		"subset":         {file("{call: m, expect: {$subset: 1}}"), "give a map"},
		"hex":            {file("{call: m, params: {$bytes: {hex: xx}}}"), "invalid byte"},
		"two sources":    {file("{call: m, params: {$bytes: {hex: '00', text: a}}}"), "give exactly one of"},
		"too big":        {file("{call: m, params: {$bytes: {text: a, size: 99999999}}}"), "a value of 0 to 67108864 bytes"},
		"too much":       {file("{call: m, params: [" + strings.Repeat("{$bytes: {text: a, size: 67108864}}, ", 4) + "{$bytes: {text: a, size: 9}}]}"), "add up to more than 268435456 bytes"},
		"of nothing":     {file("{call: m, params: {$bytes: {text: '', size: 9}}}"), "repeated from at least one"},
		"key with $":     {file("{call: m, params: {$bytes: a, b: 1}}"), "one that begins with $ stands alone"},
		"code":           {file("{call: m, fails: {code: quota}}"), "code: expected a whole number"},
		"event":          {file("{call: m, events: [{final: true}]}"), "name is missing: the event's"},
		"variable":       {file("{call: m, save: {a-b: x}}"), "a variable's name is letters and digits"},
		"named repeated": {file("{call: m, task: t, repeat: 2}"), "a named task is started once"},
	} {
		_, err := Parse("x.yaml", []byte(c.text))
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: got %v, want %q", name, err, c.want)
		}
	}
}

func TestValues(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"{$bytes: ab}":                                 "ab",
		"{$bytes: {hex: '6162'}}":                      "ab",
		"{$bytes: {base64: YWI=}}":                     "ab",
		"{$bytes: {text: ab, times: 3}}":               "ababab",
		"{$bytes: {text: ab, size: 5}}":                "ababa",
		"{$bytes: {text: ab, size: 3, reverse: true}}": "aba",
		"{$bytes: {count: 3, size: 7}}":                "\x00\x01\x02\x00\x01\x02\x00",
		"{$bytes: {text: ab, size: 0}}":                "",
		`{$bytes: ""}`:                                 "",
	} {
		f, err := Parse("x.yaml", []byte(file("{call: m, params: "+text+"}")))
		if err != nil {
			t.Errorf("%s: %v", text, err)
			continue
		}
		if got := f.Cases[0].Steps[0].Params; got.Kind != Bytes || string(got.Data) != want {
			t.Errorf("%s = %q (kind %d), want %q", text, got.Data, got.Kind, want)
		}
	}
}

func TestLoad(t *testing.T) {
	t.Parallel()
	fsys := fstest.MapFS{
		"b.yaml": {Data: []byte(file("call: m"))}, "a.yaml": {Data: []byte(file("call: m"))}, "notes.md": {Data: []byte("x")},
		SettingsFile: {Data: []byte("config: {a: 1}\nsecrets: {k: v}\nfixtures: {order: {id: 7}}\nhosts: {api.example.com: '${server}'}\nprepare: [echo, '{}']\n")},
	}
	files, err := Load(fsys, "tests")
	if err != nil || len(files) != 2 || files[0].Name != "tests/a" || files[1].Name != "tests/b" {
		t.Errorf("Load = %v, %v", files, err)
	}
	s, err := LoadSettings(fsys, "tests")
	if err != nil || s.Config.Fields[0].Key != "a" || s.Secrets["k"] != "v" || s.Fixtures["order"].Fields[0].Key != "id" || len(s.Prepare) != 2 {
		t.Errorf("LoadSettings = %+v, %v", s, err)
	}
	if s, err := LoadSettings(fstest.MapFS{}, "tests"); err != nil || s.Config != nil {
		t.Errorf("without the file: %+v, %v", s, err)
	}
	for text, want := range map[string]string{
		"config: 7\n":                "config: expected a map",
		"confg: {}\n":                `did you mean "config"?`,
		"fixtures: {a-b: 1}\n":       "fixtures: a name is letters and digits",
		"config: {a: {$any: 1}}\n":   "$any stands in expectations only",
		"fixtures: {a: {$wat: 1}}":   "unknown",
		"secrets: {k: 7}\n":          "write it in quotes",
		"prepare: go run ./orders\n": "expected a list",
	} {
		if _, err := ParseSettings("s.yaml", []byte(text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q", text, err, want)
		}
	}
}

// FuzzParse looks that no file of cases makes the loader panic, and that what it accepts is complete.
func FuzzParse(f *testing.F) {
	for _, dir := range []string{"cases/protocol", "cases/contract"} {
		entries, err := files.ReadDir(dir)
		if err != nil {
			f.Fatal(err)
		}
		for _, e := range entries {
			data, err := files.ReadFile(dir + "/" + e.Name())
			if err != nil {
				f.Fatal(err)
			}
			if e.Name() == "bytes.yaml" {
				continue // makes values of many megabytes: too slow to be tried often
			}
			f.Add(data)
		}
	}
	f.Add([]byte(file("{call: m, expect: {$set: [{$each: {$near: 1}}]}, fails: {code: [1, 2]}}")))
	f.Fuzz(func(t *testing.T, data []byte) {
		if len(data) > 1<<16 {
			return
		}
		parsed, err := Parse("x.yaml", data)
		if err != nil {
			if !utf8.ValidString(err.Error()) && utf8.Valid(data) {
				t.Errorf("the error is not UTF-8: %q", err)
			}
			return
		}
		for _, c := range parsed.Cases {
			if c.ID == "" || c.Name == "" || len(c.Steps) == 0 {
				t.Errorf("accepted an incomplete case: %+v", c)
			}
		}
		_, _ = ParseSettings("s.yaml", data)
	})
}
