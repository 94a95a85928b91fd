// Package lazyregexp compiles regular expressions when they are first used:
// most runs use few of them, and all together take more time than to read a
// directory. Methods are those of [regexp.Regexp].
package lazyregexp

import (
	"regexp"
	"sync"
)

// A Regexp is a regular expression. It can be used by several goroutines.
type Regexp struct {
	compiled func() *regexp.Regexp
}

// New returns the regular expression, which must be valid: its first use
// panics if it is not.
func New(expression string) *Regexp {
	return &Regexp{sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(expression) })}
}

// FindAllString is that of [regexp.Regexp], as are the others.
func (r *Regexp) FindAllString(s string, n int) []string { return r.compiled().FindAllString(s, n) }

// FindAllStringSubmatch returns the texts of successive matches and groups.
func (r *Regexp) FindAllStringSubmatch(s string, n int) [][]string {
	return r.compiled().FindAllStringSubmatch(s, n)
}

// FindString returns the text of the first match, "" for none.
func (r *Regexp) FindString(s string) string { return r.compiled().FindString(s) }

// FindStringSubmatch returns the texts of the first match and its groups.
func (r *Regexp) FindStringSubmatch(s string) []string { return r.compiled().FindStringSubmatch(s) }

// FindStringSubmatchIndex returns where the first match and its groups are.
func (r *Regexp) FindStringSubmatchIndex(s string) []int {
	return r.compiled().FindStringSubmatchIndex(s)
}

// Match reports whether bytes contain a match.
func (r *Regexp) Match(b []byte) bool { return r.compiled().Match(b) }

// MatchString reports whether a text contains a match.
func (r *Regexp) MatchString(s string) bool { return r.compiled().MatchString(s) }

// Split returns the parts of s between the matches.
func (r *Regexp) Split(s string, n int) []string { return r.compiled().Split(s, n) }

// ReplaceAllString replaces all matches.
func (r *Regexp) ReplaceAllString(src, by string) string {
	return r.compiled().ReplaceAllString(src, by)
}
