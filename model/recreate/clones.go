package recreate

import (
	"encoding/base64"
	"errors"
	"slices"
	"strings"
)

// Creating a notebook clones its repositories. Where a clone of the source holds nothing
// that the replacement's has not, it is not copied: git says so, in both notebooks.

// ClonesScript looks at the clones at the top of a folder. Its arguments are the folder
// and commits, of which it tells which ones a clone has. It writes nothing, and prints a
// line for each clone, as ReadClones reads it. What signs in to a repository stays there.
const ClonesScript = `#!/bin/bash
export GIT_OPTIONAL_LOCKS=0 LC_ALL=C
command -v git > /dev/null || { echo 'clones none'; exit 0; }
cd -- "$1" || exit 1
shift
state() {
	local out
	[ -d .git ] && [ ! -L .git ] || { echo unknown 'its .git is no folder'; return; }
	out=$(git status --porcelain --ignored 2> /dev/null) || { echo unknown 'git does not read it'; return; }
	[ -z "$out" ] || { echo changed "$(echo "$out" | wc -l)" 'files are in no commit'; return; }
	[ -z "$(git stash list 2> /dev/null)" ] || { echo changed 'it has stashes'; return; }
	out=$(git log -1 --format=%H HEAD --branches --tags --not --remotes 2> /dev/null) || { echo unknown 'git does not read its commits'; return; }
	[ -z "$out" ] || { echo changed 'it has commits that were not pushed'; return; }
	[ -z "$(git ls-files -v 2> /dev/null | grep -m 1 '^[a-zS]')" ] || { echo changed 'git is told to overlook files of it'; return; }
	[ ! -e .git/modules ] && [ ! -e .git/worktrees ] || { echo unknown 'it has submodules or other work trees'; return; }
	[ -z "$(find .git/hooks -type f ! -name '*.sample' 2> /dev/null | head -n 1)" ] || { echo changed 'it has hooks'; return; }
	[ -z "$(find . -path ./.git -prune -o -type d -empty -print 2> /dev/null | head -n 1)" ] || { echo changed 'it has empty folders'; return; }
	echo clean
}
for d in */ .[!.]*/; do
	d=${d%/}
	[ -e "$d/.git" ] && [ ! -L "$d" ] || continue
	(
		cd -- "./$d" || exit
		has=
		for c; do git cat-file -e "$c^{commit}" 2> /dev/null && has=$has,$c; done
		read -r word says <<< "$(state)"
		origin=$(git config --get remote.origin.url | sed 's#//[^/@]*@#//#' | base64 -w 0)
		tips=$({ git rev-parse -q --verify HEAD; git for-each-ref --format='%(objectname)' refs/heads; } 2> /dev/null | sort -u | paste -s -d , -)
		echo clone "$(printf %s "$d" | base64 -w 0)" "$word" "=$origin" ",$tips" ",$has" "$says"
	)
done
echo 'clones end'
`

// errClones is an answer of the script that is none.
var errClones = errors.New("the notebook does not tell of its clones")

// FoundClone is a clone as the script finds it.
type FoundClone struct {
	Clone

	Origin string   // where it is cloned from, without what signs in
	Tips   []string // the commits that its branches are at
	Has    []string // of those that were asked for
}

// ReadClones reads what the script has printed; nil where there is no git.
func ReadClones(output string) ([]FoundClone, error) {
	var out []FoundClone
	for line := range strings.Lines(output) {
		line = strings.TrimRight(line, "\r\n")
		switch line {
		case "clones none":
			return nil, nil
		case "clones end":
			return out, nil
		}
		if !strings.HasPrefix(line, "clone ") {
			continue // what a terminal says beside
		}
		cells := strings.SplitN(line, " ", 7)
		if len(cells) != 7 {
			return nil, errClones
		}
		folder, err := base64.StdEncoding.DecodeString(cells[1])
		origin, err2 := base64.StdEncoding.DecodeString(strings.TrimPrefix(cells[3], "="))
		if err != nil || err2 != nil || len(folder) == 0 {
			return nil, errClones
		}
		c := FoundClone{
			Clone:  Clone{Folder: string(folder), State: CloneState(cells[2]), Says: strings.TrimSpace(cells[6])},
			Origin: strings.TrimSpace(string(origin)), Tips: commits(cells[4]), Has: commits(cells[5]),
		}
		if c.State != CloneClean && c.State != CloneChanged {
			c.State = CloneUnknown
		}
		out = append(out, c)
	}
	return nil, errClones
}

func commits(list string) []string {
	return slices.DeleteFunc(strings.Split(list, ","), func(c string) bool { return c == "" })
}

// ClonedAgain are the clones of the source of which the replacement has all: the same
// folder, cloned from the same place, with every commit of the source's branches.
func ClonedAgain(source, replacement []FoundClone) []string {
	var out []string
	for _, s := range source {
		again := slices.ContainsFunc(replacement, func(r FoundClone) bool {
			return r.Folder == s.Folder && r.Origin == s.Origin && !slices.ContainsFunc(s.Tips, func(tip string) bool { return !slices.Contains(r.Has, tip) })
		})
		if s.State == CloneClean && len(s.Tips) > 0 && again {
			out = append(out, s.Folder)
		}
	}
	return out
}
