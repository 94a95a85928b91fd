package engine

// Whole returns options of a run that reads all blocks or, as any run does, those
// that matter. How many are left unread is counted.
func Whole(o Options, all bool, left *int) Options {
	o.readAll, o.left = all, left
	return o
}

// Same keeps all of a result.
func Same(r Result) Result { return r }
