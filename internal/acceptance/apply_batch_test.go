package acceptance

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// An applyBatch is a workspace with a root that many cases share.
type applyBatch struct {
	*workspace
	aws     *standIn
	cases   map[string]*application // by folder
	folders map[string]string       // of the modules
}

// newApplyBatch returns a batch that uses what is installed in another workspace.
func newApplyBatch(t *testing.T, installed *workspace, cases []*application) *applyBatch {
	t.Helper()
	b := &applyBatch{aws: newStandIn(t), cases: map[string]*application{}, folders: installed.moduleFolders()}
	b.aws.final = true
	b.workspace = newWorkspace(t, b.aws, map[string][]byte{lockFile: []byte(installed.read(lockFile))})
	b.env = append(b.env, "TF_DATA_DIR="+filepath.Join(installed.dir, ".terraform"))
	for _, c := range cases {
		c.result.furnish(b.aws, c.after)
		b.cases[c.folder] = c
	}
	return b
}

// hold applies inputs and results, and holds what became of them.
func (b *applyBatch) hold() {
	b.t.Helper()
	b.applyInputs()
	before := b.instances()
	b.aws.forget()
	b.inPlace(b.applyResults())
	after := b.instances()
	b.keptValues(before, after)
	b.encrypted(after)
	b.keptKeys(before)
	b.keptMembers()
	b.nothingLeft()
}

// nothingLeft holds that a further plan changes nothing.
func (b *applyBatch) nothingLeft() {
	b.t.Helper()
	planned, failed, _ := b.attempt("plan", "-json", parallelism)
	for c, r := range b.byCase(failed) {
		b.t.Errorf("%s: a further plan is refused: %q", c.name, r.why)
	}
	for address, action := range planned {
		if c := b.caseOf(address); c != nil && c.idle == "" {
			b.t.Errorf("%s: a further plan would %s %s", c.name, action, address)
		}
	}
}

// applyInputs applies the inputs. Cases whose inputs are refused are left
// without anything.
func (b *applyBatch) applyInputs() {
	b.t.Helper()
	for settled := false; !settled; {
		var tenants []*tenant
		for _, c := range b.cases {
			if c.refused == nil {
				tenants = append(tenants, c.input)
			}
		}
		var refused map[*application]*objection
		_, refused, settled = b.apply(tenants)
		for c, r := range refused {
			c.refused = r.why
			c.result.renameCalls()
			b.abandon(c)
		}
	}
}

// applyResults applies the results and returns what was planned. A result may
// be refused only as its input was.
func (b *applyBatch) applyResults() plan {
	b.t.Helper()
	for {
		var tenants []*tenant
		for _, c := range b.cases {
			if c.idle == "" {
				tenants = append(tenants, c.result)
			}
		}
		planned, refused, settled := b.apply(tenants)
		for c, r := range refused {
			c.idle = "Terraform refuses it as it does its input: " + strings.Join(r.why, "; ")
			if !slices.Equal(c.refused, r.why) {
				b.t.Errorf("%s: the result is refused: %q; its input: %q", c.name, r.why, c.refused)
			}
			for _, address := range r.unkeyed {
				if c.approves(address) {
					b.t.Errorf("%s: %s is said to be right, but is refused: %q", c.name, address, r.why)
				}
			}
		}
		if settled {
			return planned
		}
	}
}

// parallelism lets everything wait at once.
const parallelism = "-parallelism=500"

// apply applies the tenants, and returns what was planned, what Terraform says
// against which case, and whether it went beyond the plan.
func (b *applyBatch) apply(tenants []*tenant) (plan, map[*application]*objection, bool) {
	b.t.Helper()
	b.clear()
	b.write(sharedRoot(tenants))
	planned, failed, began := b.attempt("apply", "-json", "-auto-approve", parallelism)
	return planned, b.byCase(failed), began || len(failed) == 0
}

// An objection is what Terraform says against a case.
type objection struct {
	why     []string // without ids, sorted
	unkeyed []string // addresses of what it is said to have no right key
}

// byCase returns what Terraform says against which case.
func (b *applyBatch) byCase(failed []diagnostic) map[*application]*objection {
	b.t.Helper()
	out := map[*application]*objection{}
	for _, d := range failed {
		c := b.caseOf(d.file())
		if c == nil {
			c = b.caseOf(d.Summary + d.Detail)
		}
		if c == nil {
			b.t.Fatalf("an error of no case: %+v", d)
		}
		if out[c] == nil {
			out[c] = &objection{}
		}
		out[c].why = append(out[c].why, anonymous(d.Summary+": "+d.Detail))
		if strings.Contains(strings.ToLower(d.Summary), "kms") {
			out[c].unkeyed = append(out[c].unkeyed, d.Address)
		}
	}
	for _, r := range out {
		r.why = slices.Compact(slices.Sorted(slices.Values(r.why)))
	}
	return out
}
