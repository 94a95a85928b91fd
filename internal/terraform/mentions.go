package terraform

import (
	"bytes"
	"slices"
	"unicode"
	"unicode/utf8"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
)

// Mentions reports whether any file of the directory, parsed or not, holds an
// address as a whole word: declared, moved, imported or referred to. The
// address is a prefix, which ends in a dot, and a name. A prefix that begins with
// a dot is looked for in addresses that lead into modules that are called.
func (m *Module) Mentions(prefix, name string) bool {
	if m.mentioned == nil {
		m.mentioned = map[string]map[string]bool{}
	}
	if m.mentioned[prefix] == nil {
		names := map[string]bool{}
		for _, f := range m.byPath {
			wordsBehind(f.Bytes, prefix, names)
		}
		m.mentioned[prefix] = names
	}
	return m.mentioned[prefix][name]
}

// wordsBehind adds to names those that stand behind a prefix, where that is
// not the end of a longer word.
func wordsBehind(src []byte, prefix string, names map[string]bool) {
	inWord := func(c rune) bool { return c == '_' || c == '-' || unicode.IsLetter(c) || unicode.IsDigit(c) }
	for at := 0; ; {
		i := bytes.Index(src[at:], []byte(prefix))
		if i < 0 {
			return
		}
		before, _ := utf8.DecodeLastRune(src[:at+i])
		at += i + len(prefix)
		rest := src[at:]
		end := bytes.IndexFunc(rest, func(c rune) bool { return !inWord(c) })
		if end < 0 {
			end = len(rest)
		}
		if prefix[0] == '.' || !inWord(before) && before != '.' {
			names[string(rest[:end])] = true
		}
	}
}

// Lacks reports whether the directory refers to a variable or local that none of
// its files declares: others are put beside them before Terraform is run.
func (m *Module) Lacks() bool {
	return slices.ContainsFunc(slices.Concat(m.Files, m.Overrides), func(f *File) bool {
		return slices.ContainsFunc([]string{"var", "local"}, func(root string) bool { return m.lacks(f, root) })
	})
}

// lacks reports whether a file refers to a variable or local that is not declared.
// Its bytes are looked at first: what a comment or text says is no reference.
func (m *Module) lacks(f *File, root string) bool {
	names := map[string]bool{}
	wordsBehind(f.Bytes, root+".", names)
	for name := range names {
		if m.Declares(hcl.Traversal{hcl.TraverseRoot{Name: root}, hcl.TraverseAttr{Name: name}}) {
			delete(names, name)
		}
	}
	if len(names) == 0 || f.Body == nil {
		return false
	}
	return slices.ContainsFunc(f.Body.Blocks, func(b *hclsyntax.Block) bool {
		text := f.Bytes[b.TypeRange.Start.Byte:b.CloseBraceRange.End.Byte]
		inText := map[string]bool{}
		wordsBehind(text, root+".", inText)
		for name := range inText {
			if names[name] {
				return refersToAny(text, root, names)
			}
		}
		return false
	})
}

// refersToAny reports whether the source of a block refers to one of the names
// below a root.
func refersToAny(src []byte, root string, names map[string]bool) bool {
	tokens, _ := hclsyntax.LexConfig(src, "", hcl.InitialPos)
	for i := 0; i+2 < len(tokens); i++ {
		member := i > 0 && tokens[i-1].Type == hclsyntax.TokenDot
		if !member && string(tokens[i].Bytes) == root && tokens[i].Type == hclsyntax.TokenIdent && tokens[i+1].Type == hclsyntax.TokenDot && names[string(tokens[i+2].Bytes)] {
			return true
		}
	}
	return false
}
