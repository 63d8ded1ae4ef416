#!/usr/bin/env bash
# Measures every budget and prints it beside its bound. Nothing here fails on
# time: figures are for people. The process measurements need Linux.
set -eu -o pipefail
cd "$(dirname "$0")/.."
exec go run ./.ci/bench -bin "$PWD/bin/nbscope" "$@"
