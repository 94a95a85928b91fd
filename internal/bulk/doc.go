// Package bulk holds the recipes for many repositories, and the tests that run
// them as the engines do, against bare repositories on this machine.
package bulk
