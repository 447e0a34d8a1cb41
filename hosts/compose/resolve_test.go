package compose

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/Masterminds/semver/v3"

	"github.com/dougong-dev/dougong/core/config"
	"github.com/dougong-dev/dougong/hosts/compose/lock"
)

// shelf is a Source of names and numbers alone, for the search.
type shelf map[string][]edition

type edition struct {
	version, yanked, minHost string
	platforms                []string
	requires                 map[string]string
}

func (s shelf) Name() lock.Source { return lock.Source{Kind: lock.Mirror, Where: "shelf"} }

func (s shelf) Candidates(_ context.Context, _ lock.Kind, id string) (out []Candidate, err error) {
	for _, r := range s[id] {
		if len(r.platforms) == 0 {
			r.platforms = []string{lock.Any}
		}
		out = append(out, Candidate{Version: r.version, Yanked: r.yanked, Platforms: r.platforms})
	}
	return out, nil
}

func (s shelf) Details(_ context.Context, _ lock.Kind, id, version string) (Details, error) {
	for _, r := range s[id] {
		if r.version == version {
			return Details{MinHost: r.minHost, Requires: r.requires}, nil
		}
	}
	return Details{}, fmt.Errorf("no %s@%s", id, version)
}

func (s shelf) Fetch(context.Context, lock.Kind, string, string, string) (*Parcel, error) {
	panic("the search fetches nothing")
}

func versions(list ...string) (out []edition) {
	for _, v := range list {
		out = append(out, edition{version: v})
	}
	return out
}

func needs(version string, pairs ...string) edition {
	r := edition{version: version, requires: map[string]string{}}
	for i := 0; i < len(pairs); i += 2 {
		r.requires[pairs[i]] = pairs[i+1]
	}
	return r
}

