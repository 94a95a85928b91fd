// Package hook holds the tests of the pre-commit hooks: a real pre-commit
// installs them from this checkout and runs them on real commits.
package hook
