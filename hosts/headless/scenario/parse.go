package scenario

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"
)

type parser struct{ file string }

func (p parser) fail(n *yaml.Node, format string, args ...any) error {
	return &Error{p.file, n.Line, fmt.Sprintf(format, args...)}
}

func (p parser) scenario(doc *yaml.Node) (*Scenario, error) {
	if doc.Kind != yaml.DocumentNode || len(doc.Content) == 0 || doc.Content[0].Tag == "!!null" {
		return nil, nil
	}
	root := doc.Content[0]
	s := &Scenario{File: p.file, Line: root.Line, Timeout: DefaultTimeout}
	err := p.fields(root, map[string]func(*yaml.Node) error{
		"name":    func(n *yaml.Node) error { return p.text(n, &s.Name) },
		"open":    func(n *yaml.Node) error { return p.text(n, &s.Open) },
		"user":    func(n *yaml.Node) error { return p.text(n, &s.User) },
		"timeout": func(n *yaml.Node) error { return p.duration(n, &s.Timeout) },
		"answers": func(n *yaml.Node) error { return p.answers(n, &s.Answers) },
		"steps":   func(n *yaml.Node) error { return p.steps(n, &s.Steps) },
	})
	if err != nil {
		return nil, err
	}
	if len(s.Steps) == 0 {
		return nil, p.fail(root, "a scenario needs steps")
	}
	if s.Name == "" {
		s.Name = fmt.Sprintf("line %d", s.Line)
	}
	return s, nil
}

// fields walks a mapping strictly: an unknown key is an error that lists the known ones.
func (p parser) fields(n *yaml.Node, known map[string]func(*yaml.Node) error) error {
	if n.Kind != yaml.MappingNode {
		return p.fail(n, "want a mapping with %s", names(known))
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		key := n.Content[i]
		parse, ok := known[key.Value]
		if !ok {
			return p.fail(key, "unknown key %q; there are %s", key.Value, names(known))
		}
		if err := parse(n.Content[i+1]); err != nil {
			return err
		}
	}
	return nil
}

func names[T any](known map[string]T) string {
	var out []string
	for name := range known {
		out = append(out, name)
	}
	slices.Sort(out)
	return strings.Join(out, ", ")
}

func (p parser) text(n *yaml.Node, to *string) error {
	if n.Kind != yaml.ScalarNode {
		return p.fail(n, "want text")
	}
	*to = n.Value
	return nil
}

func (p parser) number(n *yaml.Node, to *int) error {
	if n.Decode(to) != nil || *to < 0 {
		return p.fail(n, "want a whole number, got %q", n.Value)
	}
	return nil
}

func (p parser) duration(n *yaml.Node, to *time.Duration) error {
	d, err := time.ParseDuration(n.Value)
	if err != nil || d <= 0 {
		return p.fail(n, "want a duration such as 3s or 500ms, got %q", n.Value)
	}
	*to = d
	return nil
}

// answerable are the asks that a scenario can answer.
var answerable = map[string]bool{
	"modal": true, "actionSheet": true, "choose": true, "openMiniProgram": true, "phoneCall": true,
	"scanCode": true, "chooseLocation": true, "openLocation": true, "chooseAddress": true, "chooseContact": true, "addPhoneContact": true,
	"battery": true, "networkStatus": true, "accelerometer": true, "compass": true, "gyroscope": true, "deviceMotion": true,
	"userCaptureScreen": true, "memoryWarning": true,
}

func (p parser) answers(n *yaml.Node, to *map[string]Answer) error {
	if n.Kind != yaml.MappingNode {
		return p.fail(n, "want a mapping from %s to an answer", names(answerable))
	}
	*to = map[string]Answer{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, val := n.Content[i], n.Content[i+1]
		if !answerable[key.Value] {
			return p.fail(key, "cannot answer %q; there are %s", key.Value, names(answerable))
		}
		var v any
		if err := val.Decode(&v); err != nil {
			return p.fail(val, "%v", err)
		}
		(*to)[key.Value] = v
	}
	return nil
}

func (p parser) steps(n *yaml.Node, to *[]Step) error {
	if n.Kind != yaml.SequenceNode {
		return p.fail(n, "steps must be a list")
	}
	for _, item := range n.Content {
		step, err := p.step(item)
		if err != nil {
			return err
		}
		*to = append(*to, step)
	}
	return nil
}

