//go:build linux

package jupyter

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"nbscope/aws/sim/jupytersim"
)

func TestASessionIsMadeWhenItIsNeededAndServesEveryKindOfRequest(t *testing.T) {
	t.Parallel()
	generations(t, func(t *testing.T, b *bench) {
		ctx := t.Context()
		b.must(b.c.Up(ctx))
		b.must(b.c.Mkdir(ctx, work+"/deeper"))
		b.must(b.c.Put(ctx, work+"/deeper/file", []byte("data")))
		if got, err := b.c.Get(ctx, work+"/deeper/file", 10); string(got) != "data" || err != nil {
			t.Errorf("read %q, %v", got, err)
		}
		if out, code, err := b.c.Shell(ctx, "echo hello"); out != "hello\n" || code != 0 || err != nil {
			t.Errorf("%q, %d, %v", out, code, err)
		}
		b.must(b.c.Delete(ctx, work+"/deeper/file"))
		b.must(b.c.Close(ctx))
		if b.nb.Terminals() != 0 || b.urls.Load() != 1 {
			t.Errorf("%d terminals are left, %d URLs were asked for", b.nb.Terminals(), b.urls.Load())
		}
	})
}

func TestAURLThatLeadsElsewhereIsRefusedBeforeAnythingIsSent(t *testing.T) {
	t.Parallel()
	var asked atomic.Int64
	elsewhere := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { asked.Add(1) }))
	defer elsewhere.Close()
	port := strings.TrimPrefix(elsewhere.URL, "http://127.0.0.1:")
	const host = "churn.notebook.eu-west-1.sagemaker.aws"
	cases := map[string]struct {
		url, host, endpoint string
		ok                  bool
	}{
		"the notebook's":             {"https://" + host + "?authToken=t", host, "", true},
		"its port said":              {"https://" + host + ":443/?authToken=t", host, "", true},
		"capitals":                   {"https://Churn.notebook.eu-west-1.sagemaker.aws?authToken=t", host, "", true},
		"another port":               {"https://" + host + ":8443/?authToken=t", host, "", false},
		"another notebook":           {"https://chum.notebook.eu-west-1.sagemaker.aws?authToken=t", host, "", false},
		"longer":                     {"https://" + host + ".example.com?authToken=t", host, "", false},
		"a user's name":              {"https://" + host + "@127.0.0.1:" + port + "/?authToken=t", host, "", false},
		"and with the right host":    {"https://u:p@" + host + "/?authToken=t", host, "", false},
		"without TLS":                {"http://" + host + "?authToken=t", host, "", false},
		"another scheme":             {"ftp://" + host + "?authToken=t", host, "", false},
		"no host":                    {"https:///?authToken=t", host, "", false},
		"nothing":                    {"", host, "", false},
		"not a URL":                  {"https://[::1?authToken=t", host, "", false},
		"loopback":                   {elsewhere.URL + "/?authToken=t", host, "", false},
		"loopback beside AWS":        {elsewhere.URL + "/?authToken=t", host, "https://api.sagemaker.eu-west-1.amazonaws.com", false},
		"the configured endpoint's":  {elsewhere.URL + "/?authToken=t", host, "http://127.0.0.1:4566", true},
		"an endpoint without TLS":    {"http://sagemaker.example.com/?authToken=t", host, "http://sagemaker.example.com", false},
		"an endpoint of the network": {"https://sagemaker.example.com/?authToken=t", host, "https://sagemaker.example.com:8000", true},
	}
	for name, k := range cases {
		t.Run(name, func(t *testing.T) {
			c, err := New(t.Context(), Options{Host: k.host, Endpoint: k.endpoint, Presign: func(context.Context) (string, error) { return k.url, nil }})
			if err != nil {
				t.Fatal(err)
			}
			if _, err := c.wire.admit(k.url); (err == nil) != k.ok {
				t.Errorf("admitted = %v, want %v: %v", err == nil, k.ok, err)
			}
			if k.ok {
				return
			}
			if _, err := c.Status(t.Context()); !errors.Is(err, ErrHost) || strings.Contains(err.Error(), "authToken") {
				t.Errorf("says %v", err)
			}
		})
	}
	if asked.Load() != 0 {
		t.Errorf("%d requests were sent elsewhere", asked.Load())
	}
}

