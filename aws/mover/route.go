package mover

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"strings"

	"nbscope/model/transfer"
)

// nextStream is the stream whose turn it is. One that was begun goes on the way that it
// was begun on, or breaks off.
func (c *copying) nextStream(ctx context.Context) (*stream, error) {
	s := c.state
	by, err := c.route(ctx)
	if err != nil {
		return nil, err
	}
	began := s.By
	if began == "" && s.Begun {
		began = Relay
	}
	if began != "" && began != by {
		return nil, errBroken
	}
	s.By = by
	if by == S3 {
		store, err := c.store(c.Bucket)
		return c.newStream(store), errors.Join(err, s.save())
	}
	if s.Way == "" {
		err = c.measure(ctx)
	}
	return c.newStream(nil), errors.Join(err, s.save())
}

// route is the transport of the next stream. Where the choice is free it is made once,
// by what there is to copy and by an object that the one notebook puts and the other gets.
func (c *copying) route(ctx context.Context) (Transport, error) {
	s := c.state
	by, why := c.Transport, ""
	if by == Auto && s.Chosen == "" {
		var err error
		if by, why, err = c.choose(ctx); err != nil {
			return "", err
		}
		s.Chosen, s.Why = by, why
		if err := s.save(); err != nil {
			return "", err
		}
	}
	if c.Transport == Auto {
		by, why = s.Chosen, s.Why
	}
	c.say(func(p *Progress) { p.By, p.Why = by, why })
	if by == S3 {
		return by, c.ready(ctx)
	}
	return Relay, nil
}

// choose weighs S3 against relay. Only what says that S3 is no way is a reason for relay.
func (c *copying) choose(ctx context.Context) (by Transport, why string, err error) {
	switch {
	case c.Bucket == "":
		return Relay, "no bucket is named", nil
	case c.state.Total < c.pacing().many:
		return Relay, "so little needs no bucket", nil
	}
	err = c.ready(ctx)
	if errors.Is(err, ErrNoWay) || errors.Is(err, ErrStore) {
		return Relay, err.Error(), nil
	}
	return S3, "both notebooks reach the bucket", err
}

// ready has the bucket looked at, and both notebooks try it once. From then on something
// may be in it.
func (c *copying) ready(ctx context.Context) error {
	s := c.state
	if s.Bucket != "" && s.Bucket != c.Bucket {
		if err := c.sweep(ctx, s); err != nil {
			return err
		}
	}
	store, err := c.store(c.Bucket)
	if err != nil {
		return err
	}
	if err := store.Ready(ctx); err != nil {
		return c.refused(ctx, err)
	}
	s.Bucket = c.Bucket
	if s.Tried == c.Bucket {
		return s.save()
	}
	c.phase(Trying)
	s.Versions = false
	if err := s.save(); err != nil {
		return err
	}
	o, err := c.tryPut(ctx, store, c.source)
	if err != nil {
		return err
	}
	s.Versions = s.Versions || o.Version != ""
	if err := c.tryGet(ctx, store, c.replaced, o); err != nil {
		return err
	}
	if err := store.Delete(ctx, o); err != nil {
		return c.refused(ctx, err)
	}
	s.Tried = c.Bucket
	return s.save()
}

// tried is what an object holds by which the way to a bucket is tried.
const tried = "nbscope tries whether both notebooks reach this bucket\n"

// tryPut has a notebook put an object.
func (j *Job) tryPut(ctx context.Context, store Store, e *end) (Object, error) {
	sum := sha256.Sum256([]byte(tried))
	key := j.Prefix + "/try-" + strings.ToLower(rand.Text()[:8])
	put, err := e.exchange(ctx, tried, func() (transfer.Order, error) {
		o, err := store.Put(ctx, key, int64(len(tried)), hex.EncodeToString(sum[:]))
		return o, j.signed(ctx, err)
	})
	if err != nil {
		return Object{Key: key}, err
	}
	return Object{key, put.Version}, nil
}

// tryGet has the other notebook get it.
func (j *Job) tryGet(ctx context.Context, store Store, e *end, at Object) error {
	sum := sha256.Sum256([]byte(tried))
	_, err := e.exchange(ctx, "", func() (transfer.Order, error) {
		o, err := store.Get(ctx, at.Key, at.Version)
		o.Size, o.SHA256 = int64(len(tried)), hex.EncodeToString(sum[:])
		return o, j.signed(ctx, err)
	})
	return err
}

// signed is the error of signing a URL.
func (j *Job) signed(ctx context.Context, err error) error {
	if err == nil {
		return nil
	}
	return j.refused(ctx, err)
}

// exchange tries a signed URL from inside a notebook; twice, where no answer came.
func (e *end) exchange(ctx context.Context, text string, sign func() (transfer.Order, error)) (*transfer.Carried, error) {
	for try := 0; ; try++ {
		o, err := sign()
		if err != nil {
			return nil, err
		}
		st, err := e.follow(ctx, transfer.Exchange, transfer.Parameters{Order: &o, Text: text}, rand.Text(), func(*transfer.Status, string) {})
		switch {
		case err != nil:
			return nil, err
		case st.Exchanged == nil:
			return nil, e.fail(ErrScript, nil, "%s says nothing of what it tried", transfer.Exchange)
		case st.Exchanged.Stored:
			return st.Exchanged, nil
		case try > 0 || isRefusal(st.Exchanged.Again):
			return nil, e.fail(ErrNoWay, nil, "%s", says(st.Exchanged.Again))
		}
	}
}

// isRefusal reports whether what a notebook says of a URL is an answer of S3's, or of
// who stands before it.
func isRefusal(code string) bool {
	return strings.HasPrefix(code, "HTTP 4") || strings.HasPrefix(code, "HTTP 3")
}

// says is why something did not go by its URL.
func says(code string) string {
	for _, c := range []struct{ codes, says string }{
		{"HTTP 403", "it is refused (HTTP 403), by a policy of the bucket, of an endpoint or of a key"},
		{"curl 5,curl 6,gaierror", "the name of the bucket's host is not found"},
		{"curl 7,ConnectionRefusedError", "there is no connection"},
		{"curl 28,timeout,TimeoutError", "no answer comes in time"},
		{"curl 35,curl 60,curl 77,SSLCertVerificationError,SSLError", "the certificate is not trusted"},
		{"curl 18,curl 52,curl 56,ConnectionResetError,RemoteDisconnected,IncompleteRead", "the connection breaks off"},
	} {
		for known := range strings.SplitSeq(c.codes, ",") {
			if known == code {
				return c.says
			}
		}
	}
	return code
}
