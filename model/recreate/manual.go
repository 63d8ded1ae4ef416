package recreate

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// byHand is the copy that a person makes by a plan.
type byHand struct{ *Plan }

// file is the script of a copy by hand, and folder what it packs into, in
// the home: both have the run in their name, so that no other's is taken for it.
func (p byHand) file() string   { return "/tmp/nbscope-" + slug(p.RunID) + ".sh" }
func (p byHand) folder() string { return "nbscope-copy-" + slug(p.RunID) }

// script are the commands that write the script of a copy by hand, a command
// for each function of it. It needs what Amazon Linux 2 has: bash 4.2, coreutils 8.22,
// tar 1.26. It has no single quote, so that it reads the same in the commands.
func (p byHand) script() []string {
	chunks := append([]string{p.head()}, manualVerbs()...)
	out := make([]string, 0, len(chunks)+1)
	to := " >"
	for _, c := range chunks {
		// No line of it has a single quote.
		lines := "'" + strings.ReplaceAll(strings.TrimSpace(c), "\n", "' '") + "'"
		out = append(out, `printf '%s\n' `+lines+to+p.file())
		to = " >>"
	}
	return append(out, "bash -n "+p.file()+" && echo 'the script is whole'")
}

// head says what the script is of, and how it reads a tree. Lists are taken from
// one find each, and every pipe fails where a part of it does.
func (p byHand) head() string {
	assign := func(name, value string) string { return name + `="` + slug(value) + `"` }
	return strings.Join([]string{
		"set -euo pipefail",
		"export LC_ALL=C",
		"umask 077",
		assign("run", p.RunID),
		assign("account", p.Source.Account),
		assign("region", p.Source.Region),
		assign("source", p.Source.Name),
		`home="` + home + `"`,
		`work="/tmp/nbscope-$run"`,
		`pack="nbscope-copy-$run"`,
		`last="nbscope-last-$run"`,
		`key="nbscope/$account/$region/$source/$run"`,
		`fail() { echo "nbscope: $*" >&2; exit 1; }`,
		`verb=${1:-}; shift || fail "say what to do"`,
		`bucket() { [ -n "$bucket" ] || fail "name the bucket"; }`,
		`bucket=${1:-}`,
		`root() { if [ "${NBSCOPE_SUDO:-yes}" = no ]; then "$@"; else sudo -n "$@"; fi; }`,
		`root true || fail "sudo is refused here. With NBSCOPE_SUDO=no before bash it goes without; what only root can read is named then, and not copied"`,
		`mkdir -p "$work"`,
		`cd "$home"`,
	}, "\n")
}

// manualVerbs are the functions of the script, and the choice among them.
func manualVerbs() []string {
	return []string{
		// Names of everything, ended by NUL. What cannot be read is kept apart, and so are
		// sockets, which hold no data.
		`
out=(-path ./lost+found -o -path "./.Trash-*" -o -path "./$pack" -o -path "./$last")
shut=(-type s -o -type f ! -readable -o -type d ! \( -readable -executable \))
list() {
root find . -xdev -mindepth 1 \( "${out[@]}" \) -prune -o \( "${shut[@]}" \) -prune -o -print0 >"$work/names"
root find . -xdev -mindepth 1 \( "${out[@]}" \) -prune -o \( "${shut[@]}" \) -print0 -prune >"$work/unread"
[ -s "$work/names" ] || fail "there is nothing in $home"
unread=$(tr -dc "\0" <"$work/unread" | wc -c)
[ "$unread" = 0 ] || { echo "NOT COPIED, $unread of them:" >&2; tr "\0" "\n" <"$work/unread" >&2; }
}`,
		// The manifest: what find says of everything, and the sum of every file.
		`
prove() {
case $1 in source|replacement) ;; *) fail "prove source, or prove replacement" ;; esac
list
root find . -xdev -mindepth 1 \( "${out[@]}" \) -prune -o \( "${shut[@]}" \) -prune -o \( -type f -printf "%y %m %s %T@ %P\0" -o -type l -printf "%y %T@ %P > %l\0" -o -printf "%y %m %T@ %P\0" \) | sort -z >"$work/tree"
root find . -xdev -mindepth 1 \( "${out[@]}" \) -prune -o \( "${shut[@]}" \) -prune -o -type f -print0 | sort -z | root xargs -0 -r sha256sum -- >"$work/sums"
entries=$(tr -dc "\0" <"$work/tree" | wc -c)
files=$(wc -l <"$work/sums")
[ "$entries" -gt 0 ] && [ "$(tr -dc "\0" <"$work/names" | wc -c)" = "$entries" ] || fail "files came or went meanwhile: run it again"
digest=$(cat "$work/tree" "$work/sums" | sha256sum)
echo "nbscope-proof 1 $run $1 $entries $files $unread ${digest%% *}"
}`,
		// The archive, of what was listed and nothing else. An empty file is its last: tar
		// takes an archive that ends between two files for a whole one.
		`
archive() { : >"$work/$last"; root tar --create --format=posix --sparse --numeric-owner --null --no-recursion --file=- --files-from="$work/names" --directory="$work" "$last"; }
extract() {
root rm -f "$last"
root tar --extract --same-permissions --numeric-owner --keep-old-files --file=- || fail "what tar named above is not in place: a file that was there, or no room, or the archive is not whole"
[ -e "$last" ] || fail "the archive ended early: not all of it is in place"
root rm -f "$last"
}
send() { bucket; list; size=$(root du -sxB1 . || true); archive | aws s3 cp - "s3://$bucket/$key/archive.tar" --region "$region" --expected-size "${size%%[!0-9]*}"; }
receive() { bucket; aws s3 cp "s3://$bucket/$key/archive.tar" - --region "$region" | extract; }
pack() { list; mkdir -p "$pack"; rm -f "$pack"/*; archive | split -b 1G -d -a 4 - "$pack/part-"; ls "$pack" | grep -c ^part- >"$work/parts"; mv "$work/parts" "$pack/parts"; }
unpack() { [ "$(ls "$pack" | grep -c ^part-)" = "$(cat "$pack/parts")" ] || fail "not every part of $pack is here"; cat "$pack"/part-* | extract; }`,
		`
size() { df -h .; root du -sxh . || true; list; }
lend() { bucket; [ -s "$work/tree" ] || fail "run prove source first"; cat "$work/tree" "$work/sums" | aws s3 cp - "s3://$bucket/$key/tree" --region "$region"; }
differ() { bucket; [ -s "$work/tree" ] || fail "run prove replacement first"; aws s3 cp "s3://$bucket/$key/tree" "$work/there" --region "$region"; diff <(tr "\0" "\n" <"$work/there") <(cat "$work/tree" "$work/sums" | tr "\0" "\n"); }
clean() {
rm -rf "$work" "./$pack"
[ -n "$bucket" ] || return 0
aws s3 rm --recursive "s3://$bucket/$key/" --region "$region"
left=$(aws s3api list-objects-v2 --bucket "$bucket" --prefix "$key/" --query "Contents[].Key" --output text --region "$region")
[ "$left" = None ] || fail "left in the bucket: $left"
}
case $verb in size|send|receive|pack|unpack|prove|lend|differ|clean) "$verb" "$@" ;; *) fail "what is $verb?" ;; esac`,
	}
}

