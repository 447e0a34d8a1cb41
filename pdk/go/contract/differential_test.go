package contract_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"sort"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/dougong-dev/dougong/pdk/go"
	"github.com/dougong-dev/dougong/pdk/go/contract"
)

// oracle is a schema as the general library understands it.
type oracle struct {
	name   string
	schema *contract.Schema
	ours   func(pdk.Payload) error
	theirs *jsonschema.Schema
	plain  map[string]any
}

func oracles(t testing.TB) (out []oracle) {
	t.Helper()
	add := func(name string, s *contract.Schema, check func(pdk.Payload) error) {
		if s == nil {
			return
		}
		doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(s.Standard()))
		if err != nil {
			t.Fatal(err)
		}
		c := jsonschema.NewCompiler()
		if err := c.AddResource("s.json", doc); err != nil {
			t.Fatal(err)
		}
		theirs, err := c.Compile("s.json")
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, oracle{name, s, check, theirs, doc.(map[string]any)})
	}
	for id, c := range standard(t) {
		for _, m := range c.Methods {
			add(id+" "+m.Name+" result", m.Result, m.CheckResult)
			if m.Params != nil {
				// As a result, so that a missing object is not read as an empty one.
				p := *m
				p.Result = m.Params
				add(id+" "+m.Name+" params", m.Params, p.CheckResult)
			}
			if m.Task == nil {
				continue
			}
			for _, e := range m.Task.Events {
				add(id+" "+m.Name+" "+e.Name, e.Payload, e.CheckPayload)
			}
		}
	}
	sort.Slice(out, func(i, j int) bool { return out[i].name < out[j].name })
	return out
}

// accepts is the verdict of the general library, with the rules of payloads around it: UTF-8, no key twice or in another
// case than the declared one, attachments.
func (o oracle) accepts(text []byte, blobs int) bool {
	if !utf8.Valid(text) || !json.Valid(text) || !wellFormed(text, blobs) {
		return false
	}
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		return false
	}
	return o.theirs.Validate(doc) == nil
}

// wellFormed checks what JSON Schema cannot say: references to attachments, in a tree that keeps repeated keys.
func wellFormed(text []byte, blobs int) bool {
	seen := map[string]bool{}
	dec := json.NewDecoder(bytes.NewReader(text))
	dec.UseNumber()
	var walk func(depth int) bool
	walk = func(depth int) bool {
		tok, err := dec.Token()
		if err != nil || depth > 500 {
			return false
		}
		d, ok := tok.(json.Delim)
		if !ok {
			return true
		}
		for n := 0; dec.More(); n++ {
			if d == '{' {
				key, err := dec.Token()
				if err != nil {
					return false
				}
				if key == "$blob" {
					number, err := dec.Token()
					x, isNumber := number.(json.Number)
					var i int
					if err != nil || !isNumber || n > 0 || dec.More() {
						return false
					}
					if c, err := fmt.Sscanf(x.String(), "%d", &i); c != 1 || err != nil || fmt.Sprint(i) != x.String() || i < 0 || i >= blobs {
						return false
					}
					seen[x.String()] = true
					continue
				}
			}
			if !walk(depth + 1) {
				return false
			}
		}
		_, err = dec.Token()
		return err == nil
	}
	return walk(0) && len(seen) == blobs
}

// strange tells whether a text has keys that only our check refuses: repeated, or a declared one in another case.
func strange(text []byte) bool {
	dec := json.NewDecoder(bytes.NewReader(text))
	var walk func() bool
	walk = func() bool {
		tok, err := dec.Token()
		if err != nil {
			return true
		}
		d, ok := tok.(json.Delim)
		if !ok {
			return false
		}
		keys := map[string]bool{}
		for dec.More() {
			if d == '{' {
				key, err := dec.Token()
				if err != nil {
					return true
				}
				folded := strings.ToLower(strings.ToUpper(key.(string)))
				if keys[folded] || key != folded && isDeclared(key.(string)) {
					return true
				}
				keys[folded] = true
			}
			if walk() {
				return true
			}
		}
		_, err = dec.Token()
		return err != nil
	}
	return walk()
}

