package generate

import "strings"

// constantWriter writes one constant of a language, with its comment.
type constantWriter interface {
	text(name, value, doc string)
	number(name string, value int, doc string)
}

// writeConstants writes a contract's names and codes, in the order that every language has them in. capabilityDoc is
// the comment of the capability's name, valueDoc that of an enumeration's value.
func writeConstants(w constantWriter, m *model, capabilityDoc string, valueDoc func(enum string) string) {
	w.text("CAPABILITY", m.Capability, capabilityDoc)
	for _, one := range m.all() {
		w.text("METHOD_"+upper(one.Name), one.Name, one.Summary.EN)
	}
	for _, e := range m.allEvents() {
		w.text("EVENT_"+upper(strings.TrimSuffix(e.ident, "Event")), e.Name, e.Summary.EN)
	}
	for _, c := range m.codes {
		w.number("ERROR_"+upper(c.Name), c.Code, c.Message)
	}
	for _, e := range m.enums {
		for _, v := range e.values {
			w.text(upper(e.name)+"_"+upper(v), v, valueDoc(e.name))
		}
	}
}

// capabilityName is what the constant CAPABILITY is.
const capabilityName = "The capability's name."

// noDoc leaves a value without a comment: its name says it all.
func noDoc(string) string { return "" }

// valueOf says which enumeration a value belongs to.
func valueOf(enum string) string { return "A value of " + enum + "." }
