package terraform

import "path"

// Tests returns the files that terraform test reads when it is run in the
// module's directory.
func (m *Module) Tests() []*File { return m.tests }

// Mocks returns the files of mocks in a folder, whose path is relative to the
// module's directory, as the source of a mock_provider is to where terraform test
// runs.
func (m *Module) Mocks(folder string) []*File {
	var out []*File
	for _, f := range m.mocks {
		if path.Dir(f.Name) == path.Clean(folder) {
			out = append(out, f)
		}
	}
	return out
}
