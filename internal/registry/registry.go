// Package registry knows published Terraform modules that make DynamoDB
// tables. The source and version of a module call go in; what comes out is
// which inputs of that module switch encryption on, take the key's ARN and
// list replicas, in the releases that the call may get. All of it is a table
// of data, read from the modules' own sources. Nothing is fetched, no code is
// parsed, and a module that is not in the table is never guessed at.
package registry

import "iter"

// A Module is one published module, or one folder of it, that makes DynamoDB
// tables.
type Module struct {
	// Name is the registry address, or owner/repository where its
	// documentation calls it by that.
	Name string
	// Sources are the addresses that it can be had from, in lower case and
	// without a scheme: host/owner/repository, or host/namespace/name/system of
	// a private registry. The public registries serve namespace/name/system
	// from github.com/namespace/terraform-system-name.
	Sources []string
	Folder  string // below the root, "wrappers"; "" is the root
	Doc     string // URL of its documentation
	Read    string // the newest release that was read
	// StateLock says that the table locks Terraform state.
	StateLock bool
	// Items is nil unless a call makes one table for each value of a map.
	Items *Items
	// Versions are the releases, oldest first. Each holds until the next one
	// begins, the last one up to the next major after Read.
	Versions []Version
}

// Items says that a call makes one table for each value of a map. An input of
// a Version is an attribute of that value; where that lacks it, of Defaults.
type Items struct {
	Input    string // the map, by what the tables are called in the address
	Defaults string // the object
}

// A Version is what the releases from one on have in common.
type Version struct {
	From string
	Mode Mode
	// Enable is the input that switches encryption on, nil if there is none.
	Enable *Switch
	// Key is the input that takes the ARN of the table's key, nil if there is
	// none: then no argument of the call gives the table a customer key.
	Key *Input
	// Own is the key that the module makes for the table, nil if it makes none.
	Own *OwnKey
	// Replicas is nil if the module makes none.
	Replicas *Replicas
	// Create are inputs each of which must be true, or there is no table.
	Create []Input
	// Region is the input that puts the table into another region than the
	// provider's, nil if there is none. The key has to be in that region.
	Region *Input
	// Tables is how many tables a call makes, 0 with Items and in NoTable.
	Tables int
	// Moves are inputs that decide which of several resources is the table: a
	// change of one destroys the table and makes another. Never touch them.
	Moves []string
	// Provider is zero where no argument could set a key.
	Provider Majors
}

// A Mode is what decides whether a table's server side encryption is on. If it
// is off, the table has an AWS owned key; if it is on without a key, the AWS
// managed one.
type Mode string

const (
	BySwitch Mode = "switch"   // Enable decides
	ByKey    Mode = "key"      // on if Key is set; Enable overrides it unless it is null
	Always   Mode = "always"   // on
	Never    Mode = "never"    // the module writes no server_side_encryption block
	NoTable  Mode = "no-table" // these releases make no table
)

// An Input is a variable of a module, or an attribute of one that is an object.
type Input struct {
	Name string
	Path []string // the attributes from the variable down to the value; nil if it is the variable itself
	// Type is the variable's type as declared, an object's attributes left out;
	// where nothing is declared, the default's.
	Type string
	// Default is the value of a call that leaves the input out, as an HCL
	// expression; "" if every call has to set it.
	Default string
	// Else decides where this one is null; nil where nothing does.
	Else *Input
}

// A Switch is an input with the value that switches encryption on.
type Switch struct {
	Input
	On string // an HCL expression: true, "CUSTOMER_MANAGED"
}

// An OwnKey is a customer managed key that a module makes for its table. A
// table that has it is encrypted as it should be.
type OwnKey struct {
	// Create switches the key on; nil if it is always made. While it is true,
	// Key has no effect.
	Create   *Input
	Rotation *Input // switches the key's rotation
}

// Replicas is the input that gives a table replicas.
type Replicas struct {
	Input
	Form Form
	// Region, Key and Consistency are the attributes of one replica that hold
	// the name of its region, the ARN of its key, and its consistency mode;
	// each "" if there is none.
	Region, Key, Consistency string
}

// A Form is how an input lists replicas.
type Form string

const (
	Names    Form = "names"     // a list or set of the regions' names
	Objects  Form = "objects"   // a list of objects
	ByRegion Form = "by-region" // a map of objects by the regions' names
	Single   Form = "single"    // one object, one replica; the empty one is none
	Flag     Form = "flag"      // true is one replica in the region of another provider, with a key that the module makes
)

// Majors are the major versions of the AWS provider that releases admit. A Min
// of 0 is undeclared, a Max of 0 open. Providers before 3 replace a table to
// change its encryption; 6 knows regions of resources.
type Majors struct{ Min, Max int }

// All returns the table in the order in which it is written. What it points to
// is shared and must not be changed.
func All() iter.Seq[*Module] {
	return func(yield func(*Module) bool) {
		for _, list := range [][]Module{tableModules, smallTableModules, backendModules, plainBackendModules, streamModules} {
			for i := range list {
				if !yield(&list[i]) {
					return
				}
			}
		}
	}
}
