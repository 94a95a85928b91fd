package acceptance

import (
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
)

// standInTypes are those that the stand-in has, or that need no AWS.
var standInTypes = []string{
	"aws_dynamodb_table", "aws_kms_key", "aws_kms_alias", "aws_kms_replica_key", "aws_kms_key_policy", "terraform_data",
	"aws_iam_role", "aws_caller_identity", "aws_iam_policy_document", "aws_partition", "aws_region",
}

// prune cuts the blocks that the stand-in lacks and that nothing refers to:
// tables and keys are the same without them. What is left of that kind makes
// the tenant unfit.
func (a *adaptation) prune() {
	for again := true; again; {
		again = false
		used := a.references()
		for _, name := range sortedKeys(a.sources) {
			src := a.sources[name]
			src.body.Blocks = slices.DeleteFunc(src.body.Blocks, func(b *hclsyntax.Block) bool {
				unused := a.lacking(b) && !used[addressOf(b)]
				if unused {
					src.cut(b)
					again = true
				}
				return unused
			})
		}
	}
	for _, name := range sortedKeys(a.sources) {
		for _, b := range a.sources[name].body.Blocks {
			if b.Type != "output" && a.lacking(b) {
				a.cannot("the stand-in has no %s", b.Labels[0])
			}
		}
	}
}

// lacking reports whether the stand-in lacks the resource or, of a root's
// output, what it gives.
func (a *adaptation) lacking(b *hclsyntax.Block) bool {
	switch b.Type {
	case "resource", "data":
		return !slices.Contains(standInTypes, b.Labels[0])
	case "output":
		return a.root && slices.ContainsFunc(sortedKeys(referencesIn(b)), func(address string) bool {
			typ, _, _ := strings.Cut(strings.TrimPrefix(address, "data."), ".")
			return strings.HasPrefix(typ, "aws_") && !slices.Contains(standInTypes, typ)
		})
	}
	return false
}

// references returns the addresses that blocks refer to, but for their own.
func (a *adaptation) references() map[string]bool {
	out := map[string]bool{}
	for _, src := range a.sources {
		for _, b := range src.body.Blocks {
			for address := range referencesIn(b) {
				if address != addressOf(b) {
					out[address] = true
				}
			}
		}
	}
	return out
}

// addressOf returns what references to the block begin with.
func addressOf(b *hclsyntax.Block) string {
	address := strings.Join(b.Labels, ".")
	if b.Type == "resource" {
		return address
	}
	return b.Type + "." + address
}

// referencesIn returns the addresses that a block refers to.
func referencesIn(b *hclsyntax.Block) map[string]bool {
	out := map[string]bool{}
	hclsyntax.VisitAll(b, func(node hclsyntax.Node) hcl.Diagnostics {
		if e, ok := node.(*hclsyntax.ScopeTraversalExpr); ok {
			steps := []string{e.Traversal.RootName()}
			for _, step := range e.Traversal {
				if attr, ok := step.(hcl.TraverseAttr); ok {
					steps = append(steps, attr.Name)
				}
			}
			n := 2
			if steps[0] == "data" {
				n = 3
			}
			out[strings.Join(steps[:min(n, len(steps))], ".")] = true
		}
		return nil
	})
	return out
}
