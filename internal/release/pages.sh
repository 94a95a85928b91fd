#!/bin/sh
# Writes the manual page and the completions that a release has into a folder.
set -eu
folder=$1
mkdir -p "$folder"
go run . man >"$folder/cmkify.1"
for shell in bash zsh fish; do
  go run . --completion "$shell" >"$folder/cmkify.$shell"
done
