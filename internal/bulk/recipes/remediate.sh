#!/bin/sh
# remediate.sh [commit]
#
# Rewrites the git clone that it is run in. What there is to say goes to the
# folder $REPORTS, outside the clone: <name>.md, fit to be the body of a pull
# request, and <name>.jsonl, to be joined with others by cat. With commit the
# change is committed, and the page is the message. Fails when there was trouble
# and nothing could be done; else what is left to people stands on the page.
set -eu
: "${REPORTS:?the folder for the reports, outside the clone}"
name=${REPOSITORY:-${XARGS_REPO_OWNER:+$XARGS_REPO_OWNER/$XARGS_REPO_NAME}}
name=$(printf %s "${name:-${PWD##*/}}" | tr / -)
mkdir -p "$REPORTS"

status=0
cmkify --quiet --format "markdown=$REPORTS/$name.md" --format "jsonl=$REPORTS/$name.jsonl" || status=$?
if [ "$status" -gt 2 ]; then
	exit "$status" # interrupted
fi
if git diff --quiet; then
	[ "$status" -lt 2 ]
	exit
fi
if [ "${1-}" = commit ]; then
	sed '1s/^# //' "$REPORTS/$name.md" | git commit --quiet --all --cleanup=whitespace --file=-
fi
