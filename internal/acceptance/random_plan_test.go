package acceptance

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"cmkify/internal/terraform"

	"github.com/hashicorp/hcl/v2/hclsyntax"
)

// worlds is in how many ways an apply may turn out. In the first, only the keys
// are applied: what a plan does not tell then depends on something open.
const worlds = 5

// A randomModule is a module, the ways in which it is called, and what came of
// it.
type randomModule struct {
	name     string
	pieces   []piece
	calls    []map[string]string // the arguments of each call; a root module has one, and files
	reusable bool                // the module is for callers
	invalid  bool                // Terraform refuses one of the calls: no module to judge

	before, now *unit
	said        []written // of its tables, when they were fixed
	failures    []failure
}

// worlds returns the worlds that a call is planned in: all; but of several
// calls each in two, the first and one of its own.
func (m *randomModule) worlds(call int) []int {
	if m.reusable {
		return []int{0, 1 + call%(worlds-1)}
	}
	return []int{0, 1, 2, 3, 4}
}

// callName returns what a call of the module is called, whatever is planned of
// it.
func (m *randomModule) callName(call int) string { return fmt.Sprintf("%s_%d", m.name, call) }

// A unit is a module as it is before the rewrite or after it.
type unit struct {
	m       *randomModule
	suffix  string // of its folder
	files   map[string][]byte
	reached []*reached // by call
	skipped string     // why Terraform does not take it
}

func (u *unit) folder() string { return u.m.name + u.suffix }

// callName returns the name of a call in a world, or of the one in which nothing
// is applied.
func (u *unit) callName(call, world int) string {
	if world < 0 {
		return fmt.Sprintf("%s_%d", u.folder(), call)
	}
	return fmt.Sprintf("%s_%d_%d", u.folder(), call, world)
}

// inputs returns what the unit's files of variable values give.
func (u *unit) inputs() map[string]string {
	out := map[string]string{}
	for name, src := range u.files {
		if !strings.HasSuffix(name, ".tfvars") {
			continue
		}
		for line := range strings.Lines(string(src)) {
			if p := (piece{name, strings.TrimSpace(line)}); p.text != "" {
				name, value, _ := p.input()
				out[name] = value
			}
		}
	}
	return out
}

// A batch plans many modules at once, each as the child of one root: to start
// Terraform and its provider takes longer than to plan a hundred tables.
type batch struct {
	t     *testing.T
	aws   *standIn
	units []*unit
}

// taken returns the units that Terraform has not refused so far.
func (b *batch) taken() []*unit {
	return slices.DeleteFunc(slices.Clone(b.units), func(u *unit) bool { return u.skipped != "" })
}

// observe plans the units: when nothing is applied, and in all worlds. Those
// that Terraform does not take say why.
func (b *batch) observe() {
	b.t.Helper()
	b.announce()
	shown := b.planned(false, nil)
	inWorlds := b.planned(true, b.seed(shown))
	for _, u := range b.taken() {
		for call := range u.m.calls {
			r := &reached{plan: shown.observed(u.callName(call, -1)), world: map[int]*observed{}}
			for _, w := range u.m.worlds(call) {
				r.world[w] = inWorlds.observed(u.callName(call, w))
			}
			u.reached = append(u.reached, r)
		}
	}
}

// announce puts what modules look up by name into the stand-in: it must be
// there when they are planned first.
func (b *batch) announce() {
	b.aws.mu.Lock()
	defer b.aws.mu.Unlock()
	for _, region := range []string{east, west} {
		if _, err := b.aws.key(b.aws.in(region), managedAlias); err != nil {
			b.t.Fatal(err)
		}
	}
	r := b.aws.in(east)
	r.aliases["alias/elsewhere"] = b.aws.newKey(r, &key{id: "eeeeeeee-0000-4000-8000-000000000000"}).id
	for _, u := range b.units {
		k := b.aws.newKey(r, &key{id: keyID(u.m.callName(0), "aws_kms_key", "main", nil)})
		r.aliases["alias/"+u.m.name+"-main"] = k.id
	}
}

// planned plans the units, once for each call, or, in worlds, once for each
// world and call.
func (b *batch) planned(inWorlds bool, state []byte) *shownPlan {
	b.t.Helper()
	w := newWorkspace(b.t, b.aws, nil)
	args := []string{"plan", "-json", "-out=next.tfplan"}
	if state != nil {
		args = append(args, "-refresh=false")
	}
	for installed := false; ; installed = true { // what is left out later needs no other modules
		w.clear()
		w.write(b.rootFiles(inWorlds))
		if state != nil {
			w.write(map[string][]byte{"terraform.tfstate": state})
		}
		if !installed {
			for _, d := range w.init() {
				b.t.Fatalf("terraform init: %s", d.text())
			}
		}
		_, errors := w.try(args...)
		if len(errors) == 0 {
			return w.shown()
		}
		for _, d := range errors {
			u := b.blamed(d)
			if u == nil {
				b.t.Fatalf("an error of no module: %s", d.text())
			}
			if u.skipped == "" {
				u.skipped = d.text()
			}
		}
	}
}

