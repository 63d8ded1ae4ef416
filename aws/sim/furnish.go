package sim

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// What is in the homes of notebooks: files as people have them, with the names, links
// and modes that a copy must not lose. They follow from the notebook, so that the same
// world has the same files.

// home fills the folder of a notebook that is opened for the first time. One that was
// created since the world was has what a creation leaves: what belongs to the file
// system, and the repositories.
func (n *notebook) home(ctx context.Context, root string) error {
	h := furnisher{ctx: ctx, root: root, r: newRNG(n.place.world.seed, "home", n.arn()), at: n.modified}
	h.folder("lost+found", 0o700)
	for _, name := range append([]string{n.repo}, n.moreRepos...) {
		url := n.place.cloneURL(name)
		h.clone(strings.TrimSuffix(path.Base(strings.TrimSuffix(url, "/")), ".git"), url)
	}
	if !n.made {
		h.work()
	}
	return h.err
}

// cloneURL is where a repository of a notebook is cloned from: named, or given as it is.
func (p *place) cloneURL(repo string) string {
	for _, known := range p.repos {
		if known.name == repo {
			return known.url
		}
	}
	return repo
}

// furnisher makes files; after the first failure it makes none.
type furnisher struct {
	ctx  context.Context //nolint:containedctx // of the server that the notebook belongs to
	root string
	r    *rng
	at   time.Time
	err  error
}

func (h *furnisher) path(name string) string { return filepath.Join(h.root, filepath.FromSlash(name)) }

func (h *furnisher) folder(name string, mode os.FileMode) {
	if h.err == nil {
		h.err = errors.Join(os.MkdirAll(h.path(name), 0o750), os.Chmod(h.path(name), mode))
	}
}

// file makes one with a time of its own in the weeks before the notebook was last
// changed.
func (h *furnisher) file(name string, mode os.FileMode, data []byte) {
	h.folder(path.Dir(name), 0o755)
	if h.err != nil {
		return
	}
	at := h.at.Add(-time.Duration(h.r.below(60*24*3600)) * time.Second).Add(-time.Duration(h.r.below(1e9)))
	h.err = errors.Join(os.WriteFile(h.path(name), data, 0o600), os.Chmod(h.path(name), mode), os.Chtimes(h.path(name), at, at))
}

func (h *furnisher) link(to, name string) {
	if h.err == nil {
		h.err = os.Symlink(to, h.path(name))
	}
}

// noise is data that no compression makes smaller.
func (h *furnisher) noise(size int) []byte {
	out := make([]byte, 0, size+8)
	for len(out) < size {
		x := h.r.next()
		out = append(out, byte(x), byte(x>>8), byte(x>>16), byte(x>>24), byte(x>>32), byte(x>>40), byte(x>>48), byte(x>>56))
	}
	return out[:size]
}

// clone is a repository as a creation leaves it, when nothing was changed since: the
// branch stands where the remote's does. Where there is no git, it only looks like one.
func (h *furnisher) clone(name, url string) {
	if name == "" || name == "." {
		return
	}
	if _, err := os.Lstat(h.path(name)); err == nil {
		return // two repositories of one name: git clones into no folder that is there
	}
	h.file(name+"/README.md", 0o644, []byte("# "+name+"\n"))
	h.file(name+"/.gitignore", 0o644, []byte(".ipynb_checkpoints/\n"))
	h.file(name+"/src/train.py", 0o755, []byte("#!/usr/bin/env python3\nprint(\"training\")\n"))
	if _, err := exec.LookPath("git"); err != nil {
		h.file(name+"/.git/HEAD", 0o644, []byte("ref: refs/heads/main\n"))
		return
	}
	h.git(name, "init", "--quiet")
	h.git(name, "symbolic-ref", "HEAD", "refs/heads/main")
	h.git(name, "remote", "add", "origin", url)
	h.git(name, "add", "--all")
	h.git(name, "commit", "--quiet", "--message", "Begin")
	h.git(name, "update-ref", "refs/remotes/origin/main", "HEAD")
}

