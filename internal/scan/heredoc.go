package scan

import (
	"bytes"
	"unicode/utf8"
)

// A document is a heredoc that is open.
type document struct {
	start     int
	marker    []byte
	lineStart bool // the offset is at the beginning of one of its lines
}

// openHeredoc takes the beginning of a heredoc, if there is one.
func (s *scanner) openHeredoc() (taken, ok bool) {
	mark := s.at + 2
	if !s.followedBy('<') {
		return false, true
	}
	if mark < len(s.src) && s.src[mark] == '-' {
		mark++
	}
	end := mark + nameLength(s.src[mark:])
	switch rest := s.src[end:]; {
	case len(rest) > 0 && rest[0] >= utf8.RuneSelf:
		return false, s.unsure(s.at, "a marker outside ASCII")
	case end == mark || lineEnd(rest) == 0:
		return false, true
	}
	s.heredocs = append(s.heredocs, document{start: s.at, marker: s.src[mark:end], lineStart: true})
	s.at = end + lineEnd(s.src[end:])
	return true, s.push(heredoc)
}

// heredoc takes a heredoc up to its end, or to a template in it.
func (s *scanner) heredoc() bool {
	src, d := s.src, &s.heredocs[len(s.heredocs)-1]
	for s.at < len(src) {
		if d.lineStart && s.atMarker(d.marker) {
			return s.closeHeredoc(d.start)
		}
		start, at := s.at, s.at
		for at < len(src) && !inHeredoc[src[at]] {
			at++
		}
		s.at = at
		size := lineEnd(src[at:])
		switch d.lineStart = size > 0; {
		case !s.text(start, at):
			return false
		case at == len(src):
		case size > 0:
			s.at += size
		case src[at] == '\r':
			return s.unsure(at, "a carriage return in a heredoc")
		default:
			return s.sequence()
		}
	}
	return s.invalid(len(src), "a heredoc that does not end")
}

// atMarker reports whether the line that begins at the offset ends the heredoc:
// its marker stands there, and nothing else.
func (s *scanner) atMarker(marker []byte) bool {
	at := s.at
	for at < len(s.src) && (s.src[at] == ' ' || s.src[at] == '\t') {
		at++
	}
	if at < len(s.src) && s.src[at] != marker[0] && ' ' < s.src[at] && s.src[at] < utf8.RuneSelf {
		return false // as nearly all lines
	}
	end := bytes.IndexByte(s.src[at:], '\n')
	return end >= 0 && bytes.Equal(bytes.TrimSpace(s.src[at:at+end]), marker)
}

// closeHeredoc takes the line of its marker, but not that line's end.
func (s *scanner) closeHeredoc(begin int) bool {
	if size := s.at - begin; size > maxHeredoc {
		return s.unsure(begin, "a very long heredoc")
	}
	start := s.at
	s.at += bytes.IndexByte(s.src[start:], '\n')
	if s.src[s.at-1] == '\r' {
		s.at--
	}
	if bytes.IndexByte(s.src[start:s.at], '\r') >= 0 {
		return s.unsure(start, "a carriage return in a heredoc")
	}
	s.heredocs = s.heredocs[:len(s.heredocs)-1]
	return s.pop(heredoc)
}
