package fix

import "testing"

// TestLists holds which files a pattern of fileset may list.
func TestLists(t *testing.T) {
	for _, c := range []struct {
		dir, pattern, file string
		want               bool
	}{
		{"m", "*.tf", "m/main.tf", true},
		{"m", "main.tf", "m/main.tf", true},
		{"m", "*", "m/main.tf", true},
		{"m", "*.json", "m/main.tf", false},
		{"m", "*.tf", "m/sub/main.tf", false},
		{"m", "sub/*.tf", "m/sub/main.tf", true},
		{"m", "**", "m/main.tf", true},
		{"m", "**/*.tf", "m/sub/main.tf", true},
		{"m", "**/*.py", "m/main.tf", false},
		{"m", "src/**", "m/main.tf", false},
		{"m", "src/**/*", "m/main.tf", false},
		{"m", "src/**", "m/src/main.tf", true},
		{"m", "s*/**", "m/src/main.tf", true},
		{"m/src", "**", "m/main.tf", false},
		{"other", "*", "m/main.tf", false},
	} {
		if got := lists(c.dir, c.pattern, c.file); got != c.want {
			t.Errorf("fileset(%q, %q) lists %s: %v; want %v", c.dir, c.pattern, c.file, got, c.want)
		}
	}
}
