package terraform

import "bytes"

// gitCryptHeader begins a file that git-crypt has encrypted, as it stands in a
// clone without the key.
// https://github.com/AGWA/git-crypt
var gitCryptHeader = []byte("\x00GITCRYPT\x00")

// encrypted reports whether git-crypt has encrypted the file: what it says is
// unknown, and no error.
func (f *File) encrypted() bool { return bytes.HasPrefix(f.Bytes, gitCryptHeader) }

// addEncrypted takes an encrypted file in, by its name.
func (m *Module) addEncrypted(f *File) {
	switch {
	case IsInputs(f.Name):
		m.inputFiles = append(m.inputFiles, f)
	case isOverride(f.Name):
		m.Overrides, m.Encrypted = append(m.Overrides, f), true
	case IsConfig(f.Name):
		m.Files, m.Encrypted = append(m.Files, f), true
	}
}