// git runs in a clone, and reads no setting of this machine. Its commits are the same
// every time.
func (h *furnisher) git(name string, args ...string) {
	if h.err != nil {
		return
	}
	const who, mail, at = "Dana", "dana@example.com", "2026-01-01T09:00:00Z"
	cmd := exec.CommandContext(h.ctx, "git", args...) //nolint:gosec // the arguments are those of clone
	cmd.Dir = h.path(name)
	own := slices.DeleteFunc(os.Environ(), func(e string) bool { return strings.HasPrefix(e, "GIT_") }) // of a repository that this one is run for
	cmd.Env = slices.Concat(own, []string{
		"GIT_CONFIG_GLOBAL=" + os.DevNull, "GIT_CONFIG_SYSTEM=" + os.DevNull, "GIT_TEMPLATE_DIR=",
		"GIT_AUTHOR_NAME=" + who, "GIT_AUTHOR_EMAIL=" + mail, "GIT_AUTHOR_DATE=" + at,
		"GIT_COMMITTER_NAME=" + who, "GIT_COMMITTER_EMAIL=" + mail, "GIT_COMMITTER_DATE=" + at,
	})
	if out, err := cmd.CombinedOutput(); err != nil {
		h.err = fmt.Errorf("git %s in %s: %w: %s", args[0], name, err, strings.TrimSpace(string(out)))
	}
}

// work is what somebody has left behind over the years: some 50 MB.
func (h *furnisher) work() {
	const day = 24 * time.Hour
	for i := range 24 {
		h.notebook(fmt.Sprintf("notebooks/%s/%02d-%s.ipynb", pick(h.r, projects()), i, pick(h.r, purposes())))
	}
	for i := range 5 {
		h.file(fmt.Sprintf("data/raw/%s/part-%04d.parquet", h.at.Add(-time.Duration(i)*day).Format("2006-01-02"), i), 0o644, h.noise(4<<20+h.r.below(4<<20)))
	}
	h.file("models/churn/2026-10-01/model.tar.gz", 0o644, h.noise(14<<20))
	h.link("2026-10-01", "models/churn/latest")
	h.link("/home/ec2-user/SageMaker/gone", "models/before")
	for i := range 260 {
		h.file(fmt.Sprintf("data/features/%s/%03d.csv", pick(h.r, purposes()), i), 0o644, h.noise(200+h.r.below(30000)))
	}
	h.file(".env", 0o600, []byte("STAGE=dev\n"))
	h.file("experiments/Übersicht 2026 (最終版).md", 0o664, []byte("| run | AUC |\n|---|---|\n| 7 | 0.91 |\n"))
	h.file("experiments/one\ntwo.txt", 0o644, []byte("a name of two lines\n"))
	h.folder("experiments/empty", 0o755)
	h.file("scripts/run.sh", 0o755, []byte("#!/bin/sh\nexec python3 train.py \"$@\"\n"))
	if h.err == nil {
		h.err = os.Link(h.path("scripts/run.sh"), h.path("scripts/again.sh"))
	}
}

// notebook is a file of Jupyter's, with its checkpoint beside it.
func (h *furnisher) notebook(name string) {
	source := make([]string, 6+h.r.below(30))
	for i := range source {
		source[i] = fmt.Sprintf("x_%d = frame.groupby(%q).agg(\"mean\")\n", i, pick(h.r, projects()))
	}
	raw, err := json.Marshal(map[string]any{
		"nbformat": 4, "nbformat_minor": 5, "metadata": map[string]any{"kernelspec": map[string]string{"name": "conda_python3", "display_name": "conda_python3"}},
		"cells": []any{map[string]any{"cell_type": "code", "execution_count": nil, "metadata": map[string]any{}, "outputs": []any{}, "source": source}},
	})
	if err != nil {
		h.err = errors.Join(h.err, err)
		return
	}
	h.file(name, 0o644, raw)
	h.file(path.Join(path.Dir(name), ".ipynb_checkpoints", strings.TrimSuffix(path.Base(name), ".ipynb")+"-checkpoint.ipynb"), 0o644, slices.Clip(raw))
}
