package authority

// Before has a function be called before each change of the folder or the log, which fails by its error.
func (a *Authority) Before(step func(string) error) { a.before = step }