// isDeclared is a rough test: some key of the contracts, spelt in another case.
func isDeclared(key string) bool {
	for _, k := range vocabulary {
		if strings.EqualFold(k, key) && k != key {
			return true
		}
	}
	return false
}

var vocabulary = []string{"url", "method", "data", "header", "timeout", "key", "value", "kvList", "keyList", "encrypt", "log", "from",
	"first", "records", "limit", "filePath", "file", "name", "latitude", "longitude", "scope", "authSetting", "statusCode", "type",
	"paySign", "package", "nonceStr", "timeStamp", "signType", "x", "responseType", "formData", "protocols", "code", "reason", "cookies"}

// generator makes JSON that fits a schema more often than chance would.
type generator struct {
	*rand.Rand
	blobs int
	defs  map[string]any
}

func (g *generator) value(schema map[string]any, depth int) string {
	if ref, ok := schema["$ref"].(string); ok {
		if def, ok := g.defs[strings.TrimPrefix(ref, "#/$defs/")].(map[string]any); ok {
			schema = def
		}
	}
	if depth > 4 || g.IntN(30) == 0 {
		return g.any(depth)
	}
	if enum, ok := schema["enum"].([]any); ok {
		text, _ := json.Marshal(enum[g.IntN(len(enum))])
		return string(text)
	}
	if c, ok := schema["const"]; ok {
		text, _ := json.Marshal(c)
		return string(text)
	}
	switch schema["type"] {
	case "object":
		return g.object(schema, depth)
	case "array":
		items, _ := schema["items"].(map[string]any)
		var parts []string
		for range g.IntN(4) {
			parts = append(parts, g.value(items, depth+1))
		}
		return "[" + strings.Join(parts, ",") + "]"
	case "string":
		return g.text()
	case "integer", "number":
		return g.number()
	case "boolean":
		return g.pick("true", "false")
	}
	if list, ok := schema["type"].([]any); ok {
		return g.value(map[string]any{"type": list[g.IntN(len(list))]}, depth)
	}
	if schema["allOf"] != nil && g.IntN(8) > 0 {
		return g.blob()
	}
	return g.any(depth)
}

func (g *generator) object(schema map[string]any, depth int) string {
	props, _ := schema["properties"].(map[string]any)
	var names []string
	for name := range props {
		names = append(names, name)
	}
	sort.Strings(names)
	var parts []string
	for _, name := range names {
		if g.IntN(12) > 0 {
			sub, _ := props[name].(map[string]any)
			key, _ := json.Marshal(name)
			parts = append(parts, string(key)+":"+g.value(sub, depth+1))
		}
	}
	for range g.IntN(2) {
		parts = append(parts, fmt.Sprintf(`"extra%d":%s`, g.IntN(3), g.any(depth+1)))
	}
	g.Shuffle(len(parts), func(i, j int) { parts[i], parts[j] = parts[j], parts[i] })
	return "{" + strings.Join(parts, ", ") + "}"
}

func (g *generator) pick(list ...string) string { return list[g.IntN(len(list))] }

func (g *generator) text() string {
	return g.pick(`"a"`, `"b"`, `"key"`, `"CNY"`, `"CNY"`, `"p q"`, `"/"`, `""`, `"wss://x.y"`, `"中文"`, `"\u4e2d\n"`, `"\ud83d\ude00"`, `"\ud800"`, `"`+strings.Repeat("k", 1030)+`"`, `"GET"`, `"CNY"`)
}

func (g *generator) number() string {
	return g.pick("1", "1", "2", "10", "50", "1000.0", "0", "1", "-1", "100", "999", "1000", "4096", "4097", "1.0", "1.5", "1e2", "-0", "1E+2", "90", "90.0000001", "-180", "1e-2", "100e-2", "12345678901234567890", "5e400")
}

func (g *generator) blob() string {
	g.blobs++
	return fmt.Sprintf(`{"$blob":%d}`, g.blobs-1)
}

func (g *generator) any(depth int) string {
	switch g.IntN(9) {
	case 0:
		return "null"
	case 1:
		return g.pick("true", "false")
	case 2, 3:
		return g.number()
	case 4, 5:
		return g.text()
	case 6:
		return g.blob()
	}
	if depth > 4 {
		return "{}"
	}
	return g.pick("["+g.any(depth+1)+"]", `{"x":`+g.any(depth+1)+"}", "[]", "{}", `{"a":1}`, `{"$blob":"x"}`)
}

