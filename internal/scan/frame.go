package scan

// A frame is something that is open: a bracket, a string, a template in one.
type frame struct {
	kind      frameKind
	operators int // in it, since the last comma or equals sign
}

// A frameKind is what ends a frame, or heredoc.
type frameKind byte

const (
	outermost frameKind = 0
	brace     frameKind = '}'
	bracket   frameKind = ']'
	paren     frameKind = ')'
	quote     frameKind = '"'
	template  frameKind = '$' // ends with } or ~}
	heredoc   frameKind = '<' // ends with a line of its marker
)

// begin begins a block's body, a label or a value.
func (s *scanner) begin() {
	s.frames = append(s.frames[:0], frame{})
	s.heredocs = s.heredocs[:0]
	s.depth = 0
}

func (s *scanner) top() *frame { return &s.frames[len(s.frames)-1] }

// push opens a frame.
func (s *scanner) push(kind frameKind) bool {
	s.frames = append(s.frames, frame{kind: kind})
	return s.deeper()
}

// deeper counts one more level.
func (s *scanner) deeper() bool {
	if s.depth++; s.depth > maxDepth {
		return s.unsure(s.at, "nested deep")
	}
	return true
}

// operator counts an operator, or what else hclsyntax recurses on until the
// expression ends.
func (s *scanner) operator() bool {
	s.top().operators++
	return s.deeper()
}

// endExpression forgets the operators of an expression.
func (s *scanner) endExpression() {
	f := s.top()
	s.depth -= f.operators
	f.operators = 0
}

// pop closes the frame of a kind, if it is the one to be closed next.
func (s *scanner) pop(kind frameKind) bool {
	if s.top().kind != kind {
		return s.invalid(s.at, "brackets that do not match")
	}
	s.endExpression()
	s.depth--
	s.frames = s.frames[:len(s.frames)-1]
	return true
}

// nested takes all up to the end of the frames that are open.
func (s *scanner) nested() bool {
	for len(s.frames) > 1 {
		ok := false
		switch s.top().kind {
		case quote:
			ok = s.quoted()
		case heredoc:
			ok = s.heredoc()
		default:
			ok = s.code()
		}
		if !ok {
			return false
		}
	}
	return true
}
