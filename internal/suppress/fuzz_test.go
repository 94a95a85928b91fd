package suppress

import (
	"testing"

	"cmkify/internal/terraform"
)

// FuzzReadConfig holds that no configuration file of a scanner breaks the
// reader, and that each rule stands in its file.
func FuzzReadConfig(f *testing.F) {
	for _, seed := range []string{
		"AVD-AWS-0025 exp:2030-01-01\n", "misconfigurations:\n  - id: AVD-AWS-0025\n    paths: [\"**/*.tf\"]\n    expired_at: 2030-01-01\n",
		"skip-check: [CKV_AWS_119]\n", `{"failed_checks":[{"findings":[{"resource":"t","check_ids":["A"]}]}]}`, "exclude: A,B\n", "exclude-queries = [\"A\"]\n",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, src []byte) {
		if len(src) > 10_000 {
			return
		}
		file := &terraform.File{Name: "x", Path: "x", Bytes: src}
		for _, name := range ConfigNames {
			for _, r := range ReadConfig(name, file) {
				if r.Place.Start < 0 || r.Place.Start > len(src) {
					t.Errorf("%s: a rule at %d of %d", name, r.Place.Start, len(src))
				}
				r.names(&CustomerKey)
			}
		}
	})
}
