package config

import (
	"maps"
	"slices"
	"strings"

	"github.com/dougong-dev/dougong/pdk/go/strict"
)

// MaxShellText bounds one of UI.Texts, in bytes.
const MaxShellText = 400

// TextsIn are the super-app's own words in a language ("fr", "zh-CN"), or in one that differs in its region alone.
func (u *UI) TextsIn(language string) map[string]string {
	if words := u.Texts[language]; words != nil {
		return words
	}
	for _, l := range slices.Sorted(maps.Keys(u.Texts)) {
		if baseOf(l) == baseOf(language) {
			return u.Texts[l]
		}
	}
	return nil
}

func baseOf(language string) string {
	base, _, _ := strings.Cut(strings.ToLower(language), "-")
	return base
}

// languages checks which languages the shell speaks, and what the super-app says otherwise in them.
func (v *validator) languages(at strict.Value, u *UI) {
	known := ShellLanguages()
	for _, l := range slices.Sorted(maps.Keys(u.Texts)) {
		if !slices.Contains(known, l) {
			known = append(known, l)
		}
	}
	for i, l := range u.Languages {
		if !slices.Contains(known, l) {
			v.fail(item(at.Get("languages").Items(), i), "ui.languages", "expected one of %s, found %q%s; another language needs its texts in ui.texts.%s",
				strings.Join(known, ", "), l, meant(l, known), l)
		}
	}
	for _, l := range slices.Sorted(maps.Keys(u.Texts)) {
		path := "ui.texts." + l
		here := at.Get("texts").Get(l)
		v.language(here, path, l)
		if len(u.Languages) > 0 && !slices.ContainsFunc(u.Languages, func(k string) bool { return baseOf(k) == baseOf(l) }) {
			v.fail(here, path, "nobody can choose this language; add %q to ui.languages, or take its texts away", l)
		}
		v.shellTexts(here, path, u.Texts[l])
	}
}

// meant is NearMiss without its list of all that is known. Codes of two letters are all near to one another.
func meant(name string, known []string) string {
	if len(name) < 3 {
		return ""
	}
	if miss := strict.NearMiss(name, known); strings.Contains(miss, "did you mean") {
		return miss
	}
	return ""
}

// shellTexts checks keys, gaps and lengths of the words of one language.
func (v *validator) shellTexts(at strict.Value, path string, words map[string]string) {
	keys := slices.Sorted(maps.Keys(shellTexts))
	for _, key := range slices.Sorted(maps.Keys(words)) {
		text, here := words[key], at.Get(key)
		english, known := shellTexts[key]
		switch gaps := strings.Count(english, "{}"); {
		case !known:
			v.fail(here, path, "the shell has no text %q%s; docs/shell-texts.md lists them", key, meant(key, keys))
		case strings.TrimSpace(text) == "":
			v.fail(here, path+"."+key, "expected a text for %q, found none; without this key the English one is shown", english)
		case len(text) > MaxShellText:
			v.fail(here, path+"."+key, "expected %d bytes at most, found %d", MaxShellText, len(text))
		case strings.Count(text, "{}") != gaps:
			v.fail(here, path+"."+key, "expected %d times {} as in %q, found %q", gaps, english, text)
		}
	}
}
