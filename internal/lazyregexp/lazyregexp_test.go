package lazyregexp

import "testing"

// TestNew holds that nothing is compiled before it is used.
func TestNew(t *testing.T) {
	if r := New(`^a+$`); !r.MatchString("aa") || r.MatchString("ab") {
		t.Error("it does not match as it says")
	}
	invalid := New(`(`)
	defer func() {
		if recover() == nil {
			t.Error("an invalid expression was used")
		}
	}()
	invalid.MatchString("")
}
