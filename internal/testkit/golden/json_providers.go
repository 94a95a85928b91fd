package golden

import "strings"

// ofProvider returns the argument that a path leads to in the configurations of a
// provider, "" for these themselves.
func ofProvider(path string) (argument string, is bool) {
	rest, is := strings.CutPrefix(path, "provider.")
	_, argument, _ = strings.Cut(rest, ".")
	return argument, is
}

// aliasesOf returns the aliases of the provider configurations of a file, as
// written.
func aliasesOf(tokens []jsonToken) map[string]bool {
	out := map[string]bool{}
	for _, t := range tokens {
		if argument, is := ofProvider(t.path); is && argument == "alias" && t.leaf {
			out[t.text] = true
		}
	}
	return out
}

// addedProviders returns which tokens a fix may add for a key in another region:
// provider configurations whose alias was not there, and the brackets of the
// list that these are in; that what is in the list was there all tokens tell.
func (f *folder) addedProviders(tokens []jsonToken, aliases map[string]bool) map[int]bool {
	added := map[int]bool{}
	if len(f.made) == 0 {
		return added
	}
	begin, alias := 0, ""
	for i, t := range tokens {
		switch argument, is := ofProvider(t.path); {
		case is && argument == "alias" && t.leaf:
			alias = t.text
		case !is || argument != "":
		case t.text == "[" || t.text == "]":
			added[i] = true
		case t.text == "{":
			begin, alias = i, ""
		case t.text == "}" && alias != "" && !aliases[alias]:
			for n := begin; n <= i; n++ {
				added[n] = true
			}
		}
	}
	return added
}

// indentedInList reports whether a gap has become another one as the provider
// configuration behind it has become an element of a list: with the same
// lines, and deeper.
func indentedInList(path, was, now string) bool {
	a, b := strings.Split(was, "\n"), strings.Split(now, "\n")
	if _, is := ofProvider(path); !is || len(a) != len(b) || a[0] != b[0] || len(a) < 2 {
		return false
	}
	for i := range a {
		if strings.TrimLeft(a[i], " \t") != strings.TrimLeft(b[i], " \t") || !strings.HasPrefix(b[i], a[i][:len(a[i])-len(strings.TrimLeft(a[i], " \t"))]) {
			return false
		}
	}
	return true
}
