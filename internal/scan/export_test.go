package scan

// What the tests of package scan_test, which sees the golden cases, hold.
const (
	MaxDepth   = maxDepth
	MaxHeredoc = maxHeredoc
)
