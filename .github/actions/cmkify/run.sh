#!/bin/sh
# Runs cmkify as the inputs of the action say: CMKIFY is the program, CMKIFY_PATHS
# has a path on each line, CMKIFY_MODE is check, dry-run or fix, CMKIFY_SARIF a
# file or nothing. The page about the run goes to the summary of the job.
set -u

page=$(mktemp) || exit 2
trap 'rm -f "$page"' EXIT

set -- --format "markdown=$page"
case ${CMKIFY_MODE:-check} in
check) set -- "$@" --check --format github ;;
dry-run) set -- "$@" --dry-run ;;
fix) ;;
*)
  echo "mode: want check, dry-run or fix, not $CMKIFY_MODE" >&2
  exit 2
  ;;
esac
if [ -n "${CMKIFY_SARIF:-}" ]; then
  set -- "$@" --format "sarif=$CMKIFY_SARIF"
fi
set -- "$@" --
while IFS= read -r path; do
  if [ -n "$path" ]; then
    set -- "$@" "$path"
  fi
done <<EOF
${CMKIFY_PATHS:-.}
EOF

"$CMKIFY" "$@"
status=$?
if [ -n "${GITHUB_STEP_SUMMARY:-}" ] && [ -s "$page" ]; then
  cat "$page" >>"$GITHUB_STEP_SUMMARY"
fi
exit "$status"
