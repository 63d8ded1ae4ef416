package aws

import (
	"context"
	"errors"
	"slices"
	"strings"

	"nbscope/aws/jupyter"
	"nbscope/aws/mover"
	"nbscope/model"
	"nbscope/model/probe"
	"nbscope/model/recreate"
	"nbscope/model/transfer"
)

// Survey looks into the source of a plan before its replacement is made: what a copy
// would meet there. It makes a URL that signs in to Jupyter, and takes away what it
// brings. The error is a model.Problem.
func (c *Client) Survey(ctx context.Context, p *recreate.Plan) (recreate.Survey, error) {
	t := p.Target()
	s, err := c.enter(ctx, t)
	if err != nil {
		return recreate.Survey{}, err
	}
	w, err := s.writer(t.Region, opPresign)
	if err != nil {
		return recreate.Survey{}, err
	}
	n, err := s.untagged(ctx, t.Region, p.Source.Name)
	if err != nil {
		return recreate.Survey{}, err
	}
	fails := model.Problem{Kind: model.KindConflict, Operation: recreate.OpSurvey, Target: t}
	switch {
	case c.opt.Mover == nil:
		fails.Message = "this session cannot look into a notebook"
		return recreate.Survey{}, fails
	case n == nil || !n.Created.Equal(p.Source.Created):
		fails.Kind, fails.Message = model.KindNotFound, p.Source.Name+" is not the notebook of the plan any more"
		return recreate.Survey{}, fails
	case n.Status != model.StatusInService:
		fails.Message = n.Name + " is " + string(n.Status) + ": what is in it can only be seen while it runs"
		return recreate.Survey{}, fails
	}
	d := s.desk(n)
	d.UpFor = askFor
	out, err := c.opt.Mover.Survey(ctx, &Move{Run: &recreate.Run{Plan: *p}, Source: d, Stores: s.stores(w, p)})
	if err != nil {
		return out, surveyProblem(ctx, n, err)
	}
	return out, nil
}

// surveyProblem is why a notebook could not be looked into.
func surveyProblem(ctx context.Context, n *recreate.Snapshot, err error) model.Problem {
	if own, ok := errors.AsType[interface {
		error
		Problem() model.Problem
	}](err); ok {
		p := own.Problem()
		p.Operation, p.Target = recreate.OpSurvey, n.Target()
		if ctx.Err() != nil {
			p.Kind = model.KindCanceled
		}
		return p
	}
	p := insideProblem(ctx, n, err)
	p.Operation = recreate.OpSurvey
	return p
}

// Survey looks into the notebooks that there are.
func (r *Copier) Survey(ctx context.Context, m *Move) (recreate.Survey, error) {
	var out recreate.Survey
	err := r.with(ctx, m, func(j *mover.Job) error {
		if m.Run.Plan.MakeBucket {
			j.Bucket = "" // the copy makes it, and tries it then
		}
		seen, err := j.Look(ctx)
		if err != nil {
			return err //nolint:wrapcheck // it says what is wrong
		}
		p := &m.Run.Plan
		clones := clonesIn(ctx, j.Run, j.Source.Session, nil)
		out.Source = interiorOf(&seen.Source, clones, s3From(ctx, j.Source.Session, p))
		if seen.Replacement != nil {
			again := clonesIn(ctx, j.Run, j.Replacement.Session, tips(clones))
			n := interiorOf(seen.Replacement, again, s3From(ctx, j.Replacement.Session, p))
			out.Replacement, out.ClonedAgain = &n, recreate.ClonedAgain(clones, again)
		}
		return ctx.Err()
	})
	out.At = r.Now().UTC().Round(0)
	return out, err
}

