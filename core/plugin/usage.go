package plugin

// Usage is what a plugin takes up at present.
type Usage struct {
	// Memory is the bytes of its instances, or of its process that are in memory. 0: not known.
	Memory uint64
	// Instances is how many there are; 1 for a process.
	Instances int
	// Waiting is how many calls wait for their turn.
	Waiting int
}

// Measured is an Instance that can tell what it takes up.
type Measured interface {
	Usage() Usage
}

// Usage implements Measured, if the runtime does; a plugin that does not run takes up nothing.
func (p *supervised) Usage() Usage {
	if m, ok := p.current().(Measured); ok {
		return m.Usage()
	}
	return Usage{}
}

var _ Measured = (*supervised)(nil)
