package mover

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"nbscope/aws/jupyter"
	"nbscope/model/manifest"
	"nbscope/model/transfer"
)

// What is missing on the replacement by now, by the manifests of both sides.

// manifest has one side make a manifest, unless that is under way or done, and brings
// it here under a name.
func (c *copying) manifest(ctx context.Context, e *end, name, of string) error {
	token, err := c.state.token(name)
	if err != nil {
		return err
	}
	path := filepath.Join(c.Folder, name)
	if _, err := os.Stat(path); err == nil {
		return nil // brought by a process that was ended then
	}
	err = e.manifest(ctx, token, of, path, c.rules(), func(st *transfer.Status, note string) {
		c.say(func(p *Progress) {
			if p.Note = note; st != nil && e.side == manifest.Source {
				p.Files, p.Bytes = st.Files, st.Bytes
			}
		})
	})
	if err != nil && !errors.Is(err, ErrDetached) && !errors.Is(err, ErrUnreachable) {
		return errors.Join(err, c.state.drop(name)) // another one is asked for
	}
	return err
}

// check compares the source with what arrived, and decides what is next.
func (c *copying) check(ctx context.Context) error {
	c.phase(Checking)
	s := c.state
	if s.Breaks > c.pacing().rounds {
		s.Breaks = 0
		return errors.Join(c.replaced.fail(ErrScript, nil, "the copy broke off again and again before anything went: %s; %s",
			c.source.log(ctx, transfer.Send), c.replaced.log(ctx, transfer.Receive)), s.save())
	}
	if s.Asking == "" {
		s.Made++
		s.Asking = fmt.Sprintf("source-%d", s.Made)
		if err := s.save(); err != nil {
			return err
		}
	}
	decide := c.checkFirst
	if s.Again {
		decide = c.checkAgain
	}
	if err := decide(ctx, s.Asking); err != nil {
		return err
	}
	s.Asking = ""
	return s.tidy()
}

// checkFirst compares the source with the stage, before anything is in place.
func (c *copying) checkFirst(ctx context.Context, source string) error {
	s, e := c.state, c.replaced
	if _, err := e.Session.Stat(ctx, e.work+"/"+transfer.StageDir); errors.Is(err, jupyter.ErrNotFound) {
		s.next(false, 0) // nothing ever arrived, or the folder was cleaned
		return nil
	} else if err != nil {
		return e.judge(ctx, err)
	}
	stage := "stage-" + strings.TrimPrefix(source, "source-")
	err := together(ctx, func(ctx context.Context) error { return c.manifest(ctx, c.source, source, "") },
		func(ctx context.Context) error { return c.manifest(ctx, c.replaced, stage, transfer.StageDir) })
	if err != nil {
		return err
	}
	if c.isEmpty(stage) {
		whole := !s.Broken || s.Rounds >= c.pacing().rounds
		s.next(false, 0) // who copies again begins anew
		if whole {
			return errors.Join(e.fail(ErrUnproven, nil, "nothing of a whole stream arrived"), s.save())
		}
		return nil
	}
	d, left, err := c.delta(c.replaced, source, stage)
	if err != nil {
		return err
	}
	s.Newest = source
	// What a whole stream could not bring, the next one cannot either.
	if empty(d) || !s.Broken && (left == s.Left || s.Rounds >= c.pacing().rounds) {
		s.Step = stepPlace
		return nil
	}
	if err := c.hand(ctx); err != nil {
		return err
	}
	s.Left = left
	s.next(true, d.Bytes)
	return nil
}

// isEmpty reports whether nothing was unpacked before the stream broke off. No manifest
// without an entry is a proof, so that it cannot be compared.
func (c *copying) isEmpty(stage string) bool {
	r, done, err := c.replaced.reader(filepath.Join(c.Folder, stage), c.state.peek(stage))
	if err != nil {
		return false
	}
	defer done()
	_, err = r.Next()
	u, ok := errors.AsType[*manifest.Unproven](err)
	return ok && u.Reason == manifest.Empty
}

func empty(d *manifest.Delta) bool { return d.Again+d.Linked+d.Removed == 0 }

// checkAgain lists what changed on the source since what is in place was sent. It is
// put into place once nothing changed any more since its stream was listed.
func (c *copying) checkAgain(ctx context.Context, source string) error {
	s := c.state
	if err := c.manifest(ctx, c.source, source, ""); err != nil {
		return err
	}
	sent := s.Newest != "" && !s.Broken
	if sent {
		since, _, err := c.delta(c.source, source, s.Newest)
		if err != nil {
			return err
		}
		sent = empty(since) || s.Rounds >= c.pacing().rounds
	}
	d, _, err := c.delta(c.source, source, s.Base)
	if err != nil {
		return err
	}
	s.Newest = source
	switch {
	case sent:
		s.Step = stepPlace
		return c.hand(ctx)
	case empty(d):
		s.Base, s.Step = source, stepPlaced
		return nil
	}
	// The stage holds what an earlier round could not place, or sent in part.
	if err := errors.Join(c.hand(ctx), c.emptyStage(ctx)); err != nil {
		return err
	}
	s.next(true, d.Bytes)
	return nil
}

// delta compares a manifest of the source with another one, which stands for what is
// there, and writes the list of what to send and the changes. left is a digest of what
// was found.
func (c *copying) delta(there *end, source, other string) (d *manifest.Delta, left string, err error) {
	a, closeA, err := c.source.reader(filepath.Join(c.Folder, source), c.state.Tokens[source])
	if err != nil {
		return nil, "", c.forget(err, source, other)
	}
	defer closeA()
	b, closeB, err := there.reader(filepath.Join(c.Folder, other), c.state.Tokens[other])
	if err != nil {
		return nil, "", c.forget(err, source, other)
	}
	defer closeB()
	list, err := os.Create(filepath.Join(c.Folder, "list"))
	if err != nil {
		return nil, "", local(err)
	}
	defer reading(list)
	changes, err := os.Create(filepath.Join(c.Folder, "changes"))
	if err != nil {
		return nil, "", local(err)
	}
	defer reading(changes)
	d = manifest.NewDelta(list, changes)
	seen := sha256.New()
	_, err = manifest.Compare(a, b, nil, func(x *manifest.Difference) error {
		if x.Source != nil && x.Source.Type == manifest.Socket {
			return nil // no archive holds one
		}
		seen.Write([]byte(x.ID()))
		return d.Add(x)
	})
	if err != nil {
		return nil, "", c.forget(c.source.proof(err), source, other)
	}
	if err := errors.Join(d.Close(), list.Close(), changes.Close()); err != nil {
		return nil, "", local(err)
	}
	return d, hex.EncodeToString(seen.Sum(nil)), nil
}

// forget lets manifests go that are no proof, so that new ones are asked for.
func (c *copying) forget(err error, names ...string) error {
	if !errors.Is(err, ErrUnproven) {
		return err
	}
	for _, n := range names {
		if n != c.state.Base {
			_ = os.Remove(filepath.Join(c.Folder, n)) // a new one replaces it
			err = errors.Join(err, c.state.drop(n))
		}
	}
	return err
}

// proof is the error of a manifest that is none.
func (e *end) proof(err error) error {
	if u, ok := errors.AsType[*manifest.Unproven](err); ok {
		return &Error{Kind: ErrUnproven, Text: u.Error(), cause: err}
	}
	if err != nil {
		return local(err)
	}
	return nil
}
