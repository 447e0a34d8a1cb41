package contract_test

import (
	"strings"
	"testing"

	"github.com/dougong-dev/dougong/pdk/go/contract"
)

func TestMistakes(t *testing.T) {
	t.Parallel()
	const head = "capability: a.b/v1\nsummary: {en: x, zh: x}\n"
	const rest = ", summary: {en: x, zh: x}}"
	for _, c := range []struct{ name, in, want string }{
		{"unknown key", head + "mehtods: {}", `c.yaml:3:1: unknown key "mehtods"; did you mean "methods"?`},
		{"no methods", head, `a contract needs at least one method`},
		{"capability", "capability: payment\nsummary: {en: x, zh: x}\nmethods: {m: {mode: async" + rest + "}", `c.yaml:1:13: capability: capability must look like "dougong.payment/v1", found "payment"`},
		{"mode", head + "methods: {m: {mode: asynch" + rest + "}", `c.yaml:3:21: methods.m.mode: mode must be sync, async or task, found "asynch"; did you mean "async"?`},
		{"no summary", head + "methods: {m: {mode: async}}", `a summary in "en" and "zh" is needed`},
		{"api name", head + "methods: {m: {api: [getLocation], mode: async" + rest + "}", `c.yaml:3:21: methods.m.api[0]: an API name looks like "wx.getLocation"`},
		{"api of an object with arguments", head + "methods: {m: {api: ['wx.getX(1).y'], mode: async" + rest + "}", `for a method of an object, "wx.getFileSystemManager().access", found "wx.getX(1).y"`},
		{"api of an object's object", head + "methods: {m: {api: ['wx.getX().y.z'], mode: async" + rest + "}", `found "wx.getX().y.z"`},
		{"api twice", head + "methods:\n  m: {api: [wx.a], mode: async" + rest + "\n  n: {api: [wx.a], mode: async" + rest, `c.yaml:5:13: methods.n.api[0]: API name "wx.a" is claimed by "m" already`},
		{"code", head + "methods: {m: {errors: [{code: 5, name: x, message: y}], mode: async" + rest + "}", `error codes of a contract are 10000 and above, found 5`},
		{"keyword", head + "methods: {m: {params: {type: object, propertis: {}}, mode: async" + rest + "}", `unknown or unsupported schema keyword "propertis"; did you mean "properties"?`},
		{"type", head + "methods: {m: {params: {type: objekt}, mode: async" + rest + "}", `unknown type "objekt"; did you mean "object"?`},
		{"ref", head + "$defs: {body: {type: object}}\nmethods: {m: {params: {$ref: '#/$defs/boddy'}, mode: async" + rest + "}", `$ref names no entry of $defs: "boddy"; did you mean "body"?`},
		{"recursion", head + "$defs: {a: {type: array, items: {$ref: '#/$defs/a'}}}\nmethods: {m: {mode: async" + rest + "}", `"a" refers to itself; recursive schemas are not supported`},
		{"pattern", head + "methods: {m: {params: {type: string, pattern: '('}, mode: async" + rest + "}", `pattern: error parsing regexp`},
		{"scope", head + "methods: {m: {scope: location, mode: async" + rest + "}", `a scope looks like "scope.userLocation", found "location"`},
		{"domain", head + "methods: {m: {domain: {list: request, param: url}, params: {type: object, properties: {url: {type: string}}}, mode: async" + rest + "}", `param must name a required string of params, found "url"`},
		{"domain with a port", head + "methods: {m: {domain: {list: request, param: url, port: p}, params: {type: object, required: [url], properties: {url: {type: string}, p: {type: integer}}}, mode: async" + rest + "}", `port belongs to the lists tcp and udp, and to no other`},
		{"domain without its port", head + "methods: {m: {domain: {list: tcp, param: host}, params: {type: object, required: [host], properties: {host: {type: string}}}, mode: async" + rest + "}", `port belongs to the lists tcp and udp`},
		{"domain with a port that may be missing", head + "methods: {m: {domain: {list: udp, param: host, port: p}, params: {type: object, required: [host], properties: {host: {type: string}, p: {type: integer}}}, mode: async" + rest + "}", `port must name a required integer of params, found "p"`},
		{"order without a sync task", head + "methods: {m: {mode: task, task: {methods: {n: {sync: {args: [a]}, params: {type: object, properties: {a: {}}}, mode: async" + rest + "}}" + rest + "}", `only the methods of a task with "sync: true"`},
		{"names in a sync task", head + "methods: {m: {mode: task, task: {sync: true, methods: {n: {sync: {api: [wx.n]}, mode: async" + rest + "}}" + rest + "}", `its sync form has args and returns only`},
		{"sync args", head + "methods: {m: {sync: {api: [wx.mSync], args: [kee]}, params: {type: object, properties: {key: {type: string}}}, mode: async" + rest + "}", `args name parameters; there is no "kee"`},
		{"until", head + "methods: {m: {task: {until: cloze, events: {close: {api: [onClose]" + rest + "}}, mode: task" + rest + "}", `until names no event of the task: "cloze"; did you mean "close"?`},
		{"until without cancel", head + "methods: {m: {task: {until: close, events: {close: {api: [onClose]" + rest + "}}, mode: task" + rest + "}", `needs "cancel", the method that ends it`},
		{"task without task", head + "methods: {m: {mode: task" + rest + "}", `a method of mode "task" needs a "task"`},
		{"blob key", head + "methods: {m: {params: {type: object, properties: {$blob: {}}}, mode: async" + rest + "}", `the key "$blob" is reserved for attachments`},
		{"sensitive in a branch", head + "methods: {m: {params: {type: object, anyOf: [{properties: {a: {sensitive: true}}}]}, mode: async" + rest + "}", `sensitive cannot be said inside anyOf`},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			_, err := contract.Parse("c.yaml", []byte(c.in))
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("%s\ngot  %v\nwant %s", c.in, err, c.want)
			}
		})
	}
}
