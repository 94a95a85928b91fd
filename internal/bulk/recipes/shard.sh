#!/bin/sh
# shard.sh INDEX COUNT LIST
#
# Runs one.sh, four at once, for its share of the clone URLs in a file: each
# COUNTth line, from INDEX on, which counts from 0. A repository that fails does
# not stop the others. Ends with a list of those that failed or were refused;
# fails when one has failed.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source-path=SCRIPTDIR source=recipe.sh
. "$here/recipe.sh"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap : INT # the list is printed in any case

awk -v index_="$1" -v count="$2" '{ sub(/[ \t\r]+$/, "") } NF && !seen[$0]++ && n++ % count == index_' "$3" >"$work/share"
while IFS= read -r url; do
	about "$url"
	begin 'not begun'
done <"$work/share"

# xargs would end at the first that is killed, so that a shell stands between.
# shellcheck disable=SC2016
tr '\n' '\0' <"$work/share" | xargs -0 -r -P 4 -n 1 sh -c 'sh "$0" "$1" || :' "$here/one.sh" || :

ending "$work/share"
