#!/usr/bin/env bash
# Guards the size of the stripped binary, and the reason why it is small: the
# linker drops methods that nothing calls only while no code asks for methods by
# name through reflection. text/template alone would add 7 MB of SDK methods.
set -eu -o pipefail
bin=$1
limit=$((28 * 1000 * 1000))
size=$(wc -c <"$bin")
printf 'binary: %s bytes of %s\n' "$size" "$limit"
if [ "$size" -gt "$limit" ]; then
	echo "the binary is over its limit" >&2
	exit 1
fi
deps=$(mktemp)
trap 'rm -f "$deps"' EXIT
go build -o /dev/null -ldflags=-dumpdep . 2>"$deps" || { tail -n 5 "$deps" >&2; exit 1; }
if ! grep -q 'main.main' "$deps"; then
	echo "the linker printed no dependencies: this check would pass whatever is linked" >&2
	exit 1
fi
if grep -E '<ReflectMethod>' "$deps"; then
	echo "the lines above switch off the linker's removal of methods that nothing calls" >&2
	exit 1
fi
echo "dead-code removal: on"
