#!/bin/sh
# remediate.sh [commit]
#
# Rewrites the git clone that it is run in, and says in $REPORTS what became of
# it: see recipe.sh. The page ends with a trailer that names the tree of the
# commit; with commit the change is committed, and the page is the message.
#
# A clone with changes that are not committed, in the middle of a merge, or with
# a submodule checked out is refused: the commit could not be told from them.
# Fails when it is refused, or when there was trouble and nothing could be done;
# what is left to people stands on the page. Tables with replicas are left to
# people, too, because Terraform re-creates live replicas: REPLICAS=fix fixes them.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source-path=SCRIPTDIR source=recipe.sh
. "$here/recipe.sh"
repository=${REPOSITORY:-${XARGS_REPO_OWNER:+$XARGS_REPO_OWNER/$XARGS_REPO_NAME}}
origin=$(git config --get remote.origin.url) || origin=$PWD
about "${repository:-$origin}" "$origin"
begin interrupted

git rev-parse --git-dir >/dev/null || stop failed 'not a git repository'
base=$(git rev-parse --verify --quiet HEAD) || stop unchanged 'no commits'
dirty=$(git status --porcelain --untracked-files=normal)
if [ -n "$dirty" ]; then
	stop refused "not committed: $(printf '%s\n' "$dirty" | head -n 1 | cut -c 4-)"
fi
for state in MERGE_HEAD CHERRY_PICK_HEAD REVERT_HEAD rebase-merge rebase-apply; do
	[ ! -e "$(git rev-parse --git-path "$state")" ] || stop refused "a merge or rebase is not finished: $state"
done
submodule=$(git -c core.quotePath=false ls-files --stage | sed -n 's/^160000 [0-9a-f]* 0.//p' |
	while IFS= read -r path; do [ ! -e "$path/.git" ] || printf '%s\n' "$path"; done)
[ -z "$submodule" ] || stop refused "a submodule is checked out: $submodule"
if [ -n "${XARGS_REPO_NAME-}" ]; then # git-xargs has pulled what the branch is on the remote
	# shellcheck disable=SC2046
	all_ours $(git rev-list HEAD --not --exclude=cmkify --branches)
fi

status=0
said=$(cmkify --quiet --replicas "${REPLICAS:-skip}" --format "markdown=$page" --format "jsonl=$lines" 2>&1) || status=$?
[ -z "$said" ] || printf '%s\n' "$said" >&2
case $status in
0) why= ;;
1) why='something is left to people; see its page' ;;
2) why=$(printf '%s\n' "$said" | head -n 1) ;;
*) stop failed "cmkify exits $status" ;;
esac
if git diff --quiet; then
	[ "$status" -lt 2 ] || stop failed "$why"
	stop unchanged "$why"
fi
git add --update :/
tree=$(git write-tree)
printf '\nCmkify-Tree: %s\n' "$tree" >>"$page"
if [ "${1-}" = commit ]; then
	said=$(sed '1s/^# //' "$page" | git commit --quiet --cleanup=whitespace --file=- 2>&1) || stop failed "git commit: $(reason "$said")"
	ours HEAD || stop failed 'a hook of git changed the commit'
else
	git reset --quiet
fi
stop fixed "$why"