func TestResolve(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		have  shelf
		yaml  string
		lock  map[string]string
		want  string // id@version…, in the order of the file
		wrong string // of the problem
	}{
		"newest":                     {have: shelf{"a": versions("1.0.0", "1.2.0", "1.10.0", "2.0.0")}, yaml: "{id: a, version: ^1}", want: "a@1.10.0"},
		"tilde":                      {have: shelf{"a": versions("1.2.0", "1.2.9", "1.3.0")}, yaml: "{id: a, version: ~1.2}", want: "a@1.2.9"},
		"range":                      {have: shelf{"a": versions("1.2.0", "1.9.0", "2.0.0")}, yaml: `{id: a, version: ">=1.2, <2"}`, want: "a@1.9.0"},
		"pre-releases":               {have: shelf{"a": versions("1.0.0", "1.1.0-rc.1")}, yaml: "{id: a, version: ^1}", want: "a@1.0.0"},
		"pre-release":                {have: shelf{"a": versions("1.0.0", "1.1.0-rc.1")}, yaml: "{id: a, version: ^1.1.0-0}", want: "a@1.1.0-rc.1"},
		"locked":                     {have: shelf{"a": versions("1.0.0", "1.2.0")}, yaml: "{id: a, version: ^1}", lock: map[string]string{"a": "1.0.0"}, want: "a@1.0.0"},
		"locked is out of the range": {have: shelf{"a": versions("1.0.0", "2.0.0")}, yaml: "{id: a, version: ^2}", lock: map[string]string{"a": "1.0.0"}, want: "a@2.0.0"},
		"yanked":                     {have: shelf{"a": {{version: "1.0.0"}, {version: "1.1.0", yanked: "leaks"}}}, yaml: "{id: a, version: ^1}", want: "a@1.0.0"},
		"yanked and locked":          {have: shelf{"a": {{version: "1.0.0"}, {version: "1.1.0", yanked: "leaks"}}}, yaml: "{id: a, version: ^1}", lock: map[string]string{"a": "1.1.0"}, want: "a@1.1.0"},
		"all yanked":                 {have: shelf{"a": {{version: "1.1.0", yanked: "leaks"}}}, yaml: "{id: a, version: ^1}", wrong: "1.1.0: it was yanked: leaks"},
		"host too old":               {have: shelf{"a": {{version: "1.0.0"}, {version: "1.1.0", minHost: "3.0.0"}}}, yaml: "{id: a, version: ^1}", want: "a@1.0.0"},
		"host too old for all":       {have: shelf{"a": {{version: "1.1.0", minHost: "3.0.0"}}}, yaml: "{id: a, version: ^1}", wrong: "1.1.0: it needs a host of version 3.0.0, this one is 2.0.0"},
		"platform":                   {have: shelf{"a": {{version: "1.0.0"}, {version: "1.1.0", platforms: []string{"windows/amd64"}}}}, yaml: "{id: a, version: ^1}", want: "a@1.0.0"},
		"no platform":                {have: shelf{"a": {{version: "1.1.0", platforms: []string{"windows/amd64"}}}}, yaml: "{id: a, version: ^1}", wrong: "1.1.0: it has no file for linux/amd64, only for windows/amd64"},
		"unknown":                    {have: shelf{}, yaml: "{id: a, version: ^1}", wrong: `s.yaml:1:52: plugin "a" is not in mirror shelf`},
		"no constraint":              {have: shelf{}, yaml: "{id: a, version: new}", wrong: `s.yaml:1:52: plugin "a": "new" is no version constraint`},
		"requires":                   {have: shelf{"a": {needs("1.0.0", "b", "^1")}, "b": versions("1.0.0", "1.5.0", "2.0.0")}, yaml: "{id: a, version: ^1}", want: "a@1.0.0 b@1.5.0"},
		"requires what is listed":    {have: shelf{"a": {needs("1.0.0", "b", "<1.5")}, "b": versions("1.0.0", "1.5.0")}, yaml: "{id: a, version: ^1}, {id: b, version: ^1}", want: "a@1.0.0 b@1.0.0"},
		"requires what was chosen":   {have: shelf{"a": versions("1.0.0", "1.5.0"), "b": {needs("1.0.0", "a", "<1.5")}}, yaml: "{id: a, version: ^1}, {id: b, version: ^1}", want: "a@1.0.0 b@1.0.0"},
		"goes back": {have: shelf{"a": {needs("1.0.0", "c", "^1"), needs("1.1.0", "c", "^2")}, "b": {needs("1.0.0", "c", "^1")}, "c": versions("1.0.0", "2.0.0")},
			yaml: "{id: a, version: ^1}, {id: b, version: ^1}", want: "a@1.0.0 b@1.0.0 c@1.0.0"},
		"requires in a circle": {have: shelf{"a": {needs("1.0.0", "b", "^1")}, "b": {needs("1.0.0", "a", "^1")}}, yaml: "{id: a, version: ^1}", want: "a@1.0.0 b@1.0.0"},
		"requires nothing there is": {have: shelf{"a": {needs("1.0.0", "b", "^1")}}, yaml: "{id: a, version: ^1}",
			wrong: `plugin "b", which "a" requires, is not in mirror shelf`},
		"irreconcilable": {have: shelf{"a": {needs("1.0.0", "c", "^1")}, "b": {needs("1.0.0", "c", "^2")}, "c": versions("1.0.0", "2.0.0")}, yaml: "{id: a, version: ^1}, {id: b, version: ^1}",
			wrong: `2.0.0: it is not in "^1" (required by a@1.0.0)`},
		"two versions side by side": {have: shelf{"a": versions("1.0.0", "2.0.0")}, yaml: "{id: a, version: ^1}, {id: a, as: a.next, version: ^2}", want: "a@1.0.0 a@2.0.0"},
		"requires one of two": {have: shelf{"a": versions("1.0.0", "2.0.0"), "b": {needs("1.0.0", "a", "^1")}}, yaml: "{id: a, as: old, version: '*'}, {id: b, version: ^1}",
			want: "a@1.0.0 b@1.0.0"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			cfg, err := config.Parse("s.yaml", []byte("registry: {mirror: m}\nplugins: ["+c.yaml+"]"), nil)
			if err == nil && strings.Contains(c.wrong, "s.yaml:1:52") { // so that columns are those of one line
				cfg, err = config.Parse("s.yaml", []byte("{registry: {mirror: m}, plugins: ["+c.yaml+"]}"), nil)
			}
			if err != nil {
				t.Fatal(err)
			}
			var wrong Problems
			list, limits := wants(cfg, &wrong)
			r := &resolver{ctx: t.Context(), platforms: []string{"linux/amd64"}, host: semver.MustParse("2.0.0"), sources: []Source{c.have},
				keep: func(w want) string { return c.lock[w.id] }, wrong: &wrong, limits: limits}
			var got []string
			for _, n := range r.resolve(list) {
				got = append(got, n.id+"@"+n.chosen.Version)
			}
			switch {
			case c.wrong == "" && (strings.Join(got, " ") != c.want || len(wrong) > 0):
				t.Errorf("got %v, want %s; problems: %v", got, c.want, wrong)
			case c.wrong != "" && (len(wrong) != 1 || !strings.Contains(wrong[0].String(), c.wrong)):
				t.Errorf("got %v, problems\n%v\nwant %s", got, wrong, c.wrong)
			case c.wrong != "" && wrong[0].Next == "":
				t.Errorf("%v says nothing of what to do", wrong)
			}
		})
	}
}

