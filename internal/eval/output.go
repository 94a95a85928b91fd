package eval

// OutputGiving returns the name of an output of the instance that gives a stand-in
// which is wanted, the first by name; "" for none.
func (i *Instance) OutputGiving(wanted func(*StandIn) bool) string {
	for _, name := range i.OutputNames() {
		if i.Output(name) == nil {
			continue
		}
		if s := i.ev.StandIn(i.outputValue(name)); s != nil && wanted(s) {
			return name
		}
	}
	return ""
}
