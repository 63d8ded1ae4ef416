package jupyter

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"
	"sync/atomic"
)

const (
	xsrfCookie = "_xsrf"
	maxPage    = 4 << 20 // of a page of HTML that is read to its end
	maxHops    = 10      // redirects while signing in
)

// session is one sign-in: cookies, and the token against forged requests.
type session struct {
	base    *url.URL // scheme and host
	http    *http.Client
	secrets *secrets
}

// login makes sessions of URLs that AWS presigns, and keeps the current one.
type login struct {
	opts      Options
	transport *http.Transport
	secrets   *secrets
	closing   context.Context //nolint:containedctx // ends with Close, which has no caller's context to wait for

	signing lock // held while a session is made
	current atomic.Pointer[session]
}

// admit refuses a URL that leads elsewhere than to the notebook, before anything is
// sent to it: its token is code execution with the notebook's role.
func (l *login) admit(raw string) (*url.URL, error) {
	const op = "sign in"
	u, err := url.Parse(raw)
	if err != nil {
		return nil, tell(op, "", ErrHost, "it does not parse")
	}
	l.secrets.addURL(u)
	var endpoint string
	if e, err := url.Parse(l.opts.Endpoint); err == nil {
		endpoint = e.Hostname()
	}
	host := strings.ToLower(u.Hostname())
	switch {
	case u.User != nil:
		return nil, tell(op, "", ErrHost, "it holds a user's name")
	case u.Scheme != "https" && (u.Scheme != "http" || !isLoopback(host)):
		return nil, tell(op, "", ErrHost, "its scheme is %q", l.secrets.hide(u.Scheme))
	case host != "" && (strings.EqualFold(canonical(u), l.opts.Host) || strings.EqualFold(host, endpoint)):
		return u, nil
	}
	return nil, tell(op, "", ErrHost, "it leads to %s, not to %s", l.secrets.hide(u.Host), l.opts.Host)
}

// canonical is the host as Describe writes it: without the port that goes without
// saying.
func canonical(u *url.URL) string {
	if u.Port() == "443" && u.Scheme == "https" {
		return u.Hostname()
	}
	return u.Host
}

// session returns the current one, or makes one.
func (l *login) session(ctx context.Context) (*session, error) {
	if s := l.current.Load(); s != nil {
		return s, nil
	}
	if err := l.signing.take(ctx); err != nil {
		return nil, l.secrets.fail("sign in", "", ErrTemporary, err)
	}
	defer l.signing.give()
	if s := l.current.Load(); s != nil {
		return s, nil
	}
	if l.closing.Err() != nil {
		return nil, tell("sign in", "", ErrClosed, "")
	}
	s, err := l.renew(ctx)
	// A front has bad moments, in which a page stands for a notebook that is there.
	for again := maxRenewals; again > 0 && errors.Is(err, ErrNotSignedIn) && pause(ctx, l.opts.Pause) == nil; again-- {
		s, err = l.renew(ctx)
	}
	if err != nil {
		return nil, err
	}
	l.current.Store(s)
	return s, nil
}

// renew signs in with a URL of its own: one is good for one session.
func (l *login) renew(ctx context.Context) (*session, error) {
	raw, err := l.opts.Presign(ctx)
	if err != nil {
		return nil, fmt.Errorf("ask for a URL to sign in with: %w", err)
	}
	u, err := l.admit(raw)
	if err != nil {
		return nil, err
	}
	return l.signIn(ctx, u)
}

// forget drops a session that is over, unless there is a newer one already.
func (l *login) forget(s *session) { l.current.CompareAndSwap(s, nil) }