// step reads "- tap: .row", or a bare "- back".
func (p parser) step(n *yaml.Node) (Step, error) {
	if n.Kind == yaml.ScalarNode {
		n = &yaml.Node{Kind: yaml.MappingNode, Line: n.Line, Content: []*yaml.Node{n, {Kind: yaml.ScalarNode, Tag: "!!null", Line: n.Line}}}
	}
	if n.Kind != yaml.MappingNode || len(n.Content) != 2 {
		return Step{}, p.fail(n, "a step has one verb: %s", names(verbs()))
	}
	key, val := n.Content[0], n.Content[1]
	parse, ok := verbs()[key.Value]
	if !ok {
		return Step{}, p.fail(key, "unknown step %q; there are %s", key.Value, names(verbs()))
	}
	s := Step{Verb: key.Value, Line: key.Line, Count: 1}
	return s, parse(p, val, &s)
}

type stepParser func(p parser, n *yaml.Node, s *Step) error

func onTarget(p parser, n *yaml.Node, s *Step) error { return p.target(n, &s.Target) }

func onText(p parser, n *yaml.Node, s *Step) error {
	if n.Kind != yaml.ScalarNode || n.Tag == "!!null" {
		return p.fail(n, "want text")
	}
	s.Target.Text = n.Value
	return nil
}

func alone(p parser, n *yaml.Node, s *Step) error {
	if n.Tag != "!!null" {
		return p.fail(n, "%s takes nothing", s.Verb)
	}
	return nil
}

// verbs are the steps there are.
func verbs() map[string]stepParser {
	return map[string]stepParser{
		"tap":         onTarget,
		"longpress":   onTarget,
		"input":       inputStep,
		"confirm":     inputStep,
		"event":       eventStep,
		"see":         onText,
		"not":         onText,
		"wait":        onText,
		"toast":       onText,
		"count":       countStep,
		"page":        func(p parser, n *yaml.Node, s *Step) error { return p.text(n, &s.Text) },
		"tab":         func(p parser, n *yaml.Node, s *Step) error { return p.text(n, &s.Text) },
		"back":        backStep,
		"home":        alone,
		"pulldown":    alone,
		"reachbottom": alone,
		"hide":        alone,
		"show":        alone,
		"answer":      func(p parser, n *yaml.Node, s *Step) error { return p.answers(n, &s.Answers) },
	}
}

func inputStep(p parser, n *yaml.Node, s *Step) error {
	return p.fields(n, map[string]func(*yaml.Node) error{
		"into": func(n *yaml.Node) error { return p.target(n, &s.Target) },
		"text": func(n *yaml.Node) error { return p.text(n, &s.Text) },
	})
}

func eventStep(p parser, n *yaml.Node, s *Step) error {
	return p.fields(n, map[string]func(*yaml.Node) error{
		"on":     func(n *yaml.Node) error { return p.target(n, &s.Target) },
		"type":   func(n *yaml.Node) error { return p.text(n, &s.Type) },
		"detail": func(n *yaml.Node) error { return n.Decode(&s.Detail) },
	})
}

func countStep(p parser, n *yaml.Node, s *Step) error {
	s.Count = -1
	err := p.fields(n, map[string]func(*yaml.Node) error{
		"of": func(n *yaml.Node) error { return p.target(n, &s.Target) },
		"is": func(n *yaml.Node) error { return p.number(n, &s.Count) },
	})
	if err == nil && s.Count < 0 {
		return p.fail(n, "count needs `is`, the number there should be")
	}
	return err
}

func backStep(p parser, n *yaml.Node, s *Step) error {
	if n.Tag == "!!null" {
		return nil
	}
	return p.number(n, &s.Count)
}

// target reads "#id", ".class", "css=…", "text=…", plain text, or {css: …, text: …, at: n}.
func (p parser) target(n *yaml.Node, t *Target) error {
	if n.Kind == yaml.MappingNode {
		return p.fields(n, map[string]func(*yaml.Node) error{
			"css":  func(n *yaml.Node) error { return p.text(n, &t.Selector) },
			"text": func(n *yaml.Node) error { return p.text(n, &t.Text) },
			"at":   func(n *yaml.Node) error { return p.number(n, &t.At) },
		})
	}
	if n.Kind != yaml.ScalarNode || n.Value == "" {
		return p.fail(n, "want a selector (#id, .class, css=…) or the text to look for")
	}
	switch v := n.Value; {
	case strings.HasPrefix(v, "css="):
		t.Selector = v[len("css="):]
	case strings.HasPrefix(v, "text="):
		t.Text = v[len("text="):]
	case strings.HasPrefix(v, "#"), strings.HasPrefix(v, "."):
		t.Selector = v
	default:
		t.Text = v
	}
	return nil
}
