package scan

import "bytes"

// tuple takes a tuple or for expression behind its bracket.
func (r *recogniser) tuple() bool {
	if r.atFor() {
		return r.loop() && r.expression() && r.condition() && r.has("]")
	}
	for r.blanks(); !r.has("]"); r.blanks() {
		if !r.expression() {
			return false
		}
		if !r.has(",") {
			return r.has("]")
		}
	}
	return true
}

// atFor takes the word for.
func (r *recogniser) atFor() bool {
	start, lines := r.at, r.lines
	r.lines = false
	r.blanks()
	name, ok := r.name()
	r.lines = lines
	if ok && bytes.Equal(name, []byte("for")) {
		return true
	}
	r.at = start
	return false
}

// loop takes a for expression from the names of its variables to its colon.
func (r *recogniser) loop() bool {
	if !r.variable() {
		return false
	}
	if r.has(",") && !r.variable() {
		return false
	}
	name, ok := r.name()
	return ok && bytes.Equal(name, []byte("in")) && r.expression() && r.has(":") && r.peek() != ':'
}

// variable takes a name, and the blanks around it.
func (r *recogniser) variable() bool {
	r.blanks()
	_, ok := r.name()
	r.blanks()
	return ok
}

// condition takes the condition of a for expression, if it has one.
func (r *recogniser) condition() bool {
	start := r.at
	if name, ok := r.name(); ok && bytes.Equal(name, []byte("if")) {
		return r.expression()
	}
	r.at = start
	return true
}

// object takes an object or for expression behind its brace.
func (r *recogniser) object() bool {
	if r.atFor() {
		return r.in(false, func() bool {
			if !r.loop() || !r.expression() || !r.has("=>") || !r.expression() {
				return false
			}
			if r.has("...") {
				r.blanks()
			}
			return r.condition() && r.has("}")
		})
	}
	for r.lineEnds(); !r.has("}"); r.lineEnds() {
		if !r.key() || !r.expression() {
			return false
		}
		if !r.has(",") && !r.lineEnd() {
			return r.has("}")
		}
	}
	return true
}

// key takes the key of an object's element, and the sign behind it.
func (r *recogniser) key() bool {
	ok := false
	switch r.peek() {
	case '"':
		ok = r.quoted()
	case '(':
		r.at++
		ok = r.in(false, func() bool { return r.expression() && r.has(")") })
	default:
		for _, ok = r.name(); ok && r.has("."); {
			_, ok = r.name()
		}
	}
	if !ok {
		return false
	}
	r.blanks()
	if r.has(":") {
		return r.peek() != ':'
	}
	return r.has("=") && r.peek() != '=' && r.peek() != '>'
}
