#!/usr/bin/env bash
# Draws COUNT mutants of ui and aws by SEED, and says which of them the tests notice.
#
# gremlins lists the mutants. It can run only all of a package, each with a build of its own
# and against that package's tests alone. So those drawn are built in together, each behind
# a switch (.ci/mutants), and the tests that run the line of one, of whatever package, are
# run with it until one fails. Only a test that fails twice has killed: others use the
# machine too. A mutant whose line no test runs has lived; one that does not compile is not
# drawn. Left out are aws/sim and ui/uitest, the world that the tests stand in.
#
# FOLDER=ui/kit draws in that folder alone, and runs its own tests alone: what others' tests
# would notice besides lives there.
#
# Which test runs which line is found out once, and kept in bin/.mutants until code changes.
set -eu -o pipefail
export LC_ALL=C CGO_ENABLED=0 GOFLAGS=-trimpath
SEED=${SEED:-1} COUNT=${COUNT:-100} WORKERS=${WORKERS:-2} FOLDER=${FOLDER:-}
# A loop without end is over by the first; a test that is then run alone has the second.
TIMEOUT=${TIMEOUT:-6m} ALONE=${ALONE:-2m}
cd "$(dirname "$0")/.."
gremlins=$PWD/${1:?usage: mutants.sh GREMLINS}
out=$PWD/bin/.mutants
code=$(git ls-files 'ui/*.go' 'aws/*.go' 'model/*.go' | grep -v _test.go | xargs cat | cksum | tr ' ' -)
cover=$out/cover-$code

# list prints FILE LINE COLUMN TYPE for every mutant, in an order of its own.
list() {
	local all=(--arithmetic-base --conditionals-boundary --conditionals-negation --increment-decrement --invert-negatives
		--invert-assignments --invert-bitwise --invert-bwassign --invert-logical --invert-loopctrl --remove-self-assignments)
	for part in ${FOLDER:-ui aws}; do
		# Its own coverage is of no use here, so it has no test to run for it.
		GOFLAGS='-trimpath -run=^$' "$gremlins" unleash --silent --dry-run "${all[@]}" -o "$out/list.json" "./$part" >/dev/null
		tr '{' '\n' <"$out/list.json" | sed -n -E -e 's/.*"file_name":"([^"]*)".*/file \1/p' \
			-e 's/.*"type":"([A-Z_]*)".*"line":([0-9]*),"column":([0-9]*).*/at \2 \3 \1/p' |
			awk -v part="$part" '$1 == "file" { file = part "/" $2; next } { print file, $2, $3, $4 }'
	done | grep -v -e '^aws/sim/' -e '^ui/uitest/' | sort -k 1,1 -k 2,2n -k 3,3n -k 4,4 |
		awk '{ at = $1 " " $2 " " $3 } !($4 == "INVERT_NEGATIVES" && at == last); { last = at }' # that is ARITHMETIC_BASE once more
}

# draw shuffles by SEED, alike on every system: a generator of its own numbers the lines.
draw() {
	awk -v seed="$SEED" '
		function next_random() { x = x * 16807 % 2147483647; return x }
		BEGIN { x = seed % 2147483646 + 1; for (i = 0; i < 10; i++) next_random() }
		{ print next_random(), $0 }' | sort -n | cut -d ' ' -f 2-
}

