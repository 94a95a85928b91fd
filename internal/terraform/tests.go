package terraform

// Tests returns the files that terraform test reads when it is run in the
// module's directory.
func (m *Module) Tests() []*File { return m.tests }