// TestAgainstJSONSchema holds our checks against the general library on generated payloads.
func TestAgainstJSONSchema(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(3, 4))
	accepted, total, fast := 0, 0, 0
	for _, o := range oracles(t) {
		defs, _ := o.plain["$defs"].(map[string]any)
		for range 300 {
			g := &generator{Rand: random, defs: defs}
			text := []byte(g.value(o.plain, 0))
			if strange(text) {
				continue
			}
			if random.IntN(2) == 0 {
				text = compact(text)
			}
			err := o.ours(pdk.Payload{JSON: text, Blobs: blobs(g.blobs)})
			want := o.accepts(text, g.blobs)
			if (err == nil) != want {
				t.Errorf("%s: %s with %d attachments\nours: %v, jsonschema accepts: %v", o.name, text, g.blobs, err, want)
			}
			if total++; want {
				accepted++
			}
			if g.blobs == 0 && o.schema.Fast(text) {
				if fast++; !want {
					t.Errorf("%s: the fast way takes %s", o.name, text)
				}
			}
		}
	}
	if fast < accepted/40 { // half are compact, and most have unlisted keys or attachments, which are the checker's
		t.Errorf("of %d good payloads the fast way took %d", accepted, fast)
	}
	if accepted < total/20 || accepted > total*9/10 {
		t.Errorf("%d of %d payloads were good; the generator does not exercise both verdicts", accepted, total)
	}
}

func compact(text []byte) []byte {
	var out bytes.Buffer
	if json.Compact(&out, text) != nil {
		return text
	}
	return out.Bytes()
}

func FuzzCheck(f *testing.F) {
	list := oracles(f)
	for i, text := range []string{`{"url":"https://a.cn","method":"POST"}`, `{"kvList":[{"key":"a","value":{"$blob":0}}]}`, `{"latitude":1e1,"longitude":-0.0}`,
		`{"a":{"b":[1,"\ud800",null]}}`, `[`, "\"\xff\"", `{"":{}}`, `{"\u0024blob":0}`} {
		f.Add(uint8(i), []byte(text), uint8(i%2))
	}
	f.Fuzz(func(t *testing.T, which uint8, text []byte, n uint8) {
		o := list[int(which)%len(list)]
		count := int(n % 4)
		err := o.ours(pdk.Payload{JSON: text, Blobs: blobs(count)})
		if len(text) == 0 || strange(text) || strings.Contains(string(text), "K") { // K: the Kelvin sign folds to k
			return
		}
		if want := o.accepts(text, count); err == nil && !want {
			t.Errorf("%s accepts %q with %d attachments", o.name, text, count)
		} else if err != nil && want && !deep(text) {
			t.Errorf("%s refuses %q with %d attachments: %v", o.name, text, count, err)
		}
	})
}

func deep(text []byte) bool {
	return bytes.Count(text, []byte("["))+bytes.Count(text, []byte("{")) > 400
}

func FuzzParse(f *testing.F) {
	f.Add([]byte("capability: a.b/v1\nsummary: {en: x, zh: x}\nmethods:\n  m: {mode: async, summary: {en: x, zh: x}, params: {type: object}}"))
	f.Add([]byte("capability: a.b/v1\n$defs: {a: {$ref: '#/$defs/a'}}"))
	f.Add([]byte("methods: {m: {params: {pattern: '('}}}"))
	f.Fuzz(func(_ *testing.T, data []byte) { _, _ = contract.Parse("f.yaml", data) })
}

func BenchmarkCheck(b *testing.B) {
	m := standard(b)["dougong.network/v1"].Methods["request"]
	p := pdk.Payload{JSON: []byte(`{"url":"https://api.example.com/v1/goods?page=2","method":"GET","header":{"accept":"json"},"timeout":3000}`)}
	b.SetBytes(int64(len(p.JSON)))
	b.ReportAllocs()
	for b.Loop() {
		if err := m.CheckParams(p); err != nil {
			b.Fatal(err)
		}
	}
}
