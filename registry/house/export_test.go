package house

// SetBatch is how many releases are offered at once.
func (h *House) SetBatch(n int) { h.batch = n }
