package compat

import (
	"embed"
	"encoding/json"
	"fmt"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strings"
)

//go:embed all:project
var files embed.FS

// Project is the mini-program that has the cases.
func Project() fs.FS {
	sub, err := fs.Sub(files, "project")
	if err != nil {
		panic(err) // the folder is embedded
	}
	return sub
}

// Case is a piece of the mini-program that proves that names work.
type Case struct {
	Group string // the file in groups
	Title string
	// Proves are names without the namespace: a case runs in wx and in ft.
	Proves []string
	Line   int
	// Screenless: the case needs what Chromium has not, or what other tests do there. It runs without a screen only.
	Screenless bool
	// Screen: the case needs what only a browser has: it runs in Chromium only.
	Screen bool
}

// caseForm is how a case begins: two lines, so that the page can be made without running anything.
var caseForm = regexp.MustCompile(`(?m)^ {4}title: "([^"\n]+)",\n {4}proves: \[([^\]]*)\],(\n {4}only: "(headless|browser)",)?$`)

// Cases lists the cases by group, in the order in which they run.
func Cases() ([]Case, error) {
	groups, err := Groups()
	if err != nil {
		return nil, err
	}
	var out []Case
	for _, group := range groups {
		name := "groups/" + group + ".js"
		text, err := fs.ReadFile(Project(), name)
		if err != nil {
			return nil, err
		}
		found := caseForm.FindAllStringSubmatchIndex(string(text), -1)
		if want := strings.Count(string(text), "proves:"); len(found) != want {
			return nil, fmt.Errorf("%s: %d of %d cases begin with a line `title: \"…\",` and a line `proves: […],`", name, len(found), want)
		}
		for _, at := range found {
			c := Case{Group: group, Title: string(text[at[2]:at[3]]), Line: 1 + strings.Count(string(text[:at[0]]), "\n")}
			if err := json.Unmarshal([]byte("["+strings.TrimSuffix(strings.TrimSpace(string(text[at[4]:at[5]])), ",")+"]"), &c.Proves); err != nil {
				return nil, fmt.Errorf("%s:%d: proves: %w", name, c.Line, err)
			}
			if at[8] >= 0 {
				c.Screen = string(text[at[8]:at[9]]) == "browser"
				c.Screenless = !c.Screen
			}
			out = append(out, c)
		}
	}
	return out, nil
}

// Groups lists the groups of cases, sorted.
func Groups() ([]string, error) {
	found, err := fs.Glob(Project(), "groups/*.js")
	if err != nil {
		return nil, err
	}
	var out []string
	for _, name := range found {
		if group := strings.TrimSuffix(path.Base(name), ".js"); group != "index" {
			out = append(out, group)
		}
	}
	slices.Sort(out)
	return out, nil
}

// Names are the names that the page tells of, and how those fail that are unsupported.
type Names struct {
	// FinClip are the names that FinClip documents, WeChat those that mini-programs for WeChat use beside them.
	FinClip []string `json:"finclip"`
	WeChat  []string `json:"wechat"`
	// Fails says how a name fails that is unsupported. Without an entry a listener (onX, offX) hears nothing, and
	// anything else fails with "not supported".
	Fails map[string]Failure `json:"fails"`
}

// Failure is how an unsupported name fails.
type Failure struct {
	// How is "undefined", "handle" (an object whose methods fail), or "sync" (it throws); empty: it fails by callback or promise.
	How string `json:"how,omitempty"`
	// Message follows "name:fail "; empty: "not supported".
	Message string `json:"message,omitempty"`
	// Code is WeChat's errCode; 0: none.
	Code int `json:"code,omitempty"`
	// Method is a method of a handle that fails with Message.
	Method string `json:"method,omitempty"`
}

// Listed reads names.json.
func Listed() (Names, error) {
	var n Names
	data, err := fs.ReadFile(Project(), "names.json")
	if err == nil {
		err = json.Unmarshal(data, &n)
	}
	if err != nil {
		return n, fmt.Errorf("names.json: %w", err)
	}
	return n, nil
}

// All are the names of both lists, sorted.
func (n Names) All() []string {
	all := slices.Concat(n.FinClip, n.WeChat)
	slices.Sort(all)
	return slices.Compact(all)
}
