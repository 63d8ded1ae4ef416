#!/usr/bin/env bash
# Runs every fuzz target of the module, one after another, for the time given.
set -eu -o pipefail
time=${1:?usage: fuzz.sh DURATION}
found=0
while IFS=: read -r file target; do
	found=1
	echo "== $target in $(dirname "$file")"
	go test "./$(dirname "$file")" -run '^$' -fuzz "^$target\$" -fuzztime "$time"
done < <(git grep -oE '^func Fuzz[A-Za-z0-9_]+' -- '*_test.go' | sed 's/:func /:/')
if [ "$found" = 0 ]; then
	echo "no fuzz target was found" >&2
	exit 1
fi