// text returns where an error is, and what is said of it.
func (d diagnostic) text() string {
	out := d.Summary + ": " + d.Detail
	if d.Range != nil {
		out = fmt.Sprintf("%s:%d: %s", d.file(), d.Range.Start.Line, out)
	}
	if d.Snippet != nil {
		out += "\n" + d.Snippet.Code
	}
	return out
}

var moduleOfError = regexp.MustCompile(`module[. ]"?(m\d+(?:now)?)_`)

// blamed returns the unit that an error is about.
func (b *batch) blamed(d diagnostic) *unit {
	folder, _, _ := strings.Cut(d.file(), "/")
	said := d.Summary + d.Detail
	if d.Snippet != nil {
		said = d.Snippet.Context + said
	}
	if found := moduleOfError.FindStringSubmatch(said); found != nil && (d.Range == nil || folder == "root.tf") {
		folder = found[1]
	}
	for _, u := range b.units {
		if u.folder() == folder {
			return u
		}
	}
	return nil
}

// rootFiles returns a root that calls the units, with providers that they share:
// to start one for each takes longer than all else.
func (b *batch) rootFiles(inWorlds bool) map[string][]byte {
	out := map[string][]byte{}
	root := &rootWriter{providers: map[string]string{"west": west}, inWorlds: inWorlds}
	for _, u := range b.taken() {
		module := loadVerdicts(b.t, u.files)
		for _, p := range module.AWSConfigs() {
			if p.Alias != "" {
				root.providers[p.Alias] = terraform.Literal(p.Block.Body.Attributes["region"].Expr).AsString()
			}
		}
		// In worlds, tables need their probes alone: a provider that knows all
		// keys would refuse some of them.
		planned := withoutBlocks(u.files, func(b *hclsyntax.Block) bool {
			return b.Type == "terraform" || b.Type == "provider" || inWorlds && b.Type == "resource" && b.Labels[0] == "aws_dynamodb_table"
		})
		for name, src := range planned {
			out[u.folder()+"/"+name] = src
		}
		out[u.folder()+"/probes.tf"] = probeFile(b.t, u.files)
		root.calls(u, module.OutputNames())
	}
	for _, u := range b.taken() {
		out[u.folder()+"/providers.tf"] = fmt.Appendf(nil, "terraform {\n  required_providers {\n    aws = {\n      source = \"hashicorp/aws\"\n      configuration_aliases = [aws.%s]\n    }\n  }\n}\n", strings.Join(sortedKeys(root.providers), ", aws."))
	}
	out["root.tf"] = []byte(root.text())
	return out
}

// A rootWriter writes a root module.
type rootWriter struct {
	providers map[string]string // regions by alias
	inWorlds  bool
	out       strings.Builder
}

func (r *rootWriter) calls(u *unit, outputs []string) {
	for call := range u.m.calls {
		if !r.inWorlds {
			r.call(u, call, -1, outputs)
			continue
		}
		for _, world := range u.m.worlds(call) {
			r.call(u, call, world, outputs)
		}
	}
}

func (r *rootWriter) call(u *unit, call, world int, outputs []string) {
	name := u.callName(call, world)
	fmt.Fprintf(&r.out, "module %q {\n  source = \"./%s\"\n", name, u.folder())
	arguments := u.m.calls[call]
	if !u.m.reusable {
		arguments = u.inputs()
	}
	for _, v := range sortedKeys(arguments) {
		if slices.ContainsFunc(u.m.pieces, func(p piece) bool { return p.address() == "var."+v }) {
			fmt.Fprintf(&r.out, "  %s = %s\n", v, arguments[v])
		}
	}
	r.out.WriteString("  providers = {\n    aws = aws@PROVIDERS\n  }\n}\n")
	for _, o := range outputs {
		fmt.Fprintf(&r.out, "output %q {\n  value = module.%s.%s\n  sensitive = true\n}\n", name+"-"+o, name, o)
	}
}

// rootBlocks are the default provider, and a key that calls pass.
const rootBlocks = `
provider "aws" {
  region = %q
}

resource "aws_kms_key" "root" {
  enable_key_rotation = true
}
`

// text returns the root, with the providers that all calls are passed.
func (r *rootWriter) text() string {
	declared, passed := fmt.Sprintf(rootBlocks, east), ""
	for _, alias := range sortedKeys(r.providers) {
		declared += fmt.Sprintf("provider \"aws\" {\n  alias = %q\n  region = %q\n}\n", alias, r.providers[alias])
		passed += fmt.Sprintf("\n    aws.%[1]s = aws.%[1]s", alias)
	}
	return declared + strings.ReplaceAll(r.out.String(), "@PROVIDERS", passed)
}
