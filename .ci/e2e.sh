#!/usr/bin/env bash
# Runs nbscope against parts that nobody here wrote. Finds or installs the AWS
# CLI, moto_server and tmux; what cannot be had is named. On CI (CI is set) that
# is a failure; elsewhere the parts that need it are left out, and said so.
set -eu -o pipefail
cd "$(dirname "$0")/.."

venv=$PWD/bin/e2e-python
[ -d "$venv/bin" ] && PATH=$venv/bin:$PATH

have() { command -v "$1" >/dev/null 2>&1; }

from_pip() { # command, package
	have "$1" && return
	have python3 || return 0
	echo "installing $2 into bin/e2e-python"
	[ -d "$venv" ] || python3 -m venv "$venv" || return 0
	"$venv/bin/pip" install --quiet "$2" || return 0
	PATH=$venv/bin:$PATH
}

from_system() { # command, packages…
	have "$1" && return
	shift
	if have apt-get && [ "$(id -u)" = 0 ]; then
		echo "installing $* with apt-get"
		(apt-get update -qq && apt-get install -y -qq "$@") >/dev/null || return 0
	elif have brew; then
		brew install --quiet "$@" || return 0
	fi
}

from_pip aws awscli
from_pip moto_server 'moto[server,sagemaker,s3]'
# What stands before Python's programs, as pyenv's scripts do, starts slower than they do.
! have python3 || PATH=$(python3 -c 'import os, sys; print(os.path.dirname(sys.executable))'):$PATH
from_system tmux tmux
from_system jupyter-notebook jupyter-notebook python3-terminado python3-ipykernel
from_system jupyter-server jupyter-server python3-terminado python3-ipykernel

parts=''
known=''
missing=''
need() { # part, commands…
	local part=$1 lacks='' c
	shift
	known="$known${known:+|}$part"
	for c in "$@"; do have "$c" || lacks="$lacks $c"; done
	if [ -n "$lacks" ]; then
		missing="$missing
  $part needs:$lacks"
	else
		parts="$parts${parts:+|}$part"
	fi
}
need TestSim aws
need TestMoto aws moto_server
need TestTmux tmux
need TestJupyter jupyter-notebook jupyter-server python3
need TestMotoTmux tmux moto_server aws
need TestDist dpkg make go
need TestCopy python3 bash tar find curl

stray=$(grep -ho '^func Test[A-Za-z0-9_]*' .ci/e2e/*_test.go | sed 's/^func //' | grep -vE "^($known)" || true)
if [ -n "$stray" ]; then
	echo "e2e: tests that belong to no part and would not run: $stray" >&2
	exit 1
fi
if [ -n "$missing" ]; then
	echo "e2e: not everything is here:$missing" >&2
	[ -z "${CI:-}" ] || exit 1
fi
if [ -z "$parts" ]; then
	echo "e2e: nothing could be run" >&2
	exit 1
fi
# One test more than cores: they wait a quarter of the time.
NBSCOPE_BIN=$PWD/bin/nbscope go test -count=1 -parallel "$(($(nproc 2>/dev/null || echo 2) + 1))" -timeout 40m -tags e2e -run "^($parts)" -v ./.ci/e2e
