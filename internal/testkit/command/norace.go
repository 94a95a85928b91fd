//go:build !race

package command

// Slowness is how many times the time and memory of a plain build the program
// may take.
const Slowness = 1
