//go:build linux

package jupyter

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"runtime"
	"strings"
	"testing"
	"time"

	"nbscope/aws/sim/jupytersim"
)

const secretToken = "tok-5e1f0f9b77d34c"

// echo is a server that tells everything it was sent, in every place where an error
// may take its words from.
func echo(status int, kind string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Query().Has("authToken") {
			http.SetCookie(w, &http.Cookie{Name: "auth", Value: "cookie-" + secretToken, Path: "/"})
		}
		if strings.HasPrefix(r.URL.Path, "/api/status") && status != -1 {
			w.Header().Set("Content-Type", "application/json")
			_, _ = io.WriteString(w, `{"started":"2026-11-28T12:00:00Z"}`)
			return
		}
		all := fmt.Sprintf("%s %v %v https://%s/?authToken=%s", r.URL, r.Header, r.Cookies(), r.Host, secretToken)
		w.Header().Set("Content-Type", kind)
		w.Header().Set("Location", "http://%zz/"+url.QueryEscape(all))
		w.WriteHeader(max(status, 200))
		fmt.Fprintf(w, `{"message": %q}`, all)
	})
}

// everyCall is each operation of a client, for its errors.
func everyCall(ctx context.Context, c *Client) []error {
	_, e1 := c.Status(ctx)
	_, e2 := c.Stat(ctx, "f")
	_, e3 := c.List(ctx, "f")
	_, e4 := c.Get(ctx, "f", 1)
	_, e5 := c.Download(ctx, "f", 0, 1, io.Discard)
	_, _, e6 := c.Shell(ctx, "true")
	_, e7 := c.KernelIn(ctx, work)
	short, cancel := context.WithTimeout(ctx, 20*time.Millisecond) // it goes on as long as it may
	defer cancel()
	_, e8 := c.Follow(short, newJob(work, "j"), func(JobState) {})
	_, e9 := c.wire.dial(ctx, "reach", "/terminals/websocket/1", func([]byte) {})
	out := []error{
		e1, e2, e3, e4, e5, e6, e7, e8, e9, c.Up(ctx), c.Put(ctx, "f", nil), c.Mkdir(ctx, "f"), c.Delete(ctx, "f"), c.Clear(ctx, work),
		c.Start(ctx, newJob(work, "j"), nil), c.Halt(ctx, newJob(work, "j")),
	}
	for _, m := range c.Measure(ctx, work, 1, 1, func() time.Time { return time.Time{} }) {
		out = append(out, m.Err)
	}
	return out
}

func TestNoErrorHoldsASecret(t *testing.T) {
	t.Parallel()
	handlers := map[string]http.Handler{
		"cut off":             http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }),
		"not signed in, data": echo(-1, "application/json"), "not signed in, a page": echo(-1, "text/html"),
		"not HTTP": http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			conn, _, err := http.NewResponseController(w).Hijack()
			if err == nil {
				fmt.Fprintf(conn, "nonsense %s %v\r\n\r\n", r.URL, r.Header)
				_ = conn.Close()
			}
		}),
	}
	for _, status := range []int{200, 204, 206, 301, 302, 307, 400, 401, 403, 404, 409, 413, 416, 429, 500, 502, 503, 504} {
		handlers[fmt.Sprintf("%d, data", status)] = echo(status, "application/json")
		handlers[fmt.Sprintf("%d, a page", status)] = echo(status, "text/html")
	}
	for name, h := range handlers {
		server := httptest.NewServer(h)
		server.Config.ErrorLog = slog.NewLogLogger(slog.DiscardHandler, slog.LevelError)
		checkSecrets(t, name, server.URL+"/?authToken="+secretToken)
		server.Close()
		checkSecrets(t, "nobody listens", server.URL+"/?authToken="+secretToken)
	}
	for _, u := range []string{"https://example.com/?authToken=", "https://u:%s@127.0.0.1/?authToken=", "%zz?authToken=", "http://127.0.0.1:x/?authToken=", "https://[::1?authToken=", ":", "\x00", "https://127.0.0.1:1/#"} {
		checkSecrets(t, u, u+secretToken)
	}
}

func checkSecrets(t *testing.T, name, signIn string) {
	t.Helper()
	c, err := New(t.Context(), Options{
		Host: "127.0.0.1", Endpoint: "http://127.0.0.1", Presign: func(context.Context) (string, error) { return signIn, nil },
		Pause: time.Microsecond, Poll: time.Millisecond, Tries: 2, UpFor: 20 * time.Millisecond, Timeout: 5 * time.Second,
	})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close(t.Context())
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	failed := 0
	for i, err := range everyCall(ctx, c) {
		if err == nil {
			continue
		}
		failed++
		checkText(t, c, fmt.Sprintf("%s, call %d", name, i), err)
	}
	if failed == 0 {
		t.Errorf("%s: nothing failed: the case proves nothing", name)
	}
	var log bytes.Buffer
	slog.New(slog.NewTextHandler(&log, nil)).Info("x", "client", c, "pointer", &c)
	said := fmt.Sprintf("%v %+v %#v %s %q %s", c, c, c, c, c, log.String())
	if strings.Contains(said, secretToken) || strings.Contains(said, "authToken") {
		t.Errorf("%s: the client prints as %s", name, said)
	}
}

