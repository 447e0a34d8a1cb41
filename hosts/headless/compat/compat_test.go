package compat_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/dougong-dev/dougong/hosts/headless/compat"
)

const root = "../../.."

// TestPageIsCurrent: the page says what the cases prove now.
func TestPageIsCurrent(t *testing.T) {
	t.Parallel()
	for language, ending := range compat.Languages() {
		want, err := compat.Page(language)
		if err != nil {
			t.Fatal(err)
		}
		name := filepath.Join(root, "docs", "api-compat"+ending)
		got, err := os.ReadFile(name)
		if err != nil || !bytes.Equal(got, want) {
			t.Errorf("%s is not what the cases prove (%v): run go generate ./hosts/headless/compat", name, err)
		}
	}
}

// TestLists: cases prove names that are listed, and nothing is said twice.
func TestLists(t *testing.T) {
	t.Parallel()
	names, err := compat.Listed()
	if err != nil {
		t.Fatal(err)
	}
	cases, err := compat.Cases()
	if err != nil {
		t.Fatal(err)
	}
	all, proved, titles := names.All(), map[string]bool{}, map[string]bool{}
	if want := len(names.FinClip) + len(names.WeChat); len(all) != want {
		t.Errorf("names.json lists a name twice: %d names, %d of them different", want, len(all))
	}
	for _, list := range [][]string{names.FinClip, names.WeChat} {
		if !slices.IsSorted(list) {
			t.Errorf("names.json is not sorted: %v", list)
		}
	}
	for _, c := range cases {
		at := fmt.Sprintf("groups/%s.js:%d: %s", c.Group, c.Line, c.Title)
		if titles[c.Group+c.Title] || len(c.Proves) == 0 {
			t.Errorf("%s: the title is there twice, or it proves nothing", at)
		}
		titles[c.Group+c.Title] = true
		for _, name := range c.Proves {
			proved[name] = true
			if _, found := slices.BinarySearch(all, name); !found {
				t.Errorf("%s proves %q, which names.json does not list", at, name)
			}
		}
	}
	for name := range names.Fails {
		if _, found := slices.BinarySearch(all, name); !found || proved[name] {
			t.Errorf("names.json: fails: %q is not listed, or proved to work", name)
		}
	}
}
