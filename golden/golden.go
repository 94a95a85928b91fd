// Package golden holds the golden cases that the program shows as examples,
// each by its path in this folder.
package golden

import "embed"

// Examples are the cases that package internal/explain names.
//
//go:embed calls/key-per-module.txtar calls/only.txtar command/unnamed-file.txtar
//go:embed declined/broken-sibling.txtar declined/generated.txtar declined/global-table-v1.txtar
//go:embed declined/ignore-changes.txtar declined/key-disabled.txtar declined/old-provider.txtar
//go:embed declined/per-instance-region.txtar declined/unknown-dynamic.txtar declined/unknown-enabled.txtar
//go:embed json/member-twice.txtar
//go:embed problems/disabled.txtar problems/key-id.txtar problems/managed-alias.txtar problems/no-block.txtar
//go:embed problems/no-key.txtar problems/not-rotated-absent.txtar problems/unusable-asymmetric.txtar
//go:embed published/replicas.txtar published/unknown.txtar
//go:embed replicas/dynamic-5.txtar replicas/multi-region.txtar replicas/provider-5-module.txtar
//go:embed replicas/resource.txtar replicas/strong.txtar
//go:embed suppressions/own.txtar
//go:embed values/dynamic-empty.txtar values/one-unknown.txtar values/disabled-unknown-branch.txtar
//go:embed warnings/cross-account.txtar warnings/deferred-data.txtar warnings/document.txtar warnings/imported.txtar warnings/mocked-test.txtar
//go:embed warnings/policy-none.txtar warnings/stale-comment.txtar warnings/stale-test.txtar warnings/state-lock.txtar
var Examples embed.FS