func TestARedirectToAnotherHostIsNotFollowed(t *testing.T) {
	t.Parallel()
	var asked atomic.Int64
	elsewhere := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { asked.Add(1) }))
	defer elsewhere.Close()
	for name, at := range map[string]func(r *http.Request) bool{
		"while signing in": func(*http.Request) bool { return true },
		"afterwards":       func(r *http.Request) bool { return r.URL.Path == "/api/contents" },
	} {
		front := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if at(r) {
				http.Redirect(w, r, elsewhere.URL+"/?authToken=stolen-token", http.StatusTemporaryRedirect)
				return
			}
			w.Header().Set("Content-Type", "application/json")
			_, _ = w.Write([]byte(`{"started":"2026-11-28T12:00:00Z"}`))
		}))
		t.Cleanup(front.Close)
		c, err := New(t.Context(), Options{Endpoint: front.URL, Pause: time.Millisecond, Presign: func(context.Context) (string, error) { return front.URL + "/?authToken=secret-token", nil }})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := c.List(t.Context(), ""); !errors.Is(err, ErrNotSignedIn) || strings.Contains(err.Error(), "token") {
			t.Errorf("%s: %v", name, err)
		}
	}
	if asked.Load() != 0 {
		t.Errorf("%d requests were sent elsewhere", asked.Load())
	}
}

func TestAPageInPlaceOfDataIsNeverAnAnswer(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	b := newBench(t, jupytersim.Options{})
	b.must(b.c.Up(ctx))
	b.must(b.c.Mkdir(ctx, work))
	b.must(b.c.Put(ctx, work+"/file", []byte("data")))
	for name, do := range map[string]func() error{
		"list":     func() error { _, err := b.c.List(ctx, work); return err },
		"stat":     func() error { _, err := b.c.Stat(ctx, work+"/file"); return err },
		"put":      func() error { return b.c.Put(ctx, work+"/file", []byte("data")) },
		"get":      func() error { d, err := b.c.Get(ctx, work+"/file", 99); return same(string(d), "data", err) },
		"terminal": func() error { out, _, err := b.c.Shell(ctx, "echo hi"); return same(out, "hi\n", err) },
	} {
		before := b.urls.Load()
		b.nb.ExpireSessions()
		if err := do(); err != nil {
			t.Errorf("%s, once the session is over: %v", name, err)
		}
		b.nb.SetFaults(jupytersim.Faults{Pages: 1})
		if err := do(); err != nil {
			t.Errorf("%s, answered by a page once: %v", name, err)
		}
		b.nb.SetFaults(jupytersim.Faults{Pages: 1 << 30})
		if name == "terminal" {
			b.nb.DropSockets()
		}
		if err := do(); !errors.Is(err, ErrNotSignedIn) {
			t.Errorf("%s, always answered by a page: %v", name, err)
		}
		b.nb.SetFaults(jupytersim.Faults{})
		if b.urls.Load()-before < 3 {
			t.Errorf("%s: only %d new URLs were asked for", name, b.urls.Load()-before)
		}
	}
}

// TestASessionThatEndsWhileItIsMadeIsMadeAgain has a front end the first two sessions as
// soon as they are there.
func TestASessionThatEndsWhileItIsMadeIsMadeAgain(t *testing.T) {
	t.Parallel()
	for ends, made := range map[int64]bool{maxRenewals: true, maxRenewals + 1: false} {
		b := newBench(t, jupytersim.Options{})
		behind, err := url.Parse(b.nb.Base())
		b.must(err)
		var asked atomic.Int64
		pass := httputil.NewSingleHostReverseProxy(behind)
		front := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path == "/api/status" && asked.Add(1) <= ends {
				b.nb.ExpireSessions()
			}
			pass.ServeHTTP(w, r)
		}))
		t.Cleanup(front.Close)
		c := b.client(func(o *Options) {
			o.Host = strings.TrimPrefix(front.URL, "http://")
			o.Presign = func(context.Context) (string, error) {
				return strings.Replace(b.nb.Presign(), b.nb.Base(), front.URL, 1), nil
			}
		})
		if _, err := c.Stat(t.Context(), ""); (err == nil) != made || !made && !errors.Is(err, ErrNotSignedIn) {
			t.Errorf("after %d that ended: %v", ends, err)
		}
	}
}

