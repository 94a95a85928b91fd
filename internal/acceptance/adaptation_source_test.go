package acceptance

import (
	"fmt"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
)

// A source is a file of the directory, with the edits that make it fit.
type source struct {
	text  []byte
	body  *hclsyntax.Body
	edits edits
}

// edited returns the text with the edits made.
func (s *source) edited() []byte { return s.edits.apply(s.text) }

func (s *source) replace(r hcl.Range, text string) {
	s.edits = append(s.edits, edit{r.Start.Byte, r.End.Byte, []byte(text)})
}

func (s *source) insert(at hcl.Pos, text string) { s.replace(hcl.Range{Start: at, End: at}, text) }

func (s *source) cut(b *hclsyntax.Block) {
	s.replace(hcl.RangeBetween(b.TypeRange, b.CloseBraceRange), "")
}

// add writes an argument at the head of the block.
func (s *source) add(b *hclsyntax.Block, argument string) {
	s.insert(b.OpenBraceRange.End, "\n  "+argument+"\n")
	if b.OpenBraceRange.Start.Line == b.CloseBraceRange.Start.Line {
		s.insert(b.CloseBraceRange.Start, "\n")
	}
}

// own puts what tells the resource from all others before the text that an
// argument gives: behind the prefix that such texts must have.
func (s *source) own(b *hclsyntax.Block, argument, prefix string) {
	given := b.Body.Attributes[argument]
	if given == nil {
		return
	}
	tells := fmt.Sprintf("${var.%s}-%s-", callVariable, b.Labels[1])
	if each := instanceOf(b); each != "" {
		tells += "${" + each + "}-"
	}
	r := given.Expr.Range()
	s.replace(r, fmt.Sprintf(`"%s%s${trimprefix(%s, %q)}"`, prefix, tells, r.SliceBytes(s.text), prefix))
}

// instanceOf returns an expression that tells the instances of a block apart;
// "" if it has one.
func instanceOf(b *hclsyntax.Block) string {
	switch {
	case b.Body.Attributes["for_each"] != nil:
		return "substr(md5(each.key), 0, 6)"
	case b.Body.Attributes["count"] != nil:
		return "count.index"
	}
	return ""
}
