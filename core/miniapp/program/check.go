package program

import "sort"

// Check lists what is known to be broken in a page and in all the components it uses; nil if it can be opened.
func (p *Program) Check(page string) []Diagnostic {
	c := checker{p: p, reported: map[string]bool{}}
	c.add(p.App.BrokenApp)
	seen := map[string]bool{}
	for queue := []string{page}; len(queue) > 0; queue = queue[1:] {
		if seen[queue[0]] {
			continue
		}
		seen[queue[0]] = true
		def, err := p.Component(queue[0])
		if err != nil {
			continue
		}
		c.add(def.Broken)
		queue = append(queue, sortedValues(def.Using)...)
		queue = append(queue, sortedValues(def.Generics)...)
	}
	return c.out
}

type checker struct {
	p        *Program
	reported map[string]bool
	out      []Diagnostic
}

func (c *checker) add(files []string) {
	for _, name := range files {
		if d, ok := c.p.App.Broken[name]; ok && !c.reported[name] {
			c.reported[name] = true
			c.out = append(c.out, d)
		}
	}
}

// sortedValues lists the values of a map in the order of its keys, without empty ones.
func sortedValues(m map[string]string) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	sort.Strings(keys)
	out := keys[:0]
	for _, k := range keys {
		if m[k] != "" {
			out = append(out, m[k])
		}
	}
	return out
}
