#!/bin/sh
# turbolift.sh [FLAG ...]
#
# Runs in the folder of a turbolift campaign, after turbolift clone: commits the
# fix in every clone, and opens pull requests one by one, so that each has the
# title and the body of its own page. The flags go to turbolift create-prs, as
# --draft. turbolift does not force a push; where it cannot push or open a pull
# request, that is an outcome.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source-path=SCRIPTDIR source=recipe.sh
. "$here/recipe.sh"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# A line is OWNER/NAME or HOST/OWNER/NAME, and the clone is in work/OWNER/NAME.
sed -e '/^#/d' -e '/^$/d' repos.txt >"$work/lines"
sed 's#.*/\([^/]*/[^/]*\)$#\1#' "$work/lines" >"$work/list"
while IFS= read -r repository; do
	about "$repository"
	begin 'turbolift did not clone it'
done <"$work/list"
# shellcheck disable=SC2016
turbolift foreach -- sh -c 'REPOSITORY=${PWD#"${PWD%/*/*}/"} exec sh "$0" commit' "$here/remediate.sh" </dev/null || :

# pending tells whether a commit of cmkify is in the clone that is not pushed.
pending() { [ -d "$1" ] && cd "$1" && ours HEAD && [ "$(git rev-parse HEAD)" != "$(git rev-parse --verify --quiet '@{upstream}')" ]; }

while IFS= read -r line; do
	repository=${line#"${line%/*/*}/"}
	about "$repository"
	(pending "work/$repository") || continue
	printf '%s\n' "$line" >"$work/one"
	git -C "work/$repository" -c log.showSignature=false log -1 --format='# %B' >"$work/page"
	turbolift create-prs "$@" --repos "$work/one" --description "$work/page" </dev/null 2>&1 | tee "$work/said"
	if grep -q '1 OK' "$work/said"; then
		amend pushed
	else
		amend failed 'turbolift did not open a pull request'
	fi
done <"$work/lines"
ending "$work/list"
