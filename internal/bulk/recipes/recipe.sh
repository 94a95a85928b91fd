# shellcheck shell=sh
# What the recipes share, read by each of them: the files about a repository in
# $REPORTS, what became of it, and which commits are cmkify's.
#
#   NAME.md             the page of cmkify, fit to be the body of a pull request
#   NAME.jsonl          its findings and errors
#   NAME.outcome.jsonl  one line more, {"type": "outcome", ...}
#
# An outcome is unchanged, fixed (in the clone), pushed, refused or failed.
case ${REPORTS:?the folder for the reports, outside the clones} in
/*) mkdir -p "$REPORTS" ;;
*) echo "REPORTS is $REPORTS: not an absolute path" >&2 && exit 1 ;;
esac
export LC_ALL=C # git's messages are read below

# about REPOSITORY [REMOTE] sets the names of the files. They are unique for
# every repository, whatever is in its name: a hash of it is a part of them.
about() {
	remote=$(without_credentials "${2:-$1}")
	name=$(without_credentials "$1")
	hash=$(printf %s "$name" | git -C / hash-object --stdin | cut -c 1-12)
	name=$(printf %s "$name" | sed -e 's#/*$##' -e 's#\.git$##' -e 's#.*[:/]\([^:/]*/[^/]*\)$#\1#' | tr -c 'A-Za-z0-9' - | sed 's/^-*//' | cut -c 1-80)
	name=${name:+$name-}$hash
	page=$REPORTS/$name.md
	lines=$REPORTS/$name.jsonl
	base=
}

without_credentials() {
	printf %s "$1" | sed -e 's#^\(https*://\)[^/]*@#\1#' -e 's#^\([A-Za-z+]*://[^/:@]*\):[^/]*@#\1@#'
}

# begin WHY forgets what a former run has said. Until another outcome is
# written, also when this run is killed, the repository has failed.
begin() {
	rm -f "$page" "$lines"
	outcome failed "$1" >/dev/null
}

# outcome OUTCOME [WHY] writes what became of the repository, and prints it.
outcome() {
	why=$(printf %s "${2-}" | tr '\t\n' '  ' | tr -c ' -~' '?') # names of people and files are in it
	printf '{"type":"outcome","repository":{"path":".","commit":"%s","remote":"%s"},"outcome":"%s","why":"%s"}\n' \
		"$base" "$(quoted "$remote")" "$1" "$(quoted "$why")" >"$REPORTS/$name.new"
	mv -f "$REPORTS/$name.new" "$REPORTS/$name.outcome.jsonl"
	printf '%s\t%s\t%s\n' "$1" "$remote" "$why"
}

# amend OUTCOME [WHY] replaces the outcome that remediate.sh has written and, if
# it is given, the reason. Both are plain words.
amend() {
	sed "s/\"},\"outcome\":\"[a-z]*\",\"why\":\"\(.*\)\"}\$/\"},\"outcome\":\"$1\",\"why\":\"${2-\\1}\"}/" "$REPORTS/$name.outcome.jsonl" >"$REPORTS/$name.new"
	mv -f "$REPORTS/$name.new" "$REPORTS/$name.outcome.jsonl"
}

# is OUTCOME tells whether that is what has been written.
is() { grep -q "\"},\"outcome\":\"$1\"," "$REPORTS/$name.outcome.jsonl"; }

quoted() { printf %s "$1" | tr -d '\000-\037\177' | sed 's/[\\"]/\\&/g'; }

# stop OUTCOME [WHY] is the end.
stop() {
	outcome "$@"
	case $1 in refused | failed) exit 1 ;; esac
	exit 0
}

# ending LIST prints how many of the listed repositories had which outcome, and
# those that failed or were refused. It fails when one has failed.
ending() {
	outcomes=$(while IFS= read -r listed; do
		about "$listed"
		cat "$REPORTS/$name.outcome.jsonl"
	done <"$1")
	printf '\n'
	for became in unchanged fixed pushed refused failed; do
		printf '%s %s\n' "$(printf '%s\n' "$outcomes" | grep -c "\"},\"outcome\":\"$became\",")" "$became"
		case $became in
		refused | failed)
			printf '%s\n' "$outcomes" | sed -n "s/.*\"remote\":\"\(.*\)\"},\"outcome\":\"$became\",\"why\":\"\(.*\)\"}\$/  \1: \2/p"
			;;
		esac
	done
	case $outcomes in *'"},"outcome":"failed",'*) return 1 ;; esac
}

# reason prints the one line of what git said that tells why it failed, and all
# of it to stderr.
reason() {
	printf '%s\n' "$1" >&2
	for pattern in '^ *!' '^fatal:' '^error:' .; do
		if printf '%s\n' "$1" | grep "$pattern" | head -n 1 | sed 's/^ *//' | grep .; then
			return
		fi
	done
}

# ours COMMIT tells whether cmkify made a commit, and nobody has amended it:
# its trailer Cmkify-Tree names its tree.
ours() {
	[ "$(git -c log.showSignature=false log -1 --format='%(trailers:key=Cmkify-Tree,valueonly)' "$1")" = "$(git rev-parse "$1^{tree}")" ]
}

# all_ours COMMIT ... stops where a commit on the branch cmkify is not cmkify's.
all_ours() {
	for commit; do
		ours "$commit" || stop refused "its branch cmkify has a commit of $(git -c log.showSignature=false log -1 --format=%an "$commit"): $commit"
	done
}
