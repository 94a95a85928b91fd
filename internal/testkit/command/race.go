//go:build race

package command

// Slowness is how many times the time and memory of a plain build the program
// may take: the race detector's documentation names factors of 2 to 20.
const Slowness = 8
