package config

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// FuzzRead holds that a file is read or refused, with its place, and that no
// setting has a name or value that is not in it.
func FuzzRead(f *testing.F) {
	for _, seed := range []string{"skip = [\"a\"]\n", "tags = { a = 1 }\n", "x = null\n", "y = file(\"z\")\n", "b {\n}\n", "x = 1e999\n", "x = [[]]\n"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, src []byte) {
		dir := t.TempDir()
		if err := os.WriteFile(filepath.Join(dir, Name), src, 0o644); err != nil {
			t.Fatal(err)
		}
		file, err := Read(dir, ".")
		if err != nil {
			if !strings.HasPrefix(err.Error(), Name) {
				t.Errorf("no place: %v", err)
			}
			return
		}
		for _, s := range file.Settings {
			if !strings.Contains(string(src), s.Name) || !strings.HasPrefix(file.Error(s, "x").Error(), Name+":") {
				t.Errorf("%+v", s)
			}
		}
	})
}
