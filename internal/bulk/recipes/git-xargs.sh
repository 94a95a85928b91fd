#!/bin/sh
# git-xargs.sh LIST [FLAG ...]
#
# Runs git-xargs for the repositories in a file, an OWNER/NAME a line. It runs
# once for all of them without pushing, for the reports, and then once for each
# that changes: so every pull request has the title and the body of its own
# page. The flags go to git-xargs, as --draft or --reviewers. git-xargs does not
# force a push; where it cannot push or open a pull request, that is an outcome.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source-path=SCRIPTDIR source=recipe.sh
. "$here/recipe.sh"
list=$1
shift
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

tr -d "\"', \t\r" <"$list" | awk 'NF && !seen[$0]++' >"$work/list"
while IFS= read -r repository; do
	about "$repository"
	begin 'git-xargs did not get to it'
done <"$work/list"
git-xargs "$@" --repos "$work/list" --branch-name cmkify --dry-run sh "$here/remediate.sh" </dev/null || :

while IFS= read -r repository; do
	about "$repository"
	is fixed || continue
	title=$(sed -n '1s/^# //p' "$page")
	body=$(sed 1,2d "$page")
	git-xargs "$@" --repo "$repository" --branch-name cmkify --no-skip-ci --commit-message "$(sed '1s/^# //' "$page")" \
		--pull-request-title "$title" --pull-request-description "$body" sh "$here/remediate.sh" </dev/null 2>&1 | tee "$work/said"
	if grep -q -e 'Pull requests opened' -e 'a pull request was already open' "$work/said"; then
		amend pushed
	elif is fixed; then
		amend failed 'git-xargs did not open a pull request'
	fi
done <"$work/list"
ending "$work/list"
