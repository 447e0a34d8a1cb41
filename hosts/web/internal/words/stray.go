package words

import (
	"regexp"
	"unicode"
)

// Stray is a text that stands in the code instead of a table, so that only who reads its language understands it.
type Stray struct {
	Line int
	Text string
}

// shown are the properties whose value a user sees or hears.
var shown = map[string]bool{
	"textContent": true, "innerText": true, "title": true, "placeholder": true, "alt": true,
	"ariaLabel": true, "ariaDescription": true, "ariaRoleDescription": true, "ariaValueText": true,
}

// showing are the functions that show an argument, with the number of the first that they show.
var showing = map[string]int{"make": 2, "button": 2, "append": 0, "prepend": 0, "replaceChildren": 0, "announce": 0, "alert": 0}

// passing are the functions whose result is made of an argument, from that number on.
var passing = map[string]int{"str": 1, "fill": 0, "String": 0}

// named are the attributes that setAttribute makes a user see or hear.
var named = map[string]bool{"aria-label": true, "aria-description": true, "aria-roledescription": true, "aria-valuetext": true, "title": true, "placeholder": true, "alt": true}

var (
	wordForm = regexp.MustCompile(`[A-Za-z]{2}`)
	// fieldsForm is what things are called whose append adds a field, not an element.
	fieldsForm = regexp.MustCompile(`(?i)form|params|query|headers`)
)

// frame is an open bracket: a call of a function, a group, or what hides what is in it.
type frame struct {
	callee   string // "" for a group and a gap
	hides    bool   // braces, indices and fields of a request
	argument int
	attr     bool // setAttribute of one of named
	sink     bool // what is assigned here is shown
}

// Strays finds the texts of a TypeScript file that do not come from a table: every literal with letters other than ASCII's, and
// every word that is shown: assigned to a property that a user sees, or given to a function that shows it.
func Strays(source string) []Stray {
	w := walker{tokens: scan(source), open: []frame{{hides: true}}}
	for w.at = range w.tokens {
		w.take(w.tokens[w.at])
	}
	return w.found
}

type walker struct {
	tokens []token
	at     int
	open   []frame
	found  []Stray
}

func (w *walker) top() *frame { return &w.open[len(w.open)-1] }

// near is the token so far from the present one.
func (w *walker) near(by int) token {
	if i := w.at + by; i >= 0 && i < len(w.tokens) {
		return w.tokens[i]
	}
	return token{}
}

func (w *walker) take(t token) {
	switch t.kind {
	case literal:
		w.literal(t)
	case enter:
		w.open = append(w.open, frame{})
	case leave:
		w.close()
	case ' ':
		w.sign(t.text)
	}
}

func (w *walker) sign(text string) {
	switch text {
	case "(":
		f := frame{}
		if before := w.near(-1); before.kind == name && before.text != "return" {
			f.callee = before.text
			f.hides = w.near(-2).text == "." && fieldsForm.MatchString(w.near(-3).text)
			f.attr = before.text == "setAttribute" && named[w.near(1).text]
		}
		w.open = append(w.open, f)
	case "{", "[":
		w.open = append(w.open, frame{hides: true})
	case ")", "}", "]":
		w.close()
	case "=":
		if before := w.near(-1); before.kind == name && shown[before.text] && w.near(-2).text == "." {
			w.top().sink = true
		}
	case ",":
		w.top().argument++
		w.top().sink = false
	case ";":
		w.top().sink = false
	}
}

func (w *walker) close() {
	if len(w.open) > 1 {
		w.open = w.open[:len(w.open)-1]
	}
}

func (w *walker) literal(t token) {
	foreign := false
	for _, r := range t.text {
		foreign = foreign || r > unicode.MaxASCII && unicode.IsLetter(r)
	}
	if foreign || wordForm.MatchString(t.text) && !w.compared() && w.visible(len(w.open)-1) {
		w.found = append(w.found, Stray{t.line, t.text})
	}
}

// compared tells whether the present literal is one side of a comparison.
func (w *walker) compared() bool {
	equal := func(t token) bool { return t.kind == ' ' && len(t.text) > 1 && t.text != "=>" }
	return equal(w.near(-1)) || equal(w.near(1))
}

// visible tells whether a value within the frame of that depth is shown.
func (w *walker) visible(depth int) bool {
	f := w.open[depth]
	if f.sink {
		return true
	}
	if f.hides {
		return false
	}
	if first, ok := showing[f.callee]; ok {
		return f.argument >= first
	}
	if first, ok := passing[f.callee]; ok {
		return f.argument >= first && w.visible(depth-1)
	}
	return f.attr && f.argument == 1 || f.callee == "" && w.visible(depth-1)
}
