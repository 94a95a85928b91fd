#!/bin/sh
# shard.sh INDEX COUNT LIST
#
# Runs one.sh, four at once, for its share of the clone URLs in a file: each
# COUNTth line, from INDEX on, which counts from 0. A repository that fails does
# not stop the others; the exit status is then 123.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
awk -v index_="$1" -v count="$2" 'NF && NR % count == index_' "$3" | xargs -r -P 4 -n 1 sh "$here/one.sh"
