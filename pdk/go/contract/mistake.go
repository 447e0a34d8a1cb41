package contract

import "encoding/json"

// Mistake is what an error about arguments says beside its message (Error.Data), for whoever words it anew: a base library
// says it as its mini-programs know it.
type Mistake struct {
	// Path names the field: "header.token", "list[3]"; empty: the arguments as a whole.
	Path string `json:"path,omitempty"`
	// Want are the types that fit and Found the one given ("nothing": the field is missing). Empty: the type is right.
	Want  []string `json:"want,omitempty"`
	Found string   `json:"found,omitempty"`
	// Text is what is wrong with the field.
	Text string `json:"text"`
}

// types notes that it is the type that is wrong.
func (f *failure) types(want, found typeSet) *failure {
	f.want, f.found = want, found
	return f
}

// mistake is the failure as JSON.
func (f *failure) mistake(where string) []byte {
	m := Mistake{Path: where, Text: f.text}
	if f.want != 0 {
		m.Found = "nothing"
		if f.found != 0 {
			m.Found = f.found.names()[0]
		}
		m.Want = f.want.names()
	}
	data, err := json.Marshal(m)
	if err != nil { // it is text only
		return nil
	}
	return data
}

// names lists the types; integers are numbers.
func (t typeSet) names() []string {
	if t&typeInteger != 0 {
		t = t&^typeInteger | typeNumber
	}
	var out []string
	for i, name := range typeNames {
		if t&(1<<i) != 0 {
			out = append(out, name)
		}
	}
	return out
}

// kinds are the types of an enum's values.
func kinds(enum []literal) typeSet {
	var t typeSet
	for _, e := range enum {
		t |= e.kind
	}
	return t
}
