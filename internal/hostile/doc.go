// Package hostile holds the test that runs the built command on trees made to
// break it: files no parser bears, names that fool terminals, links, pipes and
// full disks. Each gives one clear error, and the rest of the tree is done.
package hostile