func same(got, want string, err error) error {
	if err == nil && got != want {
		return errors.New("got " + got)
	}
	return err
}

func TestAWebsocketThatIsAnsweredByAPageIsNotOpen(t *testing.T) {
	t.Parallel()
	b := newBench(t, jupytersim.Options{})
	b.must(b.c.Up(t.Context()))
	b.nb.SetFaults(jupytersim.Faults{Pages: 1 << 30})
	s := b.c.wire.current.Load()
	if _, err := b.c.wire.upgrade(t.Context(), s, "reach", "/terminals/websocket/1"); !errors.Is(err, ErrNotSignedIn) {
		t.Errorf("says %v", err)
	}
	b.nb.SetFaults(jupytersim.Faults{})
	if _, err := b.c.wire.upgrade(t.Context(), s, "reach", "/terminals/websocket/17"); !errors.Is(err, ErrNotFound) {
		t.Errorf("of a terminal that is not there: %v", err)
	}
}

func TestAnOldURLIsNotASession(t *testing.T) {
	t.Parallel()
	b := newBench(t, jupytersim.Options{})
	old := b.nb.Presign()
	b.nb.ExpireSessions()
	c := b.client(func(o *Options) { o.Presign = func(context.Context) (string, error) { return old, nil } })
	if _, err := c.Status(t.Context()); !errors.Is(err, ErrNotSignedIn) {
		t.Errorf("says %v", err)
	}
}

func TestUpWaitsForAServerThatStarts(t *testing.T) {
	t.Parallel()
	b := newBench(t, jupytersim.Options{})
	b.nb.SetFaults(jupytersim.Faults{Loading: true})
	up := make(chan error)
	go func() { up <- b.c.Up(t.Context()) }()
	b.until("several looks", func() bool { return b.urls.Load() > 2 })
	b.nb.SetFaults(jupytersim.Faults{Errors: 3, Status: 503})
	if err := <-up; err != nil {
		t.Error(err)
	}
	b.nb.Stop()
	c := b.client(func(o *Options) { o.UpFor = 50 * time.Millisecond })
	if err := c.Up(t.Context()); !errors.Is(err, ErrTemporary) {
		t.Errorf("of one that is stopped: %v", err)
	}
	b.must(b.nb.Start())
	b.must(b.c.Up(t.Context()))
}

// slowLooks gives Up its time such that a tenth of it is waited in twelve looks; the
// rest is room for a busy machine.
func slowLooks(o *Options) { o.UpFor, o.Poll = 10*time.Second, 200*time.Millisecond }

func TestUpGivesUpEarlyOnWhatCallsEachRequestABadOne(t *testing.T) {
	t.Parallel()
	b := newBench(t, jupytersim.Options{})
	b.nb.SetFaults(jupytersim.Faults{Errors: 1 << 20, Status: 400})
	ctx, cancel := context.WithTimeout(t.Context(), 9*time.Second)
	defer cancel()
	if err := b.client(slowLooks).Up(ctx); err == nil || ctx.Err() != nil {
		t.Errorf("says %v; of its time: %v", err, ctx.Err())
	}
}

func TestUpGoesOnWhereTheServerIsOnlyBusy(t *testing.T) {
	t.Parallel()
	b := newBench(t, jupytersim.Options{})
	b.nb.SetFaults(jupytersim.Faults{Errors: 1 << 20, Status: 503})
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	up := make(chan error, 1)
	c := b.client(slowLooks)
	go func() { up <- c.Up(ctx) }()
	begun := time.Now()
	b.until("longer than a bad request is given", func() bool { return len(up) > 0 || time.Since(begun) > 1500*time.Millisecond })
	if len(up) > 0 {
		t.Error("it gave up early")
	}
	cancel()
	if err := <-up; err == nil {
		t.Error("it is said to be up")
	}
}

func TestWhatPresignSaysIsPassedOn(t *testing.T) {
	t.Parallel()
	own := errors.New("the status is Stopped")
	b := newBench(t, jupytersim.Options{})
	c := b.client(func(o *Options) { o.Presign = func(context.Context) (string, error) { return "", own } })
	if err := c.Up(t.Context()); !errors.Is(err, own) {
		t.Errorf("says %v", err)
	}
}

