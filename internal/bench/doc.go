// Package bench holds the benchmarks of whole runs. Each compares a run with
// one Go function that walks the same tree and reads every .tf file in it, so
// that its numbers mean the same on a fast and on a busy machine. README.md
// says how to run them, and how to compare with other programs.
package bench
