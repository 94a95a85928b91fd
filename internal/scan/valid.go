package scan

import "bytes"

// Valid reports whether hclsyntax surely parses the body of a block without an
// error. False says nothing: only usual syntax is known here, and what is not
// has to be parsed to know.
//
// It makes no tree, and takes about a twentieth of the time that parsing takes.
func (f *File) Valid(b Block) bool {
	r := recogniser{src: f.Bytes[:b.Close+1], at: b.Open + 1}
	return r.body() && r.at == len(r.src)
}

// maxRecognised is how deep what is recognised may nest.
const maxRecognised = 100

// maxNames is how many attributes a body may have for their names to be
// compared with each other.
const maxNames = 100

// A recogniser goes over the syntax of HCL by recursive descent. Each of its
// methods takes what it is named after; false means that it is not there, or not
// in a form that is known.
// https://github.com/hashicorp/hcl/blob/main/hclsyntax/spec.md
type recogniser struct {
	src   []byte
	at    int
	depth int
	// lines says that line ends mean something: they do in bodies and objects,
	// and not in other brackets, or templates.
	lines bool
}

// enter goes one level deeper, and leave back.
func (r *recogniser) enter() bool {
	r.depth++
	return r.depth <= maxRecognised
}

func (r *recogniser) leave() { r.depth-- }

// in takes what call takes with line ends that mean something, or nothing.
func (r *recogniser) in(lines bool, call func() bool) bool {
	before := r.lines
	r.lines = lines
	ok := r.enter() && call()
	r.leave()
	r.lines = before
	return ok
}

// peek returns the next byte, 0 at the end.
func (r *recogniser) peek() byte {
	if r.at < len(r.src) {
		return r.src[r.at]
	}
	return 0
}

// has takes a token of one or more bytes, if it is the next.
func (r *recogniser) has(token string) bool {
	if r.at+len(token) > len(r.src) || string(r.src[r.at:r.at+len(token)]) != token {
		return false
	}
	r.at += len(token)
	return true
}

// blanks passes over spaces and comments, and line ends that mean nothing. It
// stops before a comment that has a line end which means something.
func (r *recogniser) blanks() {
	for r.at < len(r.src) {
		switch c := r.src[r.at]; {
		case c == ' ' || c == '\t':
			r.at++
		case !r.lines && lineEnd(r.src[r.at:]) > 0:
			r.at += lineEnd(r.src[r.at:])
		case c == '/' && r.at+1 < len(r.src) && r.src[r.at+1] == '*':
			end := bytes.Index(r.src[r.at+2:], []byte("*/"))
			if end < 0 {
				return
			}
			r.at += 2 + end + 2
		case !r.lines && r.atLineComment():
			end := bytes.IndexByte(r.src[r.at:], '\n')
			if end < 0 {
				return
			}
			r.at += end + 1
		default:
			return
		}
	}
}

func (r *recogniser) atLineComment() bool {
	return r.src[r.at] == '#' || r.src[r.at] == '/' && r.at+1 < len(r.src) && r.src[r.at+1] == '/'
}

// lineEnd takes a line end, with the comment before it.
func (r *recogniser) lineEnd() bool {
	if r.at < len(r.src) && r.atLineComment() {
		end := bytes.IndexByte(r.src[r.at:], '\n')
		if end < 0 {
			return false
		}
		r.at += end + 1
		return true
	}
	size := lineEnd(r.src[r.at:])
	r.at += size
	return size > 0
}

// lineEnds passes over all line ends and blanks that come next.
func (r *recogniser) lineEnds() (some bool) {
	for r.blanks(); r.lineEnd(); r.blanks() {
		some = true
	}
	return some
}

// name takes a name or keyword of ASCII letters.
func (r *recogniser) name() ([]byte, bool) {
	start := r.at
	size := nameLength(r.src[start:])
	r.at += size
	return r.src[start:r.at], size > 0 && r.peek() < 0x80
}

// body takes the body of a block behind its brace, and the brace at its end.
func (r *recogniser) body() bool {
	r.lines = true
	if !r.enter() {
		return false
	}
	defer r.leave()
	r.blanks()
	if r.has("}") {
		return true
	}
	if r.peek() != '\n' && r.peek() != '\r' && r.at < len(r.src) && !r.atLineComment() {
		return r.oneLine()
	}
	var names [][]byte
	for r.lineEnds(); !r.has("}"); r.lineEnds() {
		name, ok := r.name()
		if !ok {
			return false
		}
		r.blanks()
		if r.peek() == '=' {
			if len(names) == maxNames || containsName(names, name) || !r.attribute() {
				return false
			}
			names = append(names, name)
		} else if !r.block() {
			return false
		}
		r.blanks()
		if !r.lineEnd() {
			return false
		}
	}
	return true
}

func containsName(names [][]byte, name []byte) bool {
	for _, have := range names {
		if bytes.Equal(have, name) {
			return true
		}
	}
	return false
}

// oneLine takes the one attribute of a block that is on one line, and the brace
// behind it.
func (r *recogniser) oneLine() bool {
	if _, ok := r.name(); !ok {
		return false
	}
	r.blanks()
	if !r.attribute() {
		return false
	}
	r.blanks()
	return r.has("}")
}

// attribute takes an equals sign and an expression.
func (r *recogniser) attribute() bool {
	if !r.has("=") || r.peek() == '=' || r.peek() == '>' {
		return false
	}
	return r.expression()
}

// block takes the labels and the body of a nested block.
func (r *recogniser) block() bool {
	for !r.has("{") {
		ok := false
		if r.peek() == '"' {
			ok = r.plainText()
		} else {
			_, ok = r.name()
		}
		if !ok {
			return false
		}
		r.blanks()
	}
	return r.body()
}

// plainText takes a quoted string without escapes and templates.
func (r *recogniser) plainText() bool {
	at := r.at + 1
	for at < len(r.src) && !inQuotes[r.src[at]] {
		at++
	}
	r.at = at
	return r.has(`"`)
}
