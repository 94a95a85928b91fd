package graph

import "slices"

// cycles returns the sets of addresses that depend on each other, each sorted.
func (g *Graph) cycles() [][]string {
	t := &tarjan{Graph: g, index: map[string]int{}, low: map[string]int{}, on: map[string]bool{}}
	for name := range g.Edges {
		if t.index[name] == 0 {
			t.visit(name)
		}
	}
	return t.found
}

// tarjan finds strongly connected components, without recursion: locals may
// refer to each other thousands deep.
type tarjan struct {
	*Graph
	index, low map[string]int
	on         map[string]bool
	stack      []string
	found      [][]string
}

func (t *tarjan) visit(root string) {
	type step struct {
		name string
		next int
	}
	path := []step{{name: root}}
	t.enter(root)
	for len(path) > 0 {
		s := &path[len(path)-1]
		if list := t.Graph.next(s.name); s.next < len(list) {
			to := list[s.next].To
			s.next++
			switch {
			case t.index[to] == 0:
				t.enter(to)
				path = append(path, step{name: to})
			case t.on[to]:
				t.low[s.name] = min(t.low[s.name], t.index[to])
			}
			continue
		}
		t.leave(s.name)
		path = path[:len(path)-1]
		if len(path) > 0 {
			above := path[len(path)-1].name
			t.low[above] = min(t.low[above], t.low[s.name])
		}
	}
}

func (t *tarjan) enter(name string) {
	t.index[name] = len(t.index) + 1
	t.low[name] = t.index[name]
	t.stack = append(t.stack, name)
	t.on[name] = true
}

func (t *tarjan) leave(name string) {
	if t.low[name] != t.index[name] {
		return
	}
	at := slices.Index(t.stack, name)
	component := slices.Clone(t.stack[at:])
	t.stack = t.stack[:at]
	for _, n := range component {
		t.on[n] = false
	}
	if len(component) > 1 {
		slices.Sort(component)
		t.found = append(t.found, component)
	}
}

// NewCycle returns a cycle of the graph that was not in another one, nil when
// there is none.
func (g *Graph) NewCycle(before *Graph) []string {
	found := g.cycles()
	if len(found) == 0 {
		return nil
	}
	old := before.cycles()
	for _, c := range found {
		known := slices.ContainsFunc(old, func(o []string) bool {
			return !slices.ContainsFunc(c, func(name string) bool { return !slices.Contains(o, name) })
		})
		if !known {
			return c
		}
	}
	return nil
}
