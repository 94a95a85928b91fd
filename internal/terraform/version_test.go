package terraform

import (
	"fmt"
	"math/rand"
	"strings"
	"testing"

	"github.com/hashicorp/go-version"
)

// TestAllowsAWS holds what constraints allow to a search through all versions
// around their bounds.
func TestAllowsAWS(t *testing.T) {
	r := rand.New(rand.NewSource(1))
	operators := []string{"", "=", "!=", "<", "<=", ">", ">=", "~>"}
	allowed := 0
	for range 3000 {
		var parts []string
		for range 1 + r.Intn(3) {
			v := fmt.Sprintf("%d.%d.%d", 5+r.Intn(2), r.Intn(3), r.Intn(3))
			if r.Intn(3) == 0 {
				v = v[:3]
			}
			parts = append(parts, operators[r.Intn(len(operators))]+" "+v)
		}
		text := strings.Join(parts, ", ")
		m := Load("d", []Source{{Name: "main.tf", Path: "d/main.tf", Bytes: fmt.Appendf(nil, "terraform {\n  required_providers {\n    aws = { source = \"hashicorp/aws\", version = %q }\n  }\n}\n", text)}})
		constraints, err := version.NewConstraint(text)
		if err != nil {
			t.Fatal(err)
		}
		for _, major := range []int{5, 6} {
			want := false
			for n := range 25 {
				want = want || constraints.Check(newVersion(major, n/5, n%5))
			}
			if want {
				allowed++
			}
			if got := m.AllowsAWS(func(n int) bool { return n == major }); got != want {
				t.Errorf("%q allows %d: %v, want %v", text, major, got, want)
			}
		}
	}
	if allowed < 1000 || allowed > 5000 {
		t.Errorf("%d of 6000 are allowed", allowed)
	}
}
