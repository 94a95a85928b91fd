package engine

import (
	"cmkify/detect"
	"cmkify/internal/terraform"
)

// reads returns what says which blocks of a directory are read for themselves:
// those that detect reads, and calls that may lead to what is judged with it.
func (w *work) reads(e *entry) func(terraform.Outlined) bool {
	installs := !w.options.NoInstalledModules && hasInstalled(e)
	leads := map[string]bool{} // by source
	return func(b terraform.Outlined) bool {
		if b.Source == "" {
			return detect.Reads(b)
		}
		if _, known := leads[b.Source]; !known {
			leads[b.Source] = w.leadsToTables(e, b.Source, installs)
		}
		return leads[b.Source] || detect.Reads(b)
	}
}

// leadsToTables reports whether a source may lead to a directory of the unit, or
// to a remote module of tables. Any one that is installed may be.
func (u *unit) leadsToTables(e *entry, source string, installs bool) bool {
	if !isLocal(source) {
		return installs || u.index.saysDynamoDB(source)
	}
	to := u.index.lead(e, source)
	return to != nil && to.unit == u
}

// hasInstalled reports whether terraform init has installed modules below a
// directory.
func hasInstalled(e *entry) bool {
	return e.dir.Disk() != "" && len(installations(e.dir)) > 0
}
