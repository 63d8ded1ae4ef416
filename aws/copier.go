package aws

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"nbscope/aws/jupyter"
	"nbscope/aws/mover"
	"nbscope/model/manifest"
	"nbscope/model/recreate"
)

// closeWithin is how long a notebook is told that its session is over.
const closeWithin = 5 * time.Second

// Copier is a Mover: the data goes through this machine, or through a bucket.
type Copier struct {
	Runs string // the folder of the journals; what a run's copy keeps stands beside them
	Now  func() time.Time
	Line *jupyter.Line // of this machine, that all copies share; nil for no limit
}

// Transports are those that it can carry out.
func (r *Copier) Transports() []recreate.Transport {
	return []recreate.Transport{recreate.TransportRelay, recreate.TransportS3}
}

// Copy brings what is on the source and not on the replacement.
func (r *Copier) Copy(ctx context.Context, m *Move, tell func(recreate.Moving)) (by recreate.Transport, why string, err error) {
	say := told(tell)
	err = r.with(ctx, m, func(j *mover.Job) error {
		j.Repositories = r.stillCloned(ctx, m, j)
		return j.Copy(ctx, func(p mover.Progress) {
			if p.Why != "" {
				by, why = transportOf(p.By), p.Why
			}
			say(p)
		})
	})
	return by, why, err
}

// transportOf is a transport as a plan has it.
func transportOf(t mover.Transport) recreate.Transport {
	if t == mover.S3 {
		return recreate.TransportS3
	}
	return recreate.TransportRelay
}

// by is how the copy of a plan goes, as the mover has it.
func by(p *recreate.Plan) mover.Transport {
	switch {
	case p.Transport != recreate.TransportS3:
		return mover.Relay
	case p.Auto:
		return mover.Auto
	}
	return mover.S3
}

// Prove compares both notebooks. A proven copy leaves nothing behind in either.
func (r *Copier) Prove(ctx context.Context, m *Move, tell func(recreate.Moving)) (recreate.Verified, error) {
	var out recreate.Verified
	err := r.with(ctx, m, func(j *mover.Job) error {
		j.Repositories = r.stillCloned(ctx, m, j)
		accepted := m.Run.AcceptedIDs()
		got, err := j.Prove(ctx, func(d *manifest.Difference) bool { return accepted[d.ID()] }, told(tell))
		if err != nil {
			return err
		}
		if out, err = r.verified(&got); err != nil || !out.Proven() {
			return err
		}
		return j.Clean(ctx)
	})
	return out, err
}

// Clean ends what runs in the notebooks for the run, and leaves nothing behind there.
func (r *Copier) Clean(ctx context.Context, m *Move) error {
	return r.with(ctx, m, func(j *mover.Job) error { return j.Clean(ctx) })
}

// with does something about a run's data, with a session of each notebook there is.
func (r *Copier) with(ctx context.Context, m *Move, do func(*mover.Job) error) (err error) {
	id := m.Run.ID()
	j := &mover.Job{
		Run: id, Folder: filepath.Join(r.Runs, dataFolder(id)), Transport: by(&m.Run.Plan),
		Bucket: m.Run.Plan.Bucket, Prefix: m.Run.Plan.KeyPrefix(), Stores: m.Stores,
		KeepAwake: m.Run.KeepsBusy(), Now: r.Now, Line: r.Line,
	}
	var leave [2]func()
	if j.Source, leave[0], err = r.sideOf(ctx, m.Source); err != nil {
		return err
	}
	defer leave[0]()
	if j.Replacement, leave[1], err = r.sideOf(ctx, m.Replacement); err != nil {
		return err
	}
	defer leave[1]()
	return do(j)
}

// sideOf is a session of a notebook, and what leaves it; none where there is no way to
// the notebook.
func (r *Copier) sideOf(ctx context.Context, d *Desk) (s mover.Side, leave func(), err error) {
	if d == nil {
		return s, func() {}, nil
	}
	c, leave, err := enterDesk(ctx, d, r.Line)
	return mover.Side{Session: c, Name: d.Name, Root: d.Root, Serves: d.Serves}, leave, err
}

// enterDesk makes a session of a notebook, and what leaves it.
func enterDesk(ctx context.Context, d *Desk, line *jupyter.Line) (c *jupyter.Client, leave func(), err error) {
	if c, err = jupyter.New(ctx, jupyter.Options{Presign: d.Presign, Host: d.Host, Endpoint: d.Endpoint, UpFor: d.UpFor, Line: line}); err != nil {
		return nil, nil, fmt.Errorf("reach %s: %w", d.Name, err)
	}
	return c, func() {
		bye, cancel := context.WithTimeout(context.WithoutCancel(ctx), closeWithin)
		defer cancel()
		_ = c.Close(bye) // what it cannot be told ends by itself
	}, nil
}

// dataFolder is the name of the folder that a run's copy keeps beside the journal.
func dataFolder(run string) string { return run + ".data" }

// verified is what came of a comparison, with the first of what differs by name.
func (r *Copier) verified(got *mover.Result) (recreate.Verified, error) {
	out := recreate.Verified{
		At: got.At, Source: treeOf(&got.Comparison.Source), Replacement: treeOf(&got.Comparison.Replacement),
		Equal: got.Equal, Missing: got.Missing, Extra: got.Extra, Differing: got.Differing, NotCompared: got.NotCompared,
		LeftOut: got.LeftOut, Accepted: got.Accepted,
	}
	if out.Unequal() == 0 {
		return out, nil
	}
	name, err := filepath.Rel(r.Runs, got.Differences)
	if err != nil {
		return out, fmt.Errorf("name the file of differences: %w", err)
	}
	out.File = name
	out.Differences, err = firstDifferences(got.Differences)
	return out, err
}

func treeOf(t *manifest.Tree) recreate.Tree {
	return recreate.Tree{Entries: t.Entries, Files: t.Files, Bytes: t.Bytes, Digest: t.Digest}
}

// firstDifferences reads what a run holds by name.
func firstDifferences(path string) (out []recreate.Difference, err error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("read the differences: %w", err)
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	lines := json.NewDecoder(bufio.NewReader(f))
	for len(out) < recreate.MaxDifferences && lines.More() {
		var l mover.Line
		if err := lines.Decode(&l); err != nil {
			return nil, fmt.Errorf("read the differences: %w", err)
		}
		out = append(out, recreate.Difference{ID: l.ID, Path: l.Path, Status: string(l.Status), Says: l.Says})
	}
	return out, nil
}

// told hands on how far it is.
func told(tell func(recreate.Moving)) func(mover.Progress) {
	stages := map[mover.Phase]string{
		mover.Preparing: "signing in to both notebooks", mover.Trying: "trying the way to S3", mover.Measuring: "measuring the ways in", mover.Streaming: "copying",
		mover.Checking: "comparing what arrived", mover.Placing: "putting it into its place",
		mover.Reading: "reading every file on both sides", mover.Comparing: "comparing both",
	}
	return func(p mover.Progress) {
		out := recreate.Moving{
			Stage: stages[p.Phase], Files: p.Files, FilesTotal: p.TotalFiles, Bytes: p.Bytes, BytesTotal: p.TotalBytes,
			Rate: p.Rate, Part: p.Part, Again: p.Retries, Bound: string(p.Bound),
		}
		if p.Why != "" {
			out.Remarks = append(out.Remarks, transportOf(p.By).By()+": "+p.Why)
		}
		if p.Note != "" {
			out.Remarks = append(out.Remarks, p.Note)
		}
		tell(out)
	}
}
