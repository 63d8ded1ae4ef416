package mover

import (
	"context"
	"errors"

	"nbscope/model/manifest"
	"nbscope/model/transfer"
)

// Clean ends what runs in both notebooks for the run, and leaves nothing behind there,
// nor in a bucket. What is kept on this machine stays. Each side is cleaned even where
// the other cannot be; the errors are joined.
func (j *Job) Clean(ctx context.Context) error {
	err := j.cleanNotebooks(ctx) // first: then nothing is put any more
	s, err2 := j.load()
	if err2 == nil {
		err2 = j.sweep(ctx, s)
	}
	return errors.Join(err, err2)
}

func (j *Job) cleanNotebooks(ctx context.Context) error {
	var errs [2]error
	done := make(chan struct{}, 2)
	for i, side := range []manifest.Side{manifest.Source, manifest.Replacement} {
		go func() {
			for _, work := range transfer.Folders(j.Run) {
				if e := j.end(side, work); e.Session != nil {
					errs[i] = errors.Join(errs[i], e.closeWork(ctx))
				}
			}
			done <- struct{}{}
		}()
	}
	<-done
	<-done
	return errors.Join(errs[0], errs[1])
}

// Stop ends a copy in the middle: nothing of it runs any more, and nothing of it is left
// in either notebook. What was put into place stays there. Copy begins anew after it.
func (j *Job) Stop(ctx context.Context) error {
	if err := j.Clean(ctx); err != nil {
		return err
	}
	s, err := j.load()
	if err != nil {
		return err
	}
	s.Begun, s.By, s.Broken, s.Asking, s.Delta = false, "", true, "", false
	if s.Step != stepPlaced {
		s.Stream, s.Step = s.Stream+1, stepStream
		if s.Again {
			s.Step = stepCheck
		}
	}
	s.Tokens = map[string]string{s.Base: s.Tokens[s.Base]}
	return errors.Join(s.save(), s.tidy())
}
