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
	"sync"
)

const (
	maxJSON     = 32 << 20 // of an answer: a folder of some 100,000 names
	maxComplain = 64 << 10 // of an error's body
	maxRenewals = 2        // sessions that one request may use up
)

// wire carries requests and websockets to one notebook, in the sessions of its login.
type wire struct {
	login

	sockets sync.WaitGroup // goroutines of websockets
}

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
func (s *session) send(ctx context.Context, k call) (*http.Response, error) {
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
func (w *wire) perform(ctx context.Context, k call, use func(*http.Response) error) error {
	wait, renewals := w.opts.Pause, 0
	for try := 1; ; try++ {
		s, err := w.session(ctx)
		if err == nil {
			err = w.once(ctx, s, k, use)
		}
		switch {
		case err == nil:
			return nil
		case ctx.Err() != nil:
			return err
		case errors.Is(err, ErrNotSignedIn) && s != nil && renewals < maxRenewals:
			w.forget(s)
			renewals++
			continue
		case !errors.Is(err, ErrTemporary) || try >= w.opts.Tries || (s != nil && !k.repeat):
			return err
		}
		if pause(ctx, wait) != nil {
			return err
		}
		wait = min(2*wait, 16*w.opts.Pause)
	}
}

// once sends a request in a session. No answer, or a part of one, for longer than
// Options.Timeout ends it.
func (w *wire) once(ctx context.Context, s *session, k call, use func(*http.Response) error) error {
	ctx, watch := newWatch(ctx, w.opts.Timeout, k.size)
	defer watch.stop()
	answer, err := s.send(ctx, k)
	if err != nil {
		return watch.blame(w.secrets.fail(k.op, k.path, ErrTemporary, err))
	}
	answer.Body = &watchedBody{answer.Body, watch}
	defer drain(answer)
	if err := s.judge(ctx, k, answer); err != nil {
		return err
	}
	if err := use(answer); err != nil {
		if own, ok := errors.AsType[*Error](err); ok {
			return own
		}
		return watch.blame(w.secrets.fail(k.op, k.path, ErrTemporary, err))
	}
	return nil
}

// judge says what an answer is: nil for what was asked for.
func (s *session) judge(ctx context.Context, k call, answer *http.Response) error {
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
		e.Kind, e.Detail = ErrNotSignedIn, s.secrets.hide(strings.TrimSuffix("a page of "+kind, " of ")+" in place of an answer")
	case status/100 == 2:
		return nil
	case status == http.StatusNotFound && !page:
		e.Kind, e.Detail = ErrNotFound, s.words(answer)
	default:
		return s.judgeRefusal(ctx, k, answer, e)
	}
	return e
}

// judgeRefusal tells a session that is over from a good one that may not do this. A
// page that says "not found" is what both Jupyter and a front answer about files.
func (s *session) judgeRefusal(ctx context.Context, k call, answer *http.Response, e *Error) error {
	e.Detail = s.words(answer)
	forged := strings.Contains(strings.ToLower(e.Detail), "xsrf")
	suspect := e.Status == http.StatusForbidden || mediaType(answer) == "text/html"
	if suspect && !forged {
		if err := s.alive(ctx); err != nil {
			return err
		}
	}
	switch {
	case forged:
		e.Kind = ErrNotSignedIn
	case e.Status == http.StatusForbidden:
		e.Kind = ErrRefused
	case e.Status == http.StatusNotFound && k.file:
		return s.absent(ctx, k, e)
	default:
		e.Kind = ErrFailed
	}
	return e
}

// absent asks the contents API, which answers in JSON, whether a file that was not
// served is not there.
func (s *session) absent(ctx context.Context, k call, e *Error) error {
	at, err := endpoint(k.op, "/api/contents", k.path)
	if err != nil {
		return err
	}
	answer, err := s.send(ctx, call{method: http.MethodGet, at: at + "?content=0"})
	if err != nil {
		return s.secrets.fail(k.op, k.path, ErrTemporary, err)
	}
	defer drain(answer)
	e.Kind = ErrFailed
	if answer.StatusCode == http.StatusNotFound && mediaType(answer) == "application/json" {
		e.Kind = ErrNotFound
	}
	return e
}

// words are what an error's body says, if it is Jupyter's.
func (s *session) words(answer *http.Response) string {
	var said struct{ Message, Reason string }
	data, err := io.ReadAll(io.LimitReader(answer.Body, maxComplain))
	if err != nil || mediaType(answer) != "application/json" || json.Unmarshal(data, &said) != nil {
		return ""
	}
	return s.secrets.hide(said.Message)
}

// json performs a call and decodes its answer, unless out is nil.
func (w *wire) json(ctx context.Context, k call, out any) error {
	return w.perform(ctx, k, func(answer *http.Response) error {
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

// delete ends what may be gone already.
func (w *wire) delete(ctx context.Context, op, path, at string) error {
	err := w.json(ctx, call{op: op, path: path, method: http.MethodDelete, at: at, repeat: true}, nil)
	if errors.Is(err, ErrNotFound) {
		return nil
	}
	return err
}