func TestAFailureIsRepeatedAsOftenAsAllowed(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	b := newBench(t, jupytersim.Options{})
	b.must(b.c.Up(ctx))
	b.nb.SetFaults(jupytersim.Faults{Errors: 4})
	if _, err := b.c.List(ctx, ""); err != nil {
		t.Errorf("four failures of five: %v", err)
	}
	b.nb.SetFaults(jupytersim.Faults{Errors: 5})
	if _, err := b.c.List(ctx, ""); !errors.Is(err, ErrTemporary) {
		t.Errorf("five of five: %v", err)
	}
	b.nb.SetFaults(jupytersim.Faults{Errors: 1})
	if err := b.c.wire.json(ctx, call{op: "open a terminal", method: http.MethodPost, at: "/api/terminals"}.withJSON(struct{}{}), nil); !errors.Is(err, ErrTemporary) {
		t.Errorf("what may have been done is not repeated: %v", err)
	}
	if n := b.nb.Calls()["POST /api/terminals"]; n != 1 {
		t.Errorf("%d terminals were asked for", n)
	}
}

func TestAPolicyThatRefusesIsNotASessionThatEnded(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	b := newBench(t, jupytersim.Options{})
	b.must(b.c.Up(ctx))
	b.nb.SetFaults(jupytersim.Faults{Refused: "/api/terminals"})
	if _, _, err := b.c.Shell(ctx, "true"); !errors.Is(err, ErrRefused) || !strings.Contains(err.Error(), "not authorized") {
		t.Errorf("says %v", err)
	}
	if b.urls.Load() != 1 {
		t.Errorf("%d URLs were asked for", b.urls.Load())
	}
}

func TestAnAnswerThatDoesNotComeEndsTheRequest(t *testing.T) {
	t.Parallel()
	b := newBench(t, jupytersim.Options{})
	c := b.client(func(o *Options) { o.Timeout, o.Tries = 300*time.Millisecond, 1 })
	b.must(c.Up(t.Context()))
	b.nb.SetFaults(jupytersim.Faults{Latency: time.Hour})
	if _, err := c.List(t.Context(), ""); !errors.Is(err, ErrTemporary) || errors.Is(err, context.Canceled) {
		t.Errorf("says %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := c.List(ctx, ""); !errors.Is(err, context.Canceled) {
		t.Errorf("when the caller ends it: %v", err)
	}
}

// TestTheTokenAgainstForgeryIsTheServersOwnWhereItHasOne, and else one of ours, which the
// server compares with the cookie.
func TestTheTokenAgainstForgeryIsTheServersOwnWhereItHasOne(t *testing.T) {
	t.Parallel()
	for name, given := range map[string]string{"the first page": "/", "another page": "/lab", "no page": ""} {
		var visits []string
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if !strings.HasPrefix(r.URL.Path, "/api") {
				visits = append(visits, r.URL.Path)
			}
			cookie, err := r.Cookie(xsrfCookie)
			sent := r.Header.Get("X-XSRFToken")
			switch {
			case r.URL.Path == given && err != nil:
				http.SetCookie(w, &http.Cookie{Name: xsrfCookie, Value: "servers", Path: "/"})
			case r.URL.Path != "/api/status":
			case err != nil || sent == "" || cookie.Value != sent || given != "" && sent != "servers":
				w.WriteHeader(http.StatusForbidden)
			default:
				w.Header().Set("Content-Type", "application/json")
				_, _ = w.Write([]byte(`{"started":"2026-11-01T00:00:00Z"}`))
			}
		}))
		t.Cleanup(server.Close)
		b := newBench(t, jupytersim.Options{})
		c := b.client(func(o *Options) {
			o.Host = strings.TrimPrefix(server.URL, "http://")
			o.Presign = func(context.Context) (string, error) { return server.URL + "/?authToken=t", nil }
		})
		if _, err := c.wire.session(t.Context()); err != nil {
			t.Errorf("%s: %v after %q", name, err, visits)
		}
		if want := map[string]int{"/": 1, "/lab": 3, "": 4}[given]; len(visits) != want {
			t.Errorf("%s: visited %q", name, visits)
		}
	}
}