// Every mistake is said, not only the first.
func TestAllAtOnce(t *testing.T) {
	t.Parallel()
	cfg, err := config.Parse("s.yaml", []byte("registry: {mirror: m}\nplugins: [{id: x, version: ^1}, {id: y, version: ^2}, {id: a, version: ^1}]"), nil)
	if err != nil {
		t.Fatal(err)
	}
	var wrong Problems
	list, limits := wants(cfg, &wrong)
	r := &resolver{ctx: t.Context(), platforms: []string{"linux/amd64"}, sources: []Source{shelf{"a": versions("1.0.0"), "y": versions("1.0.0")}}, keep: func(want) string { return "" }, wrong: &wrong, limits: limits}
	nodes := r.resolve(list)
	if len(wrong) != 2 || len(nodes) != 1 || nodes[0].id != "a" {
		t.Errorf("%v, problems\n%v", nodes, wrong)
	}
	if !slices.IsSortedFunc(wrong, func(a, b Problem) int { return a.At.Column - b.At.Column }) {
		t.Errorf("order: %v", wrong)
	}
}

// A search without an end ends.
func TestSearchIsBounded(t *testing.T) {
	t.Parallel()
	have := shelf{}
	var yaml []string
	for i := range 14 {
		id := fmt.Sprintf("p%02d", i)
		for v := range 8 {
			r := needs(fmt.Sprintf("1.%d.0", v))
			if i == 13 {
				r = needs(r.version, "last", "^2")
			}
			have[id] = append(have[id], r)
		}
		yaml = append(yaml, "{id: "+id+", version: ^1}")
	}
	have["last"] = versions("1.0.0")
	cfg, err := config.Parse("s.yaml", []byte("registry: {mirror: m}\nplugins: ["+strings.Join(yaml, ", ")+"]"), nil)
	if err != nil {
		t.Fatal(err)
	}
	var wrong Problems
	list, limits := wants(cfg, &wrong)
	r := &resolver{ctx: t.Context(), platforms: []string{"linux/amd64"}, sources: []Source{have}, keep: func(want) string { return "" }, wrong: &wrong, limits: limits}
	if nodes := r.resolve(list); nodes != nil || len(wrong) != 1 || r.steps > 2*maxSteps || !strings.Contains(wrong[0].What, "last") {
		t.Errorf("%d steps: %v", r.steps, wrong)
	}
}
