// Package crash kills cmkify: its tests run the built command over a tree, end
// it with SIGKILL at random moments and at every write, sync and rename, and
// look at what is left. A file is wholly old or wholly new, no table refers to
// a key that is not there, and the next run makes the tree what an undisturbed
// run makes it.
package crash
