package report

import "cmkify/detect"

// A severity is how bad a problem is: as SARIF, GitHub and GitLab have it.
type severity struct {
	level  string // of SARIF: "note", "warning" or "error"
	score  string // of GitHub code scanning, as in CVSS: below 4.0 is low, below 7.0 medium
	gitlab string // of GitLab code quality: "info" to "blocker"
}

// The checks are AVD-AWS-0025, which is low, and AVD-AWS-0065, which is medium;
// what fails at apply is an error.
var (
	low     = severity{"note", "3.0", "minor"}
	medium  = severity{"warning", "5.0", "major"}
	failing = severity{"error", "3.0", "critical"}
	review  = severity{"note", "1.0", "info"} // nothing may be wrong
)

// severityOf returns that of a problem, or of a reason why a table is unknown.
func severityOf(id string) severity {
	switch detect.ProblemID(id) {
	case detect.NoEncryptionBlock, detect.EncryptionDisabled, detect.NoKey, detect.AWSManagedKey:
		return low
	case detect.KeyNotRotated:
		return medium
	case detect.KeyNotARN, detect.UnusableKey, detect.ReplicaWithoutKey:
		return failing
	}
	return review
}