// signIn spends a URL. Pages hand out the token against forged requests, the API
// does not; where no page does, one of our own is as good: the server only compares
// cookie and header.
func (l *login) signIn(ctx context.Context, u *url.URL) (*session, error) {
	jar, err := cookiejar.New(nil)
	if err != nil {
		return nil, l.secrets.fail("sign in", "", ErrFailed, err)
	}
	s := &session{base: &url.URL{Scheme: u.Scheme, Host: u.Host}, http: &http.Client{Jar: jar, Transport: l.transport}, secrets: l.secrets}
	s.http.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	defer func() { l.secrets.addCookies(jar.Cookies(s.base)) }()
	if err := s.visit(ctx, u.RequestURI()); err != nil {
		return nil, err
	}
	for _, page := range []string{"/tree", "/lab", "/"} {
		if s.xsrf() != "" {
			break
		}
		if err := s.visit(ctx, page); err != nil {
			return nil, err
		}
	}
	if s.xsrf() == "" {
		jar.SetCookies(s.base, []*http.Cookie{{Name: xsrfCookie, Value: rand.Text(), Path: "/"}}) //nolint:gosec // a jar takes no attributes of safety
	}
	if err := s.alive(ctx); err != nil {
		return nil, err
	}
	return s, nil
}

// visit opens a page as a browser does, and follows where it leads as long as that is
// the same host.
func (s *session) visit(ctx context.Context, at string) error {
	const op = "sign in"
	for range maxHops {
		answer, err := s.send(ctx, call{method: http.MethodGet, at: at})
		if err != nil {
			return s.secrets.fail(op, "", ErrTemporary, err)
		}
		_, err = io.Copy(io.Discard, io.LimitReader(answer.Body, maxPage))
		_ = answer.Body.Close() // read to its end, or given up
		switch {
		case err != nil:
			return s.secrets.fail(op, "", ErrTemporary, err)
		case isOverload(answer.StatusCode):
			return &Error{Op: op, Kind: ErrTemporary, Status: answer.StatusCode}
		case answer.StatusCode/100 != 3:
			return nil // also an error: whether this is a session shows the status
		}
		to, err := answer.Location()
		if err != nil {
			return &Error{Op: op, Kind: ErrFailed, Status: answer.StatusCode, Detail: "a redirect without an address"}
		}
		if to.Scheme != s.base.Scheme || to.Host != s.base.Host {
			return &Error{Op: op, Kind: ErrNotSignedIn, Status: answer.StatusCode, Detail: "sent away to " + s.secrets.hide(to.Host)}
		}
		s.secrets.addURL(to)
		at = to.RequestURI()
	}
	return tell(op, "", ErrNotSignedIn, "sent around in circles")
}

// alive proves a session: only data will do.
func (s *session) alive(ctx context.Context) error {
	const op = "sign in"
	answer, err := s.send(ctx, call{method: http.MethodGet, at: "/api/status"})
	if err != nil {
		return s.secrets.fail(op, "", ErrTemporary, err)
	}
	defer drain(answer)
	if isOverload(answer.StatusCode) {
		return &Error{Op: op, Kind: ErrTemporary, Status: answer.StatusCode}
	}
	var st Status
	if answer.StatusCode != http.StatusOK || mediaType(answer) != "application/json" ||
		json.NewDecoder(io.LimitReader(answer.Body, maxPage)).Decode(&st) != nil || st.Started.IsZero() {
		return &Error{Op: op, Kind: ErrNotSignedIn, Status: answer.StatusCode, Detail: "no status of Jupyter's, but " + s.secrets.hide(mediaType(answer))}
	}
	return nil
}

func (s *session) xsrf() string {
	for _, k := range s.http.Jar.Cookies(s.base) {
		if k.Name == xsrfCookie {
			return k.Value
		}
	}
	return ""
}

// dress gives a request what every request to Jupyter needs: files are refused
// without one or the other, writing without the token.
func (s *session) dress(h http.Header) {
	h.Set("Referer", s.base.String()+"/tree")
	if x := s.xsrf(); x != "" {
		h.Set("X-XSRFToken", x)
	}
}

func mediaType(answer *http.Response) string {
	kind, _, err := mime.ParseMediaType(answer.Header.Get("Content-Type"))
	if err != nil {
		return ""
	}
	return kind
}

// drain reads what is left of an answer, if it is little, so that the connection can
// be used again.
func drain(answer *http.Response) {
	_, _ = io.Copy(io.Discard, io.LimitReader(answer.Body, 64<<10)) // only for the connection's sake
	_ = answer.Body.Close()                                         // as above
}

// isOverload is true of what a front says when Jupyter is not there, or too busy.
func isOverload(status int) bool {
	switch status {
	case http.StatusTooManyRequests, http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout:
		return true
	}
	return false
}