# profile writes, for each test of a package that has none yet, the blocks that it runs.
profile() {
	local package=$1 binary=$out/${1//\//_}.cover tests
	mkdir -p "$cover/$package"
	tests=$(cd "$package" && go test -vet=off -list . . | grep -E '^(Test|Fuzz|Example)' || true)
	tests=$(comm -23 <(sort <<<"$tests") <(ls "$cover/$package" | sort))
	[ -n "$tests" ] || return 0
	go test -c -vet=off -cover -covermode=set -coverpkg=./ui/...,./aws/... -o "$binary" "$package" 2>/dev/null
	# shellcheck disable=SC2016 # the inner shell expands it
	(cd "$package" && xargs -P "$WORKERS" -I TEST bash -c '
		"$1" -test.timeout "$ALONE" -test.run "^TEST\$" -test.coverprofile="$1.TEST" >/dev/null 2>&1
		sed -n "s/^nbscope\/\(.*\) [0-9]* 1\$/\1/p" "$1.TEST" >"$2/TEST"
		sed -n "s/^nbscope\/\(.*\) [0-9]* [01]\$/\1/p" "$1.TEST" >"$1.blocks.$$" && mv "$1.blocks.$$" "$1.blocks"
		rm -f "$1.TEST"' - "$binary" "$cover/$package" <<<"$tests")
	sort -u -o "$cover.blocks" "$binary.blocks" "$(test -e "$cover.blocks" && echo "$cover.blocks" || echo /dev/null)"
	rm -f "$binary" "$binary.blocks"
}

# within keeps, of lines "BLOCK" or "FILE:BLOCK", those whose block holds LINE and COLUMN.
within() {
	awk -v line="$1" -v column="$2" '{
		n = split($0, part, ":"); split(part[n], at, /[.,]/)
		if ((at[1] < line || at[1] == line && at[2] <= column) && (at[3] > line || at[3] == line && at[4] > column)) print }'
}

# tests prints "PACKAGE TEST" for every test that runs the line, the package's own first, and
# first of those what runs little else, which is most likely to be about it. What stands outside functions is in no block: there it is every test that runs any of the file,
# and where nothing in the file runs, every test of the package.
tests() {
	local file=$1 keep=(cat)
	if grep -F "$file:" "$cover.blocks" | within "$2" "$3" | grep -q .; then keep=(within "$2" "$3"); fi
	{
		if grep -q -F "$file:" "$cover.blocks"; then
			(cd "$cover" && grep -r -F "$file:" . || true) | "${keep[@]}" | cut -d : -f 1
		else
			(cd "$cover" && find "./$(dirname "$file")" -maxdepth 1 -type f)
		fi
	} | sort -u | sed -E 's/^(.*)\/([^/]*)$/\1 \2/' |
		awk -v own="./$(dirname "$file")" 'NR == FNR { blocks[$1 " " $2] = $3; next } { print $1 != own, $0, blocks[$0] }' "$cover.sizes" - |
		sort -k 1,2 -k 4,4n | cut -d ' ' -f 2,3
}

# binary builds a package's tests with a mutant that is built in alone, or with all others.
binary() {
	local way=$1 package=$2 file=$out/build/$1-${2//\//_}
	[ -e "$file" ] || go test -c -vet=off -overlay "$out/build/$way.json" -o "$file" "$package" >&2
	echo "$file"
}

# run runs tests of a mutant, with a bound on memory for loops that append.
run() {
	(ulimit -v 8000000 && cd "$2" && MUTANT=$number "$1" -test.failfast -test.timeout "$3" -test.run "^($4)\$") >"$said" 2>&1
}

# failed prints the tests that failed, or those that ran when the time was over.
failed() {
	sed -n -E -e 's/^--- FAIL: ([A-Za-z0-9_]+).*/\1/p' -e 's/^\t\t?(Test[A-Za-z0-9_]+)[^ ]* \([0-9hms.]+\)$/\1/p' "$said" | sort -u | paste -s -d '|' -
}

# try prints what becomes of one mutant: killed, endless or lived, and by which test.
try() {
	local number=$1 way=$2 file=$3 at="$3:$4:$5 $6" said=$out/build/said-$1 package names run tests attempt which
	[ "$way" = together ] || way=$way-$number
	tests=$(tests "$file" "$4" "$5")
	for package in $(cut -d ' ' -f 1 <<<"$tests" | uniq); do
		run=$(binary "$way" "$package")
		# A few at first, as those are most likely to fail.
		for names in $(sed -n "s|^$package ||p" <<<"$tests" | awk '{ printf "%s%s", sep, $0; sep = NR == 8 || NR == 40 ? "\n" : "|" }'); do
			for attempt in 1 2 3; do
				run "$run" "$package" "$TIMEOUT" "$names" && continue 2
				which=$(failed)
				run "$run" "$package" "$ALONE" "${which:-$names}" && continue
				if grep -q '^panic: test timed out' "$said"; then echo "endless $at $package $which"; else echo "killed $at $package $which"; fi
				return
			done
			echo "undecided $at $package $which"
		done
	done
	echo "lived $at $(grep -c . <<<"$tests") tests run it"
}

mkdir -p "$out"
packages=$(git ls-files 'ui/*_test.go' 'aws/*_test.go' | xargs -n 1 dirname | sort -u | sed 's|^|./|')
if [ -n "$FOLDER" ]; then packages=$(grep -x -E "./$FOLDER(/.*)?" <<<"$packages"); else packages=". $packages"; fi
export ALONE
for package in $packages; do profile "$package"; done
(cd "$cover" && find . -type f -exec wc -l {} +) | sed -n -E 's/^ *([0-9]+) (.*)\/([^/]*)$/\2 \3 \1/p' >"$cover.sizes"
rm -rf "$out/build"
mkdir "$out/build"
list | draw >"$out/drawn"
go run ./.ci/mutants -count "$COUNT" -out "$out/build" <"$out/drawn" >"$out/taken"
echo "seed $SEED: $COUNT of $(wc -l <"$out/drawn") mutants" | tee "$out/results"
for package in $packages; do binary together "$package" >/dev/null; done
export -f try tests within binary run failed
export out cover TIMEOUT
# shellcheck disable=SC2016 # the inner shell expands it
xargs -P "$WORKERS" -L 1 bash -c 'try "$@"' - <"$out/taken" | tee -a "$out/results"
awk '{ n[$1]++ } END { printf "killed %d, without end %d, lived %d\n", n["killed"], n["endless"], n["lived"] }' "$out/results"