// HandProof is the line that the script of a copy by hand prints of one notebook.
type HandProof struct {
	RunID   string
	Side    Place
	Entries int64
	Files   int64
	Unread  int64 // what could not be read, and sockets: named where it was printed, and in no digest
	Digest  string
}

// ReadHandProof reads such a line, as it was pasted: with blanks around it, or among others.
func ReadHandProof(pasted string) (HandProof, error) {
	var found []string
	for line := range strings.Lines(pasted) {
		if f := strings.Fields(line); len(f) > 0 && f[0] == "nbscope-proof" {
			found = append(found, strings.Join(f, " "))
		}
	}
	switch len(slices.Compact(found)) {
	case 0:
		return HandProof{}, errors.New("no line of it begins with nbscope-proof")
	case 1:
	default:
		return HandProof{}, errors.New("it has several proofs: paste the last line of one")
	}
	f := strings.Fields(found[0])
	if len(f) != 8 {
		return HandProof{}, errors.New("the line is not whole")
	}
	if f[1] != "1" {
		return HandProof{}, fmt.Errorf("the line is of version %.20q, and this program knows 1", f[1])
	}
	p := HandProof{RunID: f[2], Side: Place(f[3]), Digest: f[7]}
	for i, to := range []*int64{&p.Entries, &p.Files, &p.Unread} {
		n, err := strconv.ParseUint(f[4+i], 10, 63)
		if err != nil {
			return HandProof{}, errors.New("the line is damaged: a number is missing")
		}
		*to = int64(n)
	}
	if raw, err := hex.DecodeString(p.Digest); err != nil || len(raw) != sha256.Size {
		return HandProof{}, errors.New("the line is damaged: its digest is missing")
	}
	return p, nil
}

// CompareProofs holds the two lines that were pasted, in either order, against each
// other. It returns what was proven, as the source says it, with how much of the
// source is not in it; the error says why the copy is not proven.
func (p *Plan) CompareProofs(one, other string) (HandProof, error) {
	a, err := ReadHandProof(one)
	if err != nil {
		return HandProof{}, fmt.Errorf("the first line: %w", err)
	}
	b, err := ReadHandProof(other)
	if err != nil {
		return HandProof{}, fmt.Errorf("the second line: %w", err)
	}
	if a.Side == AtReplacement {
		a, b = b, a
	}
	run := slug(p.RunID)
	switch {
	case a.RunID != run || b.RunID != run:
		return HandProof{}, fmt.Errorf("a line is of another run than %s: the script of this run prints its own", run)
	case a.Side != AtSource || b.Side != AtReplacement:
		return HandProof{}, fmt.Errorf("one line must be of the source and one of the replacement, and they are of %s and %s", a.Side, b.Side)
	case a.Entries == 0:
		return HandProof{}, errors.New("the source's line is of nothing")
	case b.Unread > 0:
		return HandProof{}, fmt.Errorf("on the replacement %d names could not be compared: they are named above its line", b.Unread)
	case a.Entries != b.Entries || a.Files != b.Files:
		return HandProof{}, fmt.Errorf("the source has %d names with %d files, the replacement %d with %d", a.Entries, a.Files, b.Entries, b.Files)
	case a.Digest != b.Digest:
		return HandProof{}, errors.New("the digests differ: something is not the same on both")
	}
	return a, nil
}