func interiorOf(s *mover.Sight, clones []recreate.FoundClone, s3 *model.Tried) recreate.Interior {
	out := recreate.Interior{
		UID: s.UID, Sudo: s.Sudo, Python: s.Python, Curl: s.Curl, Size: s.Size, Free: s.Free, Inodes: s.Inodes,
		Entries: s.Entries, Files: s.Files, Bytes: s.Bytes, Excluded: s.Excluded, Changing: s.Changing, Unread: s.Unread,
		Mounts: few(s.Mounts), S3: s3,
	}
	if s.Bucket != nil {
		out.Bucket = &recreate.Reach{Bucket: s.Bucket.Bucket, Why: s.Bucket.Why}
	}
	if s.AutoStop != "" {
		for _, line := range few(strings.Split(s.AutoStop, "\n")) {
			line, _ = model.MaskSecrets(line)
			out.AutoStop = append(out.AutoStop, line)
		}
	}
	for _, u := range few(s.Unreadable) {
		out.Unreadable = append(out.Unreadable, recreate.Unreadable{Path: u[0], Why: u[1]})
	}
	for _, w := range s.Ways {
		out.Ways = append(out.Ways, recreate.WayIn{Name: w.Name, In: w.In, Out: w.Out, Why: w.Why})
	}
	for i := range few(clones) {
		out.Clones = append(out.Clones, clones[i].Clone)
	}
	return out
}

func few[T any](all []T) []T { return all[:min(len(all), recreate.MaxNamed)] }

// s3From tries S3 from inside a notebook; nil where it cannot be tried.
func s3From(ctx context.Context, c mover.Session, p *recreate.Plan) *model.Tried {
	partition := strings.Split(p.Source.ARN, ":")[1]
	places := slices.DeleteFunc(probe.Places(p.Source.Region, partition, p.Source.Account, nil), func(x probe.Place) bool {
		return x.Destination != model.DestinationS3
	})
	output, err := runProbe(ctx, c, transfer.AskFolder(p.RunID), places)
	if err != nil {
		return nil
	}
	got, err := probe.Read(output, places)
	if err != nil {
		return nil
	}
	if t, ok := got.Of(model.DestinationS3); ok {
		return &t
	}
	return nil
}

// clonesIn are the clones in a notebook, with which of the commits each has; none where
// git is not there, or the notebook does not tell: they are copied, then.
func clonesIn(ctx context.Context, run string, c mover.Session, commits []string) []recreate.FoundClone {
	const script = "clones.sh"
	output, err := inside(ctx, c, transfer.AskFolder(run), map[string]string{script: recreate.ClonesScript}, func(root, dir string) string {
		words := []string{"bash", jupyter.Quote(dir + "/" + script), jupyter.Quote(root)}
		for _, commit := range commits {
			words = append(words, jupyter.Quote(commit))
		}
		return strings.Join(words, " ")
	})
	if err != nil {
		return nil
	}
	out, err := recreate.ReadClones(output)
	if err != nil {
		return nil
	}
	return out
}

func tips(clones []recreate.FoundClone) (out []string) {
	for i := range clones {
		if clones[i].State == recreate.CloneClean {
			out = append(out, clones[i].Tips...)
		}
	}
	return out
}

// stillCloned are the folders that a run found cloned again, as far as that still holds:
// what is changed in one meanwhile is copied, and compared.
func (r *Copier) stillCloned(ctx context.Context, m *Move, j *mover.Job) []string {
	if m.Run.Inside == nil || len(m.Run.Inside.Survey.ClonedAgain) == 0 || j.Source.Session == nil || j.Replacement.Session == nil {
		return nil
	}
	if j.Source.Session.Up(ctx) != nil || j.Replacement.Session.Up(ctx) != nil {
		return nil // which the copy meets as well, and tells
	}
	source := clonesIn(ctx, j.Run, j.Source.Session, nil)
	again := recreate.ClonedAgain(source, clonesIn(ctx, j.Run, j.Replacement.Session, tips(source)))
	return slices.DeleteFunc(again, func(folder string) bool { return !slices.Contains(m.Run.Inside.Survey.ClonedAgain, folder) })
}
