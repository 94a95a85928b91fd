package terraform

import (
	"bytes"

	"cmkify/internal/scan"
)

// A scannedLocal is a local before its block is read: its address, and the bytes
// of its value.
type scannedLocal struct {
	address string
	value   []byte
}

// scanLocals returns what a block of locals declares, by its bytes; nil when it
// has to be read to tell.
func scanLocals(body []byte) []scannedLocal {
	if !onlyNamesLocals(body) {
		return nil
	}
	scanned, err := scan.Scan(body)
	if err != nil || len(scanned.Blocks) > 0 {
		return nil
	}
	out := make([]scannedLocal, 0, len(scanned.Attributes))
	for _, a := range scanned.Attributes {
		out = append(out, scannedLocal{"local." + string(a.Name), body[a.Equals+1 : a.End]})
	}
	return out
}

// onlyNamesLocals reports whether each local that bytes refer to has its name
// directly behind the dot, as references finds it.
func onlyNamesLocals(src []byte) bool {
	const root = "local"
	for {
		at := bytes.Index(src, []byte(root))
		if at < 0 {
			return true
		}
		before := at > 0 && inName[src[at-1]]
		src = src[at+len(root):]
		longer := before || len(src) > 0 && inName[src[0]]
		if !longer && (len(src) < 2 || src[0] != '.' || !inName[src[1]]) {
			return false
		}
	}
}

// mayCycle reports whether some of the locals may refer to themselves, directly
// or not: those that refer to none are taken away until no more of them are left.
func mayCycle(locals []scannedLocal) bool {
	left := map[string]int{}         // references of each to others
	readers := map[string][]string{} // by what they refer to
	for _, l := range locals {
		left[l.address] = 0
	}
	for _, l := range locals {
		for address := range references(l.value) {
			if _, declared := left[string(address)]; declared {
				readers[string(address)] = append(readers[string(address)], l.address)
				left[l.address]++
			}
		}
	}
	var free []string
	for address, n := range left {
		if n == 0 {
			free = append(free, address)
		}
	}
	taken := 0
	for ; len(free) > 0; taken++ {
		address := free[len(free)-1]
		free = free[:len(free)-1]
		for _, reader := range readers[address] {
			if left[reader]--; left[reader] == 0 {
				free = append(free, reader)
			}
		}
	}
	return taken < len(left)
}
