package scan

// expression takes an expression, with blanks around it.
func (r *recogniser) expression() bool {
	if !r.enter() {
		return false
	}
	defer r.leave()
	if !r.operands() {
		return false
	}
	if !r.has("?") {
		return true
	}
	return r.expression() && r.has(":") && r.peek() != ':' && r.expression()
}

// operands takes terms with operators between them, and the blanks around.
func (r *recogniser) operands() bool {
	for {
		r.blanks()
		for r.has("-") || r.peek() == '!' && !r.followedBy('=') && r.has("!") {
			r.blanks()
		}
		if !r.term() {
			return false
		}
		r.blanks()
		if !r.operator() {
			return true
		}
	}
}

// followedBy reports whether the byte behind the next one is c.
func (r *recogniser) followedBy(c byte) bool { return r.at+1 < len(r.src) && r.src[r.at+1] == c }

// operators are those of two operands, longer ones first.
var operators = []string{"==", "!=", "<=", ">=", "&&", "||", "<", ">", "+", "-", "*", "/", "%"}

func (r *recogniser) operator() bool {
	switch r.peek() {
	case '=', '!', '<', '>', '&', '|', '+', '-', '*', '/', '%':
		for _, op := range operators {
			if r.has(op) {
				return true
			}
		}
	}
	return false
}

// term takes what stands between operators.
func (r *recogniser) term() bool {
	c, ok := r.peek(), false
	switch {
	case c == '"':
		ok = r.quoted()
	case c == '<':
		return r.heredoc()
	case c == '(':
		r.at++
		ok = r.in(false, func() bool { return r.expression() && r.has(")") })
	case c == '[':
		r.at++
		ok = r.in(false, r.tuple)
	case c == '{':
		r.at++
		ok = r.in(true, r.object)
	case '0' <= c && c <= '9':
		return r.number()
	default:
		ok = r.reference()
	}
	return ok && r.traversal()
}

// number takes a number without exponent.
func (r *recogniser) number() bool {
	r.digits()
	if r.peek() == '.' {
		r.at++
		if !r.digits() {
			return false
		}
	}
	c := r.peek()
	return c != '.' && c != '[' && c < 0x80 && nameLength(r.src[r.at:]) == 0
}

func (r *recogniser) digits() bool {
	start := r.at
	for '0' <= r.peek() && r.peek() <= '9' {
		r.at++
	}
	return r.at > start
}

// reference takes a name, or the call of a function.
func (r *recogniser) reference() bool {
	if _, ok := r.name(); !ok {
		return false
	}
	r.blanks()
	switch r.peek() {
	case ':':
		return !r.followedBy(':')
	case '(':
		r.at++
		return r.in(false, r.arguments)
	}
	return true
}

// arguments takes those of a function, and the bracket behind them.
func (r *recogniser) arguments() bool {
	for r.blanks(); !r.has(")"); r.blanks() {
		if !r.expression() {
			return false
		}
		if r.has("...") {
			r.blanks()
			return r.has(")")
		}
		if !r.has(",") {
			return r.has(")")
		}
	}
	return true
}

// traversal takes the attributes, indexes and splats behind a term.
func (r *recogniser) traversal() bool {
	for {
		r.blanks()
		switch r.peek() {
		case '.':
			if r.at++; r.has("*") {
				r.blanks()
				if r.peek() != '.' {
					return false
				}
				continue
			}
			if _, ok := r.name(); !ok {
				return false
			}
		case '[':
			r.at++
			if !r.splat() && !r.in(false, r.index) {
				return false
			}
		default:
			return true
		}
	}
}

// splat takes the star of one behind its bracket, and the bracket at its end.
// Line ends mean there what they mean around it, unlike in an index.
func (r *recogniser) splat() bool {
	start := r.at
	if r.blanks(); r.has("*") {
		if r.blanks(); r.has("]") {
			return true
		}
	}
	r.at = start
	return false
}

// index takes an index behind its bracket, and the one at its end.
func (r *recogniser) index() bool { return r.expression() && r.has("]") }
