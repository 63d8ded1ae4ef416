#!/usr/bin/env bash
# Makes the pictures of the README from the real program on the demo world.
set -eu -o pipefail
cd "$(dirname "$0")/.."
mkdir -p docs/pictures
exec go run ./.ci/pictures "$@"