// checkText looks for secrets in every way in which an error can be printed, and in
// everything that it wraps.
func checkText(t *testing.T, c *Client, name string, err error) {
	t.Helper()
	said := fmt.Sprintf("%v %+v %#v", err, err, err)
	c.wire.secrets.mu.Lock()
	defer c.wire.secrets.mu.Unlock()
	for secret := range c.wire.secrets.known {
		if strings.Contains(said, secret) {
			t.Errorf("%s: %q is in %s", name, secret, said)
		}
	}
	if strings.Contains(said, secretToken) {
		t.Errorf("%s: the token is in %s", name, said)
	}
	if s := c.wire.current.Load(); s != nil {
		for _, k := range s.http.Jar.Cookies(s.base) {
			if strings.Contains(said, k.Value) {
				t.Errorf("%s: the cookie %s is in %s", name, k.Name, said)
			}
		}
	}
	if own, ok := errors.AsType[*Error](err); !ok || len(own.Detail) > 4*maxDetail || strings.ContainsAny(err.Error(), "\r\x1b") {
		t.Errorf("%s: %T %q", name, err, err.Error())
	}
}

func TestWordsOfOthersAreMadeSafe(t *testing.T) {
	t.Parallel()
	var s secrets
	u, err := url.Parse("https://h.example/?authToken=abc%2Fdef%2Bghi&x=1#fragment-secret")
	if err != nil {
		t.Fatal(err)
	}
	s.addURL(u)
	s.addCookies([]*http.Cookie{{Name: "a", Value: "cookie-value"}, {Name: "b", Value: "1"}})
	for text, want := range map[string]string{
		"Permission denied: x":          "Permission denied: x",
		"token abc/def+ghi is bad":      "token ... is bad",
		"token abc%2Fdef%2Bghi is bad":  "token ... is bad",
		"cookie-value":                  "...",
		"fragment-secret":               "...",
		"1 file":                        "1 file",
		"see https://h.example/a?b=c d": "see https://h.example/... d",
		"https://user:pw@h.example/x":   "https://h.example/...",
		"wss://h.example":               "wss://h.example/...",
		"two\nlines\x1b[31m\x00":        "two lines [31m",
		"bad \xff utf":                  "bad � utf",
		strings.Repeat("é", 400):        strings.Repeat("é", 150) + "...",
	} {
		if got := s.hide(text); got != want {
			t.Errorf("%q is told as %q, want %q", text, got, want)
		}
	}
}

// TestNothingIsLeftAfterClose looks at the goroutines of the whole process, so that it
// runs alone.
func TestNothingIsLeftAfterClose(t *testing.T) {
	for range 3 {
		b := newBench(t, jupytersim.Options{})
		b.must(b.c.Mkdir(t.Context(), work))
		for range 2 {
			if _, err := b.c.KernelIn(t.Context(), work); err != nil {
				t.Fatal(err)
			}
		}
		if _, _, err := b.c.Shell(t.Context(), "true"); err != nil {
			t.Fatal(err)
		}
		b.nb.DropSockets()
		if _, _, err := b.c.Shell(t.Context(), "true"); err != nil {
			t.Fatal(err)
		}
		_ = b.c.Measure(t.Context(), work, 1<<20, 3, time.Now)
		ctx, cancel := context.WithCancel(t.Context())
		followed := make(chan struct{})
		j := b.begin(b.c, "endless")
		go func() { _, _ = b.c.Follow(ctx, j, func(JobState) {}); close(followed) }()
		cancel()
		<-followed
		b.must(b.c.Halt(t.Context(), j))
		b.must(b.c.Close(t.Context()))
		if _, err := b.c.Status(t.Context()); err != nil && !errors.Is(err, ErrClosed) {
			t.Errorf("after Close: %v", err)
		}
		b.nb.Close()
	}
	var left string
	for range 500 {
		buf := make([]byte, 1<<20)
		left = ""
		for g := range strings.SplitSeq(string(buf[:runtime.Stack(buf, true)]), "\n\n") {
			if strings.Contains(g, "nbscope/aws/jupyter.(*") || strings.Contains(g, "coder/websocket.") || strings.Contains(g, "http.(*persistConn)") {
				left += g + "\n\n"
			}
		}
		if left == "" {
			return
		}
		_ = pause(t.Context(), 10*time.Millisecond) // the test ends
	}
	t.Errorf("left behind:\n%s", left)
}

func TestAProxyThatLiesAboutItselfIsNoNotebook(t *testing.T) {
	t.Parallel()
	l, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	go func() { // endless headers
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			go func() {
				_, _ = conn.Read(make([]byte, 1000))
				_, _ = io.WriteString(conn, "HTTP/1.1 200 OK\r\n")
				for err := error(nil); err == nil; {
					_, err = io.WriteString(conn, "X-Filler: "+strings.Repeat("x", 1000)+"\r\n")
				}
				_ = conn.Close()
			}()
		}
	}()
	base := "http://" + l.Addr().String()
	c, err := New(t.Context(), Options{Endpoint: base, Tries: 1, Presign: func(context.Context) (string, error) { return base + "/?authToken=" + secretToken, nil }})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.Status(t.Context()); !errors.Is(err, ErrTemporary) {
		t.Errorf("says %v", err)
	}
}
