package mover

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"

	"nbscope/model/manifest"
	"nbscope/model/transfer"
)

// The names of what a proof keeps in the run's folder.
const (
	proofSource   = "proof-source.manifest"
	proofReplaced = "proof-replacement.manifest"
	differences   = "differences.jsonl"
)

// Line is a difference as it stands in the file of differences.
type Line struct {
	ID       string          `json:"id"`   // what it is accepted under: another one as soon as either side is
	Path     string          `json:"path"` // as in a manifest: all but letters, digits and ._/+@,=:- stand as %XX
	Status   manifest.Status `json:"status"`
	Says     string          `json:"says"`
	Size     int64           `json:"size"` // of the file on the source, else on the replacement
	Accepted bool            `json:"accepted,omitempty"`
}

// Prove has both notebooks make new manifests, the replacement's read from its disk,
// brings them here and compares them. accepted says which differences the user has
// accepted; nil for none. The result counts only without an error.
func (j *Job) Prove(ctx context.Context, accepted func(*manifest.Difference) bool, tell func(Progress)) (Result, error) {
	c, err := j.begin(ctx, tell)
	if err != nil {
		return Result{}, err
	}
	stop := c.keepBeating(ctx)
	defer stop()
	c.phase(Reading)
	err = together(ctx, func(ctx context.Context) error { return c.prove(ctx, c.source, proofSource) },
		func(ctx context.Context) error { return c.prove(ctx, c.replaced, proofReplaced) })
	if err != nil {
		return Result{}, err
	}
	c.phase(Comparing)
	r, err := c.compare(accepted)
	// A proof is of the time when it was made: the next one asks for new ones.
	if err2 := c.state.drop(proofSource+" taken", proofReplaced+" taken"); err == nil {
		err = err2
	}
	return r, err
}

// prove has one side make a manifest for a new token. One that still runs, because
// this process or another was let go, is followed; one that has ended may be of long ago.
func (c *copying) prove(ctx context.Context, e *end, name string) error {
	if token := c.state.peek(name + " taken"); token != "" {
		st, err := e.settled(ctx, transfer.MakeManifest, token)
		if err != nil {
			return err
		}
		if st == nil || st.State != transfer.Running || !e.runs(ctx, transfer.MakeManifest) {
			if err := c.state.drop(name + " taken"); err != nil {
				return err
			}
		}
	}
	token, err := c.state.token(name + " taken")
	if err != nil {
		return err
	}
	return e.manifest(ctx, token, "", filepath.Join(c.Folder, name), c.rules(), func(st *transfer.Status, note string) {
		c.say(func(p *Progress) {
			if note != "" {
				p.Note = note
			}
			if st != nil && e.side == manifest.Source {
				p.Note, p.Files, p.Bytes = note, st.Files, st.Bytes
				p.Bound = BySource
			}
		})
	})
}

// compare reads both manifests and writes every difference to its file.
func (c *copying) compare(accepted func(*manifest.Difference) bool) (r Result, err error) {
	source, closeSource, err := c.source.reader(filepath.Join(c.Folder, proofSource), c.state.peek(proofSource+" taken"))
	if err != nil {
		return r, err
	}
	defer closeSource()
	replaced, closeReplaced, err := c.replaced.reader(filepath.Join(c.Folder, proofReplaced), c.state.peek(proofReplaced+" taken"))
	if err != nil {
		return r, err
	}
	defer closeReplaced()
	f, err := os.CreateTemp(c.Folder, "coming-*")
	if err != nil {
		return r, local(err)
	}
	defer func() {
		_ = f.Close() // it was synced
		if err != nil {
			_ = os.Remove(f.Name()) // the first error says more
		}
	}()
	out := bufio.NewWriter(f)
	lines := json.NewEncoder(out)
	lines.SetEscapeHTML(false)
	said := func(d *manifest.Difference) bool { return accepted != nil && accepted(d) }
	r.Comparison, err = manifest.Compare(source, replaced, said, func(d *manifest.Difference) error { return lines.Encode(lineOf(d, said(d))) })
	if err != nil {
		return Result{}, c.source.proof(err)
	}
	r.Differences = filepath.Join(c.Folder, differences)
	if err = errors.Join(out.Flush(), f.Sync(), os.Rename(f.Name(), r.Differences)); err != nil {
		return Result{}, local(err)
	}
	r.Source, r.Replacement = c.summary(source, proofSource), c.summary(replaced, proofReplaced)
	r.At = c.Now()
	return r, nil
}

func lineOf(d *manifest.Difference, accepted bool) Line {
	l := Line{ID: d.ID(), Path: string(manifest.AppendPath(nil, []byte(d.Path))), Status: d.Status, Says: d.Says(), Accepted: accepted}
	for _, e := range []*manifest.Entry{d.Replacement, d.Source} {
		if e != nil {
			l.Size = e.Size
		}
	}
	return l
}

func (c *copying) summary(r *manifest.Reader, name string) Summary {
	h := r.Header()
	return Summary{Summary: r.Summary(), Made: h.MadeAt(), Root: h.UID == 0, Cold: h.Cold, File: filepath.Join(c.Folder, name)}
}
