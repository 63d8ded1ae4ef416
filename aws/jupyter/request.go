package jupyter

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"strings"
)

const (
	maxJSON     = 32 << 20 // of an answer: a folder of some 100,000 names
	maxComplain = 64 << 10 // of an error's body
	maxRenewals = 2        // sessions that one request may use up
)

// call is one request.
type call struct {
	op, path   string // for errors
	method, at string // at: escaped path and query
	header     http.Header
	body       func() io.Reader // anew for each time that it is sent; nil for none
	size       int64            // of the body
	file       bool             // the answer is a file's bytes, not JSON
	repeat     bool             // does no harm when it is done twice
}

// withJSON gives a call a body.
func (k call) withJSON(v any) call {
	data, err := json.Marshal(v)
	if err != nil { // values of this package: maps of strings
		panic(fmt.Sprintf("jupyter: %v", err))
	}
	k.body, k.size = func() io.Reader { return bytes.NewReader(data) }, int64(len(data))
	return k
}

// send sends a request once.
func (c *Client) send(ctx context.Context, s *session, k call) (*http.Response, error) {
	var body io.Reader
	if k.body != nil {
		body = k.body()
	}
	req, err := http.NewRequestWithContext(ctx, k.method, s.base.String()+k.at, body)
	if err != nil {
		return nil, err
	}
	if k.body != nil {
		req.ContentLength = k.size
		req.Header.Set("Content-Type", "application/json")
	}
	maps.Copy(req.Header, k.header)
	s.dress(req.Header)
	return s.http.Do(req)
}

// perform sends a request until its answer was used, as often as the call and the
// options allow. An answer that says that nobody is signed in was not acted upon, so
// that such a request is always sent again, in a new session.
func (c *Client) perform(ctx context.Context, k call, use func(*http.Response) error) error {
	wait, renewals := c.opts.Pause, 0
	for try := 1; ; try++ {
		s, err := c.session(ctx)
		if err == nil {
			err = c.once(ctx, s, k, use)
		}
		switch {
		case err == nil:
			return nil
		case ctx.Err() != nil:
			return err
		case errors.Is(err, ErrNotSignedIn) && s != nil && renewals < maxRenewals:
			c.forget(s)
			renewals++
			continue
		case !errors.Is(err, ErrTemporary) || try >= c.opts.Tries || (s != nil && !k.repeat):
			return err
		}
		if pause(ctx, wait) != nil {
			return err
		}
		wait = min(2*wait, 16*c.opts.Pause)
	}
}

// once sends a request in a session. No answer, or a part of one, for longer than
// Options.Timeout ends it.
func (c *Client) once(ctx context.Context, s *session, k call, use func(*http.Response) error) error {
	ctx, watch := c.watch(ctx, k.size)
	defer watch.stop()
	answer, err := c.send(ctx, s, k)
	if err != nil {
		return watch.blame(c.fail(k.op, k.path, ErrTemporary, err))
	}
	answer.Body = &watchedBody{answer.Body, watch}
	defer drain(answer)
	if err := c.judge(ctx, s, k, answer); err != nil {
		return err
	}
	if err := use(answer); err != nil {
		if own, ok := errors.AsType[*Error](err); ok {
			return own
		}
		return watch.blame(c.fail(k.op, k.path, ErrTemporary, err))
	}
	return nil
}

// judge says what an answer is: nil for what was asked for.
func (c *Client) judge(ctx context.Context, s *session, k call, answer *http.Response) error {
	status, kind := answer.StatusCode, mediaType(answer)
	e := &Error{Op: k.op, Path: k.path, Status: status}
	page := kind == "text/html"
	switch {
	case status/100 == 3 || status == http.StatusUnauthorized:
		e.Kind = ErrNotSignedIn
	case isOverload(status):
		e.Kind = ErrTemporary
	case status == http.StatusRequestEntityTooLarge:
		e.Kind = ErrTooLarge
	case status == http.StatusNoContent:
		return nil
	case status/100 == 2 && page, status/100 == 2 && !k.file && kind != "application/json":
		e.Kind, e.Detail = ErrNotSignedIn, c.secrets.hide("a page of "+kind+" in place of an answer")
	case status/100 == 2:
		return nil
	case status == http.StatusNotFound && !page:
		e.Kind, e.Detail = ErrNotFound, c.words(answer)
	default:
		return c.judgeRefusal(ctx, s, k, answer, e)
	}
	return e
}

// judgeRefusal tells a session that is over from a good one that may not do this. A
// page that says "not found" is what both Jupyter and a front answer about files.
func (c *Client) judgeRefusal(ctx context.Context, s *session, k call, answer *http.Response, e *Error) error {
	e.Detail = c.words(answer)
	forged := strings.Contains(strings.ToLower(e.Detail), "xsrf")
	suspect := e.Status == http.StatusForbidden || mediaType(answer) == "text/html"
	if suspect && !forged {
		if err := c.alive(ctx, s); err != nil {
			return err
		}
	}
	switch {
	case forged:
		e.Kind = ErrNotSignedIn
	case e.Status == http.StatusForbidden:
		e.Kind = ErrRefused
	case e.Status == http.StatusNotFound && k.file:
		return c.absent(ctx, s, k, e)
	default:
		e.Kind = ErrFailed
	}
	return e
}

// absent asks the contents API, which answers in JSON, whether a file that was not
// served is not there.
func (c *Client) absent(ctx context.Context, s *session, k call, e *Error) error {
	at, err := endpoint(k.op, "/api/contents", k.path)
	if err != nil {
		return err
	}
	answer, err := c.send(ctx, s, call{method: http.MethodGet, at: at + "?content=0"})
	if err != nil {
		return c.fail(k.op, k.path, ErrTemporary, err)
	}
	defer drain(answer)
	e.Kind = ErrFailed
	if answer.StatusCode == http.StatusNotFound && mediaType(answer) == "application/json" {
		e.Kind = ErrNotFound
	}
	return e
}

// words are what an error's body says, if it is Jupyter's.
func (c *Client) words(answer *http.Response) string {
	var said struct{ Message, Reason string }
	data, err := io.ReadAll(io.LimitReader(answer.Body, maxComplain))
	if err != nil || mediaType(answer) != "application/json" || json.Unmarshal(data, &said) != nil {
		return ""
	}
	return c.secrets.hide(said.Message)
}

// json performs a call and decodes its answer, unless out is nil.
func (c *Client) json(ctx context.Context, k call, out any) error {
	return c.perform(ctx, k, func(answer *http.Response) error {
		data, err := io.ReadAll(io.LimitReader(answer.Body, maxJSON+1))
		if err != nil {
			return err
		}
		if len(data) > maxJSON {
			return &Error{Op: k.op, Path: k.path, Kind: ErrTooLarge, Status: answer.StatusCode, Detail: "the answer"}
		}
		if out == nil || answer.StatusCode == http.StatusNoContent {
			return nil
		}
		if json.Unmarshal(data, out) != nil {
			return &Error{Op: k.op, Path: k.path, Kind: ErrFailed, Status: answer.StatusCode, Detail: "the answer is not what Jupyter answers"}
		}
		return nil
	})
}
