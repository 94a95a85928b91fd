#!/bin/sh
# one.sh URL
#
# Clones a repository, lets remediate.sh commit its fix, and pushes that to the
# branch cmkify. Prints one line: the outcome, the URL and why.
#
# A branch cmkify that is there already is replaced only when every commit on
# it is one that remediate.sh made, and only as long as it stays what it was
# when that was found out. What has the same files is not pushed again.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source-path=SCRIPTDIR source=recipe.sh
. "$here/recipe.sh"
REPOSITORY=$1
export REPOSITORY GIT_TERMINAL_PROMPT=0
branch=refs/heads/cmkify

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
about "$1"
begin interrupted
trap 'stop failed interrupted' HUP INT TERM

said=$(git clone --quiet --depth 1 -- "$1" "$work/clone" 2>&1) || stop failed "$(reason "$said")"
cd "$work/clone"
heads=$(git ls-remote --heads origin) || stop failed 'its branches cannot be listed'
if ! base=$(git rev-parse --verify --quiet HEAD); then
	[ -z "$heads" ] || stop failed 'its HEAD is a branch that does not exist'
	stop unchanged 'no commits'
fi
if [ "$(git symbolic-ref --quiet HEAD)" = "$branch" ]; then
	stop refused 'cmkify is its default branch'
fi
git switch --quiet --create cmkify

said=$(sh "$here/remediate.sh" commit) || failed=$?
if [ -n "${failed-}" ] || [ "$(git rev-parse HEAD)" = "$base" ]; then
	[ -n "$said" ] || stop failed 'remediate.sh did not end'
	printf '%s\n' "$said"
	exit "${failed-0}"
fi
why=$(printf '%s\n' "$said" | cut -f 3)

theirs=
if printf '%s\n' "$heads" | grep -q "[[:space:]]$branch\$"; then
	set -- origin HEAD "+$branch:refs/theirs"
	[ "$(git rev-parse --is-shallow-repository)" = false ] || set -- --unshallow "$@"
	said=$(git fetch --quiet "$@" 2>&1) || stop failed "$(reason "$said")"
	theirs=$(git rev-parse refs/theirs)
	if git diff --quiet "$theirs" HEAD; then
		stop unchanged 'its branch cmkify has this change already'
	fi
	# shellcheck disable=SC2046
	all_ours "$theirs" $(git rev-list "$theirs" "^$base")
fi
said=$(git push --quiet --force-with-lease="$branch:$theirs" origin "HEAD:$branch" 2>&1) || stop failed "$(reason "$said")"
stop pushed "$why"
