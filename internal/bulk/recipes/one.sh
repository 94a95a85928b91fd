#!/bin/sh
# one.sh URL
#
# Clones a repository, lets remediate.sh commit to a branch cmkify, and pushes
# that, if there is a change.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
REPOSITORY=$(printf %s "${1%.git}" | sed 's#.*[:/]\([^/]*/[^/]*\)$#\1#')
export REPOSITORY
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

git clone --quiet --depth 1 "$1" "$work/clone"
cd "$work/clone"
before=$(git rev-parse --verify --quiet HEAD) || exit 0 # no commit yet
git switch --quiet --create cmkify
sh "$here/remediate.sh" commit
if [ "$(git rev-parse HEAD)" != "$before" ]; then
	git push --quiet --force origin cmkify
fi
